//! Python objects, owned.
//!
//! An [`Object`] is made, used and dropped on a thread that is attached to its interpreter. The compiler keeps it on its
//! thread (it is not `Send`), and what makes one asks for an [`Attachment`]; that the thread is attached when one is
//! dropped is on its owner: values that outlive an attachment are declared before it or forgotten.

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use pyo3::ffi;

use crate::interpreter::Attachment;
use crate::system;

/// A reference to a Python object.
#[derive(Debug)]
pub struct Object(NonNull<ffi::PyObject>);

/// A Python exception that was raised and is not in flight any more.
#[derive(Debug)]
pub struct Exception(pub Object);

/// What a Python call gives.
pub type Outcome<T> = Result<T, Exception>;

impl Object {
    /// Takes what a call of the C API returned.
    ///
    /// # Safety
    /// `pointer` is a new reference, or null with an exception set, on this attached thread.
    pub unsafe fn own(pointer: *mut ffi::PyObject) -> Outcome<Object> {
        match NonNull::new(pointer) {
            Some(pointer) => Ok(Object(pointer)),
            None => Err(Exception::take()),
        }
    }

    /// Takes another reference to what somebody else owns.
    ///
    /// # Safety
    /// `pointer` is a live object of the interpreter to which this thread is attached.
    pub unsafe fn share(pointer: *mut ffi::PyObject) -> Object {
        // SAFETY: as the caller says.
        unsafe { ffi::Py_INCREF(pointer) };
        Object(NonNull::new(pointer).expect("a live object is not null"))
    }

    /// Another reference to it.
    pub fn clone_reference(&self, _: &Attachment) -> Object {
        // SAFETY: attached, and this reference keeps it alive.
        unsafe { Object::share(self.as_ptr()) }
    }

    /// A text.
    pub fn text(_: &Attachment, text: &str) -> Outcome<Object> {
        // SAFETY: attached; pointer and length are those of a live slice.
        unsafe { Object::own(ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize)) }
    }

    /// Bytes.
    pub fn bytes(_: &Attachment, bytes: &[u8]) -> Outcome<Object> {
        // SAFETY: attached; pointer and length are those of a live slice.
        unsafe { Object::own(ffi::PyBytes_FromStringAndSize(bytes.as_ptr().cast(), bytes.len() as isize)) }
    }

    /// Bytes, so many that it matters how memory for them is had.
    pub fn large_bytes(attachment: &Attachment, bytes: &[u8]) -> Outcome<Object> {
        let object = Object::room_for_bytes(attachment, bytes.len())?;
        // SAFETY: it has room for so many, and nobody else has it yet.
        unsafe { fill(object.as_ptr(), bytes) };
        Ok(object)
    }

    /// Room for so many bytes, to be filled before anybody else has it.
    pub fn room_for_bytes(_: &Attachment, length: usize) -> Outcome<Object> {
        // SAFETY: attached; without a start the bytes are left as they are.
        unsafe { Object::own(ffi::PyBytes_FromStringAndSize(std::ptr::null(), length as isize)) }
    }

    /// A whole number.
    pub fn int(_: &Attachment, number: i64) -> Outcome<Object> {
        // SAFETY: attached.
        unsafe { Object::own(ffi::PyLong_FromLongLong(number)) }
    }

    /// A number.
    pub fn float(_: &Attachment, number: f64) -> Outcome<Object> {
        // SAFETY: attached.
        unsafe { Object::own(ffi::PyFloat_FromDouble(number)) }
    }

    /// True or False.
    pub fn truth(_: &Attachment, truth: bool) -> Object {
        // SAFETY: attached; both are alive as long as Python is.
        unsafe { Object::share(if truth { ffi::Py_True() } else { ffi::Py_False() }) }
    }

    /// None.
    pub fn none(_: &Attachment) -> Object {
        // SAFETY: attached; it is alive as long as Python is.
        unsafe { Object::share(ffi::Py_None()) }
    }

    /// A tuple.
    pub fn tuple(_: &Attachment, items: Vec<Object>) -> Outcome<Object> {
        // SAFETY: attached; SetItem takes over each item's reference, and every place is filled.
        unsafe {
            let tuple = Object::own(ffi::PyTuple_New(items.len() as isize))?;
            for (place, item) in items.into_iter().enumerate() {
                ffi::PyTuple_SetItem(tuple.as_ptr(), place as isize, item.into_ptr());
            }
            Ok(tuple)
        }
    }

    /// A list.
    pub fn list(_: &Attachment, items: Vec<Object>) -> Outcome<Object> {
        // SAFETY: attached; SetItem takes over each item's reference, and every place is filled.
        unsafe {
            let list = Object::own(ffi::PyList_New(items.len() as isize))?;
            for (place, item) in items.into_iter().enumerate() {
                ffi::PyList_SetItem(list.as_ptr(), place as isize, item.into_ptr());
            }
            Ok(list)
        }
    }

    /// The module of this name, imported.
    pub fn import(_: &Attachment, name: &CStr) -> Outcome<Object> {
        // SAFETY: attached; the name ends with a zero.
        unsafe { Object::own(ffi::PyImport_ImportModule(name.as_ptr())) }
    }

    /// The object, still owned by this reference.
    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0.as_ptr()
    }

    /// The object, no longer owned by this reference.
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// An attribute.
    pub fn attribute(&self, name: &CStr) -> Outcome<Object> {
        // SAFETY: alive and attached; the name ends with a zero.
        unsafe { Object::own(ffi::PyObject_GetAttrString(self.as_ptr(), name.as_ptr())) }
    }

    /// What a dict has under this name, if it has it.
    pub fn entry(&self, name: &CStr) -> Option<Object> {
        // SAFETY: alive and attached; the name ends with a zero. The result is borrowed, so it is shared.
        unsafe {
            let entry = ffi::PyDict_GetItemString(self.as_ptr(), name.as_ptr());
            NonNull::new(entry).map(|entry| Object::share(entry.as_ptr()))
        }
    }

    /// How many items a tuple has.
    pub fn length(&self) -> usize {
        // SAFETY: alive and attached.
        usize::try_from(unsafe { ffi::PyTuple_Size(self.as_ptr()) }).unwrap_or_default()
    }

    /// An item of a tuple that has so many.
    pub fn item(&self, place: usize) -> Object {
        // SAFETY: alive and attached; the result is borrowed, so it is shared.
        unsafe {
            let item = ffi::PyTuple_GetItem(self.as_ptr(), place as isize);
            assert!(!item.is_null(), "helpers return tuples of a known length");
            Object::share(item)
        }
    }

    /// An item of a list that has so many.
    pub fn list_item(&self, place: usize) -> Object {
        // SAFETY: alive and attached; the result is borrowed, so it is shared.
        unsafe {
            let item = ffi::PyList_GetItem(self.as_ptr(), place as isize);
            assert!(!item.is_null(), "helpers return lists of a known length");
            Object::share(item)
        }
    }

    /// Whether it is what `sys.exit` raises.
    pub fn is_system_exit(&self) -> bool {
        // SAFETY: alive and attached; the type is alive.
        unsafe { ffi::PyErr_GivenExceptionMatches(self.as_ptr(), ffi::PyExc_SystemExit) != 0 }
    }

    /// Calls it.
    pub fn call(&self, arguments: &[&Object]) -> Outcome<Object> {
        let arguments: Vec<_> = arguments.iter().map(|argument| argument.as_ptr()).collect();
        // SAFETY: alive and attached; the arguments are alive during the call, and their count is right.
        unsafe {
            Object::own(ffi::PyObject_Vectorcall(
                self.as_ptr(),
                arguments.as_ptr(),
                arguments.len(),
                std::ptr::null_mut(),
            ))
        }
    }

    /// Calls it with one argument, as fast as that can be done.
    pub fn call_one(&self, argument: &Object) -> Outcome<Object> {
        // SAFETY: both are alive, and attached.
        unsafe { Object::own(ffi::PyObject_CallOneArg(self.as_ptr(), argument.as_ptr())) }
    }

    /// Whether it can be called.
    pub fn is_callable(&self) -> bool {
        // SAFETY: alive and attached.
        unsafe { ffi::PyCallable_Check(self.as_ptr()) != 0 }
    }

    /// Whether it is None.
    pub fn is_none(&self) -> bool {
        // SAFETY: comparing with None needs nothing.
        unsafe { ffi::Py_IsNone(self.as_ptr()) != 0 }
    }

    /// Whether it counts as true; an object that refuses to say counts as false.
    pub fn is_true(&self) -> bool {
        // SAFETY: alive and attached.
        let truth = unsafe { ffi::PyObject_IsTrue(self.as_ptr()) };
        if truth < 0 {
            drop(Exception::take());
        }
        truth == 1
    }

    /// A text's characters; lone surrogates come as escapes. Anything else is empty.
    pub fn to_text(&self) -> String {
        with_text(self.as_ptr(), str::to_owned).unwrap_or_default()
    }

    /// What `str()` makes of it; nothing if that raises.
    pub fn as_text(&self) -> String {
        // SAFETY: alive and attached.
        let text = unsafe { Object::own(ffi::PyObject_Str(self.as_ptr())) };
        text.map(|text| text.to_text()).unwrap_or_default()
    }

    /// A whole number, if it is one and fits.
    pub fn to_int(&self) -> Option<i64> {
        let mut overflow = 0;
        // SAFETY: alive and attached.
        let number = unsafe { ffi::PyLong_AsLongLongAndOverflow(self.as_ptr(), &mut overflow) };
        if number == -1 && Exception::take_any().is_some() {
            return None;
        }
        (overflow == 0).then_some(number)
    }

    /// The bytes of a bytes object; anything else is empty.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (mut start, mut length) = (std::ptr::null_mut(), 0);
        // SAFETY: alive and attached; on success the pointer is to `length` bytes that live as long as the object.
        unsafe {
            if ffi::PyBytes_AsStringAndSize(self.as_ptr(), &mut start, &mut length) != 0 {
                drop(Exception::take());
                return Vec::new();
            }
            std::slice::from_raw_parts(start.cast::<u8>(), length as usize).to_vec()
        }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: this is the one reference that it owns, and the thread is attached (see the module's text).
        unsafe { ffi::Py_DECREF(self.as_ptr()) };
    }
}

impl Exception {
    /// Takes the exception in flight, which a call has just left.
    pub fn take() -> Exception {
        match Exception::take_any() {
            Some(exception) => exception,
            None => {
                // SAFETY: attached, as for every call that can fail; the format takes no arguments.
                unsafe {
                    ffi::PyErr_SetString(ffi::PyExc_SystemError, c"a call failed without saying why".as_ptr());
                }
                Exception::take_any().expect("an exception that was set is there")
            }
        }
    }

    /// Puts it in flight again, for Python to find when it is returned to.
    pub fn raise(self, _: &Attachment) {
        // SAFETY: attached; the call takes over the reference.
        unsafe { ffi::PyErr_SetRaisedException(self.0.into_ptr()) };
    }

    /// Takes the exception in flight, if there is one.
    pub fn take_any() -> Option<Exception> {
        // SAFETY: attached, as for every call that can fail.
        let exception = unsafe { ffi::PyErr_GetRaisedException() };
        NonNull::new(exception).map(|exception| Exception(Object(exception)))
    }
}

/// Fills room that was made for so many bytes. The thread need not be attached.
///
/// # Safety
/// `room` is from [`Object::room_for_bytes`] for so many, and nobody else has it yet.
pub unsafe fn fill(room: *mut ffi::PyObject, bytes: &[u8]) {
    // SAFETY: as the caller says.
    unsafe {
        let start = ffi::PyBytes_AS_STRING(room).cast_mut().cast();
        system::expect_all(start, bytes.len());
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), start, bytes.len());
    }
}

/// Gives a text's characters to `read`, without a copy if that can be; lone surrogates come as escapes. None if it is
/// no text.
pub fn with_text<T>(text: *mut ffi::PyObject, read: impl FnOnce(&str) -> T) -> Option<T> {
    // SAFETY: the caller holds a live object on an attached thread. The bytes that Python gives belong to the text (or
    // to its encoded copy, which is kept until they were read), and are UTF-8.
    unsafe {
        if ffi::PyUnicode_Check(text) == 0 {
            return None;
        }
        let mut length = 0;
        let start = ffi::PyUnicode_AsUTF8AndSize(text, &mut length);
        if !start.is_null() {
            let bytes = std::slice::from_raw_parts(start.cast::<u8>(), length as usize);
            return Some(read(std::str::from_utf8_unchecked(bytes)));
        }
        ffi::PyErr_Clear();
        let encoded = ffi::PyUnicode_AsEncodedString(text, c"utf-8".as_ptr(), c"backslashreplace".as_ptr());
        let encoded = Object::own(encoded).ok()?;
        Some(read(&String::from_utf8_lossy(&encoded.to_bytes())))
    }
}

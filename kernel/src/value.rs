//! Items and results on their way from one interpreter to another.

use std::cell::OnceCell;

use pyo3::ffi;
use serde::{Deserialize, Serialize};

use crate::helpers::Helpers;
use crate::interpreter::{Attachment, ThreadState, detached};
use crate::object::{Exception, Object, Outcome};
use crate::pipe::MAX_VALUE_BYTES;
use crate::unfit::Unfit;

/// A Python value outside of any interpreter.
#[derive(Debug, Serialize, Deserialize)]
pub enum Value {
    /// None.
    None,
    /// A truth value.
    Bool(bool),
    /// A whole number of at most 64 bits.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text without lone surrogates.
    Text(String),
    /// Bytes.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Anything else, pickled.
    Pickle(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Bytes that lie in another interpreter of this process.
    #[serde(skip)]
    Lent(Lent),
    /// An object of the main interpreter, for those who stay in it.
    #[serde(skip)]
    Object(Reference),
}

impl Value {
    /// How many bytes are copied to make an object of it, but for small ones.
    pub fn bytes(&self) -> usize {
        match self {
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) | Value::Pickle(bytes) => bytes.len(),
            Value::Lent(lent) => lent.length,
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Object(_) => 0,
        }
    }
}

/// A reference to an object of the main interpreter. It is never given back: items and results live as long as the
/// lap, which is as long as the process.
#[derive(Debug)]
pub struct Reference(*mut ffi::PyObject);

impl Reference {
    /// To an object of the main interpreter.
    pub fn new(object: Object) -> Reference {
        Reference(object.into_ptr())
    }

    /// For all threads of the lap, which lasts as long as the process.
    pub fn shared(self) -> &'static Reference {
        Box::leak(Box::new(self))
    }

    /// The object.
    ///
    /// # Safety
    /// This thread is attached to the main interpreter.
    pub unsafe fn object(&self) -> Object {
        // SAFETY: the reference keeps it alive; as the caller says.
        unsafe { Object::share(self.0) }
    }
}

// SAFETY: it is only used by threads that are attached to the main interpreter.
unsafe impl Send for Reference {}
// SAFETY: as above.
unsafe impl Sync for Reference {}

/// From so many bytes on they are not copied on their way, but only at its end.
const LENT_FROM: usize = 4096;

/// The bytes of a `bytes` object of any interpreter, which never change. The reference to the object is never given
/// back: it lives as long as its interpreter, which is as long as the process.
#[derive(Debug)]
pub struct Lent {
    start: *const u8,
    length: usize,
}

impl Lent {
    /// Those of an object, if it is `bytes` and large.
    fn of(object: Object) -> Result<Lent, Object> {
        let lent = match bytes_in(&object) {
            Some(bytes) if bytes.len() >= LENT_FROM => Lent { start: bytes.as_ptr(), length: bytes.len() },
            _ => return Err(object),
        };
        object.into_ptr();
        Ok(lent)
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: as the type says, they stay where they are and as they are.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }
}

// SAFETY: they are only read, and nobody writes them.
unsafe impl Send for Lent {}
// SAFETY: as above.
unsafe impl Sync for Lent {}

/// From so many bytes on a result is copied at once to where it is wanted: attaching there takes less than copying twice.
const DELIVERED_FROM: usize = 1 << 16;

/// The way of a worker's large results into the main interpreter.
#[derive(Debug)]
pub struct Home(ThreadState);

impl Home {
    /// That of this thread.
    pub fn of_this_thread() -> Home {
        Home(ThreadState::in_main())
    }

    /// Copies `bytes` of the interpreter to which this thread is attached into a `bytes` object of the main one: the only
    /// copy, made without any GIL. None if it is something else, or small, or there is no memory.
    fn deliver(&self, object: &Object) -> Option<Value> {
        let bytes = bytes_in(object).filter(|bytes| bytes.len() >= DELIVERED_FROM)?;
        detached(|| {
            let attachment = self.0.attach();
            let Ok(copy) = Object::room_for_bytes(&attachment, bytes.len()) else { return None };
            let room = copy.as_ptr();
            let value = Value::Object(Reference::new(copy));
            drop(attachment);
            // SAFETY: the new object has room for so many bytes, and nobody else has it yet; what is copied never
            // changes, and the caller's reference keeps it.
            unsafe {
                std::ptr::copy_nonoverlapping(
                    bytes.as_ptr(),
                    ffi::PyBytes_AS_STRING(room).cast_mut().cast(),
                    bytes.len(),
                );
            }
            Some(value)
        })
    }
}

/// What is in a `bytes` object. Of exactly that type: a subclass is more.
fn bytes_in(object: &Object) -> Option<&[u8]> {
    // SAFETY: the object is alive, and this thread attached; what it has never changes.
    unsafe {
        let pointer = object.as_ptr();
        (ffi::PyBytes_CheckExact(pointer) != 0).then(|| {
            std::slice::from_raw_parts(ffi::PyBytes_AsString(pointer).cast(), ffi::PyBytes_Size(pointer) as usize)
        })
    }
}

/// How values reach those who execute tasks.
#[derive(Debug)]
pub enum Exchange<'helpers> {
    /// They stay in the main interpreter: by reference.
    ByReference,
    /// They cross to another interpreter: plain values directly, the rest pickled.
    ToInterpreter(Pickling<'helpers>, Option<Home>),
    /// They cross to another process, in the same way, and can't be of any size.
    ToProcess(Pickling<'helpers>),
}

impl Exchange<'_> {
    /// From an object of the interpreter to which this thread is attached.
    ///
    /// # Errors
    /// What pickling raises, or that it is too large.
    pub fn to_value(&self, attachment: &Attachment, object: Object) -> Result<Value, Unfit> {
        let (pickling, most, object) = match self {
            Exchange::ByReference => return Ok(Value::Object(Reference::new(object))),
            Exchange::ToInterpreter(pickling, _) => match Lent::of(object) {
                Ok(lent) => return Ok(Value::Lent(lent)),
                Err(object) => (pickling, usize::MAX, object),
            },
            Exchange::ToProcess(pickling) => (pickling, MAX_VALUE_BYTES, object),
        };
        // Before it is copied: memory may not be there for another one.
        let bytes = bytes_of(&object);
        if bytes > most {
            return Err(Unfit::TooLarge(bytes));
        }
        if let Some(value) = plain(&object) {
            return Ok(value);
        }
        let pickle = pickling.dumps(attachment, &object)?;
        if pickle.len() > most { Err(Unfit::TooLarge(pickle.len())) } else { Ok(Value::Pickle(pickle)) }
    }

    /// From what `work` returned.
    ///
    /// # Errors
    /// As [`Exchange::to_value`], or that it is only a promise of a result.
    pub fn to_result(&self, attachment: &Attachment, object: Object) -> Result<Value, Unfit> {
        match promise(&object) {
            Some(kind) => Err(Unfit::NotRun(kind)),
            None if let Exchange::ToInterpreter(_, Some(home)) = self
                && let Some(value) = home.deliver(&object) =>
            {
                Ok(value)
            }
            None => self.to_value(attachment, object),
        }
    }

    /// As an object of the interpreter to which this thread is attached.
    ///
    /// # Errors
    /// What unpickling raises.
    pub fn to_object(&self, attachment: &Attachment, value: &Value) -> Outcome<Object> {
        match (value, self) {
            (Value::None, _) => Ok(Object::none(attachment)),
            (Value::Bool(truth), _) => Ok(Object::truth(attachment, *truth)),
            (Value::Int(number), _) => Object::int(attachment, *number),
            (Value::Float(number), _) => Object::float(attachment, *number),
            (Value::Text(text), _) => Object::text(attachment, text),
            (Value::Bytes(bytes), _) => Object::bytes(attachment, bytes),
            (Value::Lent(lent), _) => Object::bytes(attachment, lent.bytes()),
            // SAFETY: only threads of the main interpreter have such values.
            (Value::Object(reference), _) => Ok(unsafe { reference.object() }),
            (Value::Pickle(bytes), Exchange::ToInterpreter(pickling, _) | Exchange::ToProcess(pickling)) => {
                pickling.loads(attachment, bytes)
            }
            (Value::Pickle(_), Exchange::ByReference) => unreachable!("what stays in its interpreter is not pickled"),
        }
    }
}

/// How many bytes a text or bytes have; 0 for anything else.
fn bytes_of(object: &Object) -> usize {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive, and this thread attached; each call is made for the type that was checked.
    let bytes = unsafe {
        if ffi::PyBytes_CheckExact(pointer) != 0 {
            ffi::PyBytes_Size(pointer)
        } else if ffi::PyUnicode_CheckExact(pointer) != 0 {
            // At least one for each character.
            ffi::PyUnicode_GetLength(pointer)
        } else {
            0
        }
    };
    usize::try_from(bytes).unwrap_or_default()
}

/// What it is, if it is code that has not run yet.
fn promise(object: &Object) -> Option<&'static str> {
    // SAFETY: the object is alive; the types are static and only compared.
    unsafe {
        let of = ffi::Py_TYPE(object.as_ptr());
        if of == &raw mut ffi::PyGen_Type {
            Some("generator")
        } else if of == &raw mut ffi::PyCoro_Type {
            Some("coroutine")
        } else if of == &raw mut ffi::PyAsyncGen_Type {
            Some("asynchronous generator")
        } else {
            None
        }
    }
}

/// The value of an object that needs no pickle. Exact types only: a subclass is more than its value.
fn plain(object: &Object) -> Option<Value> {
    let pointer = object.as_ptr();
    // SAFETY: the object is alive, and this thread attached; each call is made for the type that was checked.
    unsafe {
        if ffi::PyLong_CheckExact(pointer) != 0 {
            return object.to_int().map(Value::Int);
        }
        if ffi::PyFloat_CheckExact(pointer) != 0 {
            return Some(Value::Float(ffi::PyFloat_AsDouble(pointer)));
        }
        if ffi::PyUnicode_CheckExact(pointer) != 0 {
            let mut length = 0;
            let start = ffi::PyUnicode_AsUTF8AndSize(pointer, &mut length);
            if start.is_null() {
                ffi::PyErr_Clear();
                return None;
            }
            let bytes = std::slice::from_raw_parts(start.cast::<u8>(), length as usize);
            return Some(Value::Text(std::str::from_utf8_unchecked(bytes).to_owned()));
        }
        if ffi::PyBytes_CheckExact(pointer) != 0 {
            return Some(Value::Bytes(object.to_bytes()));
        }
        if pointer == ffi::Py_None() {
            return Some(Value::None);
        }
        if pointer == ffi::Py_True() || pointer == ffi::Py_False() {
            return Some(Value::Bool(pointer == ffi::Py_True()));
        }
    }
    None
}

/// `pickle` of one interpreter, imported when the first value needs it.
#[derive(Debug)]
pub struct Pickling<'helpers> {
    helpers: &'helpers Helpers,
    functions: OnceCell<(Object, Object)>,
}

impl Pickling<'_> {
    /// For the interpreter to which the helpers belong.
    pub fn new(helpers: &Helpers) -> Pickling<'_> {
        Pickling { helpers, functions: OnceCell::new() }
    }

    /// Imports it now, before anything is measured.
    ///
    /// # Errors
    /// What the import raises.
    pub fn prepare(&self) -> Outcome<&(Object, Object)> {
        if let Some(functions) = self.functions.get() {
            return Ok(functions);
        }
        let pair = self.helpers.call(c"pickling", &[])?;
        Ok(self.functions.get_or_init(|| (pair.item(0), pair.item(1))))
    }

    fn loads(&self, attachment: &Attachment, bytes: &[u8]) -> Outcome<Object> {
        let (loads, _) = self.prepare()?;
        loads.call_one(&Object::bytes(attachment, bytes)?)
    }

    fn dumps(&self, attachment: &Attachment, object: &Object) -> Result<Vec<u8>, Exception> {
        let (_, dumps) = self.prepare()?;
        let newest = Object::int(attachment, -1)?;
        Ok(dumps.call(&[object, &newest])?.to_bytes())
    }
}

//! Items and results on their way from one interpreter to another.

use std::cell::OnceCell;

use pyo3::ffi;
use serde::{Deserialize, Serialize};

use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::object::{Exception, Object, Outcome};

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
    Bytes(Vec<u8>),
    /// Anything else, pickled.
    Pickle(Vec<u8>),
    /// An object of the main interpreter, for those who stay in it.
    #[serde(skip)]
    Object(Reference),
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

/// How values reach those who execute tasks.
#[derive(Debug)]
pub enum Exchange<'helpers> {
    /// They stay in the main interpreter: by reference.
    ByReference,
    /// They cross to another interpreter or process: plain values directly, the rest pickled.
    Crossing(Pickling<'helpers>),
}

impl Exchange<'_> {
    /// From an object of the interpreter to which this thread is attached.
    ///
    /// # Errors
    /// What pickling raises.
    pub fn to_value(&self, attachment: &Attachment, object: Object) -> Outcome<Value> {
        match self {
            Exchange::ByReference => Ok(Value::Object(Reference::new(object))),
            Exchange::Crossing(pickling) => match plain(&object) {
                Some(value) => Ok(value),
                None => Ok(Value::Pickle(pickling.dumps(attachment, &object)?)),
            },
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
            // SAFETY: only threads of the main interpreter have such values.
            (Value::Object(reference), _) => Ok(unsafe { reference.object() }),
            (Value::Pickle(bytes), Exchange::Crossing(pickling)) => pickling.loads(attachment, bytes),
            (Value::Pickle(_), Exchange::ByReference) => unreachable!("what stays in its interpreter is not pickled"),
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

//! Items and results on their way from one interpreter to another.

use std::cell::OnceCell;

use pyo3::ffi;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::lent::{Home, Lent};
use crate::object::{Exception, Object, Outcome};
use crate::pipe::MAX_VALUE_BYTES;
use crate::spent::Spent;
use crate::unfit::Unfit;

/// The time that it takes to copy so many bytes is noted; of less, noting it would take longer.
const LARGE_BYTES: usize = 4096;

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
    /// `bytes` of the main interpreter, of this length, into which a worker has copied its result.
    #[serde(skip)]
    Delivered(Reference, usize),
    /// An object of the main interpreter, for those who stay in it.
    #[serde(skip)]
    Object(Reference),
}

impl Value {
    /// How many bytes of it cross.
    pub fn bytes(&self) -> u64 {
        match self {
            Value::None | Value::Object(_) => 0,
            Value::Bool(_) => 1,
            Value::Int(_) | Value::Float(_) => 8,
            Value::Text(text) => text.len() as u64,
            Value::Bytes(bytes) | Value::Pickle(bytes) => bytes.len() as u64,
            Value::Lent(lent) => lent.bytes().len() as u64,
            Value::Delivered(_, bytes) => *bytes as u64,
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
        let started = (bytes >= LARGE_BYTES).then(clock::now);
        if let Some(value) = plain(&object) {
            started.into_iter().for_each(|started| pickling.spent.note_pickling(started));
            return Ok(value);
        }
        let started = clock::now();
        let pickle = pickling.dumps(attachment, &object)?;
        pickling.spent.note_pickling(started);
        if pickle.len() > most { Err(Unfit::TooLarge(pickle.len())) } else { Ok(Value::Pickle(pickle)) }
    }

    /// From what `work` returned.
    ///
    /// # Errors
    /// As [`Exchange::to_value`], or that it is only a promise of a result.
    pub fn to_result(&self, attachment: &Attachment, object: Object) -> Result<Value, Unfit> {
        match promise(&object) {
            Some(kind) => Err(Unfit::NotRun(kind)),
            None if let Exchange::ToInterpreter(pickling, Some(home)) = self
                && let Some(bytes) = home.wants(&object) =>
            {
                let started = clock::now();
                let delivered = home.deliver(bytes).map(|copy| Value::Delivered(copy, bytes.len()));
                pickling.spent.note_pickling(started);
                // Without memory for it, there may be some at the lap's end.
                delivered.map_or_else(|| self.to_value(attachment, object), Ok)
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
            (Value::Text(text), _) if text.len() < LARGE_BYTES => Object::text(attachment, text),
            (Value::Bytes(bytes), _) if bytes.len() < LARGE_BYTES => Object::bytes(attachment, bytes),
            // SAFETY: only threads of the main interpreter have such values.
            (Value::Object(reference) | Value::Delivered(reference, _), _) => Ok(unsafe { reference.object() }),
            (_, Exchange::ToInterpreter(pickling, _) | Exchange::ToProcess(pickling)) => {
                let started = clock::now();
                let object = pickling.make(attachment, value);
                pickling.spent.note_unpickling(started);
                object
            }
            (_, Exchange::ByReference) => unreachable!("what stays in its interpreter crosses by reference"),
        }
    }

    /// The time that was spent on what crosses; none if nothing does.
    pub fn spent(&self) -> Option<&Spent> {
        match self {
            Exchange::ByReference => None,
            Exchange::ToInterpreter(pickling, _) | Exchange::ToProcess(pickling) => Some(&pickling.spent),
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
    spent: Spent,
}

impl Pickling<'_> {
    /// For the interpreter to which the helpers belong.
    pub fn new(helpers: &Helpers) -> Pickling<'_> {
        Pickling { helpers, functions: OnceCell::new(), spent: Spent::default() }
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

    /// What takes its time: out of a pickle, or of many bytes.
    fn make(&self, attachment: &Attachment, value: &Value) -> Outcome<Object> {
        match value {
            Value::Text(text) => Object::text(attachment, text),
            Value::Bytes(bytes) => Object::large_bytes(attachment, bytes),
            Value::Lent(lent) => Object::large_bytes(attachment, lent.bytes()),
            Value::Pickle(bytes) => {
                let (loads, _) = self.prepare()?;
                loads.call_one(&Object::bytes(attachment, bytes)?)
            }
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Object(_)
            | Value::Delivered(..) => {
                unreachable!("small values are made at once")
            }
        }
    }

    fn dumps(&self, attachment: &Attachment, object: &Object) -> Result<Vec<u8>, Exception> {
        let (_, dumps) = self.prepare()?;
        let newest = Object::int(attachment, -1)?;
        Ok(dumps.call(&[object, &newest])?.to_bytes())
    }
}

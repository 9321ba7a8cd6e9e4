//! `sys.stdout` and `sys.stderr` of an interpreter: native functions behind a small Python class.

use pyo3::ffi;
use shared::Stream;

use crate::helpers::Helpers;
use crate::interpreter::Attachment;
use crate::object::{Object, Outcome, with_text};
use crate::{context, output, system};

/// A function that Python can call: a constant of the program, as CPython keeps pointers to it.
struct Method(ffi::PyMethodDef);

// SAFETY: CPython only reads it, and so do we.
unsafe impl Sync for Method {}

type Function = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject;

impl Method {
    const fn new(name: &'static std::ffi::CStr, function: Function, flags: std::ffi::c_int) -> Method {
        Method(ffi::PyMethodDef {
            ml_name: name.as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
            ml_flags: flags,
            ml_doc: std::ptr::null(),
        })
    }

    /// The function for one interpreter; `worker` comes back as its first argument.
    fn function(&'static self, worker: &Object) -> Outcome<Object> {
        // SAFETY: attached, as an object is there; the definition lives for ever and is not written to.
        unsafe {
            let definition = (&raw const self.0).cast_mut();
            Object::own(ffi::PyCFunction_NewEx(definition, worker.as_ptr(), std::ptr::null_mut()))
        }
    }
}

static METHODS: [Method; 4] = [
    Method::new(c"write", write_stdout, ffi::METH_O),
    Method::new(c"flush", flush, ffi::METH_NOARGS),
    Method::new(c"write", write_stderr, ffi::METH_O),
    Method::new(c"flush", flush, ffi::METH_NOARGS),
];

/// Replaces the streams of the interpreter to which this thread is attached; `worker` is whose interpreter it is.
///
/// # Errors
/// If memory runs out.
pub fn install(attachment: &Attachment, helpers: &Helpers, worker: Option<u32>) -> Outcome<()> {
    let functions = functions(attachment, worker.map_or(-1, i64::from))?;
    let functions: Vec<_> = functions.iter().collect();
    helpers.call(c"install_streams", &functions).map(drop)
}

/// What `install_streams` takes, for the interpreter to which this thread is attached.
///
/// # Errors
/// If memory runs out.
pub fn functions(attachment: &Attachment, worker: i64) -> Outcome<Vec<Object>> {
    let worker = Object::int(attachment, worker)?;
    METHODS.iter().map(|method| method.function(&worker)).collect()
}

unsafe extern "C" fn write_stdout(worker: *mut ffi::PyObject, text: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python calls it as it was declared.
    unsafe { write(worker, Stream::Stdout, text) }
}

unsafe extern "C" fn write_stderr(worker: *mut ffi::PyObject, text: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python calls it as it was declared.
    unsafe { write(worker, Stream::Stderr, text) }
}

/// # Safety
/// Called by Python: attached, with two live objects, the first an int.
unsafe fn write(worker: *mut ffi::PyObject, stream: Stream, text: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: `worker` is the int that `install` gave.
    let worker = u32::try_from(unsafe { ffi::PyLong_AsLong(worker) }).ok();
    let written = with_text(text, |text| match system::is_forked() {
        true => output::write_forked(stream, text),
        false => output::write(context::label(), worker, stream, text),
    });
    // SAFETY: attached; `text` is alive, and was found to be a text if it was written.
    unsafe {
        if written.is_none() {
            let message = c"write() argument must be str".as_ptr();
            ffi::PyErr_SetString(ffi::PyExc_TypeError, message);
            return std::ptr::null_mut();
        }
        ffi::PyLong_FromSsize_t(ffi::PyUnicode_GetLength(text))
    }
}

unsafe extern "C" fn flush(_: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    if !system::is_forked() {
        output::flush();
    }
    // SAFETY: attached, as Python calls it; the caller gets a reference of its own.
    unsafe {
        let none = ffi::Py_None();
        ffi::Py_INCREF(none);
        none
    }
}

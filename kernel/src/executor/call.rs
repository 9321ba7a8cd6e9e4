//! One call of a pool, from its submission to its answer.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};

use pyo3::ffi;

use crate::interpreter::Attachment;
use crate::object::Object;

/// Stands for no worker.
const NOBODY: u32 = u32::MAX;
/// All of it, in millionths.
pub const WHOLE: u32 = 1_000_000;

/// A call that was submitted.
#[derive(Debug)]
pub struct Call {
    /// Its number within the pool: it counts as the task of this number.
    pub number: u32,
    /// What is called, and with what.
    pub argument: Argument,
    /// Whose answer is waited for.
    future: Held,
    worker: AtomicU32,
    progress: AtomicU32,
}

/// Function, arguments and options of a call, as they reach a worker.
#[derive(Debug)]
pub enum Argument {
    /// They stay in the main interpreter: a tuple.
    Tuple(Held),
    /// They cross, pickled.
    Pickle(Pickle),
}

/// What a worker has answered.
#[derive(Debug)]
pub enum Answer {
    /// An object of the main interpreter: `(True, result)` or `(False, exception)`.
    Object(Held),
    /// A pickle of what [`crate::helpers::Part::Called`] says.
    Pickle(Vec<u8>),
    /// There is none, and why.
    Broken(String),
}

impl Call {
    /// One that nobody has taken yet.
    pub fn new(number: u32, argument: Argument, future: Held) -> Call {
        Call { number, argument, future, worker: AtomicU32::new(NOBODY), progress: AtomicU32::new(0) }
    }

    /// This worker executes it from now on.
    pub fn taken_by(&self, worker: u32) {
        self.worker.store(worker, Ordering::Release);
    }

    /// Who executes it, or has.
    pub fn worker(&self) -> Option<u32> {
        Some(self.worker.load(Ordering::Acquire)).filter(|worker| *worker != NOBODY)
    }

    /// It is done so far, in millionths.
    pub fn set_progress(&self, millionths: u32) {
        self.progress.store(millionths.min(WHOLE), Ordering::Release);
    }

    /// How far it is, in millionths.
    pub fn progress(&self) -> u32 {
        self.progress.load(Ordering::Acquire)
    }

    /// Its future, once: whoever has it answers it.
    pub fn take_future(&self, attachment: &Attachment) -> Option<Object> {
        self.future.take(attachment)
    }

    /// Gives up what it was called with.
    pub fn forget_argument(&self, attachment: &Attachment) {
        match &self.argument {
            Argument::Tuple(held) => drop(held.take(attachment)),
            Argument::Pickle(pickle) => drop(pickle.object.take(attachment)),
        }
    }
}

/// A reference to an object of the main interpreter that can be given back. It is not given back by being dropped, which
/// may happen on any thread.
#[derive(Debug)]
pub struct Held(Mutex<Option<Pointer>>);

#[derive(Debug)]
struct Pointer(*mut ffi::PyObject);

// SAFETY: it is only used by threads that are attached to the main interpreter, as all methods ask for.
unsafe impl Send for Pointer {}

impl Held {
    /// To an object of the main interpreter.
    pub fn new(object: Object) -> Held {
        Held(Mutex::new(Some(Pointer(object.into_ptr()))))
    }

    /// The object, once. The caller is attached to the main interpreter.
    pub fn take(&self, _: &Attachment) -> Option<Object> {
        let pointer = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        // SAFETY: the reference was kept since `new`, and is given to one caller.
        unsafe { Object::own(pointer.0).ok() }
    }

    /// The object, also for others. The caller is attached to the main interpreter.
    pub fn share(&self, _: &Attachment) -> Option<Object> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the reference keeps it alive.
        held.as_ref().map(|pointer| unsafe { Object::share(pointer.0) })
    }
}

/// A `bytes` object of the main interpreter, which other threads may read: bytes never change.
#[derive(Debug)]
pub struct Pickle {
    object: Held,
    start: *const u8,
    length: usize,
}

// SAFETY: what is read never changes, and the reference keeps it until the call was answered.
unsafe impl Send for Pickle {}
// SAFETY: as above.
unsafe impl Sync for Pickle {}

impl Pickle {
    /// Of an object, if it is `bytes`.
    pub fn new(object: Object) -> Option<Pickle> {
        // SAFETY: alive and attached; the pointer is valid as long as the object is.
        let (start, length) = unsafe {
            if ffi::PyBytes_CheckExact(object.as_ptr()) == 0 {
                return None;
            }
            (ffi::PyBytes_AsString(object.as_ptr()).cast::<u8>(), ffi::PyBytes_Size(object.as_ptr()) as usize)
        };
        Some(Pickle { object: Held::new(object), start, length })
    }

    /// The bytes, until the call is answered.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: as the type says; a call is answered after its worker has read them.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }
}

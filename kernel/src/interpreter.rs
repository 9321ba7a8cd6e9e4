//! CPython in this process: starting it, and threads that attach to its main interpreter.

use std::ffi::{CStr, CString};
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use pyo3::ffi;

use crate::object::{Exception, Object};
use crate::sampler::{self, Watch};
use crate::{modules, native};

/// Modules that keep state for the whole process in these versions: loaded first in a sub-interpreter they corrupt the
/// heap, so they are loaded here before there is one (python/cpython#136421, #136423).
const LOADED_FIRST: &[&CStr] = if cfg!(Py_3_14) {
    &[]
} else if cfg!(Py_3_13) {
    &[c"datetime"]
} else {
    &[
        c"datetime",
        c"decimal",
        c"hashlib",
        c"sqlite3",
        c"asyncio",
        c"ssl",
        c"unittest",
        c"xml.etree.ElementTree",
        c"ctypes",
        c"zoneinfo",
    ]
};

/// This thread's place in an interpreter; belongs to this thread alone.
#[derive(Debug)]
pub struct ThreadState(*mut ffi::PyThreadState);

/// This thread is attached to an interpreter: it may use its objects. Detaches when dropped.
#[derive(Debug)]
pub struct Attachment<'state> {
    state: PhantomData<&'state ThreadState>,
    /// Keeps it on its thread.
    thread: PhantomData<*mut ()>,
}

impl ThreadState {
    /// Wraps a state that is attached to this thread now, and detaches it.
    ///
    /// # Safety
    /// A state is attached to this thread, and nothing else detaches it.
    pub unsafe fn detach_current() -> ThreadState {
        // SAFETY: as the caller says.
        ThreadState(unsafe { ffi::PyEval_SaveThread() })
    }

    /// A new state of this thread in the main interpreter.
    pub fn in_main() -> ThreadState {
        // SAFETY: CPython was started before any thread that calls this.
        unsafe { ThreadState::in_interpreter(ffi::PyInterpreterState_Main()) }
    }

    /// A new state of this thread in an interpreter.
    ///
    /// # Safety
    /// The interpreter is alive.
    pub unsafe fn in_interpreter(interpreter: *mut ffi::PyInterpreterState) -> ThreadState {
        // SAFETY: as the caller says; no attached thread state is needed.
        ThreadState(unsafe { ffi::PyThreadState_New(interpreter) })
    }

    /// Lets the sampler watch this thread as this worker. The watch must be dropped before the state is deleted.
    pub fn watch(&self, worker: u32) -> Watch {
        // SAFETY: the state is deleted by `delete` alone, which its callers call after they have dropped the watch.
        unsafe { sampler::watch(worker, self.0) }
    }

    /// Attaches this thread, as soon as the interpreter's GIL is free.
    pub fn attach(&self) -> Attachment<'_> {
        // SAFETY: the state is this thread's (it is not `Send`) and is not attached: an attachment borrows it.
        unsafe { ffi::PyEval_RestoreThread(self.0) };
        Attachment { state: PhantomData, thread: PhantomData }
    }

    /// Gives the state up.
    pub fn delete(self) {
        std::mem::forget(self.attach());
        // SAFETY: attached since the line above, and not used again.
        unsafe {
            ffi::PyThreadState_Clear(self.0);
            ffi::PyThreadState_DeleteCurrent();
        }
    }
}

impl Attachment<'_> {
    /// Of a thread that Python has attached, and will detach.
    ///
    /// # Safety
    /// This thread was called by Python, and has not returned to it.
    pub unsafe fn of_caller() -> ManuallyDrop<Attachment<'static>> {
        ManuallyDrop::new(Attachment { state: PhantomData, thread: PhantomData })
    }

    /// Lets other threads have the GIL for a moment.
    pub fn pause(&self) {
        detached(|| ());
    }
}

impl Attachment<'_> {
    /// Lets the sampler watch this thread as this worker. The watch must be dropped before the state is deleted.
    pub fn watch(&self, worker: u32) -> Watch {
        // SAFETY: attached, so there is a state; for how long it lives, see `ThreadState::watch`.
        unsafe { sampler::watch(worker, ffi::PyThreadState_Get()) }
    }
}

impl Drop for Attachment<'_> {
    fn drop(&mut self) {
        // SAFETY: attached since this value was made.
        unsafe { ffi::PyEval_SaveThread() };
    }
}

/// Does something while this attached thread is detached.
pub fn detached<T>(action: impl FnOnce() -> T) -> T {
    // SAFETY: the caller's thread is attached: it was called by Python, or holds an attachment.
    let state = unsafe { ffi::PyEval_SaveThread() };
    let result = action();
    // SAFETY: it is this thread's own state, detached above.
    unsafe { ffi::PyEval_RestoreThread(state) };
    result
}

/// Starts CPython as `python` would be, on the process's main thread.
///
/// # Errors
/// The sentence that CPython says.
pub fn start(python: &Path) -> Result<ThreadState, String> {
    let executable = CString::new(python.as_os_str().as_bytes()).map_err(|_| "the path of python has a zero byte")?;
    native::register();
    modules::register();
    // SAFETY: called once, before anything else of Python; the config is initialised before it is used, and cleared.
    unsafe {
        let mut config = std::mem::zeroed::<ffi::PyConfig>();
        ffi::PyConfig_InitPythonConfig(&mut config);
        config.parse_argv = 0;
        config.install_signal_handlers = 0;
        let field = &raw mut config.executable;
        let mut status = ffi::PyConfig_SetBytesString(&mut config, field, executable.as_ptr());
        if ffi::PyStatus_Exception(status) == 0 {
            status = ffi::Py_InitializeFromConfig(&config);
        }
        ffi::PyConfig_Clear(&mut config);
        said(status)?;
    }
    // SAFETY: starting has attached this thread.
    let state = unsafe { ThreadState::detach_current() };
    let attachment = state.attach();
    for module in LOADED_FIRST {
        // A module that this build lacks can't do harm later either.
        if let Err(Exception(exception)) = Object::import(&attachment, module) {
            drop(exception);
        }
    }
    drop(attachment);
    Ok(state)
}

/// What a status says, if it says that something went wrong.
pub fn said(status: ffi::PyStatus) -> Result<(), String> {
    // SAFETY: a status is plain data; its message is a static text.
    unsafe {
        if ffi::PyStatus_Exception(status) == 0 {
            return Ok(());
        }
        match status.err_msg.is_null() {
            true => Err("CPython could not start and doesn't say why".into()),
            false => Err(CStr::from_ptr(status.err_msg).to_string_lossy().into_owned()),
        }
    }
}

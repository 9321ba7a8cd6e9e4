//! Interpreters beside the main one.

use pyo3::ffi;

use crate::interpreter::{ThreadState, said};

/// Everything isolated, whatever the GIL: only that makes the difference that is measured, and what can't be isolated
/// is refused.
const ISOLATED: ffi::PyInterpreterConfig = ffi::PyInterpreterConfig {
    use_main_obmalloc: 0,
    allow_fork: 0,
    allow_exec: 0,
    allow_threads: 1,
    allow_daemon_threads: 0,
    check_multi_interp_extensions: 1,
    gil: ffi::PyInterpreterConfig_OWN_GIL,
};

/// Whose GIL an interpreter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// One of its own.
    Own,
    /// The main interpreter's.
    Shared,
}

/// Makes an interpreter for this thread, which must not be the process's main thread: entering one
/// from there is slow. It lives until the process ends: ending one would take time from those that are still measured.
///
/// # Errors
/// The sentence that CPython says.
pub fn create(lock: Lock) -> Result<ThreadState, String> {
    let gil = match lock {
        Lock::Own => ffi::PyInterpreterConfig_OWN_GIL,
        Lock::Shared => ffi::PyInterpreterConfig_SHARED_GIL,
    };
    let config = ffi::PyInterpreterConfig { gil, ..ISOLATED };
    let creator = ThreadState::in_main();
    let attachment = creator.attach();
    let mut state = std::ptr::null_mut();
    // SAFETY: attached to the main interpreter; both pointers are to live values.
    let status = unsafe { ffi::Py_NewInterpreterFromConfig(&mut state, &config) };
    if let Err(sentence) = said(status) {
        // A failed creation leaves this thread attached to the main interpreter.
        drop(attachment);
        creator.delete();
        return Err(sentence);
    }
    // Creation has detached the main interpreter's state.
    std::mem::forget(attachment);
    // SAFETY: creation has attached this thread to the new interpreter.
    let own = unsafe { ThreadState::detach_current() };
    creator.delete();
    Ok(own)
}

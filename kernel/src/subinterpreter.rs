//! Interpreters with a GIL of their own.

use pyo3::ffi;

use crate::interpreter::{ThreadState, said};

/// Everything isolated: only the GIL makes the difference that is measured, and what can't be isolated is refused.
const ISOLATED: ffi::PyInterpreterConfig = ffi::PyInterpreterConfig {
    use_main_obmalloc: 0,
    allow_fork: 0,
    allow_exec: 0,
    allow_threads: 1,
    allow_daemon_threads: 0,
    check_multi_interp_extensions: 1,
    gil: ffi::PyInterpreterConfig_OWN_GIL,
};

/// Makes an interpreter with its own GIL for this thread, which must not be the process's main thread: entering one
/// from there is slow. It lives until the process ends: ending one would take time from those that are still measured.
///
/// # Errors
/// The sentence that CPython says.
pub fn create() -> Result<ThreadState, String> {
    let creator = ThreadState::in_main();
    let attachment = creator.attach();
    let mut state = std::ptr::null_mut();
    // SAFETY: attached to the main interpreter; both pointers are to live values.
    let status = unsafe { ffi::Py_NewInterpreterFromConfig(&mut state, &ISOLATED) };
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

//! Ending a lap softly: no more tasks, and KeyboardInterrupt in those that run.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use pyo3::ffi;

use crate::interpreter::{Attachment, ThreadState};

/// Code may be just about to catch what it gets, so it gets it again.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

static REQUESTED: AtomicBool = AtomicBool::new(false);
static STATE: Mutex<State> = Mutex::new(State { targets: Vec::new(), actions: Vec::new() });

struct State {
    targets: Vec<Target>,
    actions: Vec<Box<dyn FnOnce() + Send>>,
}

/// A thread that executes user code.
struct Target {
    interpreter: Interpreter,
    thread: std::ffi::c_ulong,
    alive: Arc<AtomicBool>,
}

/// An interpreter that lives until the process ends, as all do here.
struct Interpreter(*mut ffi::PyInterpreterState);

// SAFETY: only thread states are made in it, which any thread may do.
unsafe impl Send for Interpreter {}

/// While it lives, its thread is interrupted when the lap is cancelled. Dropped on the attached thread.
#[derive(Debug)]
pub struct Interruptible(Arc<AtomicBool>);

impl Drop for Interruptible {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// Whether the lap was cancelled.
pub fn is_requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Cancels the lap: interrupts everything that is interruptible now or later.
pub fn request() {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    REQUESTED.store(true, Ordering::SeqCst);
    let targets = std::mem::take(&mut state.targets);
    let actions = std::mem::take(&mut state.actions);
    drop(state);
    targets.into_iter().for_each(interrupt);
    actions.into_iter().for_each(|action| action());
}

/// Makes this attached thread interruptible.
pub fn interruptible(_: &Attachment) -> Interruptible {
    let alive = Arc::new(AtomicBool::new(true));
    // SAFETY: attached.
    let (interpreter, thread) = unsafe { (ffi::PyInterpreterState_Get(), ffi::PyThread_get_thread_ident()) };
    let target = Target { interpreter: Interpreter(interpreter), thread, alive: Arc::clone(&alive) };
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    if is_requested() {
        drop(state);
        interrupt(target);
    } else {
        state.targets.push(target);
    }
    Interruptible(alive)
}

/// Does this when the lap is cancelled, or now if it was.
pub fn on_request(action: impl FnOnce() + Send + 'static) {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    if is_requested() {
        drop(state);
        action();
    } else {
        state.actions.push(Box::new(action));
    }
}

/// On a thread of its own for each target: native code that keeps its GIL delays nobody else's interrupt.
fn interrupt(target: Target) {
    let interrupting = move || {
        // All of it, not only its pointer, which could not be sent.
        let target = target;
        // SAFETY: interpreters live until the process ends.
        let state = unsafe { ThreadState::in_interpreter(target.interpreter.0) };
        while target.alive.load(Ordering::SeqCst) {
            let attachment = state.attach();
            // Its thread says so while it is attached: not now, unless there is no GIL, where one interrupt too many
            // reaches a thread that executes nothing more.
            if target.alive.load(Ordering::SeqCst) {
                // SAFETY: attached to the thread's interpreter; the exception's type is alive.
                unsafe { ffi::PyThreadState_SetAsyncExc(target.thread as _, ffi::PyExc_KeyboardInterrupt) };
            }
            drop(attachment);
            thread::sleep(AGAIN_AFTER);
        }
    };
    // Without the thread there is no soft end: the hard one follows.
    let _ = thread::Builder::new().name("interrupt".into()).spawn(interrupting);
}

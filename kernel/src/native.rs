//! The module `_virgil`: what helpers written in Python need of the kernel, in every interpreter of its process.

use std::cell::{Cell, UnsafeCell};
use std::ffi::{c_int, c_void};
use std::os::fd::{FromRawFd, OwnedFd};
use std::ptr;
use std::sync::atomic::{AtomicI64, Ordering};

use pyo3::ffi;
use shared::{LapEvent, Nanos, Span};

use crate::executor::natives as pools;
use crate::interpreter::Attachment;
use crate::lap::Lap;
use crate::object::{Object, Outcome};
use crate::service::natives;
use crate::{cancel, clock, context, desktop, executor, outbox, output, relay, streams, system};

/// The most arguments that a function takes.
const MOST: usize = 5;
/// Says that a worker may not execute anything any more.
const NOT_NOW: i64 = -1;

/// How many workers of this process are executing the user's code.
static RUNNING: AtomicI64 = AtomicI64::new(0);

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// A function of numbers; what it takes and was not given is 0.
type Body = fn([i64; MOST]) -> Option<i64>;

/// # Safety
/// Called by Python: attached, with `count` live objects at `arguments`.
unsafe fn answer(arguments: *mut *mut ffi::PyObject, count: ffi::Py_ssize_t, body: Body) -> *mut ffi::PyObject {
    let mut numbers = [0; MOST];
    let count = usize::try_from(count).unwrap_or_default().min(MOST);
    for (place, number) in numbers.iter_mut().enumerate().take(count) {
        // SAFETY: as the caller says.
        unsafe {
            *number = ffi::PyLong_AsLongLong(*arguments.add(place));
            if *number == -1 && !ffi::PyErr_Occurred().is_null() {
                return ptr::null_mut();
            }
        }
    }
    let answered = body(numbers);
    // SAFETY: attached; the caller gets a reference of its own.
    unsafe {
        match answered {
            Some(number) => ffi::PyLong_FromLongLong(number),
            None => {
                let none = ffi::Py_None();
                ffi::Py_INCREF(none);
                none
            }
        }
    }
}

/// Functions that Python can call, by their bodies.
macro_rules! functions {
    ($($name:ident => $body:expr;)*) => {
        $(unsafe extern "C" fn $name(
            _: *mut ffi::PyObject,
            arguments: *mut *mut ffi::PyObject,
            count: ffi::Py_ssize_t,
        ) -> *mut ffi::PyObject {
            let body: Body = $body;
            // SAFETY: Python calls it as it was declared.
            unsafe { answer(arguments, count, body) }
        })*
    };
}

functions! {
    // This thread is this worker's from now on, and interrupted when the lap is cancelled.
    join => |[worker, ..]| {
        output::set_worker(u32::try_from(worker).ok());
        // SAFETY: Python has called this.
        let attachment = unsafe { Attachment::of_caller() };
        // For as long as the process lives.
        std::mem::forget(cancel::interruptible(&attachment));
        None
    };
    // This thread's worker.
    worker => |_| Some(output::worker().map_or(0, i64::from));
    // This thread is about to execute the user's code: a task, or the source. The worker, or that it may not.
    enter => |[task, ..]| Some(enter_task(task));
    // It does so no more.
    leave => |_| {
        if INSIDE.replace(false) {
            output::set_task(None);
            if let Some(track) = track(output::worker().map_or(-1, i64::from)) {
                track.pause();
            }
            RUNNING.fetch_sub(1, Ordering::SeqCst);
        }
        None
    };
    // How many threads do so.
    running => |_| Some(RUNNING.load(Ordering::SeqCst));
    // Whether the lap was cancelled.
    is_cancelled => |_| Some(i64::from(cancel::is_requested()));
    // A worker can take tasks since then.
    ready => |[worker, at, ..]| {
        if let (Some(lap), Ok(worker)) = (Lap::current(), u32::try_from(worker)) {
            lap.ready(worker, since_origin(at));
        }
        None
    };
    // What the wrapper of one task costs.
    wrapped => |[cost, ..]| {
        outbox::send_attached(LapEvent::Wrapped { per_task: Nanos(cost.unsigned_abs()) });
        None
    };
    // Measurement begins: when.
    begin => |_| Lap::current().map(|lap| lap.begin().0.cast_signed());
    // The next task, or -1.
    take => |_| Some(Lap::current().and_then(|lap| lap.dispatcher.next()).map_or(NOT_NOW, i64::from));
    // A worker has begun a task.
    begun => |[worker, task, at, ..]| {
        if let (Some(track), Ok(task)) = (track(worker), u32::try_from(task)) {
            track.begin(task, since_origin(at));
        }
        None
    };
    // A worker has executed a task.
    span => |[worker, task, start, end, cpu]| {
        if let (Some(track), Ok(task)) = (track(worker), u32::try_from(task)) {
            let (start, end) = (since_origin(start), since_origin(end));
            track.end(Span { task, start, end, cpu: Nanos(cpu.unsigned_abs()).min(end.since(start)) });
        }
        None
    };
    // Sends what comes out of the first of two descriptors.
    relay_output => |[reader, writer, ..]| {
        // SAFETY: the caller has made both for this, and uses them no more.
        let [reader, writer] = [reader, writer].map(|number| unsafe { OwnedFd::from_raw_fd(number as c_int) });
        relay::start(reader, writer);
        None
    };
    // The next connection that comes out of this channel.
    take_connection => |[channel, ..]| Some(natives::take_connection(channel));
    // A worker has closed the connection from this port.
    disconnected => |[worker, port, ..]| {
        natives::disconnected(worker, port);
        None
    };
    // This thread answers this worker's requests from now on.
    requests_here => |[worker, ..]| {
        // SAFETY: Python has called this.
        let attachment = unsafe { Attachment::of_caller() };
        natives::requests_here(&attachment, worker);
        None
    };
    // A request has come to this worker.
    arrived => |[worker, ..]| {
        natives::arrived(worker);
        None
    };
    // It has been dealt with.
    left => |[worker, ..]| {
        natives::left(worker);
        None
    };
    // A worker begins to answer a request then, alone on this thread or not: the request's number.
    asked => |[worker, start, alone, ..]| Some(natives::asked(worker, since_origin(start), alone != 0));
    // It has answered it, with this status.
    answered => |[worker, number, start, cpu, status]| {
        natives::answered(worker, number, since_origin(start), cpu, status);
        None
    };
    // The call that is executed here is done so far, in millionths.
    progress => |[millionths, ..]| {
        executor::progress::report(millionths);
        None
    };
    // A pool's call is executed on the thread that submits it.
    enter_here => |_| {
        executor::here::enter();
        None
    };
    // It has returned.
    leave_here => |_| {
        executor::here::leave();
        None
    };
    // Takes back a call of a pool.
    withdraw => |[pool, call, ..]| pools::withdraw(pool, call);
    // How far a call of a pool is.
    pool_progress => |[pool, call, ..]| pools::progress(pool, call);
    // Who executes a call of a pool.
    pool_worker => |[pool, call, ..]| pools::worker(pool, call);
    // A pool takes no more calls.
    close_pool => |[pool, ..]| pools::close(pool);
    // Waits until a pool has answered all.
    wait_answered => |[pool, milliseconds, ..]| pools::wait_answered(pool, milliseconds);
    // Something is due for the window's event loop from now on: the descriptor of frames, or with 1 that of inputs.
    start_beating => |[which, ..]| Some(desktop::natives::start(which));
    // The event loop deals with the frames that are due.
    frame => |_| desktop::natives::frame();
    // It has begun to deal with the inputs that have come.
    input => |_| desktop::natives::input();
    // What they have caused was dealt with too.
    answered_inputs => |_| desktop::natives::answered();
    // What can be read while somebody has pressed in the picture of a window, or -1: no pictures.
    watch_touches => |_| Some(desktop::pictures::descriptor());
    // Where somebody has, or -1.
    next_touch => |_| Some(desktop::pictures::next());
    // The process is about to exit from inside of the event loop, with this status, or -1 if all is well.
    window_over => |[status, ..]| desktop::natives::over(status);
    // Writes a byte to this descriptor when the lap is cancelled.
    wake_on_cancel => |[descriptor, ..]| {
        cancel::on_request(move || system::write_descriptor(descriptor as c_int, b"!"));
        None
    };
}

/// Keeps the context variable whose value says whose coroutine prints.
unsafe extern "C" fn label_by(_: *mut ffi::PyObject, variable: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python calls it attached, with a live object.
    unsafe {
        context::set_variable(Object::share(variable));
        Object::share(ffi::Py_None()).into_ptr()
    }
}

/// The functions of a worker's streams, for the caller's interpreter.
unsafe extern "C" fn streams_of(_: *mut ffi::PyObject, worker: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: Python has called this.
    let attachment = unsafe { Attachment::of_caller() };
    let make = || -> Outcome<Object> {
        // SAFETY: Python calls it attached, with a live object.
        let number = unsafe { Object::share(worker) }.to_int().unwrap_or(-1);
        Object::tuple(&attachment, streams::functions(&attachment, number)?)
    };
    match make() {
        Ok(functions) => functions.into_ptr(),
        Err(exception) => {
            exception.raise(&attachment);
            ptr::null_mut()
        }
    }
}

fn enter_task(task: i64) -> i64 {
    if cancel::is_requested() {
        return NOT_NOW;
    }
    if !INSIDE.replace(true) {
        RUNNING.fetch_add(1, Ordering::SeqCst);
    }
    let worker = output::worker();
    if let Ok(task) = u32::try_from(task) {
        output::set_task(Some(task));
        if let Some(track) = track(worker.map_or(-1, i64::from)) {
            track.begin(task, clock::now());
        }
    }
    worker.map_or(0, i64::from)
}

fn track(worker: i64) -> Option<&'static crate::track::Track> {
    Lap::current()?.tracks.find(worker)
}

/// From nanoseconds of the system's clock, which `time.monotonic_ns` reads.
fn since_origin(at: i64) -> Nanos {
    Nanos(at.unsigned_abs().saturating_sub(clock::origin()))
}

/// What CPython keeps pointers to.
#[derive(Debug)]
pub struct Static<T>(pub UnsafeCell<T>);

// SAFETY: only CPython reads and writes it, under a lock of its own.
unsafe impl<T> Sync for Static<T> {}

const fn function(name: &'static std::ffi::CStr, body: ffi::PyCFunctionFast) -> ffi::PyMethodDef {
    method(name, ffi::PyMethodDefPointer { PyCFunctionFast: body }, ffi::METH_FASTCALL)
}

const fn method(name: &'static std::ffi::CStr, body: ffi::PyMethodDefPointer, flags: c_int) -> ffi::PyMethodDef {
    ffi::PyMethodDef { ml_name: name.as_ptr(), ml_meth: body, ml_flags: flags, ml_doc: ptr::null() }
}

static METHODS: Static<[ffi::PyMethodDef; 42]> = Static(UnsafeCell::new([
    function(c"join", join),
    function(c"worker", worker),
    function(c"enter", enter),
    function(c"leave", leave),
    function(c"running", running),
    function(c"is_cancelled", is_cancelled),
    function(c"ready", ready),
    function(c"wrapped", wrapped),
    function(c"begin", begin),
    function(c"take", take),
    function(c"begun", begun),
    function(c"span", span),
    function(c"relay", relay_output),
    function(c"wake", wake_on_cancel),
    function(c"take_connection", take_connection),
    function(c"disconnected", disconnected),
    function(c"requests_here", requests_here),
    function(c"arrived", arrived),
    function(c"left", left),
    function(c"asked", asked),
    function(c"answered", answered),
    function(c"progress", progress),
    function(c"enter_here", enter_here),
    function(c"leave_here", leave_here),
    function(c"withdraw", withdraw),
    function(c"pool_progress", pool_progress),
    function(c"pool_worker", pool_worker),
    function(c"close_pool", close_pool),
    function(c"wait_answered", wait_answered),
    function(c"start_beating", start_beating),
    function(c"frame", frame),
    function(c"input", input),
    function(c"answered_inputs", answered_inputs),
    function(c"window_over", window_over),
    function(c"watch_touches", watch_touches),
    function(c"next_touch", next_touch),
    method(c"pictured", ffi::PyMethodDefPointer { PyCFunction: desktop::pictures::pictured }, ffi::METH_O),
    function(c"open_pool", pools::open_pool),
    function(c"submit", pools::submit),
    method(c"label", ffi::PyMethodDefPointer { PyCFunction: label_by }, ffi::METH_O),
    method(c"streams", ffi::PyMethodDefPointer { PyCFunction: streams_of }, ffi::METH_O),
    ffi::PyMethodDef::zeroed(),
]));

/// It keeps nothing of an interpreter, so every interpreter can have it.
static SLOTS: Static<[ffi::PyModuleDef_Slot; 3]> = Static(UnsafeCell::new([
    slot(ffi::Py_mod_multiple_interpreters, ffi::Py_MOD_PER_INTERPRETER_GIL_SUPPORTED),
    #[cfg(Py_3_13)]
    slot(ffi::Py_mod_gil, ffi::Py_MOD_GIL_NOT_USED),
    #[cfg(not(Py_3_13))]
    slot(0, ptr::null_mut()),
    slot(0, ptr::null_mut()),
]));

/// A slot of a module's definition.
pub const fn slot(slot: c_int, value: *mut c_void) -> ffi::PyModuleDef_Slot {
    ffi::PyModuleDef_Slot { slot, value }
}

static MODULE: Static<ffi::PyModuleDef> = Static(UnsafeCell::new(ffi::PyModuleDef {
    m_base: ffi::PyModuleDef_HEAD_INIT,
    m_name: c"_virgil".as_ptr(),
    m_doc: ptr::null(),
    m_size: 0,
    m_methods: METHODS.0.get().cast(),
    m_slots: SLOTS.0.get().cast(),
    m_traverse: None,
    m_clear: None,
    m_free: None,
}));

unsafe extern "C" fn initialise() -> *mut ffi::PyObject {
    // SAFETY: Python calls it attached; the definition lives for ever.
    unsafe { ffi::PyModuleDef_Init(MODULE.0.get()) }
}

/// Makes the module known. Before CPython is started.
pub fn register() {
    // SAFETY: nothing of Python runs yet; the name ends with a zero. It fails only without memory: the import says so.
    unsafe { ffi::PyImport_AppendInittab(c"_virgil".as_ptr(), Some(initialise)) };
}

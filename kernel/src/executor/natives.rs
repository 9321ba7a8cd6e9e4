//! What `python/pool.py` calls, in the main interpreter.

use std::ptr;
use std::time::Duration;

use pyo3::ffi;
use shared::{Group, MAX_WORKERS, Mode};

use super::call::{Argument, Call, Held, Pickle};
use super::{Plan, Pool};
use crate::interpreter::{Attachment, detached};
use crate::lap::Lap;
use crate::object::{Object, Outcome};
use crate::pipe::MAX_VALUE_BYTES;

/// `open_pool(mode, workers, deliver)`: a pool's number, or the sentence that says why there is none.
///
/// # Safety
/// Called by Python: attached, with `count` live objects at `arguments`.
pub unsafe extern "C" fn open_pool(
    _: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: as the caller says.
    let (attachment, [mode, workers, deliver]) = unsafe { (Attachment::of_caller(), three(arguments, count)) };
    let opened = match (mode, workers, deliver) {
        (Some(mode), Some(workers), Some(deliver)) => open(&attachment, (&mode, &workers), deliver),
        _ => Err("a pool is opened with a mode, a number of workers, and a function".into()),
    };
    let answer = match opened {
        Ok(number) => Object::int(&attachment, number as i64),
        Err(sentence) => Object::text(&attachment, &sentence),
    };
    given(&attachment, answer)
}

fn open(_: &Attachment, (mode, workers): (&Object, &Object), deliver: Object) -> Result<usize, String> {
    // SAFETY: attached.
    let in_main = unsafe { ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() };
    let lap = Lap::current().filter(|_| in_main).ok_or(
        "a worker can't open a pool, and a source that workers replay would open one in each of them: open it below \
         `if __name__ == \"__main__\":`, or in a function that only the program itself calls",
    )?;
    let mode = mode.to_text().parse().ok().filter(|mode: &Mode| mode.group() == Group::Native && mode.is_parallel());
    let mode = mode.ok_or("there is no such mode")?;
    let workers = workers.to_int().and_then(|workers| u32::try_from(workers).ok());
    let workers = workers.filter(|workers| (1..=MAX_WORKERS).contains(workers));
    let workers = workers.ok_or_else(|| format!("a pool has from 1 to {MAX_WORKERS} workers"))?;
    let plan = Plan { mode, workers, source: &lap.source, first_lane: Pool::first_lane() };
    let deliver = Held::new(deliver);
    // Threads that start may want the GIL.
    detached(|| Pool::open(plan, deliver))
}

/// `submit(pool, future, call)`, where a call is a tuple, or its pickle if it must cross: its number, or -1 if it is too
/// large for another process.
///
/// # Safety
/// As for [`open_pool`].
pub unsafe extern "C" fn submit(
    _: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: as the caller says.
    let (attachment, [pool, future, call]) = unsafe { (Attachment::of_caller(), three(arguments, count)) };
    let submitted = || {
        let pool = Pool::find(pool?.to_int()?)?;
        let call = call?;
        let argument = match pool.by_reference() {
            true => Argument::Tuple(Held::new(call)),
            false => Argument::Pickle(Pickle::new(call)?),
        };
        if let Argument::Pickle(pickle) = &argument
            && pool.plan.mode == Mode::Processes
            && pickle.bytes().len() > MAX_VALUE_BYTES
        {
            return Some(-1);
        }
        let number = pool.number();
        pool.submit(Call::new(number, argument, Held::new(future?)));
        Some(i64::from(number))
    };
    let number = submitted().unwrap_or(-1);
    given(&attachment, Object::int(&attachment, number))
}

/// Takes back a call that nobody has taken: 1 if it was.
pub fn withdraw(pool: i64, call: i64) -> Option<i64> {
    let call = Pool::find(pool)?.withdraw(u32::try_from(call).ok()?);
    if let Some(call) = &call {
        // SAFETY: Python has called this.
        let attachment = unsafe { Attachment::of_caller() };
        drop(call.take_future(&attachment));
        call.forget_argument(&attachment);
    }
    Some(i64::from(call.is_some()))
}

/// How far a call is that is not answered, in millionths; -1 if nobody has taken it, or it was answered.
pub fn progress(pool: i64, call: i64) -> Option<i64> {
    let call = Pool::find(pool)?.unanswered(u32::try_from(call).ok()?);
    Some(call.filter(|call| call.worker().is_some()).map_or(-1, |call| i64::from(call.progress())))
}

/// Who executes a call that is not answered; -1 if nobody has taken it, or it was answered.
pub fn worker(pool: i64, call: i64) -> Option<i64> {
    let call = Pool::find(pool)?.unanswered(u32::try_from(call).ok()?);
    Some(call.and_then(|call| call.worker()).map_or(-1, i64::from))
}

/// A pool takes no more calls.
pub fn close(pool: i64) -> Option<i64> {
    Pool::find(pool)?.close();
    None
}

/// Waits until a pool has answered all calls, for so many milliseconds: 1 if it has.
pub fn wait_answered(pool: i64, milliseconds: i64) -> Option<i64> {
    let pool = Pool::find(pool)?;
    let most = Duration::from_millis(milliseconds.unsigned_abs());
    Some(i64::from(detached(|| pool.wait_answered(most))))
}

/// # Safety
/// Attached, with `count` live objects at `arguments`.
unsafe fn three(arguments: *mut *mut ffi::PyObject, count: ffi::Py_ssize_t) -> [Option<Object>; 3] {
    // SAFETY: as the caller says; no place beyond the count is read.
    [0, 1, 2].map(|place| unsafe { (place < count).then(|| Object::share(*arguments.offset(place))) })
}

fn given(attachment: &Attachment, result: Outcome<Object>) -> *mut ffi::PyObject {
    match result {
        Ok(object) => object.into_ptr(),
        Err(exception) => {
            exception.raise(attachment);
            ptr::null_mut()
        }
    }
}

//! What `python/service.py` needs of the kernel; `native.rs` makes functions of it.

use std::cell::Cell;
use std::ffi::c_int;
use std::mem::ManuallyDrop;
use std::os::fd::IntoRawFd;

use shared::{ConnectionChange, ConnectionStep, Nanos, Span};

use super::connection::{Taken, take};
use super::notes::Notes;
use crate::interpreter::Attachment;
use crate::sampler::Watch;
use crate::{cancel, clock, output};

/// There is no connection now.
const NOTHING_NOW: i64 = -1;
/// There will be no more.
const NO_MORE: i64 = -2;
/// A request that counts in nothing.
const UNCOUNTED: i64 = -1;

thread_local! {
    /// Only taken by `leave`: the thread of a WSGI app's requests lives as long as the process.
    static WATCH: Cell<Option<ManuallyDrop<Watch>>> = const { Cell::new(None) };
}

/// The next connection out of a channel: its descriptor, and above it the client's port.
pub fn take_connection(channel: i64) -> i64 {
    match take(channel as c_int) {
        Taken::Connection(descriptor, port) => i64::from(port) << 32 | i64::from(descriptor.into_raw_fd()),
        Taken::Nothing => NOTHING_NOW,
        Taken::End => NO_MORE,
    }
}

/// A worker has closed a connection.
pub fn disconnected(worker: i64, port: i64) {
    if let (Some(notes), Ok(worker), Ok(port)) = (Notes::current(), u32::try_from(worker), u16::try_from(port)) {
        notes.changed(ConnectionChange { worker, port, at: clock::now(), step: ConnectionStep::Closed });
    }
}

/// This thread answers a worker's requests from now on: it prints as the worker, is interrupted when the lap is
/// cancelled, and is the one that is sampled.
pub fn requests_here(attachment: &Attachment, worker: i64) {
    let Ok(worker) = u32::try_from(worker) else { return };
    output::set_worker(Some(worker));
    // For as long as the process lives.
    std::mem::forget(cancel::interruptible(attachment));
    WATCH.set(Some(ManuallyDrop::new(attachment.watch(worker))));
}

/// This thread does so no more. Before its thread state is deleted.
pub fn leave() {
    if let Some(watch) = WATCH.take() {
        drop(ManuallyDrop::into_inner(watch));
    }
}

/// A request has come to a worker, and may have to wait for its turn.
pub fn arrived(worker: i64) {
    if let (Some(notes), Ok(worker)) = (Notes::current(), u32::try_from(worker)) {
        notes.arrived(worker);
    }
}

/// It has been dealt with.
pub fn left(worker: i64) {
    if let (Some(notes), Ok(worker)) = (Notes::current(), u32::try_from(worker)) {
        notes.left(worker);
    }
}

/// A worker begins to answer a request, on this thread alone or by turns with others: the request's number.
pub fn asked(worker: i64, start: Nanos, alone: bool) -> i64 {
    let asked = Notes::current().zip(u32::try_from(worker).ok());
    let number = asked.and_then(|(notes, worker)| notes.asked(worker, start));
    if alone {
        output::set_task(number);
    }
    number.map_or(UNCOUNTED, i64::from)
}

/// It has answered it.
pub fn answered(worker: i64, number: i64, start: Nanos, cpu: i64, status: i64) {
    let (end, status) = (clock::now(), u16::try_from(status).unwrap_or_default());
    let cpu = Nanos(cpu.unsigned_abs()).min(end.since(start));
    let span = u32::try_from(number).ok().map(|task| Span { task, start, end, cpu });
    if let (Some(notes), Ok(worker)) = (Notes::current(), u32::try_from(worker)) {
        notes.answered(worker, span, status);
    }
    output::set_task(None);
}

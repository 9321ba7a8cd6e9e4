//! The one way out: events, in order, to whoever started this process.
//!
//! No thread waits for a GIL while it holds the outbox, so a thread that has one may wait for the outbox.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use serde::Serialize;
use shared::{KernelEvent, LapEvent, LoadWish};

use crate::modes::processes::ChildEvent;
use crate::{interpreter, pipe, system};

/// Who reads the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The runner.
    Runner,
    /// The kernel that started this process as one of its workers.
    Kernel,
}

struct Outbox {
    reader: Reader,
    socket: Mutex<Socket>,
}

struct Socket {
    stream: UnixStream,
    /// The ending was sent: nothing follows it.
    ended: bool,
}

static OUTBOX: OnceLock<Outbox> = OnceLock::new();

/// Opens it, once.
pub fn open(stream: UnixStream, reader: Reader) {
    // A second call would change nothing, and there is none.
    let _ = OUTBOX.set(Outbox { reader, socket: Mutex::new(Socket { stream, ended: false }) });
}

/// Sends something that happened in the lap.
pub fn send(event: LapEvent) {
    post(&encode(event));
}

/// Sends something that happened in the lap, from a thread that is attached to an interpreter: if it has to wait,
/// it detaches meanwhile.
pub fn send_attached(event: LapEvent) {
    let frame = encode(event);
    let Some(outbox) = usable() else { return };
    let Ok(mut socket) = outbox.socket.try_lock() else {
        return interpreter::detached(|| post(&frame));
    };
    if socket.ended {
        return;
    }
    match system::send_now(&socket.stream, &frame) {
        Ok(sent) if sent == frame.len() => {}
        // The guard moves in: it is given back before this thread attaches again.
        Ok(sent) => interpreter::detached(move || write_all(&mut socket, &frame[sent..])),
        Err(error) => system::end_unheard(&error),
    }
}

/// Sends what a source says of the load to put on it.
pub fn wish(load: Box<LoadWish>) {
    match OUTBOX.get().map(|outbox| outbox.reader) {
        Some(Reader::Kernel) => send_value(&ChildEvent::LoadWished(load)),
        _ => send_value(&KernelEvent::LoadWished(load)),
    }
}

/// Sends a frame's value as it is.
pub fn send_value<T: Serialize>(value: &T) {
    post(&pipe::frame(value).unwrap_or_default());
}

/// Sends the ending, unless one was sent, and nothing after it.
pub fn end(ending: shared::Ending) {
    let frame = pipe::frame(&KernelEvent::Ended(ending)).unwrap_or_default();
    let Some(outbox) = usable() else { return };
    let mut socket = lock(outbox);
    if !socket.ended {
        write_all(&mut socket, &frame);
        socket.ended = true;
    }
}

fn post(frame: &[u8]) {
    let Some(outbox) = usable() else { return };
    let mut socket = lock(outbox);
    if !socket.ended {
        write_all(&mut socket, frame);
    }
}

/// None before it is opened, and in a process that user code forked off.
fn usable() -> Option<&'static Outbox> {
    if system::is_forked() { None } else { OUTBOX.get() }
}

fn lock(outbox: &Outbox) -> MutexGuard<'_, Socket> {
    // A thread that panicked while it wrote may have left half a frame, but then nothing else can be said either.
    outbox.socket.lock().unwrap_or_else(PoisonError::into_inner)
}

fn encode(event: LapEvent) -> Vec<u8> {
    let encoded = match OUTBOX.get().map(|outbox| outbox.reader) {
        Some(Reader::Kernel) => pipe::frame(&ChildEvent::Lap(event)),
        _ => pipe::frame(&KernelEvent::Lap(event)),
    };
    // An event that is too long for a frame is dropped: the lap goes on.
    encoded.unwrap_or_default()
}

fn write_all(socket: &mut Socket, bytes: &[u8]) {
    if let Err(error) = socket.stream.write_all(bytes) {
        system::end_unheard(&error);
    }
}

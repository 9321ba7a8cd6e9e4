//! What is written below Python, to descriptors 1 and 2: by C code, by child processes.

use std::os::fd::OwnedFd;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use shared::{Stream, whole_characters};

use crate::output::{self, Label};
use crate::system;

/// How long a line may stay without its end before it is sent.
const PATIENCE: Duration = Duration::from_millis(50);

/// At the end of the lap a pipe that is written to all the time is read only so far.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;

/// A thread that reads a pipe.
struct Capture {
    /// Closing it asks the thread to read what is there and then to end.
    wake: Option<OwnedFd>,
    done: Receiver<()>,
}

static CAPTURES: Mutex<Vec<(Option<u32>, Capture)>> = Mutex::new(Vec::new());

/// Sends everything that comes out of a pipe, as this worker's or nobody's.
///
/// # Errors
/// If no descriptor is left.
pub fn start(pipe: OwnedFd, worker: Option<u32>) -> std::io::Result<()> {
    let (woken, wake) = system::pipe()?;
    let (finished, done) = mpsc::channel();
    thread::Builder::new().name("capture".into()).spawn(move || read(pipe, woken, worker, finished))?;
    let capture = Capture { wake: Some(wake), done };
    CAPTURES.lock().unwrap_or_else(PoisonError::into_inner).push((worker, capture));
    Ok(())
}

/// Waits until everything was sent that this worker's processes have written so far, and ends its capture.
pub fn finish(worker: Option<u32>) {
    finish_where(|of| of == worker);
}

/// The same for all captures.
pub fn finish_all() {
    finish_where(|_| true);
}

fn finish_where(chosen: impl Fn(Option<u32>) -> bool) {
    let mut captures = CAPTURES.lock().unwrap_or_else(PoisonError::into_inner);
    let finished: Vec<_> = captures.extract_if(.., |(worker, _)| chosen(*worker)).collect();
    drop(captures);
    for (_, mut capture) in finished {
        capture.wake = None;
        // An error says that the thread has ended, which is what is waited for.
        let _ = capture.done.recv();
    }
}

fn read(pipe: OwnedFd, woken: OwnedFd, worker: Option<u32>, finished: Sender<()>) {
    let label = Label { worker, task: None };
    let mut held = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut left = MAX_DRAINED_BYTES;
    loop {
        let timeout = (!held.is_empty()).then_some(PATIENCE);
        let readable = system::wait_readable(&pipe, &woken, timeout);
        let read = system::read_now(&pipe, &mut buffer);
        match read {
            Some(0) => break,
            Some(count) => {
                let before = held.len();
                held.extend_from_slice(&buffer[..count]);
                let complete = match held[before..].iter().rposition(|&byte| byte == b'\n') {
                    Some(end) => before + end + 1,
                    None if held.len() > output::MAX_HELD_BYTES => whole_characters(&held),
                    None => 0,
                };
                send(label, &mut held, complete);
                if readable.second {
                    left = left.saturating_sub(count);
                }
            }
            None if readable.second => break,
            None => {
                let complete = whole_characters(&held);
                send(label, &mut held, complete);
            }
        }
        if left == 0 {
            break;
        }
    }
    let rest = held.len();
    send(label, &mut held, rest);
    // Nobody waits if the process is about to end.
    let _ = finished.send(());
}

/// Sends the first bytes of what is held.
fn send(label: Label, held: &mut Vec<u8>, length: usize) {
    if length == 0 {
        return;
    }
    let rest = held.split_off(length);
    let text = String::from_utf8_lossy(held).into_owned();
    *held = rest;
    output::forward(label, Stream::Native, text);
}

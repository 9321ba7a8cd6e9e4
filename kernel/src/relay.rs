//! What the worker processes of an executor print: they aren't kernels, and have one pipe for all of them.
//!
//! A piece is written at once, so pieces of several workers don't mix: stream (1 byte), worker, task, length (4 bytes
//! each, little-endian), and the text. `pool_worker.py` writes them.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use shared::Stream;

use crate::output::{self, Label};

const HEAD_BYTES: usize = 13;
/// Instead of a stream: everything before this was sent.
const MARK: u8 = 2;
/// Stands for no task.
const NO_TASK: u32 = u32::MAX;
/// The reader is never far behind: a pipe is small.
const PATIENCE: Duration = Duration::from_secs(2);

static RELAY: Mutex<Option<(File, Receiver<()>)>> = Mutex::new(None);

/// Sends what comes out of a pipe from now on. `writer` is its other end, which stays open.
pub fn start(reader: OwnedFd, writer: OwnedFd) {
    let (sender, marks) = channel();
    let reading = move || read(File::from(reader), &sender);
    if thread::Builder::new().name("relay".into()).spawn(reading).is_ok() {
        *RELAY.lock().unwrap_or_else(PoisonError::into_inner) = Some((File::from(writer), marks));
    }
}

/// Waits until everything is sent that was written so far.
pub fn finish() {
    let Some((mut writer, marks)) = RELAY.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    let mut mark = [0; HEAD_BYTES];
    mark[0] = MARK;
    if writer.write_all(&mark).is_ok() {
        // What comes later than that is lost.
        let _ = marks.recv_timeout(PATIENCE);
    }
}

fn read(mut pipe: File, marks: &Sender<()>) {
    let mut head = [0; HEAD_BYTES];
    while pipe.read_exact(&mut head).is_ok() {
        let (stream, label, length) = parse(&head);
        let mut text = vec![0; length];
        if pipe.read_exact(&mut text).is_err() {
            return;
        }
        match stream {
            Some(stream) => output::forward(label, stream, String::from_utf8_lossy(&text).into_owned()),
            // Nobody waits any more if it took too long.
            None => drop(marks.send(())),
        }
    }
}

fn parse(head: &[u8; HEAD_BYTES]) -> (Option<Stream>, Label, usize) {
    let number = |place: usize| u32::from_le_bytes(std::array::from_fn(|byte| head[place + byte]));
    let stream = match head[0] {
        0 => Some(Stream::Stdout),
        1 => Some(Stream::Stderr),
        _ => None,
    };
    let task = Some(number(5)).filter(|&task| task != NO_TASK);
    (stream, Label { worker: Some(number(1)), task }, number(9) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_says_whose_it_is() {
        let head = [1, 3, 0, 0, 0, 0, 1, 0, 0, 5, 0, 0, 0];
        let label = Label { worker: Some(3), task: Some(256) };
        assert_eq!(parse(&head), (Some(Stream::Stderr), label, 5));
        let mut head = [0; HEAD_BYTES];
        head[5..9].fill(0xff);
        assert_eq!(parse(&head).1.task, None);
        head[0] = MARK;
        assert_eq!(parse(&head).0, None);
    }
}

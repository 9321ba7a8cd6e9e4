//! What a kernel process and its children write below Python, to descriptors 1 and 2. The runner holds the pipe, so
//! that not even the last bytes before a crash are lost.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use shared::whole_characters;
use tokio::sync::{Semaphore, oneshot};

use super::input::{Input, Inputs, KernelId};
use crate::system::Printed;

/// How much is read at once.
const READ_BYTES: usize = 64 * 1024;
/// How long a line may stay without its end before it is sent.
const PATIENCE: Duration = Duration::from_millis(50);
/// How many texts may be on their way to the desk.
const TEXTS: usize = 4;
/// When the lap is over, a pipe that somebody still writes to is read only so far.
const MOST_DRAINED: usize = 16 * 1024 * 1024;

/// Sends what comes out of a kernel's pipe to the desk, until it is closed, or until `finish` is dropped and all that
/// had been written was sent.
pub async fn listen(kernel: KernelId, pipe: Printed, mut finish: oneshot::Receiver<()>, inputs: Inputs) {
    let permits = Arc::new(Semaphore::new(TEXTS));
    let mut held = Vec::new();
    let mut goes_on = true;
    while goes_on {
        let complete = tokio::select! {
            biased;
            // Either it was dropped, or the lap is over.
            _ = &mut finish => {
                drain(&pipe, &mut held);
                goes_on = false;
                held.len()
            }
            read = read(&pipe, &mut held) => {
                goes_on = read;
                if goes_on { complete(&held) } else { held.len() }
            }
            () = tokio::time::sleep(PATIENCE), if !held.is_empty() => whole_characters(&held),
        };
        if complete > 0 {
            let rest = held.split_off(complete);
            let text = String::from_utf8_lossy(&std::mem::replace(&mut held, rest)).into_owned();
            let Ok(permit) = permits.clone().acquire_owned().await else { return };
            inputs.tell(Input::Printed { kernel, text, permit });
        }
    }
    inputs.tell(Input::PrintedAll { kernel });
}

/// Waits until there is something, and reads it; says whether more can come.
async fn read(pipe: &Printed, held: &mut Vec<u8>) -> bool {
    loop {
        if pipe.readable().await.is_err() {
            return false;
        }
        if let Some(goes_on) = read_now(pipe, held) {
            return goes_on;
        }
    }
}

/// Reads what is there; says whether more can come, and nothing if nothing was there.
fn read_now(pipe: &Printed, held: &mut Vec<u8>) -> Option<bool> {
    let before = held.len();
    held.resize(before + READ_BYTES, 0);
    let read = pipe.try_read(&mut held[before..]);
    held.truncate(before + read.as_ref().copied().unwrap_or_default());
    match read {
        Ok(count) => Some(count > 0),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => None,
        Err(_) => Some(false),
    }
}

fn drain(pipe: &Printed, held: &mut Vec<u8>) {
    let end = held.len() + MOST_DRAINED;
    while held.len() < end && read_now(pipe, held) == Some(true) {}
}

/// How many of the bytes can be sent now: whole lines, or all of a line that is too long to wait for its end.
fn complete(bytes: &[u8]) -> usize {
    match bytes.iter().rposition(|&byte| byte == b'\n') {
        Some(end) => end + 1,
        None if bytes.len() >= READ_BYTES => whole_characters(bytes),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_sent_whole() {
        for (text, length) in [("one\ntwo", 4), ("one", 0), ("one\n", 4)] {
            assert_eq!(complete(text.as_bytes()), length, "{text:?}");
        }
        assert_eq!(complete(&vec![b'x'; READ_BYTES]), READ_BYTES);
    }
}

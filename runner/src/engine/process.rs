//! A kernel process. Dropping it ends it.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{ErrorKind, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use bytes::BytesMut;
use futures_util::StreamExt;
use shared::{Cause, KernelCommand, KernelEvent};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

use super::input::{Input, Inputs, KernelId, Silence, Task};
use super::printed;
use crate::kernels::Kernel;
use crate::system::{self, Pid, Started};

/// The longest frame that is taken from a kernel.
const LONGEST_FRAME: usize = 64 * 1024 * 1024;
/// How much is read from a kernel at once.
const READ_BYTES: usize = 256 * 1024;
/// How many frames are handed to the desk together, at most.
const FRAMES: usize = 4096;
/// How many such batches may be on their way to the desk.
const BATCHES: usize = 4;
/// How much of a kernel's last words is told.
const LAST_WORDS: usize = 600;

/// A kernel process that was started.
pub struct KernelProcess {
    /// Its name.
    pub id: KernelId,
    /// Its number.
    pub pid: Pid,
    /// What it is.
    pub kernel: Kernel,
    commands: mpsc::UnboundedSender<KernelCommand>,
    words: File,
    printed: Option<oneshot::Sender<()>>,
    _reader: Task,
}

impl KernelProcess {
    /// Starts one. What it says and that it has ended go to `inputs`.
    ///
    /// # Errors
    /// A sentence that says why it can't be started.
    pub fn start(id: KernelId, kernel: &Kernel, folder: &Path, inputs: &Inputs) -> Result<KernelProcess, String> {
        let Started { pid, pipe, words, printed } = system::start(kernel, folder).map_err(|error| {
            let title = kernel.build.title();
            format!("The kernel of {title} can't be started ({error}). Build it again with `cargo xtask kernels`.")
        })?;
        let (from, to) = tokio::io::split(pipe);
        let (commands, coming) = mpsc::unbounded_channel();
        let reader = Task::spawn(listen(id, from, inputs.clone()));
        tokio::spawn(speak(to, coming));
        let (finish, finished) = oneshot::channel();
        tokio::spawn(printed::listen(id, printed, finished, inputs.clone()));
        let process =
            KernelProcess { id, pid, kernel: kernel.clone(), commands, words, printed: Some(finish), _reader: reader };
        let inputs = inputs.clone();
        let waiter = thread::Builder::new().name(format!("kernel {pid}")).stack_size(64 * 1024);
        waiter
            .spawn(move || inputs.tell(Input::Exited { kernel: id, exit: system::wait(pid) }))
            .map_err(|error| format!("Nobody can wait for a kernel ({error}). Close other programs and run again."))?;
        Ok(process)
    }

    /// Tells it something. A kernel that has ended hears nothing, which its ending says.
    pub fn tell(&self, command: KernelCommand) {
        let _ = self.commands.send(command);
    }

    /// Has everything told that was written below Python until now, and no more.
    pub fn finish_printed(&mut self) {
        self.printed = None;
    }

    /// What to say of one that ended so before it could take a lap.
    pub fn explain(&self, cause: Cause) -> String {
        let title = self.kernel.build.title();
        let how = match cause {
            Cause::Exit(status) => format!("exited with status {status}"),
            Cause::Signal(signal) => format!("was ended by signal {signal}"),
            Cause::Unheard => "did not speak as agreed".into(),
        };
        let words = self.last_words();
        let said = if words.is_empty() { ".".into() } else { format!(": {words}") };
        format!(
            "The kernel of {title} {how} before it could take a lap{said} Build it again with `cargo xtask kernels`."
        )
    }

    /// The end of what it wrote to its standard error.
    fn last_words(&self) -> String {
        let mut bytes = Vec::new();
        // Without them, the sentence is shorter.
        let _ = rewound(&self.words).and_then(|mut words| words.read_to_end(&mut bytes));
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim();
        text[text.ceil_char_boundary(text.len().saturating_sub(LAST_WORDS))..].to_owned()
    }
}

impl Drop for KernelProcess {
    fn drop(&mut self) {
        system::kill(self.pid);
    }
}

/// The same file, from its start. The kernel writes no more.
fn rewound(mut file: &File) -> std::io::Result<&File> {
    file.rewind()?;
    Ok(file)
}

fn codec() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder().little_endian().max_frame_length(LONGEST_FRAME).new_codec()
}

/// Sends what a kernel says to the desk, as much together as there is.
async fn listen(kernel: KernelId, from: impl AsyncRead + Unpin, inputs: Inputs) {
    let permits = Arc::new(Semaphore::new(BATCHES));
    let mut frames = FramedRead::with_capacity(from, codec(), READ_BYTES).ready_chunks(FRAMES);
    let silence = loop {
        let Ok(permit) = permits.clone().acquire_owned().await else { return };
        let Some(frames) = frames.next().await else { break Silence::Closed };
        let mut events = Vec::with_capacity(frames.len());
        let end = frames.into_iter().try_for_each(|frame| {
            events.push(decode(frame)?);
            Ok(())
        });
        inputs.tell(Input::Heard { kernel, events, permit });
        if let Err(silence) = end {
            break silence;
        }
    };
    inputs.tell(Input::Silent { kernel, silence });
}

/// What a frame says. A frame that breaks off was the last: its kernel was killed.
fn decode(frame: std::io::Result<BytesMut>) -> Result<KernelEvent, Silence> {
    let frame = frame.map_err(|error| match error.kind() {
        ErrorKind::InvalidData => Silence::Garbled,
        _ => Silence::Closed,
    })?;
    postcard::from_bytes(&frame).map_err(|_| Silence::Garbled)
}

/// Writes what is told to a kernel, until nobody can tell it anything or it is gone.
async fn speak(mut to: impl AsyncWrite + Unpin, mut commands: mpsc::UnboundedReceiver<KernelCommand>) {
    while let Some(command) = commands.recv().await {
        let Ok(value) = postcard::to_allocvec(&command) else { return };
        let length = value.len() as u32;
        if to.write_all(&[&length.to_le_bytes(), value.as_slice()].concat()).await.is_err() {
            return;
        }
    }
}

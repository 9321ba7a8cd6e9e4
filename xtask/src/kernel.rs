//! Talks to a kernel directly, as the runner does, for content tests and measurements.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use shared::{Ending, InterpreterBuild, KernelCommand, KernelEvent, LapEvent, LapRequest, PROTOCOL, Span, Verdict};

use crate::setup::kernels::Kernel;

/// No lap of the content or of a measurement may be silent for longer: kernels report progress all the time.
const SILENCE: Duration = Duration::from_secs(60);

/// What a lap said.
#[derive(Default)]
pub struct Lap {
    /// The check's verdict, if there was one.
    pub verdict: Option<Verdict>,
    /// What the tasks took.
    pub spans: Vec<Span>,
}

/// A kernel process; dropped, it is gone.
struct Process {
    child: Child,
    socket: UnixStream,
}

/// Starts a kernel and waits until its CPython is up.
pub fn greet(binary: &Path, build: &InterpreterBuild) -> Result<()> {
    Process::start(binary, build, Path::new("/")).map(|_| ())
}

/// Executes one lap in a fresh kernel.
pub fn lap(kernel: &Kernel, folder: &Path, request: LapRequest) -> Result<(Lap, Ending)> {
    let mut process = Process::start(&kernel.binary(), &kernel.build, folder)?;
    process.send(&KernelCommand::Lap(request))?;
    let mut lap = Lap::default();
    loop {
        match process.receive()? {
            KernelEvent::Lap(LapEvent::Checked(verdict)) => lap.verdict = Some(verdict),
            KernelEvent::Lap(LapEvent::Spans { spans, .. }) => lap.spans.extend(spans),
            KernelEvent::Lap(_) | KernelEvent::Ready { .. } => {}
            KernelEvent::Ended(ending) => return Ok((lap, ending)),
        }
    }
}

impl Process {
    fn start(binary: &Path, build: &InterpreterBuild, folder: &Path) -> Result<Process> {
        let (socket, theirs) = UnixStream::pair()?;
        socket.set_read_timeout(Some(SILENCE))?;
        // The shell moves the socket from descriptor 0, where it can be put without unsafe code, to 3.
        let mut command = Command::new("sh");
        command.args(["-c", r#"exec "$@" 3<&0 </dev/null"#, "sh"]).arg(binary);
        command.args(["--fd", "3", "--python", &build.executable]).current_dir(folder);
        command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null()).process_group(0);
        let child = command.spawn().context("`sh` could not be started.")?;
        let mut process = Process { child, socket };
        match process.receive()? {
            KernelEvent::Ready { protocol } if protocol == PROTOCOL => Ok(process),
            KernelEvent::Ready { .. } => bail!("The kernel is of another version: run `cargo xtask kernels`."),
            other => bail!("The kernel's first word was {other:?} instead of Ready."),
        }
    }

    fn send(&mut self, command: &KernelCommand) -> Result<()> {
        let body = postcard::to_allocvec(command)?;
        let length = u32::try_from(body.len())?;
        self.socket.write_all(&length.to_le_bytes())?;
        self.socket.write_all(&body).context("The kernel took no command.")
    }

    fn receive(&mut self) -> Result<KernelEvent> {
        let mut length = [0; 4];
        self.socket.read_exact(&mut length).context("The kernel said no more.")?;
        let mut body = vec![0; u32::from_le_bytes(length) as usize];
        self.socket.read_exact(&mut body).context("The kernel stopped in the middle of a word.")?;
        postcard::from_bytes(&body).context("The kernel's words are of another version: run `cargo xtask kernels`.")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended by itself, most times: then there is nothing to kill, and its status was said before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Talks to a kernel directly, as the runner does, for content tests and measurements.

use std::fmt;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use shared::{Ending, InterpreterBuild, KernelCommand, KernelEvent, LapEvent, LapRequest, PROTOCOL, Span, Verdict};

use crate::setup::kernels::Kernel;
use crate::system::{self, Socket};

/// No lap of the content or of a measurement may be silent for longer: kernels report progress all the time.
const SILENCE: Duration = Duration::from_secs(60);
/// CPython is up in a small part of it.
const START: Duration = Duration::from_secs(15);

/// No lap may take longer, whatever it says meanwhile: that is the runner's limit too.
const LONGEST: Duration = Duration::from_secs(120);

/// A kernel has ended without an ending.
#[derive(Debug)]
pub struct Gone;

impl fmt::Display for Gone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("The kernel said no more.")
    }
}

impl std::error::Error for Gone {}

/// What a lap said.
#[derive(Default)]
pub struct Lap {
    /// The check's verdict, if there was one.
    pub verdict: Option<Verdict>,
    /// From when it was heard that it began to when all results were objects and checked, if there was a check.
    pub with_results: Option<Duration>,
    /// What the tasks took.
    pub spans: Vec<Span>,
    /// The most memory that the kernel itself had held when it last said how far it is, in bytes; 0 if it never did.
    pub peak_memory: u64,
}

/// A kernel process; dropped, it is gone.
struct Process {
    child: Child,
    socket: Socket,
}

/// Starts a kernel and waits until its CPython is up.
pub fn greet(binary: &Path, build: &InterpreterBuild) -> Result<()> {
    let mut process = Process::start(binary, build, Path::new("/"), Stdio::piped())?;
    process.hello(START).map_err(|error| {
        process.end();
        let mut said = String::new();
        if let Some(stderr) = &mut process.child.stderr {
            // What it said is only a help: bytes that are no text may be missing.
            let _ = stderr.read_to_string(&mut said);
        }
        let last = said.trim().lines().last().unwrap_or("It said nothing else.").to_owned();
        error.context(last)
    })
}

/// Executes one lap in a fresh kernel.
pub fn lap(kernel: &Kernel, folder: &Path, request: LapRequest) -> Result<(Lap, Ending)> {
    lap_until(kernel, folder, request, |_| false)
}

/// The same, but cancels the lap as soon as `is_enough` says so of what happens in it.
pub fn lap_until(
    kernel: &Kernel,
    folder: &Path,
    request: LapRequest,
    is_enough: impl Fn(&LapEvent) -> bool,
) -> Result<(Lap, Ending)> {
    let mut process = Process::start(&kernel.binary(), &kernel.build, folder, Stdio::null())?;
    process.hello(SILENCE)?;
    process.send(&KernelCommand::Lap(request))?;
    let mut lap = Lap::default();
    let started = Instant::now();
    let mut began = started;
    let mut cancelled = false;
    loop {
        if started.elapsed() > LONGEST {
            bail!("The lap has not ended after {} s.", LONGEST.as_secs());
        }
        let event = process.receive()?;
        if let KernelEvent::Lap(event) = &event {
            if matches!(event, LapEvent::Began { .. } | LapEvent::Progress { .. }) {
                lap.peak_memory = lap.peak_memory.max(peak_memory(process.child.id()));
            }
            // What is asked of a service, its check asks.
            if let LapEvent::Serving { .. } = event {
                process.send(&KernelCommand::Drain)?;
            }
            if !cancelled && is_enough(event) {
                process.send(&KernelCommand::Cancel)?;
                cancelled = true;
            }
        }
        match event {
            KernelEvent::Lap(LapEvent::Began { .. }) => began = Instant::now(),
            KernelEvent::Lap(LapEvent::Checked(verdict)) => {
                lap.with_results = Some(began.elapsed());
                lap.verdict = Some(verdict);
            }
            KernelEvent::Lap(LapEvent::Spans { spans, .. }) => lap.spans.extend(spans),
            KernelEvent::Lap(_) | KernelEvent::LoadWished(_) | KernelEvent::Ready { .. } => {}
            KernelEvent::Ended(ending) => return Ok((lap, ending)),
        }
    }
}

/// The most memory that a process has held, in bytes; 0 if it has ended or the system doesn't say.
fn peak_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    peak.map_or(0, |kibibytes: u64| kibibytes * 1024)
}

/// What still runs of all that kernels of this program have started, by number and name.
pub fn descendants() -> Result<Vec<String>> {
    let mark = format!("{}={}", system::MARK, std::process::id());
    let describe = |folder: PathBuf| {
        let number = folder.file_name()?.to_str()?.parse::<u32>().ok()?;
        // What has ended meanwhile, or is somebody else's, can't be read.
        let environment = fs::read(folder.join("environ")).ok()?;
        let marked = environment.split(|&byte| byte == 0).any(|entry| entry == mark.as_bytes());
        let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
        marked.then(|| format!("{number} ({})", name.trim()))
    };
    Ok(fs::read_dir("/proc")?.flatten().filter_map(|entry| describe(entry.path())).collect())
}

impl Process {
    fn start(binary: &Path, build: &InterpreterBuild, folder: &Path, stderr: Stdio) -> Result<Process> {
        let (child, socket) = system::start(binary, build, folder, stderr)?;
        Ok(Process { child, socket })
    }

    /// Waits for its first word.
    fn hello(&mut self, patience: Duration) -> Result<()> {
        self.socket.set_read_timeout(Some(patience))?;
        let first = self.receive()?;
        self.socket.set_read_timeout(Some(SILENCE))?;
        match first {
            KernelEvent::Ready { protocol } if protocol == PROTOCOL => Ok(()),
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
        self.socket.read_exact(&mut length).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => anyhow::Error::new(Gone),
            _ => anyhow::Error::new(error).context(format!("The kernel was silent for {} s.", SILENCE.as_secs())),
        })?;
        let mut body = vec![0; u32::from_le_bytes(length) as usize];
        self.socket.read_exact(&mut body).context("The kernel stopped in the middle of a word.")?;
        postcard::from_bytes(&body).context("The kernel's words are of another version: run `cargo xtask kernels`.")
    }

    fn end(&mut self) {
        // It has ended by itself, most times: then there is nothing to kill, and its status was said before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

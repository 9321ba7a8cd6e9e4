//! Drives the real kernel as the runner does.

use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use shared::{
    Availability, Ending, Feed, Gil, Group, InterpreterBuild, KernelCommand, KernelEvent, LapEvent, LapRequest, Limits,
    LoadWish, Mode, Python, Raised, Span, Stream,
};

/// Longer than any test's lap: a kernel that says nothing for so long is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Kernel {
    process: Child,
    socket: UnixStream,
    /// What it says, read at once as the runner does, also while a test does something else: a kernel that nobody hears
    /// waits.
    events: Receiver<KernelEvent>,
}

/// Reads all that a kernel says, until it has ended: "reset" if something we said lay unread then.
fn listen(mut socket: UnixStream) -> Receiver<KernelEvent> {
    let (sender, events) = mpsc::channel();
    std::thread::spawn(move || {
        let mut length = [0; 4];
        while socket.read_exact(&mut length).is_ok() {
            let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
            let Ok(()) = socket.read_exact(&mut bytes) else { break };
            let Ok(()) = sender.send(postcard::from_bytes(&bytes).unwrap()) else { break };
        }
    });
    events
}

/// A whole lap.
#[derive(Debug)]
pub struct Record {
    pub events: Vec<LapEvent>,
    /// What it said of the load to put on it, each time it did, and how many events it had said before.
    pub wishes: Vec<(usize, LoadWish)>,
    /// None if the kernel was gone before it said one.
    pub ending: Option<Ending>,
    /// The kernel's exit status; none if a signal has ended it.
    pub status: Option<i32>,
    session: u32,
}

pub fn python() -> String {
    std::env::var("VIRGIL_TEST_PYTHON")
        .or_else(|_| std::env::var("PYO3_PYTHON"))
        .unwrap_or_else(|_| env!("VIRGIL_BUILD_PYTHON").to_owned())
}

/// The build in the kernel that is tested.
pub fn build() -> &'static InterpreterBuild {
    static BUILD: OnceLock<InterpreterBuild> = OnceLock::new();
    BUILD.get_or_init(|| {
        let question =
            "import sys, sysconfig; print(*sys.version_info[:3], sysconfig.get_config_var('Py_GIL_DISABLED'))";
        let answer = Command::new(python()).args(["-I", "-c", question]).output().unwrap().stdout;
        let answer = String::from_utf8(answer).unwrap();
        let parts: Vec<&str> = answer.split_whitespace().collect();
        let number = |place: usize| parts[place].parse::<u8>().unwrap();
        InterpreterBuild {
            id: "tested".into(),
            python: Python { major: number(0), minor: number(1), micro: number(2) },
            gil: if parts[3] == "1" { Gil::Absent } else { Gil::Present },
            executable: python(),
        }
    })
}

/// All modes that this build can execute.
pub fn able() -> impl Iterator<Item = Mode> {
    Mode::ALL.into_iter().filter(|mode| !matches!(build().availability(*mode), Availability::Impossible(_)))
}

/// The native modes that this build can execute and that call `def work`.
pub fn modes() -> Vec<Mode> {
    called().into_iter().filter(|mode| mode.group() == Group::Native).collect()
}

/// Those of them that can have several workers.
pub fn parallel() -> Vec<Mode> {
    modes().into_iter().filter(|mode| mode.is_parallel()).collect()
}

/// The standard library's executors that this build has.
pub fn pools() -> Vec<Mode> {
    able().filter(|mode| mode.group() == Group::Stdlib).collect()
}

/// All modes that call `def work`.
pub fn called() -> Vec<Mode> {
    able().filter(|mode| !mode.awaits()).collect()
}

/// Every mode, with the source in the form that it takes: `def work` becomes `async def work` where that is awaited.
pub fn all(source: &str) -> Vec<(Mode, String)> {
    let suited = |mode: Mode| if mode.awaits() { source.replace("def work", "async def work") } else { source.into() };
    able().map(|mode| (mode, suited(mode))).collect()
}

/// Processes of the kernel's session, by their numbers.
fn session(leader: u32) -> Vec<String> {
    let of = |number: &str| {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        // After the name: state, parent, group, session. Who has ended is only still to be waited for, by whom is the
        // system's business.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        fields.get(3).filter(|_| fields[0] != "Z")?.parse::<u32>().ok()
    };
    let names = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap());
    names.filter(|name| name.parse::<u32>().is_ok() && of(name) == Some(leader)).collect()
}

impl Kernel {
    /// Started, and ready for its lap.
    pub fn start() -> Kernel {
        Kernel::start_with(&python())
    }

    /// The same, with the python of an environment.
    pub fn start_with(python: &str) -> Kernel {
        let (near, far) = UnixStream::pair().unwrap();
        let descriptor = far.as_raw_fd();
        let program = std::env::var("VIRGIL_TEST_KERNEL");
        let mut command = Command::new(program.unwrap_or_else(|_| env!("CARGO_BIN_EXE_virgil-kernel").to_owned()));
        command.args(["--fd", "3", "--python", python]).stdin(Stdio::null());
        // SAFETY: only async-signal-safe calls are made between fork and exec.
        unsafe {
            command.pre_exec(move || {
                libc::setsid();
                if descriptor == 3 {
                    libc::fcntl(3, libc::F_SETFD, 0)
                } else {
                    libc::dup2(descriptor, 3)
                };
                Ok(())
            });
        }
        let process = command.spawn().unwrap();
        let events = listen(near.try_clone().unwrap());
        let mut kernel = Kernel { process, socket: near, events };
        drop(far);
        match kernel.event() {
            Some(KernelEvent::Ready { protocol }) => assert_eq!(protocol, shared::PROTOCOL),
            other => panic!("not ready: {other:?}"),
        }
        kernel
    }

    pub fn command(&mut self, command: &KernelCommand) {
        let bytes = postcard::to_extend(command, Vec::new()).unwrap();
        self.socket.write_all(&(bytes.len() as u32).to_le_bytes()).unwrap();
        self.socket.write_all(&bytes).unwrap();
    }

    pub fn event(&mut self) -> Option<KernelEvent> {
        match self.events.recv_timeout(PATIENCE) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the kernel is stuck"),
        }
    }

    /// As if the runner had died.
    pub fn hang_up(&mut self) {
        self.socket.shutdown(std::net::Shutdown::Both).unwrap();
    }

    /// The numbers of its processes: of itself and of all that it has started.
    pub fn processes(&self) -> Vec<u32> {
        session(self.process.id()).iter().filter_map(|number| number.parse().ok()).collect()
    }

    pub fn is_running(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Everything until the kernel has exited; `react` may answer to what happens.
    pub fn record(mut self, mut react: impl FnMut(&mut Kernel, &LapEvent)) -> Record {
        let mut events = Vec::new();
        let mut wishes = Vec::new();
        let mut ending = None;
        while let Some(event) = self.event() {
            assert!(ending.is_none(), "something follows the ending: {event:?}");
            match event {
                KernelEvent::Lap(event) => {
                    react(&mut self, &event);
                    events.push(event);
                }
                KernelEvent::LoadWished(wish) => wishes.push((events.len(), *wish)),
                KernelEvent::Ended(said) => ending = Some(said),
                KernelEvent::Ready { .. } => panic!("ready twice"),
            }
        }
        let status = self.process.wait().unwrap();
        Record { events, wishes, ending, status: status.code(), session: self.process.id() }
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            // SAFETY: the kernel leads a group of its own, and has not been waited for.
            unsafe { libc::kill(-(self.process.id() as i32), libc::SIGKILL) };
            let _ = self.process.wait();
        }
    }
}

pub fn request(source: &str, mode: Mode, workers: u32) -> LapRequest {
    // No such file: what is shown of the source must come from the request.
    LapRequest {
        source: source.into(),
        file: "/nonexistent/cell.py".into(),
        mode,
        workers,
        feed: Feed::AtOnce,
        port: 0,
        needs_work: false,
        pictures: false,
        check: None,
        limits: Limits::default(),
    }
}

pub fn run(source: &str, mode: Mode, workers: u32) -> Record {
    run_request(request(source, mode, workers))
}

pub fn run_request(request: LapRequest) -> Record {
    let mut kernel = Kernel::start();
    kernel.command(&KernelCommand::Lap(request));
    kernel.record(|_, _| ())
}

/// With the python of an environment.
pub fn run_with(python: &str, request: LapRequest) -> Record {
    let mut kernel = Kernel::start_with(python);
    kernel.command(&KernelCommand::Lap(request));
    kernel.record(|_, _| ())
}

pub fn run_checked(source: &str, mode: Mode, check: &str) -> Record {
    run_request(LapRequest { check: Some(check.into()), ..request(source, mode, 2) })
}

impl Record {
    /// The kernel's processes must end with it; they see at once that it is gone, but not sooner.
    pub fn assert_nothing_left(&self) {
        let started = Instant::now();
        while !session(self.session).is_empty() {
            assert!(started.elapsed() < PATIENCE, "left: {:?}", session(self.session));
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The first results of a lap that must have completed.
    pub fn results(&self) -> &[String] {
        match &self.ending {
            Some(Ending::Completed { results, .. }) => &results.first,
            other => panic!("not completed: {other:?}"),
        }
    }

    /// What a lap must have raised.
    pub fn raised(&self) -> &Raised {
        match &self.ending {
            Some(Ending::Raised(raised)) => raised,
            other => panic!("nothing raised: {other:?}"),
        }
    }

    pub fn spans(&self) -> Vec<(u32, Span)> {
        let of = |event: &LapEvent| match event {
            LapEvent::Spans { worker, spans } => spans.iter().map(|span| (*worker, *span)).collect(),
            _ => Vec::new(),
        };
        self.events.iter().flat_map(of).collect()
    }

    /// All text of a stream, by whom and in which task.
    pub fn output(&self, wanted: Stream) -> Vec<(Option<u32>, Option<u32>, String)> {
        let of = |event: &LapEvent| match event {
            LapEvent::Output { worker, task, stream, text } if *stream == wanted => {
                Some((*worker, *task, text.clone()))
            }
            _ => None,
        };
        self.events.iter().filter_map(of).collect()
    }

    /// All text of a stream.
    pub fn text(&self, stream: Stream) -> String {
        self.output(stream).into_iter().map(|(_, _, text)| text).collect()
    }
}

/// Of which minor version of Python 3 this is.
pub fn minor_of(python: &str) -> u8 {
    let question = ["-c", "import sys; print(sys.version_info.minor)"];
    let output = Command::new(python).args(question).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Says that a test can't run here. Not by `println!`, which the test runner keeps to itself.
pub fn skipped(why: &str) {
    use std::io::Write;
    let mut aloud = std::io::stdout();
    writeln!(aloud, "SKIPPED: {why}").unwrap();
}

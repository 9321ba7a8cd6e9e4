//! A kernel without Python, for tests: the lap's source is a script of what to do, one order a line.
//!
//! What it does before it is ready is chosen by the "executable" that it is given.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigHandler, Signal, raise, signal};
use nix::unistd::{ForkResult, fork, getpid, pause, setsid};
use shared::{
    Ending, KernelCommand, KernelEvent, LapEvent, Nanos, PROTOCOL, Raised, Results, Running, SourceKind, Span,
    StopStage, Stream,
};

static PIPE: Mutex<Option<File>> = Mutex::new(None);
static CANCELLED: AtomicBool = AtomicBool::new(false);

fn main() {
    // SAFETY: the runner gives the socket at this descriptor, and nothing else here owns it.
    let pipe = unsafe { File::from_raw_fd(3) };
    let mut incoming = pipe.try_clone().expect("a descriptor can be copied");
    *pipe_of_events() = Some(pipe);
    start(&std::env::args().nth(4).expect("the runner names a Python"));
    let Some(KernelCommand::Lap(lap)) = receive(&mut incoming) else { return };
    std::thread::spawn(move || {
        while receive(&mut incoming).is_some() {
            CANCELLED.store(true, Ordering::SeqCst);
        }
        std::process::exit(0);
    });
    lap.source.lines().for_each(|line| {
        let mut words = line.split_whitespace();
        let order = words.next().unwrap_or_default();
        let words: Vec<&str> = words.collect();
        obey(order, &words);
    });
}

/// What happens before the kernel is ready.
fn start(how: &str) {
    let mut protocol = PROTOCOL;
    match how {
        "fails" => {
            eprintln!("libpython3.14.so.1.0: cannot open shared object file");
            std::process::exit(127);
        }
        "other-protocol" => protocol = "0123456789abcdef",
        "rubbish" => write(b"this is no frame"),
        "slow" => std::thread::sleep(Duration::from_millis(300)),
        _ => {}
    }
    send(&KernelEvent::Ready { protocol: protocol.into() });
    if how == "dies" {
        std::process::exit(1);
    }
}

fn obey(order: &str, words: &[&str]) {
    let text = words.join(" ");
    let number = |place: usize| words.get(place).and_then(|word| word.parse::<u32>().ok()).unwrap_or(0);
    let at = |place: usize| Nanos(u64::from(number(place)));
    match order {
        "script" => lap(LapEvent::Source(SourceKind::Script)),
        "workload" => lap(LapEvent::Source(SourceKind::Workload)),
        "ready" => lap(LapEvent::WorkerReady { worker: number(0), at: at(1) }),
        "began" => lap(LapEvent::Began { tasks: number(0), at: at(1) }),
        "span" => {
            let span = Span { task: number(1), start: at(2), end: at(3), cpu: at(3).since(at(2)) };
            lap(LapEvent::Spans { worker: number(0), spans: vec![span] });
        }
        "running" => {
            let running = Running { worker: number(0), task: number(1), start: at(2) };
            lap(LapEvent::Progress { at: at(2), running: vec![running] });
        }
        "print" => (0..number(0)).for_each(|line| print(&format!("{} {line}\n", words[1..].join(" ")))),
        "flood" => (0..number(0)).for_each(|_| print(&format!("{}\n", "x".repeat(1023)).repeat(32))),
        "say" => print(&format!("{text}\n")),
        "environment" => std::env::vars().for_each(|(name, _)| print(&format!("{name}\n"))),
        "descriptors" => print(&format!("{}\n", descriptors())),
        "sleep" => std::thread::sleep(Duration::from_millis(u64::from(number(0)))),
        "memory" => std::mem::forget(std::hint::black_box(vec![1_u8; number(0) as usize * 1_000_000])),
        "spin" => {
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(u64::from(number(0))) {}
        }
        "hang" => {
            while !CANCELLED.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
            send(&KernelEvent::Ended(Ending::Stopped(StopStage::Asked)));
        }
        "ignore" => loop {
            pause();
        },
        "ended" => {
            let results = Results { count: number(0), ..Results::default() };
            send(&KernelEvent::Ended(Ending::Completed { wall: Nanos(1_000_000), results }));
        }
        "raised" => send(&KernelEvent::Ended(Ending::Raised(Raised {
            exception: "ValueError".into(),
            message: text,
            advice: None,
            traceback: String::new(),
            line: Some(1),
            worker: None,
            task: None,
        }))),
        "exit" => std::process::exit(number(0).cast_signed()),
        "signal" => {
            let signal = Signal::try_from(number(0).cast_signed()).expect("a signal's number");
            // Rust's own handler would keep the process.
            // SAFETY: the default action runs nothing of ours. It can't be set for SIGKILL, and need not be.
            let _ = unsafe { nix::sys::signal::signal(signal, SigHandler::SigDfl) };
            raise(signal).expect("a process may signal itself");
        }
        "rubbish" => write(b"this is no frame"),
        "broken" => write(&[3, 0, 0, 0, 250, 250, 250]),
        "close" => {
            // SAFETY: a system call on a descriptor that is open.
            unsafe { libc::shutdown(3, libc::SHUT_WR) };
            pause();
        }
        "stray" => stray(),
        "children" => (0..number(0)).for_each(|_| child(|| ())),
        "escapees" => (0..number(0)).for_each(|_| child(|| _ = setsid())),
        "bomb" => (0..number(0)).for_each(|_| {
            // SAFETY: the child makes system calls only.
            unsafe { fork() }.expect("a process can be forked");
        }),
        _ => print(&format!("? {order}\n")),
    }
}

/// A process in a session of its own whose parent is gone and which ignores SIGTERM.
fn stray() {
    child(|| {
        // The first of two is the parent that goes.
        let _ = setsid();
        // SAFETY: the child makes system calls only.
        if let Ok(ForkResult::Parent { .. }) = unsafe { fork() } {
            // SAFETY: ends the process without running anything of it.
            unsafe { libc::_exit(0) };
        }
        let _ = setsid();
    });
}

fn child(first: impl FnOnce()) {
    // SAFETY: the child makes system calls only.
    if let Ok(ForkResult::Child) = unsafe { fork() } {
        // SAFETY: no handler of ours is installed.
        let _ = unsafe { signal(Signal::SIGTERM, SigHandler::SigIgn) };
        first();
        loop {
            pause();
        }
    }
}

/// The open descriptors but those of this listing, as text.
fn descriptors() -> String {
    let mut open: Vec<u32> = (0..64)
        // SAFETY: asks only whether the descriptor is open.
        .filter(|&descriptor| unsafe { libc::fcntl(descriptor, libc::F_GETFD) } != -1)
        .map(i32::cast_unsigned)
        .collect();
    open.sort_unstable();
    format!("{open:?} in {}", getpid() == nix::unistd::getsid(None).unwrap_or(nix::unistd::Pid::from_raw(0)))
}

fn print(text: &str) {
    lap(LapEvent::Output { worker: Some(0), task: None, stream: Stream::Stdout, text: text.into() });
}

fn lap(event: LapEvent) {
    send(&KernelEvent::Lap(event));
}

fn send(event: &KernelEvent) {
    let value = postcard::to_allocvec(event).expect("an event can be encoded");
    write(&[&(value.len() as u32).to_le_bytes(), value.as_slice()].concat());
}

fn write(bytes: &[u8]) {
    // If the runner is gone, the thread that reads ends the process.
    let _ = pipe_of_events().as_mut().expect("it was set at the start").write_all(bytes);
}

fn pipe_of_events() -> std::sync::MutexGuard<'static, Option<File>> {
    PIPE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn receive(pipe: &mut File) -> Option<KernelCommand> {
    let mut length = [0; 4];
    pipe.read_exact(&mut length).ok()?;
    let mut value = vec![0; u32::from_le_bytes(length) as usize];
    pipe.read_exact(&mut value).ok()?;
    postcard::from_bytes(&value).ok()
}

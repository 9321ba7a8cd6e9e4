//! Linux: children are adopted by a subreaper, and seen in /proc.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use command_fds::{CommandFdExt, FdMapping};
use nix::errno::Errno;
use nix::sys::resource::{Resource, UsageWho, getrusage, setrlimit};
use nix::sys::signal::{Signal, kill as send, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use nix::unistd::{Pid as Number, getpgid, getpgrp, setsid};
use shared::{Cause, UNHEARD_STATUS};

use super::{BROWSER_MARK, Close, Exit, Pid, Started, Usage};
use crate::kernels::Kernel;

#[path = "linux/usage.rs"]
mod usage;

/// The runner's end of a kernel's socket.
pub type Pipe = tokio::net::UnixStream;

/// The end to read of a pipe.
pub type Printed = tokio::net::unix::pipe::Receiver;

/// The descriptor at which a kernel finds its end.
const KERNEL_FD: i32 = 3;
/// The descriptor at which it finds what to write to below Python.
const PRINTED_FD: i32 = 4;
/// If memory runs out, the system ends a lap and not the runner or the browser.
const OUT_OF_MEMORY_SCORE: &str = "500";

/// The runner's children of which it knows more than that they are its children. A process has one set of children,
/// whoever in it started them: so there is one of these. Locked while a kernel is started and while children are
/// looked at, so that nobody takes a new kernel for an orphan.
static CHILDREN: Mutex<Children> = Mutex::new(Children { kernels: BTreeMap::new(), spared: BTreeMap::new() });

struct Children {
    /// Kernels that were started and not yet waited for: these numbers can't be anybody else's. With the memory that
    /// the system counts as theirs though they were the runner then, in KiB.
    kernels: BTreeMap<Pid, i64>,
    /// Processes that no lap has started or that can't be ended, with the moment of their start.
    spared: BTreeMap<Pid, String>,
}

fn children() -> MutexGuard<'static, Children> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn adopt_orphans() -> io::Result<()> {
    let mut children = children();
    nix::sys::prctl::set_child_subreaper(true)?;
    for pid in Family::now().children_of(own_pid()) {
        if !children.kernels.contains_key(&pid) {
            children.spare(pid);
        }
    }
    Ok(())
}

pub fn start(kernel: &Kernel, folder: &Path) -> io::Result<Started> {
    let (ours, theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let pipe = Pipe::from_std(ours)?;
    let (printed, written) = io::pipe()?;
    let printed = Printed::from_owned_fd(printed.into())?;
    let words = tempfile::tempfile()?;
    let mut command = Command::new(&kernel.binary);
    command
        .args(["--fd", &KERNEL_FD.to_string(), "--python"])
        .arg(&kernel.python)
        .args(["--output", &PRINTED_FD.to_string()])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(words.try_clone()?);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("VIRGIL_")) {
        command.env_remove(name);
    }
    let mappings = vec![
        FdMapping { parent_fd: theirs.into(), child_fd: KERNEL_FD },
        FdMapping { parent_fd: written.into(), child_fd: PRINTED_FD },
    ];
    command.fd_mappings(mappings).map_err(io::Error::other)?;
    // SAFETY: between fork and exec `alone` makes only system calls, and allocates nothing.
    unsafe { command.pre_exec(alone) };

    let mut children = children();
    let pid = command.spawn()?.id().cast_signed();
    children.kernels.insert(pid, getrusage(UsageWho::RUSAGE_SELF)?.max_rss());
    // Only a preference: where it can't be set, the system chooses as it likes.
    let _ = fs::write(format!("/proc/{pid}/oom_score_adj"), OUT_OF_MEMORY_SCORE);
    Ok(Started { pid, pipe, words, printed })
}

pub fn start_helper(command: &mut Command) -> io::Result<Child> {
    command.process_group(0);
    // SAFETY: between fork and exec there is one system call, which allocates nothing.
    unsafe { command.pre_exec(|| Ok(nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?)) };
    let mut children = children();
    let child = command.spawn()?;
    children.spare(child.id().cast_signed());
    Ok(child)
}

pub fn hold(helper: Pid) {
    signal(helper, Signal::SIGSTOP);
}

pub fn go_on(helper: Pid) {
    signal(helper, Signal::SIGCONT);
}

pub fn end(helper: Pid) {
    signal(helper, Signal::SIGKILL);
}

pub fn bury(helper: Pid) {
    // Only own children are waited for, so it doesn't matter whose group has the number now.
    while waitpid(Number::from_raw(-helper), None).is_ok() {}
}

/// To its group. Fails only if all of it has ended.
fn signal(helper: Pid, signal: Signal) {
    let _ = killpg(Number::from_raw(helper), signal);
}

/// In the new process: a session of its own, no core files in the workspace, and no descriptor that the runner
/// inherited.
fn alone() -> io::Result<()> {
    setsid()?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    let (first, last) = (PRINTED_FD + 1, u32::MAX);
    // SAFETY: the call changes flags of descriptors only. Before Linux 5.11 it fails, and then they stay open.
    unsafe { libc::syscall(libc::SYS_close_range, first, last, libc::CLOSE_RANGE_CLOEXEC) };
    Ok(())
}

pub fn wait(kernel: Pid) -> Exit {
    // Only looked at first, so that the number is this kernel's for as long as it stands in the list.
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
    while waitid(Id::Pid(Number::from_raw(kernel)), flags) == Err(Errno::EINTR) {}
    let mut children = children();
    let born_with = children.kernels.remove(&kernel).unwrap_or_default();
    let mut status = 0;
    // SAFETY: all zeroes is a valid `rusage`.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both point to values that live across the call.
    let waited = unsafe { libc::wait4(kernel, &raw mut status, 0, &raw mut usage) };
    let cause = match WaitStatus::from_raw(Number::from_raw(kernel), status) {
        Ok(WaitStatus::Exited(_, UNHEARD_STATUS)) if waited == kernel => Cause::Unheard,
        Ok(WaitStatus::Exited(_, status)) if waited == kernel => Cause::Exit(status),
        Ok(WaitStatus::Signaled(_, signal, _)) if waited == kernel => Cause::Signal(signal as i32),
        _ => Cause::Unheard,
    };
    let known = usage.ru_maxrss > born_with;
    Exit { cause, peak_memory: known.then(|| usage.ru_maxrss.cast_unsigned() * 1024) }
}

pub fn kill(kernel: Pid) {
    children().kill(kernel);
}

pub fn usage(kernel: Pid, close: Close) -> Usage {
    let mut children = children();
    let mut pids = children.started_by(kernel);
    pids.extend(children.kernels.contains_key(&kernel).then_some(kernel));
    drop(children);
    usage::of(&pids, close)
}

pub fn sweep(kernel: Pid, patience: Duration) -> usize {
    let deadline = Instant::now() + patience;
    let mut passes_without_any = 0;
    loop {
        let left = children().strike(kernel);
        // Twice, since a process can move from one parent to another while the lists are read.
        passes_without_any = if left.is_empty() { passes_without_any + 1 } else { 0 };
        if passes_without_any == 2 {
            return 0;
        }
        if Instant::now() > deadline {
            let mut children = children();
            left.iter().for_each(|&pid| children.spare(pid));
            return left.len();
        }
        if !left.is_empty() {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

pub fn cpu_name() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let (_, name) = text.lines().find(|line| line.starts_with("model name"))?.split_once(':')?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

impl Children {
    /// Ends a kernel and its process group.
    fn kill(&mut self, kernel: Pid) {
        if self.kernels.contains_key(&kernel) {
            // Either fails only if the process has ended, which is what is wanted.
            let _ = killpg(Number::from_raw(kernel), Signal::SIGKILL);
            let _ = send(Number::from_raw(kernel), Signal::SIGKILL);
        }
    }

    /// Sends SIGKILL to all that the lap has, and returns which these were.
    fn strike(&mut self, kernel: Pid) -> Vec<Pid> {
        self.kill(kernel);
        let mut struck = Vec::new();
        for pid in self.started_by(kernel) {
            let number = Number::from_raw(pid);
            // A whole group at once: no process of it can fork out of that.
            if let Ok(group) =
                getpgid(Some(number)).and_then(|group| if group == getpgrp() { Err(Errno::EPERM) } else { Ok(group) })
            {
                let _ = killpg(group, Signal::SIGKILL);
            }
            match send(number, Signal::SIGKILL) {
                Err(Errno::EPERM) => self.spare(pid),
                _ => struck.push(pid),
            }
        }
        struck.extend(self.kernels.contains_key(&kernel).then_some(kernel));
        struck
    }

    /// What the lap of this kernel has started: the kernel's descendants, and every process that was adopted, since
    /// nobody but a lap starts such. Adopted ones that have ended are buried on the way.
    fn started_by(&mut self, kernel: Pid) -> Vec<Pid> {
        let family = Family::now();
        let mut found = BTreeSet::new();
        let mut next: Vec<Pid> = family.children_of(own_pid());
        next.retain(|&pid| {
            !self.kernels.contains_key(&pid) && !self.is_spared(pid) && !is_buried(pid) && !is_browser(pid)
        });
        if self.kernels.contains_key(&kernel) {
            next.extend(family.children_of(kernel));
        }
        while let Some(pid) = next.pop() {
            if found.insert(pid) {
                next.extend(family.children_of(pid));
            }
        }
        found.into_iter().collect()
    }

    fn spare(&mut self, pid: Pid) {
        if let Some(start) = start_of(pid) {
            self.spared.insert(pid, start);
        }
    }

    fn is_spared(&self, pid: Pid) -> bool {
        self.spared.get(&pid).is_some_and(|start| start_of(pid).as_ref() == Some(start))
    }
}

/// Who is whose child.
enum Family {
    /// The kernel has a list for each thread.
    Lists,
    /// It was built without them: everybody by parent, read from /proc once.
    Table(BTreeMap<Pid, Vec<Pid>>),
}

impl Family {
    fn now() -> Family {
        if Path::new("/proc/thread-self/children").exists() {
            return Family::Lists;
        }
        let mut table: BTreeMap<Pid, Vec<Pid>> = BTreeMap::new();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            if let Some(parent) = field_of(pid, 4).and_then(|parent| parent.parse().ok()) {
                table.entry(parent).or_default().push(pid);
            }
        }
        Family::Table(table)
    }

    fn children_of(&self, parent: Pid) -> Vec<Pid> {
        match self {
            Family::Table(table) => table.get(&parent).cloned().unwrap_or_default(),
            Family::Lists => {
                let threads = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
                let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
                lists
                    .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
                    .collect()
            }
        }
    }
}

fn own_pid() -> Pid {
    std::process::id().cast_signed()
}

/// A field of `/proc/PID/stat` by its number in proc(5), from 3 on: the second one may contain anything.
fn field_of(pid: Pid, number: usize) -> Option<String> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = line.rsplit_once(')')?;
    fields.split_whitespace().nth(number - 3).map(str::to_owned)
}

/// When a process was started, in ticks since the system was.
fn start_of(pid: Pid) -> Option<String> {
    field_of(pid, 22)
}

/// Whether an adopted child had ended: then nothing of it is left now.
fn is_buried(pid: Pid) -> bool {
    !matches!(waitpid(Number::from_raw(pid), Some(WaitPidFlag::WNOHANG)), Ok(WaitStatus::StillAlive))
}

/// Whether it is the browser that the runner opened, or a helper of it.
fn is_browser(pid: Pid) -> bool {
    let Ok(environment) = fs::read(format!("/proc/{pid}/environ")) else { return false };
    let mark = format!("{BROWSER_MARK}=1");
    environment.split(|&byte| byte == 0).any(|entry| entry == mark.as_bytes())
}

//! What is particular to a system: starting a kernel, seeing what a lap has started, ending all of it.
//!
//! One file per system, each with the functions that are called here.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use shared::Cause;

use crate::kernels::Kernel;

pub mod load;
pub mod machine;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod this;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod this;
#[cfg(windows)]
#[path = "windows.rs"]
mod this;

/// The environment variable that marks the browser which the runner opens, so that no sweep ends it.
pub const BROWSER_MARK: &str = "VIRGIL_BROWSER";

/// A process by the system's number.
pub type Pid = i32;

/// The end to read of a pipe to which a kernel and its children write, below Python.
pub type Printed = this::Printed;

/// A kernel process that was started.
pub struct Started {
    /// Its number.
    pub pid: Pid,
    /// The runner's end of the socket on which commands go and events come.
    pub pipe: this::Pipe,
    /// What it writes to its standard error before it captures that itself: why it didn't start.
    pub words: File,
    /// What it and its children write to standard output and standard error from then on.
    pub printed: Printed,
}

/// How a kernel process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit {
    /// By what.
    pub cause: Cause,
    /// The most memory that it held, in bytes, if the system says.
    pub peak_memory: Option<u64>,
}

/// Makes the runner the parent of every process whose own parent ends, so that nothing a lap starts can get away.
/// To be called before the first kernel is started: children that are there already are left alone for ever.
///
/// # Errors
/// If the system refuses.
pub fn adopt_orphans() -> io::Result<()> {
    this::adopt_orphans()
}

/// Starts a kernel: in a session of its own, in `folder`, with nothing of the runner's but its end of the socket.
///
/// # Errors
/// If the program can't be started.
pub fn start(kernel: &Kernel, folder: &Path) -> io::Result<Started> {
    this::start(kernel, folder)
}

/// Starts a program that no lap has to do with, so that no sweep ends it: in a process group of its own, and to end
/// with the thread that starts it.
///
/// # Errors
/// If it can't be started.
pub fn start_helper(command: &mut Command) -> io::Result<Child> {
    this::start_helper(command)
}

/// Has a helper and what it started take no processor time until it may [`go_on`]. It must not be waited for yet.
pub fn hold(helper: Pid) {
    this::hold(helper);
}

/// Lets a helper that was held go on.
pub fn go_on(helper: Pid) {
    this::go_on(helper);
}

/// Ends a helper, with what it started. It must not be waited for yet.
pub fn end(helper: Pid) {
    this::end(helper);
}

/// Waits until nothing is left of a helper that was ended and waited for: what it started was adopted. Blocks.
pub fn bury(helper: Pid) {
    this::bury(helper);
}

/// Waits until a started kernel has ended. To be called once for each, on a thread of its own.
pub fn wait(kernel: Pid) -> Exit {
    this::wait(kernel)
}

/// Ends a kernel at once, if [`wait`] hasn't seen it end.
pub fn kill(kernel: Pid) {
    this::kill(kernel);
}

/// What all processes of a lap use together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many there are.
    pub processes: usize,
    /// How much memory of their own they hold, in bytes, what several share counted once; none if it is known without a
    /// close look that it isn't more than is asked for.
    pub memory: Option<u64>,
    /// How much CPU time they have taken, with their children that have ended.
    pub cpu: Duration,
}

/// From how many bytes of memory on it is looked at closely, which takes some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close {
    /// If processes hold more, counting what is of files and what is shared once for each of them.
    pub all: u64,
    /// If several processes hold more of their own, counting what forks share once for each of them.
    pub own: u64,
}

/// What the lap of this kernel uses now.
pub fn usage(kernel: Pid, close: Close) -> Usage {
    this::usage(kernel, close)
}

/// Ends the kernel and everything that its lap has started, and returns how many processes could not be ended within
/// `patience`. Blocks.
pub fn sweep(kernel: Pid, patience: Duration) -> usize {
    this::sweep(kernel, patience)
}

/// What the processor is called, if the system says.
pub fn cpu_name() -> Option<String> {
    this::cpu_name()
}

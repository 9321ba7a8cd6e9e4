//! What is particular to a system: starting a kernel, seeing what a lap has started, ending all of it.
//!
//! One file per system, each with the functions that are called here.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use shared::Cause;

use crate::kernels::Kernel;

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

/// A kernel process that was started.
pub struct Started {
    /// Its number.
    pub pid: Pid,
    /// The runner's end of the socket on which commands go and events come.
    pub pipe: this::Pipe,
    /// What it writes to its standard error before it captures that itself: why it didn't start.
    pub words: File,
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

/// Waits until a started kernel has ended. To be called once for each, on a thread of its own.
pub fn wait(kernel: Pid) -> Exit {
    this::wait(kernel)
}

/// Ends a kernel at once, if [`wait`] hasn't seen it end.
pub fn kill(kernel: Pid) {
    this::kill(kernel);
}

/// How many processes the lap of this kernel has.
pub fn count(kernel: Pid) -> usize {
    this::count(kernel)
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

//! What is particular to a system: starting a kernel, and becoming the server.
//!
//! One file per system, each with the functions that are called here.

use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::Result;
use shared::InterpreterBuild;

#[cfg(unix)]
#[path = "unix.rs"]
mod this;
#[cfg(windows)]
#[path = "windows.rs"]
mod this;

/// This side of a kernel's socket.
pub use this::Socket;

/// A kernel to be started.
pub struct Start<'a> {
    /// The program.
    pub binary: &'a Path,
    /// The CPython in it.
    pub build: &'a InterpreterBuild,
    /// Where it works.
    pub folder: &'a Path,
    /// Where its complaints go.
    pub stderr: Stdio,
}

/// Starts it, with a socket of its own.
pub fn start(kernel: Start) -> Result<(Child, Socket)> {
    this::start(kernel)
}

/// Becomes this program, or stands for it until it ends.
pub fn become_it(command: Command) -> Result<ExitCode> {
    this::become_it(command)
}

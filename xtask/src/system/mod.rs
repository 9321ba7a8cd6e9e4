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

/// Names this program in the environment of all that a kernel starts.
pub const MARK: &str = "VIRGIL_XTASK";

/// This side of a kernel's socket.
pub use this::Socket;

/// Starts a kernel in this folder, with a socket of its own; its complaints go to `stderr`.
pub fn start(binary: &Path, build: &InterpreterBuild, folder: &Path, stderr: Stdio) -> Result<(Child, Socket)> {
    this::start(binary, build, folder, stderr)
}

/// Becomes this program, or stands for it until it ends.
pub fn become_it(command: Command) -> Result<ExitCode> {
    this::become_it(command)
}

//! Windows: prepared, not done. Kernels can't be built for it yet, so that there is none to talk to.
//!
//! It needs: a named pipe in place of the socket, as the runner does.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Result, bail};
use shared::InterpreterBuild;

/// There is none.
pub enum Socket {}

impl Socket {
    pub fn set_read_timeout(&self, _patience: Option<Duration>) -> io::Result<()> {
        match *self {}
    }
}

impl Read for Socket {
    fn read(&mut self, _bytes: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }
}

impl Write for Socket {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        match *self {}
    }

    fn flush(&mut self) -> io::Result<()> {
        match *self {}
    }
}

pub fn start(_binary: &Path, build: &InterpreterBuild, _folder: &Path, _stderr: Stdio) -> Result<(Child, Socket)> {
    bail!("The kernel for {} can't be started: kernels run on Linux only so far. Use WSL.", build.title())
}

pub fn become_it(mut command: Command) -> Result<ExitCode> {
    let status = command.status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

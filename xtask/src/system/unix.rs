//! Linux and macOS: sockets, and programs that take the place of others.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context, Result};
use shared::InterpreterBuild;

pub type Socket = UnixStream;

pub fn start(binary: &Path, build: &InterpreterBuild, folder: &Path, stderr: Stdio) -> Result<(Child, Socket)> {
    let (ours, theirs) = UnixStream::pair()?;
    // The shell moves the socket from descriptor 0, where it can be put without unsafe code, to 3.
    let mut command = Command::new("sh");
    command.args(["-c", r#"exec "$@" 3<&0 </dev/null"#, "sh"]).arg(binary);
    command.args(["--fd", "3", "--python", &build.executable]).current_dir(folder);
    command.env(super::MARK, std::process::id().to_string());
    command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null()).stderr(stderr).process_group(0);
    let child = command.spawn().context("`sh` could not be started.")?;
    Ok((child, ours))
}

pub fn become_it(mut command: Command) -> Result<ExitCode> {
    let error = command.exec();
    Err(anyhow::Error::new(error).context("The server could not be started: run `cargo xtask serve` again."))
}

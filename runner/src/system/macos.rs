//! macOS: prepared, not done. Until it is, runs end with the sentence below.
//!
//! It needs: `posix_spawn` with `POSIX_SPAWN_SETSID` and the socket on descriptor 3; `wait4`, which counts peak memory
//! in bytes here; `proc_listchildpids` for what a lap has started. There is no subreaper: what leaves its parent is
//! to be found by its session.

use std::io;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use shared::Cause;

use super::{Close, Exit, Pid, Started, Usage};
use crate::kernels::Kernel;

/// The runner's end of a kernel's socket.
pub type Pipe = tokio::net::UnixStream;

/// The end to read of a pipe.
pub type Printed = tokio::net::unix::pipe::Receiver;

pub fn adopt_orphans() -> io::Result<()> {
    Ok(())
}

pub fn start(_kernel: &Kernel, _folder: &Path) -> io::Result<Started> {
    Err(io::Error::other("running code on macOS is not built yet; Linux is supported"))
}

pub fn wait(_kernel: Pid) -> Exit {
    Exit { cause: Cause::Unheard, peak_memory: None }
}

pub fn kill(_kernel: Pid) {}

pub fn usage(_kernel: Pid, _close: Close) -> Usage {
    Usage::default()
}

pub fn sweep(_kernel: Pid, _patience: Duration) -> usize {
    0
}

pub fn start_helper(command: &mut Command) -> io::Result<Child> {
    command.spawn()
}

pub fn hold(_helper: Pid) {}

pub fn go_on(_helper: Pid) {}

pub fn end(_helper: Pid) {}

pub fn bury(_helper: Pid) {}
pub fn cpu_name() -> Option<String> {
    None
}

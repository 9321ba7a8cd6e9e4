//! What Linux and macOS have in common.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

pub fn programs_of(installation: &Path) -> Vec<PathBuf> {
    vec![installation.join("bin")]
}

pub fn real(program: &Path) -> PathBuf {
    fs::canonicalize(program).unwrap_or_else(|_| program.to_owned())
}

pub fn keep_together(command: &mut Command) {
    command.process_group(0);
}

pub fn end(child: &mut Child) {
    // It fails only if all have ended, which is what is wanted.
    let _ = killpg(Pid::from_raw(child.id().cast_signed()), Signal::SIGKILL);
}

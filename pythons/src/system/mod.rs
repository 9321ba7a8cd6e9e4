//! What is particular to a system: where Pythons are, what may not be asked, how a Python that hangs is ended.
//!
//! One file per system, each with the functions that are called here.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::places::{Root, Surroundings};

#[cfg(any(target_os = "linux", test))]
mod linux;
#[cfg(any(target_os = "macos", test))]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
mod unix;

#[cfg(target_os = "linux")]
use linux as this;
#[cfg(target_os = "macos")]
use macos as this;
#[cfg(windows)]
use windows as this;

#[cfg(unix)]
use unix as kind;
#[cfg(windows)]
use windows as kind;

/// The folders that only this system has.
pub fn roots(surroundings: &Surroundings) -> Vec<Root> {
    this::roots(surroundings)
}

/// Whether asking it would do more than start a Python, so that it is not asked.
pub fn is_trap(program: &Path) -> bool {
    this::is_trap(program)
}

/// The folders of an installation that hold its programs.
pub fn programs_of(installation: &Path) -> Vec<PathBuf> {
    kind::programs_of(installation)
}

/// The file that a path leads to; the path itself if it leads nowhere.
pub fn real(program: &Path) -> PathBuf {
    kind::real(program)
}

/// Lets a command be ended with all that it starts.
pub fn keep_together(command: &mut Command) {
    kind::keep_together(command);
}

/// Ends it with all that it started.
pub fn end(child: &mut Child) {
    kind::end(child);
}

//! What a machine has and lets this process use: cores, memory, disk, a display. One file per system.

use std::path::Path;

use shared::{Cores, Memory};

#[cfg(target_os = "linux")]
#[path = "machine/linux.rs"]
mod this;
#[cfg(target_os = "macos")]
#[path = "machine/macos.rs"]
mod this;
#[cfg(windows)]
#[path = "machine/windows.rs"]
mod this;

/// The system's name as people know it: `Debian GNU/Linux 12 (bookworm)`.
pub fn name() -> String {
    this::name()
}

/// The cores, with what limits them.
pub fn cores() -> Cores {
    this::cores()
}

/// The memory, with what limits it, if the system says.
pub fn memory() -> Option<Memory> {
    this::memory()
}

/// How many bytes a person may still write into an existing folder, if the system says.
pub fn free_space(folder: &Path) -> Option<u64> {
    this::free_space(folder)
}

/// The display on which windows open, if there is one.
pub fn display() -> Option<String> {
    this::display()
}

/// How fast the cores are clocked now, in MHz, their mean, if the system says.
pub fn frequency() -> Option<f64> {
    this::frequency()
}

/// Who decides how fast they are clocked: `performance`, `powersave`, if the system says.
pub fn governor() -> Option<String> {
    this::governor()
}

//! How much CPU time was spent, by whom: what tells other programs' load from a lap's. One file per system that says.

use shared::Nanos;

use super::Pid;

#[cfg(target_os = "linux")]
#[path = "load/linux.rs"]
mod this;
#[cfg(not(target_os = "linux"))]
#[path = "load/none.rs"]
mod this;

/// How much CPU time all cores together have spent on anything since the machine was started, if the system says. It
/// counts in steps, of 10 ms on Linux.
pub fn busy() -> Option<Nanos> {
    this::busy()
}

/// How much CPU time a process has spent since it was started, if the system says.
pub fn of(process: Pid) -> Option<Nanos> {
    this::of(process)
}

/// How much CPU time this process and all its children that were waited for have spent, if the system says.
pub fn own() -> Option<Nanos> {
    this::own()
}

/// How many threads computed or waited to, on average over the last minute, if the system says.
pub fn average() -> Option<f64> {
    this::average()
}

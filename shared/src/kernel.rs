//! What the runner and a kernel say to each other, on a socket of their own.
//!
//! A frame is the length of what follows (u32, little-endian) and one value in postcard's encoding.

use serde::{Deserialize, Serialize};

use crate::{Ending, LapEvent, Limits, LoadWish, Mode, Touch};

/// From the runner to a kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KernelCommand {
    /// Execute this, report, and exit. A kernel gets it once.
    Lap(LapRequest),
    /// End the lap softly: hand out no more tasks and interrupt the running ones.
    Cancel,
    /// Of a service: accept nothing more, answer what is being answered within [`crate::DRAIN_WITHIN`], and complete. A
    /// service that isn't ready yet is drained as soon as it is. Of anything else it changes nothing.
    Drain,
    /// Press there, in a window whose pictures are taken. A window that is gone is not pressed.
    Touch(Touch),
}

/// The exit status of a kernel that can't be heard any more, since code closed the descriptor of its socket.
pub const UNHEARD_STATUS: i32 = 113;

/// When a lap's tasks are handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Feed {
    /// Whoever is free takes the next: what is measured is how much gets done.
    AtOnce,
    /// The next once the last has come back: what is measured is how long a task is on its way.
    OneByOne,
}

/// One lap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LapRequest {
    /// The Python source.
    pub source: String,
    /// The absolute path of its file, as `__file__` and in tracebacks.
    pub file: String,
    /// How to execute it.
    pub mode: Mode,
    /// With how many workers, at least 1.
    pub workers: u32,
    /// When its tasks are handed out.
    pub feed: Feed,
    /// Of a service: the port of 127.0.0.1 on which it listens; 0 lets the system choose a free one.
    pub port: u16,
    /// Whether a source without `work` is refused instead of run as a script; a service is not refused.
    pub needs_work: bool,
    /// Whether pictures are taken of the windows of a program that opens them where nobody sees them.
    pub pictures: bool,
    /// The source of the exercise's check, to be called with the results of a completed lap.
    pub check: Option<String>,
    /// What it may use. The kernel has the system enforce memory and open files in each of the lap's processes, and
    /// CPU time as the last resort; the runner watches over all of them together.
    pub limits: Limits,
}

/// From a kernel to the runner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KernelEvent {
    /// First: CPython is up.
    Ready {
        /// The kernel's `PROTOCOL`.
        protocol: String,
    },
    /// Something happened in the lap.
    Lap(LapEvent),
    /// What a service's source says of the load to put on it, before it can be asked.
    LoadWished(Box<LoadWish>),
    /// The lap is over: once, and last. The kernel exits.
    Ended(Ending),
}

//! Where a worker's time went and what memory it took, in the JSON form.

use serde::{Deserialize, Serialize};

use super::states::States;

/// One worker's account of a completed lap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its thread or process started, and its interpreter was made.
    pub start_up_ns: Option<u64>,
    /// The source was replayed, with what it imports.
    pub replay_ns: Option<u64>,
    /// It was ready, and others were not.
    pub gate_ns: Option<u64>,
    /// Items were unpickled.
    pub unpickling_ns: Option<u64>,
    /// It had no task to execute yet.
    pub queue_wait_ns: Option<u64>,
    /// `work` was executed.
    pub compute_ns: Option<u64>,
    /// Of that, CPU time of its thread.
    pub compute_cpu_ns: Option<u64>,
    /// `compute_ns` by what the thread was doing.
    pub compute_in: Option<States>,
    /// Results were pickled, and `ITEMS` before.
    pub pickling_ns: Option<u64>,
    /// There was nothing more to do.
    pub idle_ns: Option<u64>,
    /// Bytes of items that crossed to it.
    pub bytes_in: Option<u64>,
    /// Bytes of results that crossed from it.
    pub bytes_out: Option<u64>,
    /// What it took of the memory.
    pub memory: Option<Memory>,
}

/// What a worker took of the memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// `own` or `even`.
    pub sharing: String,
    /// When it could take tasks.
    pub ready: Footprint,
    /// The most from then on.
    pub peak: Footprint,
}

/// Memory of a process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Footprint {
    /// Pages that no other process has.
    pub private_bytes: u64,
    /// Those, and the process' shares of the others.
    pub proportional_bytes: u64,
}

/// The medians of what a worker took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Of start-up.
    pub start_up_ns: Option<u64>,
    /// Of source replay and imports.
    pub replay_ns: Option<u64>,
    /// Of private memory when it could take tasks.
    pub ready_private_bytes: Option<u64>,
    /// Of the most private memory.
    pub peak_private_bytes: Option<u64>,
}

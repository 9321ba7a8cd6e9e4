//! What workers' threads were doing, in the JSON.

use serde::{Deserialize, Serialize};

/// How a lap's workers were sampled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// `read` or `inferred`.
    pub gil: String,
    /// How many samplers there were: one for each process with workers.
    pub samplers: u32,
    /// How many samples all of them took.
    pub samples: u64,
    /// Samples per second, of each.
    pub rate_hz: Option<f64>,
    /// CPU time of all of them.
    pub cost_ns: u64,
    /// How long they sampled, added up.
    pub time_ns: u64,
    /// Whether later intervals are left out.
    pub shortened: bool,
}

/// How long a worker was in each state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct States {
    /// Running with a GIL.
    pub with_gil_ns: u64,
    /// Running without one.
    pub without_gil_ns: u64,
    /// Waiting for the GIL.
    pub waiting_for_gil_ns: u64,
    /// Waiting for a CPU.
    pub waiting_for_cpu_ns: u64,
    /// Waiting for something else.
    pub blocked_ns: u64,
}

/// For how long a worker was seen in one state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// From when.
    pub start_ns: u64,
    /// Until when.
    pub end_ns: u64,
    /// `with-gil`, `without-gil`, `waiting-for-gil`, `waiting-for-cpu` or `blocked`.
    pub state: String,
    /// Whose GIL it had, by the interpreter's number.
    pub interpreter: Option<u32>,
}

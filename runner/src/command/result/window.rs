//! How late the event loop of a program with a window was, in the JSON.

use serde::{Deserialize, Serialize};

/// A lap's window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// So often a second something was due.
    pub frames_per_second: u32,
    /// Frames while calls of a pool were waited for.
    pub busy: Option<Late>,
    /// Frames while none was.
    pub idle: Option<Late>,
    /// Inputs while calls were waited for.
    pub busy_inputs: Option<Late>,
    /// Inputs while none was.
    pub idle_inputs: Option<Late>,
    /// All frames.
    pub frames: Vec<Frame>,
}

/// How late things were.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Late {
    /// How many.
    pub count: u32,
    /// Half were not later.
    pub p50_ns: u64,
    /// 90 % were not later.
    pub p90_ns: u64,
    /// 95 % were not later.
    pub p95_ns: u64,
    /// 99 % were not later.
    pub p99_ns: u64,
    /// The latest.
    pub max_ns: u64,
    /// So many were later than the next was due.
    pub missed: u32,
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// When it was due.
    pub due_ns: u64,
    /// How much later it was dealt with.
    pub late_ns: u64,
    /// Whether any call was waited for when it was due.
    pub busy: bool,
}

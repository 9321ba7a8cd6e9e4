//! What clients of a service saw, in the JSON.

use serde::{Deserialize, Serialize};

/// The load on a lap's service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// Requests a second that were due, in open loop.
    pub rate: Option<u32>,
    /// Connections at most, or clients of a closed loop.
    pub connections: u32,
    /// For how long requests were sent before that count in nothing.
    pub warm_up_ns: u64,
    /// How long an answer might take.
    pub timeout_ns: u64,
    /// Whether connections were used for more than one request.
    pub keep_alive: bool,
    /// What one more client asked for in the second half.
    pub neighbour: Option<String>,
    /// What clients saw; none if the lap ended before the load was over.
    pub report: Option<Report>,
}

/// What clients saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// For how long requests were due.
    pub duration_ns: u64,
    /// Good answers in that time.
    pub answers: u64,
    /// The same a second.
    pub answers_per_second: f64,
    /// From when requests were due, to the ends of good answers.
    pub latency: Option<Latency>,
    /// From when requests were sent.
    pub uncorrected: Option<Latency>,
    /// All latencies to three digits, each with how many there are.
    pub histogram_ns: Vec<(u64, u64)>,
    /// What failed.
    pub failures: Vec<Failure>,
    /// By request of the mix.
    pub by_request: Vec<Part>,
    /// By worker that answered.
    pub by_worker: Vec<Part>,
    /// Before and beside the neighbour, where there was one.
    pub beside: Option<Beside>,
    /// How late the generator was with 99 % of its requests, at most.
    pub lateness_ns: u64,
    /// CPU time of the generator, where the system says.
    pub cpu_ns: Option<u64>,
    /// How many connections were opened.
    pub opened: u64,
}

/// How long the others' answers took before there was a neighbour, and beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// The neighbour's own answers.
    pub neighbour: Part,
    /// In the first half.
    pub alone: Option<Latency>,
    /// In the second, of other workers.
    pub elsewhere: Option<Latency>,
    /// In the second, of the worker that answers the neighbour.
    pub same: Option<Latency>,
}

/// How long answers took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// How many.
    pub count: u64,
    /// The mean.
    pub mean_ns: u64,
    /// Half took no longer.
    pub p50_ns: u64,
    /// 90 % took no longer.
    pub p90_ns: u64,
    /// 99 % took no longer.
    pub p99_ns: u64,
    /// 99.9 % took no longer.
    pub p999_ns: u64,
    /// The longest.
    pub max_ns: u64,
}

/// Requests that failed in the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// In words.
    pub what: String,
    /// How many.
    pub count: u64,
}

/// A part of the requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The request, or the worker's number.
    pub name: String,
    /// Good answers.
    pub answers: u64,
    /// The median latency of those.
    pub p50_ns: Option<u64>,
    /// The 99th percentile.
    pub p99_ns: Option<u64>,
    /// How many failed.
    pub failed: u64,
}

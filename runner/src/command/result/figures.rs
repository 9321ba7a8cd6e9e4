//! Of the JSON form, what was computed from all laps, and what to know of it.

use serde::{Deserialize, Serialize};

use super::account::Cost;

/// The completed laps of one mode and number of workers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The mode's name.
    pub mode: String,
    /// How many workers.
    pub workers: u32,
    /// Every wall time, by round.
    pub walls_ns: Vec<u64>,
    /// Their median.
    pub median_ns: u64,
    /// The median distance from the median, of three laps or more.
    pub deviation_ns: Option<u64>,
    /// The median's 95 % interval, of three laps or more.
    pub interval_ns: Option<IntervalNs>,
    /// How much faster than sequential.
    pub speed_up: Option<SpeedUp>,
    /// What a worker costs.
    pub worker: Cost,
}

/// How much faster than sequential, by the rounds in which both completed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpeedUp {
    /// Median sequential wall time by median wall time.
    pub median: f64,
    /// The lowest of a round.
    pub low: f64,
    /// The highest of a round.
    pub high: f64,
    /// The 95 % interval, of three rounds or more.
    pub interval: Option<Interval>,
}

/// The ends of an interval of a ratio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower one.
    pub low: f64,
    /// The upper one.
    pub high: f64,
}

/// The ends of an interval of a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IntervalNs {
    /// The lower one.
    pub low: u64,
    /// The upper one.
    pub high: u64,
}

/// Why it didn't get faster, or why the fastest was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Which.
    pub kind: String,
    /// The same for people, and what to do.
    pub sentence: String,
    /// The name of the slide that explains it.
    pub slide: String,
    /// The share of the workers' time that it took, from 0 to 1, where that can be computed.
    pub share: Option<f64>,
    /// Of whom it holds.
    pub of: Vec<Whose>,
}

/// A mode with so many workers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Whose {
    /// The mode's name.
    pub mode: String,
    /// How many workers.
    pub workers: u32,
}

/// A reason to be careful with the figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    /// Which.
    pub kind: String,
    /// The same for people, and what to do.
    pub sentence: String,
}

/// Two laps that returned different results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The place in `laps` of the first that completed.
    pub reference_lap: u32,
    /// The place in `laps` of the first that returned something else.
    pub lap: u32,
    /// The first item whose results differ; none if there are more or fewer results.
    pub first_item: Option<u32>,
    /// The last that it may be: another only where many results were compared together.
    pub last_item: Option<u32>,
    /// What the reference returned, if that was kept; how much, if there are more or fewer results.
    pub expected: Option<String>,
    /// The same of the other.
    pub found: Option<String>,
    /// The same for people.
    pub sentence: String,
}

/// What else used the processor during a lap, start-up included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherLoad {
    /// The CPU time of others, on all cores.
    pub cpu_ns: u64,
    /// In how much time.
    pub during_ns: u64,
    /// On how many cores.
    pub cores: u32,
}

//! Load on a service: what is asked of it, and what its clients have seen.

mod neighbour;
mod wish;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Nanos, duration, per_second};

pub use neighbour::Beside;
pub use wish::{LoadWish, USUAL_CONNECTIONS, WishedPace};

/// The generator itself is late if the 99th percentile of its lateness is above this,
const LATE: Nanos = Nanos(1_000_000);
/// and above this share of the median latency: then it is in the figures.
const LATE_SHARE: f64 = 0.1;
/// A service that answers less than this share of the rate that was asked for can't keep up.
const KEPT_UP: f64 = 0.95;

/// When requests are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// At moments that are fixed before, whatever becomes of those before: latency counts from that moment, also while
    /// all connections wait for answers. So nothing is omitted (wrk2's README on coordinated omission).
    Open {
        /// Requests a second.
        rate: u32,
        /// Over at most so many connections.
        connections: u32,
    },
    /// By clients of which each sends its next request when it has its answer: a slow service is asked less.
    Closed {
        /// How many.
        clients: u32,
    },
}

impl Pace {
    /// How many connections are open at most.
    pub fn connections(self) -> u32 {
        match self {
            Pace::Open { connections, .. } => connections,
            Pace::Closed { clients } => clients,
        }
    }
}

/// A request of the mix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadRequest {
    /// `GET`.
    pub method: String,
    /// With the query: `/fibonacci?n=20`.
    pub path: String,
    /// Besides Host.
    pub headers: Vec<(String, String)>,
    /// As it is sent.
    pub body: Vec<u8>,
    /// How often it is sent compared with the others.
    pub weight: u32,
}

impl LoadRequest {
    /// A GET without a body.
    pub fn get(path: &str, weight: u32) -> LoadRequest {
        LoadRequest { method: "GET".into(), path: path.into(), headers: Vec::new(), body: Vec::new(), weight }
    }

    /// Its name in results: `GET /fibonacci?n=20`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// What load to put on a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadPlan {
    /// When requests are sent.
    pub pace: Pace,
    /// For how long requests are sent first that count in no figure.
    pub warm_up: Nanos,
    /// For how long they are sent then.
    pub duration: Nanos,
    /// How long an answer may take, from when the request was sent.
    pub timeout: Nanos,
    /// Whether a connection is used for more than one request.
    pub keep_alive: bool,
    /// Of the order of the mix: the same seed, the same order.
    pub seed: u64,
    /// What is asked. At least one, with a weight above 0.
    pub mix: Vec<LoadRequest>,
    /// What one more client asks for in the second half, again and again; it counts in no figure of the others.
    pub neighbour: Option<LoadRequest>,
}

impl LoadPlan {
    /// What is done where nothing else was asked for: eight clients ask for `/` for five seconds, after one that counts
    /// in nothing.
    pub fn usual() -> LoadPlan {
        LoadPlan {
            pace: Pace::Closed { clients: 8 },
            warm_up: Nanos(1_000_000_000),
            duration: Nanos(5_000_000_000),
            timeout: Nanos(10_000_000_000),
            keep_alive: true,
            seed: 0,
            mix: vec![LoadRequest::get("/", 1)],
            neighbour: None,
        }
    }

    /// All of it but what requests carry, which may be megabytes: for those who only tell what was asked.
    pub fn without_bodies(&self) -> LoadPlan {
        let mut plan = self.clone();
        plan.mix.iter_mut().chain(&mut plan.neighbour).for_each(|request| request.body.clear());
        plan
    }
}

/// Why a request has no good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Failure {
    /// Nobody listens there.
    Refused,
    /// The connection could not be made, for another reason.
    Unconnected,
    /// The connection ended before the answer did.
    ClosedEarly,
    /// There was no whole answer in time.
    TimedOut,
    /// What came is not HTTP.
    Malformed,
    /// It was answered with a status of 400 or more.
    Status(u16),
    /// The load ended before it was answered.
    Unfinished,
    /// It was due, but every connection waited for an answer until the end.
    NotSent,
}

impl fmt::Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused => write!(to, "refused: nobody listened"),
            Failure::Unconnected => write!(to, "not connected"),
            Failure::ClosedEarly => write!(to, "connection closed before the whole answer"),
            Failure::TimedOut => write!(to, "no whole answer in time"),
            Failure::Malformed => write!(to, "the answer was not HTTP"),
            Failure::Status(status) => write!(to, "answered with status {status}"),
            Failure::Unfinished => write!(to, "unanswered when the load ended"),
            Failure::NotSent => write!(to, "not sent: no connection was free until the end"),
        }
    }
}

/// How long answers took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latencies {
    /// Of so many.
    pub count: u64,
    /// The mean.
    pub mean: Nanos,
    /// Half took no longer.
    pub p50: Nanos,
    /// 90 % took no longer.
    pub p90: Nanos,
    /// 99 % took no longer.
    pub p99: Nanos,
    /// 99.9 % took no longer.
    pub p999: Nanos,
    /// The longest.
    pub max: Nanos,
}

/// What was seen in the last moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadProgress {
    /// How long the load has gone on, with its warm-up.
    pub elapsed: Nanos,
    /// How long this moment was.
    pub window: Nanos,
    /// Whether it counts in no figure.
    pub is_warm_up: bool,
    /// How long good answers took that came in it; none came otherwise.
    pub latencies: Option<Latencies>,
    /// What failed in it.
    pub failures: Vec<(Failure, u64)>,
    /// How many requests are waiting for their answers.
    pub in_flight: u32,
    /// Whether the neighbour asks, too.
    pub is_beside: bool,
}

impl LoadProgress {
    /// Good answers a second.
    pub fn throughput(&self) -> f64 {
        self.latencies.map_or(0.0, |all| all.count as f64) / self.window.seconds()
    }
}

/// What became of one request of the mix, or of those that one worker has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadPart {
    /// The request's name, or the worker's as it says itself in its answers.
    pub name: String,
    /// How long good answers took; there were none otherwise.
    pub latencies: Option<Latencies>,
    /// How many failed.
    pub failed: u64,
}

/// What a service did under load. Warm-up is in none of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadReport {
    /// For how long requests were due.
    pub duration: Nanos,
    /// How many good answers came in that time.
    pub in_time: u64,
    /// From when each request was due, to the end of its good answer; there were none otherwise.
    pub latencies: Option<Latencies>,
    /// From when each was really sent: what a load generator shows that waits with its next request.
    pub uncorrected: Option<Latencies>,
    /// All latencies to three digits, in nanoseconds, each with how many there are.
    pub histogram: Vec<(u64, u64)>,
    /// What failed, and how often.
    pub failures: Vec<(Failure, u64)>,
    /// By request of the mix, in its order.
    pub requests: Vec<LoadPart>,
    /// By worker, by name.
    pub workers: Vec<LoadPart>,
    /// Before and beside the neighbour, where there was one.
    pub beside: Option<Beside>,
    /// How late the generator itself was with 99 % of its requests, at most: from when it was due and a connection was
    /// free.
    pub lateness: Nanos,
    /// CPU time of the generator, where the system says.
    pub cpu: Option<Nanos>,
    /// How many connections were opened.
    pub connections: u64,
}

impl LoadReport {
    /// Good answers a second.
    pub fn throughput(&self) -> f64 {
        if self.duration == Nanos(0) { 0.0 } else { self.in_time as f64 / self.duration.seconds() }
    }

    /// In few words: `1012 answers/s, p50 7.80 ms, p99 15.2 ms, 3 failed`.
    pub fn summary(&self) -> String {
        let latencies = self.latencies.map(|all| format!(", p50 {}, p99 {}", duration(all.p50), duration(all.p99)));
        let failed = self.failed();
        let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        format!("{} answers/s{}{failed}", per_second(self.throughput()), latencies.unwrap_or_default())
    }

    /// How many requests failed.
    pub fn failed(&self) -> u64 {
        self.failures.iter().map(|(_, count)| count).sum()
    }

    /// How many failed so.
    pub fn failed_by(&self, failure: Failure) -> u64 {
        self.failures.iter().find(|(what, _)| *what == failure).map_or(0, |(_, count)| *count)
    }

    /// Reasons to be careful with its figures.
    pub fn warnings(&self, pace: Pace) -> Vec<LoadWarning> {
        let mut found = Vec::new();
        let median = self.latencies.map_or(0, |all| all.p50.0);
        if self.lateness > LATE && self.lateness.0 as f64 > LATE_SHARE * median as f64 {
            found.push(LoadWarning::Late { lateness: self.lateness });
        }
        if let Pace::Open { rate, .. } = pace
            && self.throughput() < KEPT_UP * f64::from(rate)
        {
            found.push(LoadWarning::Saturated { rate, throughput: self.throughput() });
        }
        found
    }
}

/// A reason to be careful with the figures of a load.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum LoadWarning {
    /// The generator could not send in time.
    Late {
        /// By how much for one request in a hundred, at least.
        lateness: Nanos,
    },
    /// The service could not answer as fast as it was asked.
    Saturated {
        /// Requests a second that were due.
        rate: u32,
        /// Good answers a second.
        throughput: f64,
    },
}

impl fmt::Display for LoadWarning {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadWarning::Late { lateness } => write!(
                to,
                "One request in a hundred was sent {} late or more, since the load generator had no CPU: that is in \
                 the latencies. Use fewer workers, or a lower rate.",
                duration(*lateness)
            ),
            LoadWarning::Saturated { rate, throughput } => write!(
                to,
                "Of {rate} requests a second {throughput:.0} were answered: requests have waited for each other, and \
                 latencies say how long the load went on more than how fast the service is. Lower the rate."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(count: u64, p50: u64, lateness: u64) -> LoadReport {
        let p50 = Nanos(p50);
        let latencies = Latencies { count, mean: p50, p50, p90: p50, p99: p50, p999: p50, max: p50 };
        LoadReport {
            duration: Nanos(2_000_000_000),
            in_time: count,
            latencies: (count > 0).then_some(latencies),
            uncorrected: None,
            histogram: Vec::new(),
            failures: vec![(Failure::TimedOut, 2), (Failure::Status(500), 3)],
            requests: Vec::new(),
            workers: Vec::new(),
            beside: None,
            lateness: Nanos(lateness),
            cpu: None,
            connections: 1,
        }
    }

    #[test]
    fn warnings_say_what_is_in_the_figures() {
        let open = Pace::Open { rate: 100, connections: 8 };
        for (report, pace, expected) in [
            (report(200, 1_000_000, 50_000), open, vec![]),
            (report(180, 1_000_000, 50_000), open, vec![LoadWarning::Saturated { rate: 100, throughput: 90.0 }]),
            (report(200, 1_000_000, 2_000_000), open, vec![LoadWarning::Late { lateness: Nanos(2_000_000) }]),
            (report(200, 50_000_000, 2_000_000), open, vec![]),
            (report(0, 0, 0), Pace::Closed { clients: 4 }, vec![]),
        ] {
            assert_eq!(report.warnings(pace), expected, "{report:?}");
        }
        assert_eq!(report(200, 1, 1).throughput(), 100.0);
        assert_eq!(report(200, 1_500, 1).summary(), "100 answers/s, p50 1.50 µs, p99 1.50 µs, 5 failed");
        assert_eq!(report(0, 1, 1).summary(), "0.0 answers/s, 5 failed");
        assert_eq!((report(0, 1, 1).failed(), report(0, 1, 1).failed_by(Failure::Status(500))), (5, 3));
    }
}

//! What clients of a service saw, made into its JSON form.

use shared::{Latencies, LoadPart, LoadReport, LoadRequest, LoadTrack, Pace};

use crate::command::result::load::{Beside, Failure, Latency, Load, Part, Report};

/// The load on a lap.
pub fn load(load: &LoadTrack) -> Load {
    Load {
        rate: match load.plan.pace {
            Pace::Open { rate, .. } => Some(rate),
            Pace::Closed { .. } => None,
        },
        connections: load.plan.pace.connections(),
        warm_up_ns: load.plan.warm_up.0,
        timeout_ns: load.plan.timeout.0,
        keep_alive: load.plan.keep_alive,
        neighbour: load.plan.neighbour.as_ref().map(LoadRequest::name),
        report: load.report.as_ref().map(report),
    }
}

fn report(report: &LoadReport) -> Report {
    Report {
        duration_ns: report.duration.0,
        answers: report.in_time,
        // A thousandth is more than can be repeated, and every reader of JSON reads it back as it was.
        answers_per_second: (report.throughput() * 1e3).round() / 1e3,
        latency: report.latencies.as_ref().map(latency),
        uncorrected: report.uncorrected.as_ref().map(latency),
        histogram_ns: report.histogram.clone(),
        failures: report
            .failures
            .iter()
            .map(|(what, count)| Failure { what: what.to_string(), count: *count })
            .collect(),
        by_request: report.requests.iter().map(part).collect(),
        by_worker: report.workers.iter().map(part).collect(),
        beside: report.beside.as_ref().map(beside),
        lateness_ns: report.lateness.0,
        cpu_ns: report.cpu.map(|cpu| cpu.0),
        opened: report.connections,
    }
}

fn beside(beside: &shared::Beside) -> Beside {
    let [alone, elsewhere, same] =
        [&beside.alone, &beside.elsewhere, &beside.same].map(|all| all.as_ref().map(latency));
    Beside { neighbour: part(&beside.neighbour), alone, elsewhere, same }
}

fn latency(all: &Latencies) -> Latency {
    Latency {
        count: all.count,
        mean_ns: all.mean.0,
        p50_ns: all.p50.0,
        p90_ns: all.p90.0,
        p99_ns: all.p99.0,
        p999_ns: all.p999.0,
        max_ns: all.max.0,
    }
}

fn part(part: &LoadPart) -> Part {
    Part {
        name: part.name.clone(),
        answers: part.latencies.map_or(0, |all| all.count),
        p50_ns: part.latencies.map(|all| all.p50.0),
        p99_ns: part.latencies.map(|all| all.p99.0),
        failed: part.failed,
    }
}

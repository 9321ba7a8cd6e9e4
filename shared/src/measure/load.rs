//! What a run's loads come to: each mode's rates and latencies, and how many times as much one answers as another.

use super::bootstrap::{Bounds, ratio_interval};
use super::statistics::median;
use super::warning::Contestant;
use crate::{Lap, Latencies, LoadReport, Mode, Nanos, Run};

/// The loads on one mode with so many workers, without warm-up rounds.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadGroup {
    /// Whose.
    pub who: Contestant,
    /// By round: its number, and good answers a second.
    pub rates: Vec<(u32, f64)>,
    /// The medians of rounds of the median latency, in seconds; none without a good answer.
    pub p50: Option<f64>,
    /// The same of the 99th percentile.
    pub p99: Option<f64>,
    /// How many requests failed.
    pub failed: u64,
}

impl LoadGroup {
    /// The median of its rates.
    pub fn rate(&self) -> f64 {
        median(&self.rates.iter().map(|(_, rate)| *rate).collect::<Vec<_>>()).unwrap_or_default()
    }
}

/// How many times as many good answers a second one gives as another, by the rounds that both have.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadGain {
    /// Who is compared.
    pub who: Contestant,
    /// With whom.
    pub with: Contestant,
    /// The median rate by the other's.
    pub ratio: f64,
    /// The ratio's 95 % interval, or of two rounds their range; none of one.
    pub spread: Option<Bounds>,
}

impl LoadGain {
    /// In words: `subinterpreters × 2: 1.93 times (1.90 to 1.97) as many answers a second as threads × 2.`
    pub fn sentence(&self) -> String {
        let (who, with) = (self.who.short(), self.with.short());
        match self.spread {
            Some(spread) if spread.contain(1.0) => {
                format!("{who}: as many answers a second as {with}, within the noise.")
            }
            Some(Bounds { low, high }) => {
                format!("{who}: {:.2} times ({low:.2} to {high:.2}) as many answers a second as {with}.", self.ratio)
            }
            None => format!("{who}: {:.2} times as many answers a second as {with}, of one round.", self.ratio),
        }
    }
}

/// What is known of the laps of each mode and number of workers, without warm-up rounds, in the order of the plan.
pub fn by_contestant<'run, T>(run: &'run Run, of: impl Fn(&'run Lap) -> Option<T>) -> Vec<(Contestant, Vec<T>)> {
    let mut all: Vec<(Contestant, Vec<T>)> = Vec::new();
    for lap in run.laps.iter().filter(|lap| !lap.plan.round.is_warm_up()) {
        let Some(known) = of(lap) else { continue };
        let who = Contestant::from(lap);
        match all.iter_mut().find(|(other, _)| *other == who) {
            Some((_, laps)) => laps.push(known),
            None => all.push((who, vec![known])),
        }
    }
    all
}

/// By mode and workers, in the order of the plan.
pub fn load_groups(run: &Run) -> Vec<LoadGroup> {
    let reports = by_contestant(run, |lap| Some((lap.plan.round.number(), lap.load_report()?)));
    let group = |(who, reports): (Contestant, Vec<(u32, &LoadReport)>)| {
        let middle = |of: fn(Latencies) -> Nanos| {
            let all = reports.iter().filter_map(|(_, report)| Some(of(report.latencies?).seconds()));
            median(&all.collect::<Vec<_>>())
        };
        LoadGroup {
            who,
            rates: reports.iter().map(|(round, report)| (*round, report.throughput())).collect(),
            p50: middle(|all| all.p50),
            p99: middle(|all| all.p99),
            failed: reports.iter().map(|(_, report)| report.failed()).sum(),
        }
    };
    reports.into_iter().map(group).collect()
}

/// The 95 % interval of a ratio, or of two rounds their range; none of one.
pub fn spread(pairs: &[(f64, f64)]) -> Option<Bounds> {
    let range = || Bounds::of(pairs.iter().map(|(one, other)| one / other)).filter(|_| pairs.len() > 1);
    ratio_interval(pairs).or_else(range)
}

/// Each but threads compared with threads of as many workers; without threads, with the first.
pub fn load_gains(groups: &[LoadGroup]) -> Vec<LoadGain> {
    let with = |group: &LoadGroup| {
        let threads = |other: &&LoadGroup| {
            other.who.mode == Mode::Threads && other.who.workers == group.who.workers && other.who != group.who
        };
        groups.iter().find(threads).or(groups.first()).filter(|other| other.who != group.who)
    };
    let gain = |group: &LoadGroup| {
        let other = with(group)?;
        let of = |round: u32| other.rates.iter().find(|(number, _)| *number == round).map(|(_, rate)| *rate);
        let pairs: Vec<(f64, f64)> = group
            .rates
            .iter()
            .filter_map(|(round, rate)| Some((*rate, of(*round).filter(|rate| *rate > 0.0)?)))
            .collect();
        let (mine, others): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        Some(LoadGain {
            who: group.who,
            with: other.who,
            ratio: median(&mine)? / median(&others)?,
            spread: spread(&pairs),
        })
    };
    groups.iter().filter_map(gain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(mode: Mode, workers: u32, rates: &[f64]) -> LoadGroup {
        let rates = (0..).zip(rates.iter().copied()).collect();
        LoadGroup { who: Contestant { mode, workers }, rates, p50: None, p99: None, failed: 0 }
    }

    #[test]
    fn modes_are_compared_with_threads_of_as_many_workers() {
        use Mode::{Processes, Sequential, Subinterpreters, Threads};
        for (groups, expected) in [
            (vec![group(Threads, 2, &[100.0])], vec![]),
            (
                vec![group(Sequential, 1, &[100.0]), group(Threads, 2, &[80.0]), group(Subinterpreters, 2, &[160.0])],
                vec![
                    "threads × 2: 0.80 times as many answers a second as sequential × 1, of one round.",
                    "subinterpreters × 2: 2.00 times as many answers a second as threads × 2, of one round.",
                ],
            ),
            (
                vec![group(Threads, 2, &[100.0, 50.0]), group(Processes, 2, &[190.0, 100.0])],
                vec!["processes × 2: 1.93 times (1.90 to 2.00) as many answers a second as threads × 2."],
            ),
            (
                vec![group(Threads, 2, &[100.0, 100.0]), group(Processes, 2, &[90.0, 110.0])],
                vec!["processes × 2: as many answers a second as threads × 2, within the noise."],
            ),
            (vec![group(Threads, 2, &[0.0]), group(Processes, 2, &[90.0])], vec![]),
        ] {
            let said: Vec<String> = load_gains(&groups).iter().map(LoadGain::sentence).collect();
            assert_eq!(said, expected);
        }
    }
}

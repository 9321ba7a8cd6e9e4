//! What a neighbour costs: how many times as long other requests take beside one that takes long.

use super::bootstrap::Bounds;
use super::load::{by_contestant, spread};
use super::statistics::median;
use super::warning::Contestant;
use crate::{Beside, Nanos, Run, duration};

/// What requests of a mode have to wait beside a neighbour, by the medians of rounds without warm-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Slowdown {
    /// Whose.
    pub who: Contestant,
    /// What the neighbour asks for.
    pub neighbour: String,
    /// The median latency without it, in seconds.
    pub alone: f64,
    /// Beside it, on other workers; none if there are none.
    pub elsewhere: Option<Slower>,
    /// Beside it, on the worker that answers it; none if it has no other requests.
    pub same: Option<Slower>,
}

/// How slow it is beside a neighbour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slower {
    /// The median latency, in seconds.
    pub p50: f64,
    /// By that without a neighbour.
    pub ratio: f64,
    /// The ratio's 95 % interval, or of two rounds their range; none of one.
    pub spread: Option<Bounds>,
}

impl Slower {
    /// Of rounds: the median beside it and without it.
    fn of(pairs: &[(f64, f64)]) -> Option<Slower> {
        let (beside, alone): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let p50 = median(&beside)?;
        Some(Slower { p50, ratio: p50 / median(&alone)?, spread: spread(pairs) })
    }

    fn sentence(self, place: &str) -> String {
        let p50 = seconds(self.p50);
        let spread = self.spread.map(|Bounds { low, high }| format!(" ({low:.1} to {high:.1})")).unwrap_or_default();
        match self.spread {
            Some(spread) if spread.contain(1.0) => format!("{p50} {place}, within the noise"),
            _ => format!("{p50} {place}, {:.1} times{spread} as long", self.ratio),
        }
    }
}

impl Slowdown {
    /// In words: `threads × 2: half of the answers took 1.02 ms; beside GET /slow 11.3 ms on other workers, 11.1 times
    /// (10.9 to 11.4) as long.`
    pub fn sentence(&self) -> String {
        let beside: Vec<String> = [(self.elsewhere, "on other workers"), (self.same, "on its own worker")]
            .into_iter()
            .filter_map(|(slower, place)| Some(slower?.sentence(place)))
            .collect();
        let (who, alone, neighbour) = (self.who.short(), seconds(self.alone), &self.neighbour);
        format!("{who}: half of the answers took up to {alone}; beside {neighbour} {}.", beside.join(", and "))
    }
}

fn seconds(seconds: f64) -> String {
    duration(Nanos::of_seconds(seconds))
}

/// All in one sentence: `Beside GET /slow the median answer took so many times as long: on other workers threads × 2
/// 11.0, processes × 2 0.9; on its own worker …`. None where there was no neighbour.
pub fn beside_in_short(all: &[Slowdown]) -> Option<String> {
    let neighbour = &all.first()?.neighbour;
    let elsewhere = all.iter().map(|slow| slow.elsewhere).collect::<Vec<_>>();
    let same = all.iter().map(|slow| slow.same).collect();
    let places = [("on other workers", elsewhere), ("on its own worker", same)].into_iter();
    let said: Vec<String> = places
        .filter_map(|(place, slower)| {
            let each: Vec<String> = all
                .iter()
                .zip(slower)
                .filter_map(|(Slowdown { who, .. }, slower)| Some(format!("{} {:.1}", who.short(), slower?.ratio)))
                .collect();
            (!each.is_empty()).then(|| format!("{place} {}", each.join(", ")))
        })
        .collect();
    Some(format!("Beside {neighbour} the median answer took so many times as long: {}.", said.join("; ")))
}

/// Of each mode and number of workers, in the order of the plan; none where nobody was asked beside a neighbour.
pub fn slowdowns(run: &Run) -> Vec<Slowdown> {
    let all = by_contestant(run, |lap| lap.load_report()?.beside.as_ref());
    all.into_iter().filter_map(|(who, rounds)| slowdown(who, &rounds)).collect()
}

fn slowdown(who: Contestant, rounds: &[&Beside]) -> Option<Slowdown> {
    let pairs = |beside: fn(&Beside) -> Option<crate::Latencies>| -> Vec<(f64, f64)> {
        let pair = |round: &&Beside| Some((beside(round)?.p50.seconds(), round.alone?.p50.seconds()));
        rounds.iter().filter_map(pair).filter(|(_, alone)| *alone > 0.0).collect()
    };
    let alone: Vec<f64> = rounds.iter().filter_map(|round| Some(round.alone?.p50.seconds())).collect();
    let found = Slowdown {
        who,
        neighbour: rounds.first()?.neighbour.name.clone(),
        alone: median(&alone)?,
        elsewhere: Slower::of(&pairs(|round| round.elsewhere)),
        same: Slower::of(&pairs(|round| round.same)),
    };
    (found.elsewhere.is_some() || found.same.is_some()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Latencies, LoadPart, Mode};

    fn latencies(p50: u64) -> Latencies {
        let p50 = Nanos(p50 * 1_000_000);
        Latencies { count: 9, mean: p50, p50, p90: p50, p99: p50, p999: p50, max: p50 }
    }

    fn beside(alone: u64, elsewhere: Option<u64>, same: Option<u64>) -> Beside {
        let neighbour = LoadPart { name: "GET /slow".into(), latencies: None, failed: 0 };
        let [alone, elsewhere, same] = [Some(alone), elsewhere, same].map(|p50| p50.map(latencies));
        Beside { neighbour, alone, elsewhere, same }
    }

    #[test]
    fn all_modes_are_said_in_one_sentence() {
        let of = |mode, beside| slowdown(Contestant { mode, workers: 2 }, &[&beside]).unwrap();
        let all =
            [of(Mode::Threads, beside(2, Some(22), Some(200))), of(Mode::Processes, beside(2, Some(2), Some(100)))];
        assert_eq!(
            beside_in_short(&all).unwrap(),
            "Beside GET /slow the median answer took so many times as long: on other workers threads × 2 11.0, processes \
             × 2 1.0; on its own worker threads × 2 100.0, processes × 2 50.0."
        );
        let all = [of(Mode::Threads, beside(2, None, Some(200)))];
        assert!(beside_in_short(&all).unwrap().ends_with("as long: on its own worker threads × 2 100.0."));
        assert_eq!(beside_in_short(&[]), None);
    }

    #[test]
    fn the_neighbour_s_price_is_said_by_place() {
        let who = Contestant { mode: Mode::Threads, workers: 2 };
        for (rounds, said) in [
            (vec![beside(1, None, None)], None),
            (
                vec![beside(1, Some(11), None)],
                Some(
                    "half of the answers took up to 1.00 ms; beside GET /slow 11.0 ms on other workers, 11.0 times as long.",
                ),
            ),
            (
                vec![beside(2, Some(22), Some(200)), beside(2, Some(20), Some(400))],
                Some(
                    "half of the answers took up to 2.00 ms; beside GET /slow 21.0 ms on other workers, 10.5 times (10.0 \
                     to 11.0) as long, and 300 ms on its own worker, 150.0 times (100.0 to 200.0) as long.",
                ),
            ),
            (
                vec![beside(10, Some(9), None), beside(10, Some(11), None)],
                Some(
                    "half of the answers took up to 10.0 ms; beside GET /slow 10.0 ms on other workers, within the noise.",
                ),
            ),
        ] {
            let rounds: Vec<&Beside> = rounds.iter().collect();
            let found = slowdown(who, &rounds).map(|slowdown| slowdown.sentence());
            assert_eq!(found, said.map(|said| format!("threads × 2: {said}")));
        }
    }
}

//! From a request to its laps.

use serde::{Deserialize, Serialize};

use crate::Mode;

/// The most workers that a lap may ask for.
pub const MAX_WORKERS: u32 = 64;

/// One lap that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LapPlan {
    /// How.
    pub mode: Mode,
    /// With how many workers.
    pub workers: u32,
    /// In which round of the run.
    pub round: Round,
}

/// One time through all modes and worker counts. Each kind is numbered from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Round {
    /// It runs first and is shown, but counts in no figure: the machine reads files and raises its clock.
    WarmUp(u32),
    /// It counts.
    Measured(u32),
}

impl Round {
    /// Its number among those of its kind.
    pub fn number(self) -> u32 {
        match self {
            Round::WarmUp(number) | Round::Measured(number) => number,
        }
    }

    /// Whether it counts in no figure.
    pub fn is_warm_up(self) -> bool {
        matches!(self, Round::WarmUp(_))
    }
}

/// How many rounds a run has. A number alone means so many that count, and no warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    /// Those that run first and don't count.
    pub warm_up: u32,
    /// Those that count.
    pub measured: u32,
}

impl From<u32> for Rounds {
    fn from(measured: u32) -> Rounds {
        Rounds { warm_up: 0, measured }
    }
}

impl Rounds {
    /// So many that count, and one to warm up before several.
    pub fn usual(measured: u32) -> Rounds {
        Rounds { warm_up: u32::from(measured > 1), measured }
    }

    /// Both numbers.
    ///
    /// # Errors
    /// The sentence to show if one of them is out of range.
    fn checked(self) -> Result<Rounds, String> {
        if self.measured == 0 || self.measured > MAX_REPEATS {
            return Err(format!("{} repetitions are not possible: choose 1 to {MAX_REPEATS}.", self.measured));
        }
        if self.warm_up > MAX_WARM_UPS {
            return Err(format!("{} warm-up rounds are not possible: choose 0 to {MAX_WARM_UPS}.", self.warm_up));
        }
        Ok(self)
    }

    /// All of them, in order.
    fn all(self) -> impl Iterator<Item = Round> {
        (0..self.warm_up).map(Round::WarmUp).chain((0..self.measured).map(Round::Measured))
    }
}

/// The most repetitions that a run may ask for.
pub const MAX_REPEATS: u32 = 100;

/// The most warm-up rounds that a run may ask for.
pub const MAX_WARM_UPS: u32 = 10;

/// The laps for these modes and worker counts, in order: sequential once, with one worker, then every parallel mode
/// with every count, counts outermost so that neighbours in time are compared with each other. Repetitions repeat all
/// of that, so that a machine that becomes slower does so for every mode. Warm-up rounds come before all others.
///
/// # Errors
/// The sentence to show if nothing is asked for or a count is out of range.
pub fn plan(modes: &[Mode], workers: &[u32], rounds: impl Into<Rounds>) -> Result<Vec<LapPlan>, String> {
    if modes.is_empty() {
        return Err("Choose at least one mode.".into());
    }
    let mut counts = workers.to_vec();
    counts.sort_unstable();
    counts.dedup();
    if let Some(count) = counts.iter().find(|&&count| count == 0 || count > MAX_WORKERS) {
        return Err(format!("{count} workers are not possible: choose 1 to {MAX_WORKERS}."));
    }
    let rounds = rounds.into().checked()?;
    let parallel = |mode: &Mode| mode.is_parallel() && modes.contains(mode);
    if counts.is_empty() && Mode::ALL.iter().any(parallel) {
        return Err("Choose how many workers.".into());
    }
    let baseline = modes.contains(&Mode::Sequential).then_some((Mode::Sequential, 1)).into_iter();
    let compared =
        counts.iter().flat_map(|&workers| Mode::ALL.into_iter().filter(parallel).map(move |mode| (mode, workers)));
    let once: Vec<(Mode, u32)> = baseline.chain(compared).collect();
    let laps = rounds.all().flat_map(|round| once.iter().map(move |&(mode, workers)| LapPlan { mode, workers, round }));
    Ok(laps.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequential_comes_once_and_first() {
        let laps = plan(&[Mode::Processes, Mode::Sequential, Mode::Threads], &[2, 1, 2], 1).unwrap();
        let names: Vec<_> = laps.iter().map(|lap| format!("{} {}", lap.mode, lap.workers)).collect();
        assert_eq!(names, ["sequential 1", "threads 1", "processes 1", "threads 2", "processes 2"]);
    }

    #[test]
    fn sequential_alone_needs_no_workers() {
        assert_eq!(
            plan(&[Mode::Sequential], &[], 1).unwrap(),
            [LapPlan { mode: Mode::Sequential, workers: 1, round: Round::Measured(0) }]
        );
    }

    #[test]
    fn repetitions_repeat_all() {
        let laps = plan(&[Mode::Sequential, Mode::Threads], &[2], 2).unwrap();
        let names: Vec<_> = laps.iter().map(|lap| format!("{} {}", lap.mode, lap.round.number())).collect();
        assert_eq!(names, ["sequential 0", "threads 0", "sequential 1", "threads 1"]);
        for repeats in [0, MAX_REPEATS + 1] {
            assert!(plan(&[Mode::Sequential], &[], repeats).unwrap_err().contains("1 to 100"));
        }
    }

    #[test]
    fn warm_up_rounds_come_first_and_are_marked() {
        let laps = plan(&[Mode::Sequential, Mode::Threads], &[2], Rounds { warm_up: 1, measured: 2 }).unwrap();
        let rounds: Vec<_> = laps.iter().map(|lap| lap.round).collect();
        let [warm, first, second] = [Round::WarmUp(0), Round::Measured(0), Round::Measured(1)];
        assert_eq!(rounds, [warm, warm, first, first, second, second]);
        let too_many = Rounds { warm_up: MAX_WARM_UPS + 1, measured: 1 };
        assert!(plan(&[Mode::Sequential], &[], too_many).unwrap_err().contains("0 to 10"));
    }

    #[test]
    fn what_cannot_be_planned_is_refused_with_a_sentence() {
        for (modes, workers, said) in [
            (vec![], vec![2], "at least one mode"),
            (vec![Mode::Threads], vec![], "how many workers"),
            (vec![Mode::Threads], vec![0], "0 workers"),
            (vec![Mode::Threads], vec![65], "1 to 64"),
        ] {
            let sentence = plan(&modes, &workers, 1).unwrap_err();
            assert!(sentence.contains(said), "{sentence}");
        }
    }
}

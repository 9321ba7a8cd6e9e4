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
    /// In which repetition, from 0.
    pub round: u32,
}

/// The most repetitions that a run may ask for.
pub const MAX_REPEATS: u32 = 100;

/// The laps for these modes and worker counts, in order: sequential once, with one worker, then every parallel mode
/// with every count, counts outermost so that neighbours in time are compared with each other. Repetitions repeat all
/// of that, so that a machine that becomes slower does so for every mode.
///
/// # Errors
/// The sentence to show if nothing is asked for or a count is out of range.
pub fn plan(modes: &[Mode], workers: &[u32], repeats: u32) -> Result<Vec<LapPlan>, String> {
    if modes.is_empty() {
        return Err("Choose at least one mode.".into());
    }
    let mut counts = workers.to_vec();
    counts.sort_unstable();
    counts.dedup();
    if let Some(count) = counts.iter().find(|&&count| count == 0 || count > MAX_WORKERS) {
        return Err(format!("{count} workers are not possible: choose 1 to {MAX_WORKERS}."));
    }
    if repeats == 0 || repeats > MAX_REPEATS {
        return Err(format!("{repeats} repetitions are not possible: choose 1 to {MAX_REPEATS}."));
    }
    let parallel = |mode: &Mode| mode.is_parallel() && modes.contains(mode);
    if counts.is_empty() && Mode::ALL.iter().any(parallel) {
        return Err("Choose how many workers.".into());
    }
    let baseline = modes.contains(&Mode::Sequential).then_some((Mode::Sequential, 1)).into_iter();
    let compared =
        counts.iter().flat_map(|&workers| Mode::ALL.into_iter().filter(parallel).map(move |mode| (mode, workers)));
    let once: Vec<(Mode, u32)> = baseline.chain(compared).collect();
    let rounds = (0..repeats).flat_map(|round| once.iter().map(move |&(mode, workers)| (mode, workers, round)));
    Ok(rounds.map(|(mode, workers, round)| LapPlan { mode, workers, round }).collect())
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
            [LapPlan { mode: Mode::Sequential, workers: 1, round: 0 }]
        );
    }

    #[test]
    fn repetitions_repeat_all() {
        let laps = plan(&[Mode::Sequential, Mode::Threads], &[2], 2).unwrap();
        let names: Vec<_> = laps.iter().map(|lap| format!("{} {}", lap.mode, lap.round)).collect();
        assert_eq!(names, ["sequential 0", "threads 0", "sequential 1", "threads 1"]);
        for repeats in [0, MAX_REPEATS + 1] {
            assert!(plan(&[Mode::Sequential], &[], repeats).unwrap_err().contains("1 to 100"));
        }
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

//! What two runs measured of the same: which was faster, and whether that is more than noise.

use super::bootstrap::{Bounds, independent_ratio_interval};
use super::group::{LapGroup, groups};
use crate::Run;

/// A ratio this near to 1 is no difference where one measurement is all there is.
const NEAR: f64 = 0.1;

/// The laps of one mode and number of workers, in two runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    /// In the first run.
    pub one: LapGroup,
    /// In the second run.
    pub other: LapGroup,
    /// How many times as fast the second was: median by median.
    pub ratio: f64,
    /// The ratio's 95 % interval, if both have three laps or more.
    pub interval: Option<Bounds>,
}

/// What may be said of the second run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// It was faster.
    Faster,
    /// It was slower.
    Slower,
    /// Nobody can tell: the difference is within the noise.
    Noise,
    /// It seems faster, but there are too few laps to know the noise.
    PerhapsFaster,
    /// It seems slower, but there are too few laps to know the noise.
    PerhapsSlower,
}

impl Between {
    /// What may be said of the second run.
    pub fn judgement(&self) -> Judgement {
        match self.interval {
            Some(interval) if interval.contain(1.0) => Judgement::Noise,
            Some(_) if self.ratio > 1.0 => Judgement::Faster,
            Some(_) => Judgement::Slower,
            None if (self.ratio - 1.0).abs() <= NEAR => Judgement::Noise,
            None if self.ratio > 1.0 => Judgement::PerhapsFaster,
            None => Judgement::PerhapsSlower,
        }
    }
}

/// What both runs measured, in the order of the first.
pub fn between(one: &Run, other: &Run) -> Vec<Between> {
    let others = groups(other);
    let pair = |one: LapGroup| {
        let other = others.iter().find(|other| (other.mode, other.workers) == (one.mode, one.workers))?.clone();
        let seconds = |group: &LapGroup| group.walls.iter().map(|wall| wall.seconds()).collect::<Vec<f64>>();
        let (above, below) = (seconds(&one), seconds(&other));
        (other.median.0 > 0 && one.median.0 > 0).then(|| Between {
            ratio: one.median.0 as f64 / other.median.0 as f64,
            interval: independent_ratio_interval(&above, &below),
            one,
            other,
        })
    };
    groups(one).into_iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mode;
    use crate::measure::sample::run;

    #[test]
    fn the_second_run_is_judged_by_the_interval_or_carefully() {
        for (one, other, judged) in [
            (vec![20, 21, 20, 19], vec![10, 10, 11, 10], Judgement::Faster),
            (vec![10, 10, 11, 10], vec![20, 21, 20, 19], Judgement::Slower),
            (vec![20, 25, 18, 30], vec![21, 24, 19, 29], Judgement::Noise),
            (vec![20], vec![10], Judgement::PerhapsFaster),
            (vec![20], vec![21], Judgement::Noise),
            (vec![20, 20], vec![40, 41, 40], Judgement::PerhapsSlower),
        ] {
            let of = |walls: &[u64]| run(&[Mode::Sequential], walls.len() as u32, walls);
            let found = between(&of(&one), &of(&other));
            assert_eq!((found.len(), found[0].judgement()), (1, judged), "{one:?} {other:?}");
            assert!(found[0].interval.is_none_or(|interval| interval.contain(found[0].ratio)));
        }
    }

    #[test]
    fn only_what_both_measured_is_compared() {
        let one = run(&[Mode::Sequential, Mode::Threads], 1, &[20, 30]);
        let other = run(&[Mode::Threads, Mode::Processes], 1, &[10, 5]);
        let found: Vec<_> = between(&one, &other).iter().map(|pair| (pair.one.mode, pair.ratio)).collect();
        assert_eq!(found, [(Mode::Threads, 3.0)]);
        assert_eq!(between(&one, &run(&[Mode::Threads], 1, &[0])), []);
    }
}

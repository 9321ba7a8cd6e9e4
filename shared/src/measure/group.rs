//! A run's completed laps by mode and number of workers: medians, and never a speed-up without its spread.

use serde::{Deserialize, Serialize};

use super::bootstrap::{Bounds, median_interval, ratio_interval};
use super::statistics::{deviation, median};
use crate::{Lap, Mode, Nanos, Run};

/// The completed laps of one mode and number of workers, without warm-ups.
#[derive(Debug, Clone, PartialEq)]
pub struct LapGroup {
    /// How the work was executed.
    pub mode: Mode,
    /// With how many workers.
    pub workers: u32,
    /// The laps' wall times, by round.
    pub walls: Vec<Nanos>,
    /// Their median.
    pub median: Nanos,
    /// The median distance from the median, of three laps or more.
    pub deviation: Option<Nanos>,
    /// The median's 95 % interval in seconds, of three laps or more.
    pub interval: Option<Bounds>,
    /// How much faster than sequential, if there is a sequential lap of the same round.
    pub speed_up: Option<SpeedUp>,
}

/// How much faster than sequential, by the rounds in which both completed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpeedUp {
    /// How the work was executed.
    pub mode: Mode,
    /// With how many workers.
    pub workers: u32,
    /// Median sequential wall time by median wall time; start-up is in neither. It is in the range and the interval.
    pub ratio: f64,
    /// How many rounds.
    pub rounds: u32,
    /// From the lowest of a round to the highest.
    pub range: Bounds,
    /// The ratio's 95 % interval, of three rounds or more.
    pub interval: Option<Bounds>,
}

impl LapGroup {
    /// How far the times lie apart, in seconds: the interval, or of two laps the range; none of one.
    pub fn spread(&self) -> Option<Bounds> {
        let range = || Bounds::of(self.walls.iter().map(|wall| wall.seconds())).filter(|_| self.walls.len() > 1);
        self.interval.or_else(range)
    }
}

impl SpeedUp {
    /// The interval, or of two rounds the range; none of one, which says nothing of it.
    pub fn spread(&self) -> Option<Bounds> {
        self.interval.or((self.rounds > 1).then_some(self.range))
    }

    /// Whether nobody can tell if it is faster or slower than sequential.
    pub fn is_noise(&self) -> bool {
        self.spread().is_some_and(|spread| spread.contain(1.0) && spread.width() > 0.0)
    }
}

/// The groups of a run, in the order in which their first laps ran.
pub fn groups(run: &Run) -> Vec<LapGroup> {
    let mut kinds: Vec<(Mode, u32)> = Vec::new();
    for (lap, _) in measured(run) {
        let kind = (lap.plan.mode, lap.plan.workers);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.into_iter().filter_map(|(mode, workers)| group(run, mode, workers)).collect()
}

/// How much faster than sequential each mode and worker count of a run was; nothing without a sequential lap.
pub fn speed_ups(run: &Run) -> Vec<SpeedUp> {
    groups(run).into_iter().filter_map(|group| group.speed_up).collect()
}

/// How much faster a lap that counts was than the sequential one of its round.
pub fn speed_up(run: &Run, lap: &Lap) -> Option<f64> {
    let wall = lap.measured().filter(|wall| wall.0 > 0)?;
    Some(baseline(run, lap)?.seconds() / wall.seconds())
}

fn group(run: &Run, mode: Mode, workers: u32) -> Option<LapGroup> {
    let laps = || measured(run).filter(move |(lap, _)| (lap.plan.mode, lap.plan.workers) == (mode, workers));
    let walls: Vec<Nanos> = laps().map(|(_, wall)| wall).collect();
    let nanos: Vec<f64> = walls.iter().map(|wall| wall.0 as f64).collect();
    let seconds: Vec<f64> = walls.iter().map(|wall| wall.seconds()).collect();
    let whole = |nanos: f64| Nanos(nanos.round() as u64);
    let pairs: Vec<(f64, f64)> =
        laps().filter_map(|(lap, wall)| Some((baseline(run, lap)?.seconds(), wall.seconds()))).collect();
    Some(LapGroup {
        mode,
        workers,
        median: whole(median(&nanos)?),
        deviation: deviation(&nanos).filter(|_| walls.len() >= 3).map(whole),
        interval: median_interval(&seconds),
        speed_up: mode.is_parallel().then(|| of_rounds(mode, workers, &pairs)).flatten(),
        walls,
    })
}

/// The wall time of the sequential lap of the same round; none if it is too short for the clock.
fn baseline(run: &Run, lap: &Lap) -> Option<Nanos> {
    let mut sequential = measured(run).filter(|(other, _)| !other.plan.mode.is_parallel());
    let (_, wall) = sequential.find(|(other, _)| other.plan.round == lap.plan.round)?;
    (wall.0 > 0).then_some(wall)
}

fn measured(run: &Run) -> impl Iterator<Item = (&Lap, Nanos)> {
    run.laps.iter().filter_map(|lap| Some((lap, lap.measured()?)))
}

/// Of pairs of sequential seconds and seconds.
fn of_rounds(mode: Mode, workers: u32, pairs: &[(f64, f64)]) -> Option<SpeedUp> {
    let pairs: Vec<(f64, f64)> = pairs.iter().copied().filter(|&(_, wall)| wall > 0.0).collect();
    let (baselines, walls): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    Some(SpeedUp {
        mode,
        workers,
        ratio: median(&baselines)? / median(&walls)?,
        rounds: pairs.len() as u32,
        range: Bounds::of(pairs.iter().map(|(baseline, wall)| baseline / wall))?,
        interval: ratio_interval(&pairs),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceKind;
    use crate::measure::sample::{self, run};

    #[test]
    fn speed_up_is_sequential_time_by_the_lap_s_time() {
        let modes = [Mode::Sequential, Mode::Threads, Mode::Subinterpreters];
        let run = run(&modes, 1, &[2_000_000_000, 2_500_000_000, 1_000_000_000]);
        let ratios: Vec<_> = speed_ups(&run).iter().map(|point| (point.mode, point.ratio)).collect();
        assert_eq!(ratios, [(Mode::Threads, 0.8), (Mode::Subinterpreters, 2.0)]);
        assert_eq!(
            run.laps.iter().map(|lap| speed_up(&run, lap)).collect::<Vec<_>>(),
            [Some(1.0), Some(0.8), Some(2.0)]
        );
        assert!(speed_ups(&sample::run(&[Mode::Threads], 1, &[1_000])).is_empty());
    }

    #[test]
    fn speed_ups_are_of_medians_and_have_their_spread() {
        let compared = [Mode::Sequential, Mode::Threads];
        for (repeats, walls, expected) in [
            (1, vec![20, 10], Some((2.0, 2.0, 2.0))),
            (3, vec![20, 10, 30, 30, 10, 5], Some((2.0, 1.0, 2.0))),
            // The second round has no sequential lap, the third no other.
            (3, vec![20, 10, 0, 1, 90, 0], Some((2.0, 2.0, 2.0))),
            (1, vec![20], None),
            (1, vec![0, 10], None),
        ] {
            let run = run(&compared, repeats, &walls);
            let group = groups(&run).into_iter().find(|group| group.mode == Mode::Threads);
            let found =
                group.and_then(|group| group.speed_up).map(|found| (found.ratio, found.range.low, found.range.high));
            assert_eq!(found, expected, "{walls:?}");
        }
    }

    #[test]
    fn a_speed_up_has_an_interval_from_three_rounds_on() {
        let compared = [Mode::Sequential, Mode::Threads];
        for (repeats, walls, spread, noise) in [
            (1, vec![20, 10], None, false),
            (2, vec![20, 10, 20, 40], Some((0.5, 2.0)), true),
            (3, vec![20, 10, 20, 10, 20, 10], Some((2.0, 2.0)), false),
            (3, vec![20, 20, 20, 20, 20, 20], Some((1.0, 1.0)), false),
            (3, vec![20, 10, 20, 21, 20, 40], Some((0.5, 2.0)), true),
        ] {
            let found = speed_ups(&run(&compared, repeats, &walls))[0];
            assert_eq!(found.spread().map(|spread| (spread.low, spread.high)), spread, "{walls:?}");
            assert_eq!((found.interval.is_some(), found.is_noise()), (repeats > 2, noise), "{walls:?}");
        }
    }

    #[test]
    fn deviation_and_interval_need_three_laps() {
        for (walls, median, deviation) in [
            (vec![10], 10, None),
            (vec![10, 20], 15, None),
            (vec![10, 12, 40], 12, Some(2)),
            (vec![99, 100, 300], 100, Some(1)),
            (vec![5; 4], 5, Some(0)),
        ] {
            let groups = groups(&run(&[Mode::Sequential], walls.len() as u32, &walls));
            let found = &groups[0];
            assert_eq!((found.median.0, found.deviation.map(|time| time.0)), (median, deviation));
            assert_eq!(found.interval.is_some(), walls.len() > 2);
            assert_eq!(found.walls.iter().map(|wall| wall.0).collect::<Vec<_>>(), walls);
        }
    }

    #[test]
    fn warm_up_laps_count_in_no_figure() {
        let run = sample::warmed(&[Mode::Sequential, Mode::Threads], 1, &[900, 1, 20, 10, 22, 11, 24, 12]);
        let groups = groups(&run);
        assert_eq!(groups.iter().map(|group| group.median.0).collect::<Vec<_>>(), [22, 11]);
        let found = groups[1].speed_up.unwrap();
        assert_eq!((found.ratio, found.rounds, found.range), (2.0, 3, Bounds { low: 2.0, high: 2.0 }));
        assert_eq!(speed_up(&run, &run.laps[1]), None, "not even in the line of the lap");
        assert_eq!(run.laps[0].wall(), Some(Nanos(900)), "but it is shown");
        let mut script = run;
        script.laps[0].kind = Some(SourceKind::Script);
        assert_eq!(script.laps[0].measured(), Some(Nanos(900)), "a script runs once, and that counts");
    }
}

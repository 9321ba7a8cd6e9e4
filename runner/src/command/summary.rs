//! Arithmetic on a run's completed laps: medians, and never a speed-up without its spread.

use shared::{Lap, Mode, Nanos, Run, median};

/// The completed laps of one mode and number of workers.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
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
    /// How much faster than sequential, if there is a sequential lap of the same round.
    pub speed_up: Option<SpeedUp>,
}

/// A larger share of the median than this as its deviation, and the machine was busy with something else.
const RESTLESS: f64 = 0.1;

impl Group {
    /// Whether its laps took such different times that little can be said of them.
    pub fn is_restless(&self) -> bool {
        self.deviation.is_some_and(|deviation| deviation.0 as f64 > self.median.0 as f64 * RESTLESS)
    }
}

/// How much faster than sequential, by the rounds in which both completed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeedUp {
    /// Median sequential wall time by median wall time. It is never below `low` or above `high`.
    pub median: f64,
    /// The lowest of a round.
    pub low: f64,
    /// The highest of a round.
    pub high: f64,
}

impl SpeedUp {
    /// Whether some rounds say that it is faster and others that it is slower.
    pub fn is_noise(&self) -> bool {
        self.low < 1.0 && self.high > 1.0
    }
}

/// The groups of a run, in the order in which their first laps ran.
pub fn groups(run: &Run) -> Vec<Group> {
    let mut kinds: Vec<(Mode, u32)> = Vec::new();
    for (lap, _) in completed(run) {
        let kind = (lap.plan.mode, lap.plan.workers);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.into_iter().filter_map(|(mode, workers)| group(run, mode, workers)).collect()
}

fn group(run: &Run, mode: Mode, workers: u32) -> Option<Group> {
    let laps = || completed(run).filter(move |(lap, _)| (lap.plan.mode, lap.plan.workers) == (mode, workers));
    let walls: Vec<Nanos> = laps().map(|(_, wall)| wall).collect();
    let middle = middle(&walls)?;
    let distances: Vec<Nanos> = walls.iter().map(|wall| Nanos(wall.0.abs_diff(middle.0))).collect();
    let deviation = (walls.len() >= 3).then(|| self::middle(&distances)).flatten();
    let pairs: Vec<(f64, f64)> =
        laps().filter_map(|(lap, wall)| Some((baseline(run, lap)?.seconds(), wall.seconds()))).collect();
    let speed_up = mode.is_parallel().then(|| speed_up(&pairs)).flatten();
    Some(Group { mode, workers, walls, median: middle, deviation, speed_up })
}

/// How much faster a lap was than the sequential one of its round.
pub fn ratio(run: &Run, lap: &Lap) -> Option<f64> {
    let wall = lap.wall().filter(|wall| wall.0 > 0)?;
    Some(baseline(run, lap)?.seconds() / wall.seconds())
}

/// The wall time of the sequential lap of the same round; none if it is too short for the clock.
fn baseline(run: &Run, lap: &Lap) -> Option<Nanos> {
    let mut sequential = completed(run).filter(|(other, _)| !other.plan.mode.is_parallel());
    let (_, wall) = sequential.find(|(other, _)| other.plan.round == lap.plan.round)?;
    (wall.0 > 0).then_some(wall)
}

fn completed(run: &Run) -> impl Iterator<Item = (&Lap, Nanos)> {
    run.laps.iter().filter_map(|lap| Some((lap, lap.wall()?)))
}

/// Of pairs of sequential seconds and seconds.
fn speed_up(pairs: &[(f64, f64)]) -> Option<SpeedUp> {
    let pairs: Vec<(f64, f64)> = pairs.iter().copied().filter(|&(_, wall)| wall > 0.0).collect();
    let (baselines, walls): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let ratios = || pairs.iter().map(|(baseline, wall)| baseline / wall);
    let (low, high) = (ratios().reduce(f64::min)?, ratios().reduce(f64::max)?);
    Some(SpeedUp { median: median(&baselines)? / median(&walls)?, low, high })
}

fn middle(times: &[Nanos]) -> Option<Nanos> {
    let times: Vec<f64> = times.iter().map(|time| time.0 as f64).collect();
    median(&times).map(|middle| Nanos(middle.round() as u64))
}

#[cfg(test)]
mod tests {
    use shared::{CellId, Ending, Results, RunEvent, RunId, RunTicket, plan, samples};

    use super::*;

    /// A run whose laps had these wall times; 0 for one that raised.
    fn run(modes: &[Mode], repeats: u32, walls: &[u64]) -> Run {
        let plan = plan(modes, &[2], repeats).unwrap();
        let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
        for (lap, wall) in (0..).zip(walls) {
            run.apply(&RunEvent::LapStarted { lap, mode: Mode::Threads, build: String::new() });
            let raised = samples::raised("ValueError", "");
            let completed = || Ending::Completed { wall: Nanos(*wall), results: Results::default() };
            run.apply(&RunEvent::LapEnded {
                lap,
                ending: if *wall == 0 { Ending::Raised(raised) } else { completed() },
            });
        }
        run
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
            let found = group.and_then(|group| group.speed_up).map(|found| (found.median, found.low, found.high));
            assert_eq!(found, expected, "{walls:?}");
        }
        assert!(groups(&run(&[Mode::Threads], 1, &[10])).iter().all(|group| group.speed_up.is_none()));
    }

    #[test]
    fn the_median_of_speed_ups_lies_between_the_lowest_and_the_highest() {
        let mut state = 7_u64;
        for repeats in 1..=40 {
            let walls: Vec<u64> = (0..2 * repeats)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    1 + (state >> 40) % 1000
                })
                .collect();
            let groups = groups(&run(&[Mode::Sequential, Mode::Threads], repeats, &walls));
            let SpeedUp { median, low, high } = groups[1].speed_up.unwrap();
            assert!(low <= median + 1e-9 && median <= high + 1e-9, "{walls:?}: {low} {median} {high}");
        }
    }

    #[test]
    fn deviation_needs_three_laps() {
        for (walls, median, deviation, restless) in [
            (vec![10], 10, None, false),
            (vec![10, 20], 15, None, false),
            (vec![10, 12, 40], 12, Some(2), true),
            (vec![99, 100, 300], 100, Some(1), false),
            (vec![5; 4], 5, Some(0), false),
        ] {
            let groups = groups(&run(&[Mode::Sequential], walls.len() as u32, &walls));
            let found: Vec<_> =
                groups.iter().map(|group| (group.median.0, group.deviation.map(|time| time.0))).collect();
            assert_eq!(found, [(median, deviation)]);
            assert_eq!(groups[0].is_restless(), restless, "{walls:?}");
        }
    }

    #[test]
    fn only_what_goes_both_ways_is_noise() {
        for (low, high, noise) in [(0.9, 1.1, true), (1.1, 1.3, false), (0.5, 0.9, false), (1.0, 1.0, false)] {
            assert_eq!(SpeedUp { median: low, low, high }.is_noise(), noise);
        }
    }
}

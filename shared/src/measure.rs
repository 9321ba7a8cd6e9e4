//! Arithmetic on what was measured.

use crate::{Mode, Run};

/// One measured point of the speed-up picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeedUp {
    /// How the work was executed.
    pub mode: Mode,
    /// With how many workers.
    pub workers: u32,
    /// Median wall time of the run's sequential laps, divided by that of these laps; start-up is in neither.
    pub ratio: f64,
}

/// The middle value, or the mean of the two middle ones; none of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some((sorted[middle - 1] + sorted[middle]) / 2.0),
    }
}

/// How much faster than sequential each mode and worker count of a run was, by its completed laps; nothing without a
/// sequential lap.
pub fn speed_ups(run: &Run) -> Vec<SpeedUp> {
    let baseline: Vec<f64> = walls(run, |mode| !mode.is_parallel()).map(|(_, _, wall)| wall).collect();
    let Some(baseline) = median(&baseline) else { return Vec::new() };
    let mut points: Vec<(Mode, u32)> = Vec::new();
    for (mode, workers, _) in walls(run, Mode::is_parallel) {
        if !points.contains(&(mode, workers)) {
            points.push((mode, workers));
        }
    }
    let point = |(mode, workers)| {
        let walls: Vec<f64> =
            walls(run, Mode::is_parallel).filter(|lap| (lap.0, lap.1) == (mode, workers)).map(|lap| lap.2).collect();
        Some(SpeedUp { mode, workers, ratio: baseline / median(&walls)? })
    };
    points.into_iter().filter_map(point).collect()
}

/// Mode, workers and wall seconds of the completed laps in these modes; a lap too short for the clock is left out.
fn walls(run: &Run, wanted: impl Fn(Mode) -> bool) -> impl Iterator<Item = (Mode, u32, f64)> {
    run.laps.iter().filter(move |lap| wanted(lap.plan.mode)).filter_map(|lap| {
        let wall = lap.wall()?.seconds();
        (wall > 0.0).then_some((lap.plan.mode, lap.plan.workers, wall))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CellId, Ending, Nanos, Results, RunEvent, RunId, RunTicket, plan};

    #[test]
    fn medians() {
        for (values, middle) in
            [(vec![], None), (vec![3.0], Some(3.0)), (vec![9.0, 1.0, 2.0], Some(2.0)), (vec![1.0, 4.0], Some(2.5))]
        {
            assert_eq!(median(&values), middle);
        }
    }

    fn run(modes: &[Mode], walls: &[u64]) -> Run {
        let plan = plan(modes, &[2], walls.len().div_ceil(modes.len()) as u32).unwrap();
        let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
        for (lap, wall) in walls.iter().enumerate() {
            let lap = lap as u32;
            run.apply(&RunEvent::LapStarted { lap, mode: Mode::Threads, build: String::new() });
            let ending = Ending::Completed { wall: Nanos(*wall), results: Results::default() };
            run.apply(&RunEvent::LapEnded { lap, ending });
        }
        run
    }

    #[test]
    fn speed_up_is_sequential_time_by_the_lap_s_time() {
        let run = run(
            &[Mode::Sequential, Mode::Threads, Mode::Subinterpreters],
            &[2_000_000_000, 2_500_000_000, 1_000_000_000],
        );
        let ratios: Vec<_> = speed_ups(&run).iter().map(|point| (point.mode, point.ratio)).collect();
        assert_eq!(ratios, [(Mode::Threads, 0.8), (Mode::Subinterpreters, 2.0)]);
    }

    #[test]
    fn of_repeated_laps_the_medians_count() {
        let run = run(&[Mode::Sequential, Mode::Threads], &[20, 10, 30, 10, 20, 40]);
        let ratios: Vec<_> = speed_ups(&run).iter().map(|point| point.ratio).collect();
        assert_eq!(ratios, [2.0]);
    }

    #[test]
    fn there_is_no_speed_up_without_a_baseline() {
        assert!(speed_ups(&run(&[Mode::Threads], &[1_000])).is_empty());
    }
}

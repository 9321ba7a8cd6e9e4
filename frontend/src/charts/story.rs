//! What a run's times say, in a sentence.

use crate::text::{compares_counts, lap_title, round, spread};
use shared::{
    Group, Lap, LapGroup, Mode, Run, SourceKind, SpeedUp, beside_in_short, duration, groups, per_second, slowdowns,
    speed_ups, window_words,
};

/// A ratio this near to 1 is no gain and no loss: one measurement can't tell them apart.
const NOISE: f64 = 0.1;

/// Never left out where an executor is compared with anything else.
pub const OWN_DISPATCHER: &str = "The standard library's executors dispatch tasks themselves:";

/// Compares the completed laps, those of each group among themselves; for one of them says how long it took.
pub fn of(run: &Run) -> String {
    let points = speed_ups(run);
    let of_group = |group| points.iter().copied().filter(|point| point.mode.group() == group).collect::<Vec<_>>();
    let (native, stdlib) = (of_group(Group::Native), of_group(Group::Stdlib));
    let executors = || format!("{OWN_DISPATCHER} {}", comparison(run, &stdlib));
    match (native.is_empty(), stdlib.is_empty()) {
        (_, true) => comparison(run, &native),
        (true, false) => executors(),
        (false, false) => format!("{} {}", comparison(run, &native), executors()),
    }
}

fn comparison(run: &Run, points: &[SpeedUp]) -> String {
    let groups = groups(run);
    let median = |of: &dyn Fn(&LapGroup) -> bool| groups.iter().find(|group| of(group)).map(|group| group.median);
    let points = beside_the_winner(points);
    let baseline = median(&|group| !group.mode.is_parallel());
    let Some((winner, others)) = points.split_first() else {
        return without_comparison(run);
    };
    let name = |point: &SpeedUp| named(run, point.mode, point.workers);
    let wall = |point: &SpeedUp| {
        median(&|group| (group.mode, group.workers) == (point.mode, point.workers)).unwrap_or_default()
    };
    let said: Vec<String> =
        others.iter().map(|point| format!("{} {}", within(point.mode, name(point)), judged(point))).collect();
    let rest = if said.is_empty() { String::new() } else { format!("; {}", said.join(", ")) };
    if gains(winner) {
        let ratio = spread(winner);
        format!("{} finished in {}, {ratio} as fast as sequential{rest}.", name(winner), duration(wall(winner)))
    } else {
        let took = duration(baseline.unwrap_or_default());
        format!(
            "Nothing was faster than sequential ({took}): {} {}{}.",
            within(winner.mode, name(winner)),
            judged(winner),
            rest.replacen(';', ",", 1)
        )
    }
}

/// The best point of all, and then one of each other mode: with as many workers, if that was measured.
fn beside_the_winner(points: &[SpeedUp]) -> Vec<SpeedUp> {
    let Some(winner) = winner(points) else { return Vec::new() };
    let others = Mode::ALL.into_iter().filter(|mode| *mode != winner.mode).filter_map(|mode| {
        let mine: Vec<SpeedUp> = points.iter().copied().filter(|point| point.mode == mode).collect();
        mine.iter().copied().find(|point| point.workers == winner.workers).or_else(|| self::winner(&mine))
    });
    let mut chosen: Vec<SpeedUp> = others.collect();
    chosen.sort_by(|one, other| other.ratio.total_cmp(&one.ratio));
    chosen.insert(0, winner);
    chosen
}

/// The best point; of equals the first.
pub fn winner(points: &[SpeedUp]) -> Option<SpeedUp> {
    points.iter().copied().reduce(|best, point| if point.ratio > best.ratio { point } else { best })
}

/// A name within a sentence: those of the executors are Python's own.
fn within(mode: Mode, name: String) -> String {
    match mode.group() {
        // Of `GIL` only the first letter would be left.
        Group::Native => name.to_lowercase().replace("gil", "GIL"),
        Group::Stdlib => name,
    }
}

/// Whether it is faster than sequential: of one measurement clearly so, of several by all of their interval.
fn gains(point: &SpeedUp) -> bool {
    match point.spread() {
        Some(spread) => spread.low > 1.0,
        None => point.ratio > 1.0 + NOISE,
    }
}

fn judged(point: &SpeedUp) -> String {
    let times = spread(point);
    let loses = match point.spread() {
        Some(spread) => spread.high < 1.0,
        None => point.ratio < 1.0 - NOISE,
    };
    if gains(point) {
        format!("were {times} as fast")
    } else if loses {
        format!("were slower ({times} as fast)")
    } else {
        format!("gained nothing ({times})")
    }
}

fn named(run: &Run, mode: Mode, workers: u32) -> String {
    let name = mode.title();
    if compares_counts(run) { format!("{name} × {workers}") } else { name.to_owned() }
}

fn without_comparison(run: &Run) -> String {
    let said: Vec<String> = run
        .laps
        .iter()
        .filter_map(|lap| {
            let name = match lap.kind {
                Some(SourceKind::Script) => "The script".to_owned(),
                _ => lap_title(lap) + &round(run, lap),
            };
            match lap.load_report() {
                Some(report) => Some(format!("{name} gave {} answers a second", per_second(report.throughput()))),
                None => Some(format!("{name} finished in {}", duration(lap.measured()?))),
            }
        })
        .collect();
    if run.laps.iter().any(Lap::is_desktop) {
        return window_words(run).pop().unwrap_or_else(|| "The window was closed before it had worked.".into());
    }
    let beside = beside_in_short(&slowdowns(run)).map(|said| format!(" {said}")).unwrap_or_default();
    if said.is_empty() { "No lap was completed.".into() } else { format!("{}.{beside}", said.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_winner_comes_first_and_the_others_are_judged() {
        let run = sample::completed(&[
            (Mode::Sequential, 1_940),
            (Mode::Threads, 2_000),
            (Mode::Subinterpreters, 1_020),
            (Mode::Processes, 3_000),
        ]);
        assert_eq!(
            of(&run),
            "Subinterpreters finished in 1.02 s, 1.9 times as fast as sequential; \
             threads gained nothing (0.97 times), processes were slower (0.65 times as fast)."
        );
    }

    #[test]
    fn executors_are_compared_apart() {
        let run = sample::completed(&[
            (Mode::Sequential, 2_000),
            (Mode::SharedGil, 2_000),
            (Mode::ThreadPool, 2_000),
            (Mode::ProcessPoolSpawn, 1_000),
        ]);
        assert_eq!(
            of(&run),
            "Nothing was faster than sequential (2.00 s): subinterpreters, shared GIL gained nothing (1.0 times). \
             The standard library's executors dispatch tasks themselves: ProcessPoolExecutor, spawn finished in \
             1.00 s, 2.0 times as fast as sequential; ThreadPoolExecutor gained nothing (1.0 times)."
        );
    }

    #[test]
    fn it_says_so_if_nothing_was_gained() {
        let run = sample::completed(&[(Mode::Sequential, 1_000), (Mode::Threads, 1_000), (Mode::Processes, 2_000)]);
        assert_eq!(
            of(&run),
            "Nothing was faster than sequential (1.00 s): \
             threads gained nothing (1.0 times), processes were slower (0.50 times as fast)."
        );
    }

    #[test]
    fn what_was_repeated_comes_with_its_interval() {
        let rounds = [[2_000, 2_020, 1_030], [2_000, 1_990, 1_010], [2_000, 2_000, 1_020]];
        let run = sample::repeated(&[Mode::Sequential, Mode::Threads, Mode::Subinterpreters], &rounds.concat());
        assert_eq!(
            of(&run),
            "Subinterpreters finished in 1.02 s, 1.96 times (1.94 to 1.98) as fast as sequential; \
             threads gained nothing (1.00 times (0.99 to 1.01))."
        );
    }

    #[test]
    fn without_a_baseline_it_gives_the_times() {
        let run = sample::completed(&[(Mode::Threads, 1_500)]);
        assert_eq!(of(&run), "Threads with 2 workers finished in 1.50 s.");
        assert_eq!(of(&sample::accepted(&[Mode::Threads])), "No lap was completed.");
    }
}

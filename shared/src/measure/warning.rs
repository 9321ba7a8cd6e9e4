//! What must be known before anybody believes a run's figures.

use std::fmt;

use super::bootstrap::Bounds;
use super::group::{LapGroup, groups};
use crate::duration;
use crate::{Group, Lap, Mode, Nanos, Run};

/// A median distance from the median above this share of the median is too much: tasks whose times spread so need many
/// rounds before a difference of a few per cent can be seen.
const NOISY_DEVIATION: f64 = 0.1;
/// So is an interval wider than this share of the median.
const NOISY_INTERVAL: f64 = 0.25;
/// A lap below this is short: the scheduler's time slices (some milliseconds) and the moments at which workers begin
/// and end are then several per cent of it.
const SHORT_LAP: Nanos = Nanos(50_000_000);
/// A task below this is tiny: to hand it out, to read the clock round it and to take its result costs up to some
/// microseconds, which are in the lap's time.
const TINY_TASK: Nanos = Nanos(10_000);
/// More of the machine's CPU than this for others is too much.
const OTHERS_SHARE: f64 = 0.05;
/// The system counts in steps of 10 ms per core: what others used must be well above that.
const OTHERS_LEAST: Nanos = Nanos(100_000_000);

/// A mode with so many workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contestant {
    /// How the work was executed.
    pub mode: Mode,
    /// With how many workers.
    pub workers: u32,
}

/// A reason to be careful with a run's figures.
#[derive(Debug, Clone, PartialEq)]
pub enum Warning {
    /// Other programs used the processor.
    OtherLoad {
        /// How many cores' worth, over all laps.
        used: f64,
        /// Of how many.
        cores: u32,
    },
    /// More workers than can compute at the same time.
    MoreWorkersThanCores {
        /// The most workers of a lap.
        workers: u32,
        /// How many cores the laps could use.
        cores: u32,
    },
    /// The times of these differ too much from round to round.
    TooNoisy {
        /// Whose.
        who: Vec<Contestant>,
        /// The worst share of a median by which they differ, from one end of the interval to the other.
        share: f64,
    },
    /// The laps of these are too short.
    TooShort {
        /// Whose.
        who: Vec<Contestant>,
        /// The shortest median wall time.
        wall: Nanos,
    },
    /// The tasks of these are so small that handing them out is what was measured.
    TinyTasks {
        /// Whose.
        who: Vec<Contestant>,
        /// The shortest mean time of a task.
        task: Nanos,
    },
    /// Whether this is faster or slower than sequential can't be told.
    WithinNoise {
        /// Who.
        who: Contestant,
        /// Its speed-up.
        ratio: f64,
        /// The speed-up's spread.
        spread: Bounds,
    },
    /// Which of these is the fastest can't be told; the one with the least median comes first.
    NoWinner(Vec<Contestant>),
}

/// The warnings for a run whose laps could use so many cores, the most general first. None for a script or a service,
/// and only those that hold of one lap where nothing was repeated.
pub fn warnings(run: &Run, cores: u32) -> Vec<Warning> {
    let groups = groups(run);
    if groups.is_empty() || !run.is_timed() {
        return Vec::new();
    }
    let workers = groups.iter().map(|group| group.workers).max().unwrap_or(1);
    let crowded = (workers > cores).then_some(Warning::MoreWorkersThanCores { workers, cores });
    let general = other_load(run).into_iter().chain(crowded);
    let of_times = [too_noisy(&groups), too_short(&groups), tiny_tasks(run, &groups)].into_iter().flatten();
    let within_noise = groups.iter().filter_map(|group| {
        let found = group.speed_up.filter(|speed_up| speed_up.is_noise())?;
        Some(Warning::WithinNoise { who: group.into(), ratio: found.ratio, spread: found.spread()? })
    });
    // Native modes and executors are not weighed against each other: what hands out their tasks differs, too.
    let no_winners = [Group::Native, Group::Stdlib].into_iter().filter_map(|group| no_winner(&groups, group));
    general.chain(of_times).chain(within_noise).chain(no_winners).collect()
}

fn other_load(run: &Run) -> Option<Warning> {
    let loads = || run.laps.iter().filter(|lap| lap.measured().is_some()).filter_map(|lap| lap.other_load);
    let cpu: u64 = loads().map(|load| load.cpu.0).sum();
    let during: u64 = loads().map(|load| load.during.0).sum();
    let cores = loads().map(|load| load.cores).max()?;
    let used = cpu as f64 / during.max(1) as f64;
    (cpu >= OTHERS_LEAST.0 && used > OTHERS_SHARE * f64::from(cores)).then_some(Warning::OtherLoad { used, cores })
}

fn too_noisy(groups: &[LapGroup]) -> Option<Warning> {
    let share = |group: &LapGroup| {
        let (median, width) = (group.median.seconds(), group.spread()?.width());
        let deviates = group.deviation.is_some_and(|deviation| deviation.seconds() > NOISY_DEVIATION * median);
        (deviates || width > NOISY_INTERVAL * median).then_some((Contestant::from(group), width / median))
    };
    let (who, shares): (Vec<_>, Vec<f64>) = groups.iter().filter_map(share).unzip();
    Some(Warning::TooNoisy { who, share: shares.into_iter().reduce(f64::max)? })
}

fn too_short(groups: &[LapGroup]) -> Option<Warning> {
    let short = groups.iter().filter(|group| group.median < SHORT_LAP);
    let (who, walls): (Vec<_>, Vec<_>) = short.map(|group| (Contestant::from(group), group.median)).unzip();
    Some(Warning::TooShort { who, wall: walls.into_iter().min()? })
}

fn tiny_tasks(run: &Run, groups: &[LapGroup]) -> Option<Warning> {
    let mean = |group: &LapGroup| {
        let laps = run.laps.iter().filter(|lap| lap.measured().is_some());
        let mine = laps.filter(|lap| (lap.plan.mode, lap.plan.workers) == (group.mode, group.workers));
        let spans = mine.flat_map(|lap| &lap.workers).flat_map(|worker| &worker.spans);
        let (count, total) =
            spans.fold((0_u64, 0_u64), |(count, total), span| (count + 1, total + span.end.since(span.start).0));
        let mean = Nanos(total.checked_div(count)?);
        (mean < TINY_TASK).then_some((Contestant::from(group), mean))
    };
    let (who, means): (Vec<_>, Vec<_>) = groups.iter().filter_map(mean).unzip();
    Some(Warning::TinyTasks { who, task: means.into_iter().min()? })
}

/// Those of this group of modes whose intervals reach into that of its fastest: dispatchers differ between groups.
fn no_winner(groups: &[LapGroup], group: Group) -> Option<Warning> {
    let comparable = || groups.iter().filter(|found| found.mode.group() == group);
    let fastest = comparable().min_by_key(|group| group.median)?;
    let best = fastest.interval?;
    let rivals = comparable().filter(|group| *group != fastest);
    let near = rivals.filter(|group| group.interval.is_some_and(|interval| interval.overlap(best)));
    let others: Vec<Contestant> = near.map(Contestant::from).collect();
    (!others.is_empty()).then(|| Warning::NoWinner([fastest.into()].into_iter().chain(others).collect()))
}

impl Warning {
    /// Its name in files.
    pub fn slug(&self) -> &'static str {
        match self {
            Warning::OtherLoad { .. } => "other-load",
            Warning::MoreWorkersThanCores { .. } => "more-workers-than-cores",
            Warning::TooNoisy { .. } => "too-noisy",
            Warning::TooShort { .. } => "too-short",
            Warning::TinyTasks { .. } => "tiny-tasks",
            Warning::WithinNoise { .. } => "within-noise",
            Warning::NoWinner(_) => "no-winner",
        }
    }

    /// What is the matter, and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Warning::OtherLoad { used, cores } => {
                format!("Other programs used {used:.1} of the {cores} cores meanwhile: close them, and run again.")
            }
            Warning::MoreWorkersThanCores { workers, cores } => {
                let plural = if *cores == 1 { "" } else { "s" };
                format!(
                    "There were {workers} workers on {cores} core{plural}: those that compute take turns, so more workers than cores gain nothing."
                )
            }
            Warning::TooNoisy { who, share } => format!(
                "The times of {} vary by up to {:.0} % of their median: close what else uses the processor, and run again with more repetitions.",
                listed(who),
                share * 100.0
            ),
            Warning::TooShort { who, wall } => format!(
                "The laps of {} are short (from {}), so chance is a large part of them: give them more items, or bigger ones.",
                listed(who),
                duration(*wall)
            ),
            Warning::TinyTasks { who, task } => format!(
                "The tasks of {} are tiny (from {}), so handing them out is much of what was measured: let each item be more work.",
                listed(who),
                duration(*task)
            ),
            Warning::WithinNoise { who, ratio, spread } => {
                let dispatcher = match who.mode.group() {
                    Group::Native => "",
                    Group::Stdlib => ", which dispatches tasks itself,",
                };
                format!(
                    "Whether {who}{dispatcher} is faster or slower than sequential is within the noise: {ratio:.2} times as fast ({:.2} to {:.2}).",
                    spread.low, spread.high
                )
            }
            Warning::NoWinner(who) => {
                format!("Which is the fastest can't be told of {}: their times overlap.", listed(who))
            }
        }
    }
}

impl Contestant {
    /// In few words: `threads × 2`.
    pub fn short(self) -> String {
        format!("{} × {}", self.mode, self.workers)
    }
}

impl From<&Lap> for Contestant {
    fn from(lap: &Lap) -> Contestant {
        Contestant { mode: lap.plan.mode, workers: lap.plan.workers }
    }
}

impl From<&LapGroup> for Contestant {
    fn from(group: &LapGroup) -> Contestant {
        Contestant { mode: group.mode, workers: group.workers }
    }
}

impl fmt::Display for Contestant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contestant { mode, workers } = self;
        match (mode.is_parallel(), workers) {
            (false, _) => write!(formatter, "{mode}"),
            (true, 1) => write!(formatter, "{mode} with 1 worker"),
            (true, _) => write!(formatter, "{mode} with {workers} workers"),
        }
    }
}

/// `a, b and c`.
pub(super) fn listed(who: &[Contestant]) -> String {
    let names: Vec<String> = who.iter().map(Contestant::to_string).collect();
    match names.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        names => names.concat(),
    }
}

#[cfg(test)]
mod tests;

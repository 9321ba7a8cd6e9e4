//! What the workers of each lap spent their time on: the rows of the chart of it.

use shared::{Account, Ending, Lap, LapPhase, Mode, Nanos, Run, SourceKind, State, WorkerPhase, WorkerTrack, groups};

use crate::text::{count, lap_name};

/// A part of a worker's time. They follow each other as a worker comes to them first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A phase that isn't divided.
    Phase(WorkerPhase),
    /// Of the compute phase: how the thread fared.
    Compute(State),
    /// What can't be divided, or not yet.
    Unknown,
}

impl Part {
    /// Every part, in the order in which bars have them.
    pub const ALL: [Part; 14] = [
        Part::Phase(WorkerPhase::StartUp),
        Part::Phase(WorkerPhase::Replay),
        Part::Phase(WorkerPhase::Gate),
        Part::Phase(WorkerPhase::Unpickling),
        Part::Phase(WorkerPhase::QueueWait),
        Part::Compute(State::WithGil(0)),
        Part::Compute(State::WithoutGil),
        Part::Phase(WorkerPhase::Compute),
        Part::Compute(State::WaitingForGil),
        Part::Compute(State::WaitingForCpu),
        Part::Compute(State::Blocked),
        Part::Phase(WorkerPhase::Pickling),
        Part::Phase(WorkerPhase::Idle),
        Part::Unknown,
    ];

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Part::Phase(phase) => phase.title(),
            Part::Compute(State::WithGil(_)) => "computing with the GIL",
            Part::Compute(State::WithoutGil) => "computing without the GIL",
            Part::Compute(State::WaitingForGil) => "waiting for the GIL",
            Part::Compute(State::WaitingForCpu) => "waiting for a CPU",
            Part::Compute(State::Blocked) => "blocked",
            Part::Unknown => "not told apart",
        }
    }

    /// The name of its colour in the style sheet.
    pub fn slug(self) -> &'static str {
        match self {
            Part::Phase(WorkerPhase::StartUp) => "start-up",
            Part::Phase(WorkerPhase::Replay) => "replay",
            Part::Phase(WorkerPhase::Gate) => "gate",
            Part::Phase(WorkerPhase::Unpickling) => "unpickling",
            Part::Phase(WorkerPhase::QueueWait) => "queue-wait",
            Part::Phase(WorkerPhase::Compute) | Part::Compute(State::WithGil(_)) => "with-gil",
            Part::Compute(State::WithoutGil) => "without-gil",
            Part::Compute(State::WaitingForGil) => "waiting-for-gil",
            Part::Compute(State::WaitingForCpu) => "waiting-for-cpu",
            Part::Compute(State::Blocked) => "blocked",
            Part::Phase(WorkerPhase::Pickling) => "pickling",
            Part::Phase(WorkerPhase::Idle) => "idle",
            Part::Unknown => "unknown",
        }
    }
}

/// One bar: the average of a lap's workers, from the moment at which the kernel took the lap.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// How the work was executed.
    pub mode: Mode,
    /// By how many workers.
    pub workers: u32,
    /// What the bar is called.
    pub name: String,
    /// How long each part took, by [`Part::ALL`].
    pub times: [Nanos; Part::ALL.len()],
    /// What is not as the other bars are.
    pub note: Option<String>,
}

impl Row {
    /// How long one part took.
    pub fn of(&self, part: Part) -> Nanos {
        let place = Part::ALL.iter().position(|other| *other == part);
        place.map(|place| self.times[place]).unwrap_or_default()
    }

    /// All parts together.
    pub fn total(&self) -> Nanos {
        Nanos(self.times.iter().map(|time| time.0).sum())
    }
}

/// A bar for each mode and number of workers that has begun: of several laps the one whose time is nearest the median.
pub fn rows(run: &Run) -> Vec<Row> {
    let mut kinds: Vec<(Mode, u32)> = Vec::new();
    for lap in &run.laps {
        let kind = (lap.plan.mode, lap.plan.workers);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.into_iter().filter_map(|kind| row(run, kind)).collect()
}

/// The longest bar.
pub fn longest(run: &Run) -> Nanos {
    rows(run).iter().map(Row::total).max().unwrap_or_default()
}

/// How many laps count in the group of which one is shown, at most.
pub fn rounds(run: &Run) -> usize {
    groups(run).iter().map(|group| group.walls.len()).max().unwrap_or_default()
}

fn row(run: &Run, kind: (Mode, u32)) -> Option<Row> {
    let laps = || run.laps.iter().filter(move |lap| (lap.plan.mode, lap.plan.workers) == kind);
    let lap = median_lap(run, kind)
        .or_else(|| laps().filter(|lap| !lap.is_warm_up()).rfind(|lap| has_begun(lap)))
        .or_else(|| laps().rfind(|lap| has_begun(lap)))?;
    let script = lap.kind == Some(SourceKind::Script);
    let name = if script { "Script".to_owned() } else { lap_name(lap) };
    let (mode, workers) = kind;
    let accounts: Option<Vec<&Account>> = lap.workers.iter().map(|worker| worker.account.as_ref()).collect();
    let (each, note): (Vec<_>, _) = match (&lap.phase, accounts) {
        (LapPhase::Ended(Ending::Completed { .. }), Some(accounts)) => {
            let end = lap.workers.iter().flat_map(|worker| &worker.spans).map(|span| span.end).max();
            let end = end.unwrap_or_default();
            (accounts.iter().map(|account| of_account(account, end)).collect(), not_available(&accounts))
        }
        (phase, _) => {
            let note = match phase {
                LapPhase::Ended(Ending::Completed { .. }) => "phases are not available".to_owned(),
                LapPhase::Ended(ending) => format!("as far as it came: {}", first_word_lower(&ending.summary())),
                _ => "so far".to_owned(),
            };
            (lap.workers.iter().map(|worker| of_track(worker, lap)).collect(), Some(note))
        }
    };
    let mut times = [Nanos(0); Part::ALL.len()];
    for (place, time) in times.iter_mut().enumerate() {
        let sum: u64 = each.iter().map(|times| times[place].0).sum();
        time.0 = sum / (each.len() as u64).max(1);
    }
    Some(Row { mode, workers, name, times, note })
}

fn first_word_lower(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The completed lap of this kind whose time is nearest the median.
pub fn median_lap(run: &Run, (mode, workers): (Mode, u32)) -> Option<&Lap> {
    let median = groups(run).into_iter().find(|group| (group.mode, group.workers) == (mode, workers))?.median;
    let laps = run.laps.iter().filter(|lap| (lap.plan.mode, lap.plan.workers) == (mode, workers));
    laps.filter_map(|lap| Some((lap.measured()?.0.abs_diff(median.0), lap)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, lap)| lap)
}

fn has_begun(lap: &Lap) -> bool {
    !matches!(lap.phase, LapPhase::Waiting | LapPhase::Skipped)
}

/// The phases that are known, the compute phase divided where its states are.
fn of_account(account: &Account, end: Nanos) -> [Nanos; Part::ALL.len()] {
    let divided = account.compute_in;
    let known = Part::ALL.map(|part| match (part, divided) {
        (Part::Phase(WorkerPhase::Compute), Some(_)) | (Part::Unknown, _) => Nanos(0),
        (Part::Phase(phase), _) => account.phases.of(phase).unwrap_or_default(),
        (Part::Compute(state), Some(totals)) => totals.of(state),
        (Part::Compute(_), None) => Nanos(0),
    });
    let sum: u64 = known.iter().map(|time| time.0).sum();
    let partial = account.phases.total().is_none();
    let mut times = known;
    if let (true, Some(last)) = (partial, times.last_mut()) {
        *last = end.since(Nanos(sum));
    }
    times
}

/// What events say while a lap goes on, or of one that didn't complete.
fn of_track(worker: &WorkerTrack, lap: &Lap) -> [Nanos; Part::ALL.len()] {
    let ready = worker.ready.or(lap.began).unwrap_or(lap.now);
    let began = lap.began.unwrap_or(lap.now);
    let running = worker.running.map(|running| lap.now.since(running.start).0).unwrap_or_default();
    let computed = worker.spans.iter().map(|span| span.end.since(span.start).0).sum::<u64>() + running;
    Part::ALL.map(|part| match part {
        Part::Phase(WorkerPhase::StartUp) => ready,
        Part::Phase(WorkerPhase::Gate) => began.since(ready),
        Part::Phase(WorkerPhase::Compute) => Nanos(computed),
        Part::Unknown => lap.now.since(began).since(Nanos(computed)),
        _ => Nanos(0),
    })
}

/// Which phases nobody knows, in words.
fn not_available(accounts: &[&Account]) -> Option<String> {
    let unknown =
        WorkerPhase::ALL.into_iter().filter(|phase| accounts.iter().any(|account| account.phases.of(*phase).is_none()));
    let mut names: Vec<&str> = unknown.map(WorkerPhase::title).collect();
    let last = names.pop()?;
    let list = if names.is_empty() { last.to_owned() } else { format!("{} and {last}", names.join(", ")) };
    Some(format!("{list} not available"))
}

/// `The lap with the median time of 3 is shown.`
pub fn which_lap(run: &Run) -> Option<String> {
    let rounds = rounds(run);
    (rounds > 1).then(|| format!("Of {}, the one with the median time is shown.", count(rounds as u64, "lap")))
}

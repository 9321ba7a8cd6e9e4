//! A run that is kept after it has ended: what is known of it at a glance, and all of it.

use serde::{Deserialize, Serialize};

use crate::{
    CellId, Ending, LapPhase, MAX_SOURCE_BYTES, MAX_WORKERS, Nanos, Phase, Run, RunEnding, RunEvent, RunId, RunRequest,
    RunTicket, SpeedUp, speed_ups,
};

/// How many runs of a cell are kept. Those that have a name, and those that were imported, are kept besides.
pub const MOST_KEPT: usize = 30;
/// How many letters a run's name has at most.
pub const MAX_NAME: usize = 60;
/// How many workers all laps of a run have together at most: what room is made for before anything is known of them.
const MAX_TRACKS: u64 = 200_000;

/// What is known of a kept run at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptRun {
    /// What was accepted.
    pub ticket: RunTicket,
    /// Its number among the runs of its cell, from 1.
    pub number: u32,
    /// What a person calls it; empty if nobody has named it.
    pub name: String,
    /// How it came to be here.
    pub origin: Origin,
    /// Where it was measured.
    pub machine: Machine,
    /// What came of it.
    pub outcome: Outcome,
}

/// How a kept run came to be here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// It was executed here.
    Here,
    /// It was read from a file, and never executed here.
    Imported {
        /// What it was called where it was executed, which says when.
        original: RunId,
    },
    /// It comes with the deck, and was never executed here.
    Recorded,
}

/// Where a run was measured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The system: `Debian GNU/Linux 13 (trixie)`.
    #[serde(default)]
    pub system: String,
    /// The processor's architecture: `x86_64`.
    #[serde(default)]
    pub architecture: String,
    /// How many cores it let the runner use.
    #[serde(default)]
    pub cores: u32,
    /// The interpreter builds that executed it, as people read them.
    #[serde(default)]
    pub builds: Vec<String>,
    /// Virgil's version.
    #[serde(default)]
    pub virgil: String,
}

/// What came of a run, at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// How it ended.
    pub ended: Ended,
    /// The same in a sentence.
    pub sentence: String,
    /// The best speed-up that it measured.
    pub best: Option<SpeedUp>,
}

/// How a run ended, without all that is known of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// Every lap completed.
    Completed,
    /// An exception was not caught.
    Raised,
    /// Stop was pressed.
    Stopped,
    /// It took or used more than it may.
    LimitReached,
    /// A process ended by itself.
    Died,
    /// It could not be executed, or not to its end.
    Impossible,
}

/// An event with the moment at which it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Since the run was accepted, by the runner's clock.
    pub at: Nanos,
    /// What came.
    pub event: RunEvent,
}

/// All of a kept run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WholeRun {
    /// What is known of it at a glance.
    pub kept: KeptRun,
    /// What was asked for, with the source.
    pub request: RunRequest,
    /// All that happened, in order; the last is its ending.
    pub moments: Vec<Moment>,
    /// How many events are of another version of Virgil and were left out.
    pub left_out: u64,
}

/// What the page asks to be done with a kept run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunChange {
    /// Which.
    pub run: RunId,
    /// What.
    pub what: Change,
}

/// What can be done with a kept run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Call it so; an empty name takes its name away.
    Name(String),
    /// Put it away.
    Remove,
    /// Take it back from where it was put away.
    BringBack,
}

/// The kept runs of a cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct KeptRuns {
    /// The newest first.
    pub runs: Vec<KeptRun>,
    /// A sentence for each file that can't be read.
    pub unreadable: Vec<String>,
}

impl Ended {
    /// Its name in the page.
    pub fn slug(self) -> &'static str {
        match self {
            Ended::Completed => "completed",
            Ended::Raised => "raised",
            Ended::Stopped => "stopped",
            Ended::LimitReached => "limit",
            Ended::Died => "died",
            Ended::Impossible => "impossible",
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Ended::Completed => "completed",
            Ended::Raised => "raised an exception",
            Ended::Stopped => "stopped",
            Ended::LimitReached => "reached a limit",
            Ended::Died => "died",
            Ended::Impossible => "was cut off",
        }
    }

    fn of(run: &Run) -> Ended {
        let Phase::Ended(ending) = &run.phase else { return Ended::Impossible };
        match ending {
            RunEnding::Completed => Ended::Completed,
            RunEnding::Withdrawn => Ended::Stopped,
            RunEnding::Impossible { .. } => Ended::Impossible,
            RunEnding::AsLap(lap) => match run.laps.get(*lap as usize).map(|lap| &lap.phase) {
                Some(LapPhase::Ended(Ending::Completed { .. })) => Ended::Completed,
                Some(LapPhase::Ended(Ending::Raised(_))) => Ended::Raised,
                Some(LapPhase::Ended(Ending::Stopped(_))) => Ended::Stopped,
                Some(LapPhase::Ended(Ending::TimedOut { .. } | Ending::LimitExceeded(_))) => Ended::LimitReached,
                Some(LapPhase::Ended(Ending::Died(_))) => Ended::Died,
                _ => Ended::Impossible,
            },
        }
    }
}

impl Outcome {
    /// Of a run that is over.
    pub fn of(run: &Run) -> Outcome {
        let better = |best: SpeedUp, point: SpeedUp| if point.ratio > best.ratio { point } else { best };
        Outcome {
            ended: Ended::of(run),
            sentence: run.sentence().unwrap_or_else(|| "Virgil ended while this ran.".into()),
            best: speed_ups(run).into_iter().reduce(better),
        }
    }
}

impl KeptRun {
    /// What it is called: `Run 12`, or by its name.
    pub fn title(&self) -> String {
        if self.origin == Origin::Recorded {
            return "the recorded run".into();
        }
        let number = format!("Run {}", self.number);
        if self.name.is_empty() { number } else { format!("{number}, “{}”", self.name) }
    }

    /// When it was executed: microseconds since 1970.
    pub fn executed(&self) -> RunId {
        match self.origin {
            Origin::Here | Origin::Recorded => self.ticket.id,
            Origin::Imported { original } => original,
        }
    }

    /// Whether it is kept however many newer ones there are.
    pub fn is_for_good(&self) -> bool {
        !self.name.is_empty() || self.origin != Origin::Here
    }

    /// The name of its file when it is exported: `primes-run12.virgil`.
    pub fn file_name(&self) -> String {
        format!("{}-run{}.virgil", self.ticket.cell, self.number)
    }
}

impl WholeRun {
    /// What the run has come to.
    pub fn run(&self) -> Run {
        let mut run = Run::new(self.kept.ticket.clone());
        self.moments.iter().for_each(|moment| run.apply(&moment.event));
        run
    }

    /// Makes it one that was read from a file of somebody else's, as the run `id` of `cell`. Nothing that the file
    /// says of itself is believed if it can be computed.
    ///
    /// # Errors
    /// The sentence to show if no run of Virgil's can be like that.
    pub fn imported(mut self, cell: CellId, id: RunId) -> Result<WholeRun, String> {
        let ticket = &self.kept.ticket;
        let tracks: u64 = ticket.plan.iter().map(|lap| u64::from(lap.workers)).sum();
        let possible = ticket.plan.iter().all(|lap| (1..=MAX_WORKERS).contains(&lap.workers)) && tracks <= MAX_TRACKS;
        if !possible || ticket.plan.is_empty() {
            return Err("It asks for laps that Virgil can't have.".into());
        }
        if self.request.source.len() > MAX_SOURCE_BYTES {
            return Err("Its code is longer than any that Virgil runs.".into());
        }
        let original = self.kept.executed();
        self.kept.origin = Origin::Imported { original };
        self.kept.ticket.id = id;
        self.kept.ticket.cell = cell.clone();
        self.kept.ticket.fingerprint = crate::fingerprint(&self.request.source);
        self.kept.name = run_name(&self.kept.name);
        self.request.cell = cell;
        let Machine { system, architecture, builds, virgil, .. } = &mut self.kept.machine;
        [system, architecture, virgil].into_iter().chain(builds.iter_mut()).for_each(|text| *text = run_name(text));
        builds.truncate(16);
        // Time never goes back.
        let mut before = Nanos(0);
        for moment in &mut self.moments {
            moment.at = moment.at.max(before);
            before = moment.at;
        }
        self.kept.outcome = Outcome::of(&self.run());
        Ok(self)
    }
}

/// A name as it is kept: one line, not too long.
pub fn run_name(text: &str) -> String {
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let short: String = plain.trim().chars().take(MAX_NAME).collect();
    short.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::sample;
    use crate::{Mode, samples};

    fn whole() -> WholeRun {
        let mut run = sample::run(&[Mode::Sequential, Mode::Threads], 1, &[2_000_000_000, 1_000_000_000]);
        run.apply(&RunEvent::Ended(RunEnding::Completed));
        let request = RunRequest {
            cell: run.ticket.cell.clone(),
            source: "1".into(),
            modes: vec![],
            workers: vec![],
            repeats: 1,
            warm_up: 0,
            build: None,
        };
        let outcome = Outcome::of(&run);
        let (name, machine) = (String::new(), Machine::default());
        let kept = KeptRun { ticket: run.ticket, number: 12, name, origin: Origin::Here, machine, outcome };
        let moments = vec![
            Moment { at: Nanos(5), event: RunEvent::Queued { ahead: 1 } },
            Moment { at: Nanos(3), event: RunEvent::Ended(RunEnding::Withdrawn) },
        ];
        WholeRun { kept, request, moments, left_out: 0 }
    }

    #[test]
    fn it_is_called_by_its_number_and_its_name() {
        let mut kept = whole().kept;
        let file = format!("{}-run12.virgil", kept.ticket.cell);
        assert_eq!((kept.title().as_str(), kept.file_name(), kept.is_for_good()), ("Run 12", file, false));
        kept.name = "before".into();
        assert_eq!((kept.title().as_str(), kept.is_for_good()), ("Run 12, “before”", true));
    }

    #[test]
    fn its_outcome_is_seen_at_a_glance() {
        let outcome = whole().kept.outcome;
        assert_eq!((outcome.ended, outcome.best.map(|best| best.ratio)), (Ended::Completed, Some(2.0)));
        let mut run = Run::new(whole().kept.ticket);
        for (ending, ended) in [
            (Ending::Raised(samples::raised("ValueError", "no")), Ended::Raised),
            (Ending::Stopped(crate::StopStage::Asked), Ended::Stopped),
            (Ending::TimedOut { limit: Nanos(1), peak_memory: None, last_line: None }, Ended::LimitReached),
        ] {
            run.laps[0].phase = LapPhase::Ended(ending);
            run.phase = Phase::Ended(RunEnding::AsLap(0));
            assert_eq!(Outcome::of(&run).ended, ended);
        }
        run.phase = Phase::Ended(RunEnding::AsLap(999));
        assert_eq!(Outcome::of(&run).ended, Ended::Impossible);
    }

    #[test]
    fn what_a_file_says_of_itself_is_not_believed() {
        let mut lying = whole();
        lying.kept.ticket.fingerprint = 7;
        lying.kept.name = "a\nb\u{1b}[31m".to_owned() + &"x".repeat(100);
        lying.kept.machine.builds = vec!["<script>\n".repeat(100); 40];
        let imported = lying.imported(CellId("mine".into()), RunId(99)).unwrap();
        let KeptRun { ticket, name, origin, machine, outcome, .. } = &imported.kept;
        assert_eq!((ticket.id, ticket.cell.0.as_str()), (RunId(99), "mine"));
        assert_eq!(ticket.fingerprint, crate::fingerprint("1"));
        assert_eq!(*origin, Origin::Imported { original: whole().kept.ticket.id });
        assert!(name.starts_with("a b [31mx") && name.chars().count() == MAX_NAME, "{name}");
        assert!(machine.builds.len() == 16 && machine.builds[0].chars().count() <= MAX_NAME);
        assert_eq!((outcome.ended, outcome.best), (Ended::Stopped, None));
        assert!(imported.moments.is_sorted_by_key(|moment| moment.at));
    }

    #[test]
    fn what_no_run_can_be_is_refused() {
        let import = |change: &dyn Fn(&mut WholeRun)| {
            let mut file = whole();
            change(&mut file);
            file.imported(CellId("mine".into()), RunId(99)).unwrap_err()
        };
        let laps = "laps that Virgil can't have";
        assert!(import(&|file| file.kept.ticket.plan.clear()).contains(laps));
        assert!(import(&|file| file.kept.ticket.plan[0].workers = u32::MAX).contains(laps));
        assert!(import(&|file| file.kept.ticket.plan[0].workers = 0).contains(laps));
        assert!(import(&|file| file.kept.ticket.plan = vec![file.kept.ticket.plan[1]; 200_000]).contains(laps));
        assert!(import(&|file| file.request.source = "x".repeat(MAX_SOURCE_BYTES + 1)).contains("longer than any"));
    }
}

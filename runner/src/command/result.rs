//! The JSON form of a run, version 1. `docs/results.md` says what every field means; change both, and [`VERSION`] when
//! a reader of the old form would be wrong.

pub mod account;
pub mod figures;

use serde::{Deserialize, Serialize};

pub mod load;
pub mod states;
pub mod window;

use figures::{Difference, OtherLoad, Reason, Summary, Warning};
use load::Load;
use states::{Interval, Sampling, States};
use window::Window;

/// What `format` says.
pub const FORMAT: &str = "virgil-run";
/// What `version` says.
pub const VERSION: u32 = 1;

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// The version of Virgil.
    pub virgil: String,
    /// When the run began: RFC 3339, in UTC.
    pub when: String,
    /// Where.
    pub machine: Machine,
    /// Of what.
    pub source: Source,
    /// What was asked for.
    pub request: Request,
    /// The laps that were executed, in order.
    pub laps: Vec<Lap>,
    /// The completed laps by mode and workers.
    pub summary: Vec<Summary>,
    /// What must be known before anybody believes the figures.
    pub warnings: Vec<Warning>,
    /// Why it didn't get faster, or why it did: at most three, the most important first.
    pub reasons: Vec<Reason>,
    /// The first lap that returned something else than the first that completed.
    pub difference: Option<Difference>,
    /// How the run ended.
    pub ending: RunEnding,
}

/// The computer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// `linux`, `macos`, `windows`.
    pub system: String,
    /// As in `x86_64`.
    pub architecture: String,
    /// The processor's name, if the system says.
    pub cpu: Option<String>,
    /// The cores that could be used.
    pub cores: u32,
}

/// What was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The absolute path of the file.
    pub file: String,
    /// BLAKE3 of the source as UTF-8 without a byte order mark, in hexadecimal.
    pub blake3: String,
    /// `workload`, `script`, `service` or `desktop`; none if it could not be read.
    pub kind: Option<Kind>,
}

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It defines `work` and `ITEMS`.
    Workload,
    /// It defines neither.
    Script,
    /// It defines `app`, and is no workload.
    Service,
    /// It defines `main(pool)`, and is none of these.
    Desktop,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The modes.
    pub modes: Vec<String>,
    /// The numbers of workers.
    pub workers: Vec<u32>,
    /// The number of rounds.
    pub repeat: u32,
    /// The number of rounds before those, which count in no figure.
    pub warm_up: u32,
    /// Whether laps that return different results are no error.
    pub results_may_differ: bool,
    /// The build that was named, if one was.
    pub build: Option<String>,
    /// The absolute path of the check, if there was one.
    pub check: Option<String>,
    /// How long a lap was allowed to take.
    pub time_limit_ns: u64,
    /// What else a lap was allowed to use.
    pub limits: Limits,
}

/// What a lap may use, besides time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// CPU time of all its processes together.
    pub cpu_ns: u64,
    /// Memory of all its processes together; none where the machine doesn't say what it has.
    pub memory_bytes: Option<u64>,
    /// Printed text.
    pub output_bytes: u64,
    /// Open files of each process, about.
    pub open_files: u32,
    /// Processes at the same time.
    pub processes: u32,
}

/// One lap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lap {
    /// The mode's name.
    pub mode: String,
    /// Who handed out its tasks: `native` or `stdlib`.
    pub dispatcher: String,
    /// How many workers.
    pub workers: u32,
    /// Its round, from 0, among those of its kind.
    pub round: u32,
    /// Whether it counts in no figure.
    pub warm_up: bool,
    /// The CPython that executed it.
    pub build: Option<Build>,
    /// How it ended.
    pub ending: Ending,
    /// When the first task was handed out.
    pub began_ns: Option<u64>,
    /// From then to the end of the last task, if it completed.
    pub wall_ns: Option<u64>,
    /// How many tasks there were.
    pub task_count: u32,
    /// What a task cost more since a wrapper in Python noted its times, if one did.
    pub wrapper_ns: Option<u64>,
    /// How it was seen what each worker's thread was doing, where it was.
    pub sampling: Option<Sampling>,
    /// What load was put on a service, and what its clients saw; none otherwise.
    pub load: Option<Load>,
    /// How late the event loop of a program with a window was; none otherwise.
    pub window: Option<Window>,
    /// What each worker did.
    pub by_worker: Vec<Worker>,
    /// What was printed.
    pub output: Output,
    /// What the check said, if it was called.
    pub verdict: Option<Verdict>,
    /// What else the machine did, if the system says.
    pub other_load: Option<OtherLoad>,
}

/// A CPython.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// Its name in commands.
    pub id: String,
    /// Its version, as in `3.14.1`.
    pub python: String,
    /// Whether it has a GIL.
    pub gil: bool,
}

/// How a lap ended: what is known of it, and the sentence that people read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// What happened.
    #[serde(flatten)]
    pub how: How,
    /// The same for people.
    pub sentence: String,
}

/// The ways in which a lap can end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum How {
    /// Every task was executed.
    Completed {
        /// How many results there are.
        results: u32,
        /// `repr()` of the first of them, shortened.
        first_results: Vec<String>,
        /// How many were compared with other laps'.
        compared: u32,
        /// Of how many of them only the type could be compared, at least in part.
        opaque: u32,
    },
    /// An exception was not caught.
    Raised {
        /// The type's name.
        exception: String,
        /// Its text.
        message: String,
        /// What to do about it, where Virgil knows.
        advice: Option<String>,
        /// As Python formats it.
        traceback: String,
        /// In the source, from 1.
        line: Option<u32>,
        /// In which worker.
        worker: Option<u32>,
        /// In which task.
        task: Option<u32>,
    },
    /// It was stopped.
    Stopped {
        /// Whether the code had to be killed.
        killed: bool,
        /// How long after it was asked to stop nothing of it was left.
        after_ns: Option<u64>,
    },
    /// It took too long.
    TimedOut {
        /// How long it may take.
        limit_ns: u64,
        /// The most memory that it held.
        peak_memory_bytes: Option<u64>,
        /// The last line that was printed.
        last_line: Option<String>,
    },
    /// It used too much of something.
    LimitExceeded {
        /// `cpu`, `memory`, `processes`, `output` or `items`.
        of: String,
        /// How many nanoseconds of CPU time, bytes of memory, processes, bytes of output, or items it may have.
        limit: u64,
        /// The most memory that it held.
        peak_memory_bytes: Option<u64>,
        /// The last line that was printed.
        last_line: Option<String>,
    },
    /// A process ended by itself.
    Died {
        /// Its exit status, if it exited.
        status: Option<i32>,
        /// The signal that ended it, if one did.
        signal: Option<i32>,
        /// Which worker process; none if it was the kernel.
        worker: Option<u32>,
        /// The last task that was seen to run.
        task: Option<u32>,
        /// The most memory that it held.
        peak_memory_bytes: Option<u64>,
        /// The last line that was printed.
        last_line: Option<String>,
    },
}

/// One worker of a lap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worker {
    /// Of a thread that a script has started, its name.
    pub name: Option<String>,
    /// When it could take tasks, or was seen first.
    pub ready_ns: Option<u64>,
    /// When a script's thread was last seen.
    pub ended_ns: Option<u64>,
    /// How long its thread was in each state, where that was sampled.
    pub states: Option<States>,
    /// What its thread was doing, in order.
    pub intervals: Vec<Interval>,
    /// Where its time went, if the lap completed.
    pub account: Option<account::Account>,
    /// What it executed, in order.
    pub tasks: Vec<Task>,
}

/// One call of `work`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The item's position in `ITEMS`.
    pub task: u32,
    /// When it was called.
    pub start_ns: u64,
    /// When it returned.
    pub end_ns: u64,
    /// The CPU time that its thread spent.
    pub cpu_ns: u64,
}

/// What a lap printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// How many lines.
    pub total: u64,
    /// How many of them are not kept.
    pub hidden: u64,
    /// The first and the last of them.
    pub lines: Vec<Line>,
}

/// One printed line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its place among all, from 0.
    pub number: u64,
    /// Who printed it.
    pub worker: Option<u32>,
    /// While executing what.
    pub task: Option<u32>,
    /// `stdout`, `stderr`, or `native` for what was written below Python.
    pub stream: String,
    /// Without the line's end.
    pub text: String,
}

/// What a check said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// `passed`, `failed` or `broken`.
    pub kind: String,
    /// Why it failed, or the traceback of a broken one.
    pub text: Option<String>,
}

/// How the run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunEnding {
    /// As that of the lap that ended it, or `withdrawn`, `impossible`, `check-failed`.
    pub kind: String,
    /// The place in `laps` of the lap that ended it, if one did.
    pub lap: Option<u32>,
    /// The same for people.
    pub sentence: String,
    /// What the command ended with.
    pub exit_code: u8,
}

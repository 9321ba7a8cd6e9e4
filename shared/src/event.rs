//! What happens during a lap and a run, in order.

use serde::{Deserialize, Serialize};

use crate::{
    Account, Answers, Beat, ConnectionChange, Death, Ending, Interval, LoadPlan, LoadProgress, LoadReport, Mode, Nanos,
    RunEnding, Sampling, Shown, SourceKind, StateTotals, StopStage, WindowPicture,
};

/// The execution of one task; of a service, answering one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The item's position in `ITEMS`. Of a service with n workers: the k-th request of worker w has the number kn + w.
    pub task: u32,
    /// When `work` was called; of a service, its app.
    pub start: Nanos,
    /// When it returned; of a service, when all of its response was handed over. Requests that a worker of an ASGI app
    /// answers at the same time have spans that overlap.
    pub end: Nanos,
    /// CPU time that the worker's thread spent between the two (CLOCK_THREAD_CPUTIME_ID on Linux). Of a coroutine only
    /// what its own steps spent: others take turns with it on one thread.
    pub cpu: Nanos,
}

/// A task that has begun and not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Who executes it.
    pub worker: u32,
    /// The item's position in `ITEMS`.
    pub task: u32,
    /// When `work` was called.
    pub start: Nanos,
}

/// Where text was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stream {
    /// `sys.stdout`.
    Stdout,
    /// `sys.stderr`.
    Stderr,
    /// File descriptors 1 and 2, below Python: C code and child processes.
    Native,
}

/// An exception that nobody caught.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// The type's name, qualified if it isn't a builtin: `ValueError`, `json.decoder.JSONDecodeError`.
    pub exception: String,
    /// `str()` of the exception.
    pub message: String,
    /// What it means here and what to do, where the kernel knows more than Python says.
    pub advice: Option<String>,
    /// The traceback as Python formats it, with the source's lines.
    pub traceback: String,
    /// The last line of the learner's own source in it, from 1.
    pub line: Option<u32>,
    /// The worker in which it was raised; none while the source or `ITEMS` was read.
    pub worker: Option<u32>,
    /// The task in which it was raised; none while the source was replayed.
    pub task: Option<u32>,
}

/// What an exercise's check says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// The check raised nothing.
    Passed,
    /// It raised AssertionError with this sentence for the learner.
    Failed(String),
    /// The check itself is broken: its traceback.
    Broken(String),
}

/// The results of a lap, to be looked at and to be compared with another lap's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// How many there are: one for each item.
    pub count: u32,
    /// `repr()` of the first few, shortened.
    pub first: Vec<String>,
    /// The same of those after them, shorter, as far as they are small and not too many.
    pub further: Vec<String>,
    /// All of them, in a form in which laps can be compared. Apart, since endings are returned by value.
    pub prints: Box<Prints>,
    /// What they are together.
    pub shown: Box<Shown>,
}

impl Results {
    /// `repr()` of one, if it was kept.
    pub fn text_of(&self, item: u32) -> Option<&str> {
        self.first.iter().chain(&self.further).nth(item as usize).map(String::as_str).filter(|text| !text.is_empty())
    }
}

/// So many results have a fingerprint each, and so many together have one from then on.
pub const PRINTED_EACH: u32 = 10_000;

/// Fingerprints of a lap's results, made by the kernel after the measured time. Equal values have equal ones in every
/// process: they depend on types and values, not on addresses, nor on the order in a set or a dict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prints {
    /// Of each of the first [`PRINTED_EACH`].
    pub each: Vec<u64>,
    /// One for every further [`PRINTED_EACH`]; the last may be of fewer.
    pub blocks: Vec<u64>,
    /// How many results are in these; fewer than there are, if comparing took too long or one could not be unpickled.
    pub compared: u32,
    /// Of how many of them only the type could be compared, at least in part: their `repr()` is an address.
    pub opaque: u32,
}

/// What else used the processor during a lap, start-up included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherLoad {
    /// CPU time of all processes that are neither the lap's nor the runner, on all cores.
    pub cpu: Nanos,
    /// In how much time.
    pub during: Nanos,
    /// On how many cores.
    pub cores: u32,
}

/// What happens during one lap. Workers are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LapEvent {
    /// The source was read and is of this kind; nothing of it has run yet.
    Source(SourceKind),
    /// A worker has replayed the source and can take tasks; of a service, it has answered a first request, which the
    /// kernel itself has sent (`OPTIONS /`) and which counts in nothing.
    WorkerReady {
        /// Which.
        worker: u32,
        /// When.
        at: Nanos,
    },
    /// All workers are ready and the first task is handed out: measurement starts. For a script: it starts. For a
    /// service: `Serving` follows.
    Began {
        /// How many tasks there are; 1 for a script, 0 for a service: nobody knows what it will be asked.
        tasks: u32,
        /// When.
        at: Nanos,
    },
    /// A script has started a thread, which is followed from now on as if it were a worker: lanes are numbered as threads
    /// appear, after the main thread's, which is 0. Said again if the thread is given another name.
    Thread {
        /// Which lane.
        worker: u32,
        /// The name that the system has of it: Python's own since 3.14, at most 15 bytes of it.
        name: String,
        /// When it was seen first.
        at: Nanos,
    },
    /// That thread has ended.
    ThreadEnded {
        /// Which lane.
        worker: u32,
        /// When it was last seen.
        at: Nanos,
    },
    /// Text was written.
    Output {
        /// By whom, as far as that can be told.
        worker: Option<u32>,
        /// While executing what.
        task: Option<u32>,
        /// To where.
        stream: Stream,
        /// What: whole lines, unless it was flushed in between.
        text: String,
    },
    /// Tasks were executed.
    Spans {
        /// By whom.
        worker: u32,
        /// In the order in which they ended.
        spans: Vec<Span>,
    },
    /// Still alive, some 20 times a second: what runs now, so that a picture can grow.
    Progress {
        /// When.
        at: Nanos,
        /// What is being executed.
        running: Vec<Running>,
    },
    /// Tasks go through a wrapper in Python, which notes their times. Before `Began`.
    Wrapped {
        /// What it costs: the median of many calls of a function that does nothing, without the executor.
        per_task: Nanos,
    },
    /// What a worker's thread was doing, as far as that was sampled: intervals follow each other without gaps.
    States {
        /// Which.
        worker: u32,
        /// In order.
        intervals: Vec<Interval>,
    },
    /// A sampler has ended: one for each process that had workers. No more states of these workers follow.
    Sampled {
        /// How it went.
        sampling: Sampling,
        /// How long each of its workers was in each state.
        totals: Vec<(u32, StateTotals)>,
    },
    /// A lap that completes says where each worker's time went: once for each, after its spans.
    Accounted(Box<Account>),
    /// A service can be asked.
    Serving {
        /// On which port of 127.0.0.1 it listens.
        port: u16,
        /// When.
        at: Nanos,
    },
    /// Connections of a service came and went.
    Connections {
        /// In order.
        changes: Vec<ConnectionChange>,
    },
    /// A worker of a service has answered so many more requests.
    Answered {
        /// Which.
        worker: u32,
        /// How many, by status; each status once.
        answers: Vec<Answers>,
    },
    /// Frames of a program with a window were dealt with.
    Frames {
        /// In the order in which they were.
        beats: Vec<Beat>,
    },
    /// Inputs to a program with a window were dealt with.
    Inputs {
        /// In the order in which they were.
        beats: Vec<Beat>,
    },
    /// A picture of a window was taken.
    Pictured(Box<WindowPicture>),
    /// A worker process of a service has died: the others go on, and get the connections that it would have got. Or of a
    /// pool, which can execute nothing more.
    WorkerDied(Box<Death>),
    /// Load is put on a service, from now on.
    Loading(Box<LoadPlan>),
    /// What clients of a service have seen in a moment.
    LoadProgress(Box<LoadProgress>),
    /// What they have seen in all: once, when the load is over.
    Loaded(Box<LoadReport>),
    /// A service was told to drain, and answers no more: nothing of it listens.
    Drained {
        /// When.
        at: Nanos,
        /// How many requests were left without an answer after [`crate::DRAIN_WITHIN`].
        unanswered: u32,
    },
    /// The exercise's check was called with the results.
    Checked(Verdict),
    /// What else the machine did, where the system says: from the runner, when all else of the lap is over.
    OtherLoad(OtherLoad),
    /// It was stopped, and nothing of it was left so long after Stop was pressed, by the runner's clock.
    Stopped {
        /// How long.
        after: Nanos,
    },
}

/// What happens during one run. Numbered from 0 without gaps; the last is always `Ended`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunEvent {
    /// Other runs are measured first.
    Queued {
        /// How many.
        ahead: u32,
    },
    /// A kernel took a lap.
    LapStarted {
        /// Which, by its place in the plan.
        lap: u32,
        /// The mode, for readers of the stream.
        mode: Mode,
        /// The id of the kernel's interpreter build.
        build: String,
    },
    /// Something happened in a lap.
    Lap {
        /// Which.
        lap: u32,
        /// What.
        event: LapEvent,
    },
    /// Stop was asked for.
    Stopping(StopStage),
    /// A lap is over, and nothing of what it started is left.
    LapEnded {
        /// Which.
        lap: u32,
        /// How.
        ending: Ending,
    },
    /// The run is over: exactly once, and last.
    Ended(RunEnding),
}

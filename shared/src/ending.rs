//! How laps and runs end, and the sentences that say so.

use serde::{Deserialize, Serialize};

use crate::text::{bytes, count, duration};
use crate::{Nanos, Raised, Results, StopStage};

/// What CPython says of a module that can't be loaded into an interpreter beside the main one.
pub const REFUSED: &str = " does not support loading in subinterpreters";

/// How a lap ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Every task was executed.
    Completed {
        /// From the first task handed out ([`crate::LapEvent::Began`]) to the end of the last; start-up is not in it.
        wall: Nanos,
        /// What the tasks returned.
        results: Results,
    },
    /// An exception was not caught.
    Raised(Raised),
    /// Stop was pressed.
    Stopped(StopStage),
    /// It took longer than it may.
    TimedOut {
        /// How long it may take.
        limit: Nanos,
        /// The most memory that its processes were seen to hold together, in bytes, if the system says.
        peak_memory: Option<u64>,
        /// The last line that was printed.
        last_line: Option<String>,
    },
    /// It used more than it may of something else.
    LimitExceeded(Exceeded),
    /// A process ended by itself before the lap was over.
    Died(Death),
}

/// What is known of a lap that used too much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exceeded {
    /// Of what, and how much it may use.
    pub limit: Limit,
    /// The most memory that its processes were seen to hold together, in bytes, if the system says.
    pub peak_memory: Option<u64>,
    /// The last line that was printed.
    pub last_line: Option<String>,
}

/// What a lap may use only so much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// CPU time of all its processes together.
    Cpu {
        /// How much it may take.
        limit: Nanos,
    },
    /// Memory of all its processes together.
    Memory {
        /// How many bytes it may hold.
        limit: u64,
    },
    /// Processes at the same time.
    Processes {
        /// How many it may have.
        limit: u32,
    },
    /// Printed text.
    Output {
        /// How many bytes it may print.
        limit: u64,
    },
    /// Items, of an `ITEMS` that goes on.
    Items {
        /// How many it may have.
        limit: u32,
    },
}

/// How a process ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// It exited with this status.
    Exit(i32),
    /// This signal ended it.
    Signal(i32),
    /// It could not be heard any more, since code closed its event pipe or wrote to it, and so it was ended.
    Unheard,
}

/// What is known of a process that died.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    /// How.
    pub cause: Cause,
    /// The worker process that died; none if it was the kernel with all its workers.
    pub worker: Option<u32>,
    /// The last thing that was seen to be executed.
    pub task: Option<u32>,
    /// The most memory that it held, in bytes, if the system says.
    pub peak_memory: Option<u64>,
    /// The last line that was printed.
    pub last_line: Option<String>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunEnding {
    /// Every lap completed.
    Completed,
    /// As this lap did: the first that didn't complete.
    AsLap(u32),
    /// Stop was pressed while it was queued, or between two laps.
    Withdrawn,
    /// It could not be started.
    Impossible {
        /// Why, and what to do.
        sentence: String,
    },
}

impl Ending {
    /// What happened and what to do next, in a sentence or two for the person who pressed Run.
    pub fn sentence(&self) -> String {
        match self {
            Ending::Raised(Raised { advice: Some(advice), .. }) => format!("{} {advice}", self.summary()),
            _ => self.summary(),
        }
    }

    /// The same without the advice on an exception, where that is shown by itself.
    pub fn summary(&self) -> String {
        match self {
            Ending::Completed { wall, results } => {
                format!("Completed: {} in {}.", count(u64::from(results.count), "task"), duration(*wall))
            }
            Ending::Raised(raised) => {
                let place = match (raised.worker, raised.task) {
                    (_, Some(task)) => format!(" in task {task}"),
                    (Some(worker), None) => format!(" while worker {worker} read the source"),
                    (None, None) => String::new(),
                };
                let line = raised.line.map(|line| format!(", line {line}")).unwrap_or_default();
                // NumPy begins with a long text of its own when it is refused.
                let refusal = raised.message.lines().find(|line| line.contains(REFUSED));
                let first = || raised.message.lines().find(|line| !line.trim().is_empty());
                let message = refusal.or_else(first).unwrap_or_default();
                let colon = if message.is_empty() { "" } else { ": " };
                let said = format!("{}{place}{line}{colon}{message}", raised.exception);
                format!("{}.", said.strip_suffix('.').unwrap_or(&said))
            }
            Ending::Stopped(StopStage::Asked) => "Stopped.".into(),
            Ending::Stopped(StopStage::Killing) => {
                "Stopped: the code did not react to the interrupt, so its processes were ended.".into()
            }
            Ending::TimedOut { limit, peak_memory, last_line } => format!(
                "Timed out: a lap may take {}.{} Make the work smaller, or look for a loop that never ends.",
                duration(*limit),
                remembered(*peak_memory, last_line.as_deref())
            ),
            Ending::LimitExceeded(exceeded) => exceeded.sentence(),
            Ending::Died(death) => death.sentence(),
        }
    }
}

impl Exceeded {
    /// Of which nothing else is known.
    pub fn of(limit: Limit) -> Exceeded {
        Exceeded { limit, peak_memory: None, last_line: None }
    }

    fn sentence(&self) -> String {
        let (what, next) = self.limit.explanation();
        format!("{what}{} {next}", remembered(self.peak_memory, self.last_line.as_deref()))
    }
}

impl Limit {
    /// What it did, and what to do next.
    fn explanation(&self) -> (String, &'static str) {
        match self {
            Limit::Cpu { limit } => (
                format!("Ended: the code took more than {} of CPU time.", duration(*limit)),
                "Make the work smaller, or look for a loop that never ends.",
            ),
            Limit::Memory { limit } => (
                format!("Ended: the code held more than {} of memory.", bytes(*limit)),
                "Make the work smaller, use fewer workers, or look for a list that only grows.",
            ),
            Limit::Processes { limit } => (
                format!("Ended: the code had more than {limit} processes at once."),
                "Look for code that starts processes in a loop.",
            ),
            Limit::Output { limit } => (
                format!("Ended: the code printed more than {}.", bytes(*limit)),
                "Print less, or look for a loop that never ends.",
            ),
            Limit::Items { limit } => (
                format!("`ITEMS` goes on after {limit} items."),
                "Make it end, for example with `itertools.islice`, or give each item more work.",
            ),
        }
    }
}

impl Death {
    fn sentence(&self) -> String {
        self.in_the("task")
    }

    /// Of a worker of a service, whose others go on.
    pub fn of_a_server(&self) -> String {
        format!("{} The other workers went on.", self.in_the("request"))
    }

    /// Of a worker of a pool, which can execute nothing more.
    pub fn of_a_pool(&self) -> String {
        self.in_the("call")
    }

    fn in_the(&self, thing: &str) -> String {
        let who = match self.worker {
            Some(worker) => format!("Worker process {worker} died"),
            None => "The kernel died, and with it every worker".to_owned(),
        };
        let task = self.task.map(|task| format!(" in {thing} {task}")).unwrap_or_default();
        let (how, next) = self.cause.explanation();
        let seen = remembered(self.peak_memory, self.last_line.as_deref());
        format!("{who}{task}: {how}.{seen} {next}")
    }
}

impl Cause {
    /// How it ended, and what to do next.
    fn explanation(self) -> (String, &'static str) {
        const CRASH: &str = "Look at what calls native code (ctypes, a C extension) just before that; your text is saved, and Run works again.";
        match self {
            Cause::Exit(status) => (
                format!("it exited with status {status} before the work was done"),
                "Look for `os._exit` or a library that ends its process; your text is saved, and Run works again.",
            ),
            Cause::Unheard => (
                "code closed its event pipe or wrote to it".into(),
                "Look for `os.close`, `os.closerange` or `os.write` on descriptors that the code didn't open; your text is saved, and Run works again.",
            ),
            Cause::Signal(11) => {
                ("segmentation fault (signal 11): native code used memory that is not there".into(), CRASH)
            }
            Cause::Signal(7) => ("bus error (signal 7): native code used memory that is not there".into(), CRASH),
            Cause::Signal(6) => {
                ("aborted (signal 6): native code found itself in a state it can't go on from".into(), CRASH)
            }
            Cause::Signal(8) => ("arithmetic error in native code (signal 8)".into(), CRASH),
            Cause::Signal(4) => ("illegal instruction (signal 4)".into(), CRASH),
            Cause::Signal(9) => (
                "something ended it from outside (signal 9)".into(),
                "That is usually the system, because memory ran out: make the work smaller; your text is saved, and Run works again.",
            ),
            // SIGXCPU: the system's own limit, of one process, a little above the lap's.
            Cause::Signal(24) => (
                "it took more CPU time than it may (signal 24)".into(),
                "Make the work smaller, or look for a loop that never ends; your text is saved, and Run works again.",
            ),
            Cause::Signal(signal) => (
                format!("ended by signal {signal}"),
                "Look for code that sends signals; your text is saved, and Run works again.",
            ),
        }
    }
}

/// What was seen of a lap before it was over, each after a space.
fn remembered(peak_memory: Option<u64>, last_line: Option<&str>) -> String {
    const SHOWN: usize = 200;
    let last = last_line.map_or_else(String::new, |line| {
        let (start, rest) = line.split_at(line.floor_char_boundary(SHOWN));
        let cut = if rest.is_empty() { "" } else { "…" };
        format!(" The last line printed was “{start}{cut}”.")
    });
    let memory = peak_memory.map_or_else(String::new, |peak| format!(" It held {} at most.", bytes(peak)));
    last + &memory
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn sentences_say_what_happened_and_what_to_do() {
        let died = |cause, worker| {
            Ending::Died(Death {
                cause,
                worker,
                task: Some(3),
                peak_memory: Some(12_000_000),
                last_line: Some("almost there".into()),
            })
        };
        let raised = Raised { line: Some(7), worker: Some(1), task: Some(2), ..samples::raised("ValueError", "no.") };
        let timed_out = |last_line: Option<&str>| Ending::TimedOut {
            limit: Nanos(120_000_000_000),
            peak_memory: Some(12_000_000),
            last_line: last_line.map(str::to_owned),
        };
        let exceeded = |limit| {
            let last_line = Some("almost there".into());
            Ending::LimitExceeded(Exceeded { limit, peak_memory: Some(2_000_000_000), last_line })
        };
        for (ending, said) in [
            (
                Ending::Completed { wall: Nanos(1_500_000_000), results: Results { count: 1, ..Results::default() } },
                "1 task in 1.50 s",
            ),
            (Ending::Raised(raised.clone()), "ValueError in task 2, line 7: no."),
            (
                Ending::Raised(Raised {
                    message: "\nIMPORTANT: PLEASE READ\n\nOriginal error was: module x._y does not support loading in subinterpreters\n".into(),
                    ..raised.clone()
                }),
                "line 7: Original error was: module x._y does not support loading in subinterpreters.",
            ),
            (
                Ending::Raised(Raised {
                    message: "no file ../a..".into(),
                    line: None,
                    task: None,
                    worker: None,
                    ..raised.clone()
                }),
                "ValueError: no file ../a..",
            ),
            (
                Ending::Raised(Raised { advice: Some("Say yes.".into()), ..raised }),
                "ValueError in task 2, line 7: no. Say yes.",
            ),
            (Ending::Stopped(StopStage::Killing), "did not react"),
            (
                timed_out(Some("almost there")),
                "may take 120 s. The last line printed was “almost there”. It held 12.0 MB at most. Make",
            ),
            (timed_out(None), "may take 120 s. It held 12.0 MB at most. Make"),
            (timed_out(Some(&"ä".repeat(200))), "ää…”. It held"),
            (died(Cause::Exit(3), None), "status 3"),
            (died(Cause::Signal(11), None), "segmentation fault (signal 11)"),
            (died(Cause::Signal(9), Some(1)), "Worker process 1 died in task 3"),
            (died(Cause::Unheard, None), "closed its event pipe"),
            (died(Cause::Signal(11), None), "“almost there”"),
            (
                exceeded(Limit::Processes { limit: 512 }),
                "more than 512 processes at once. The last line printed was “almost there”. It held 2.00 GB at most. Look",
            ),
            (exceeded(Limit::Cpu { limit: Nanos(60_000_000_000) }), "more than 60.0 s of CPU time. The last"),
            (exceeded(Limit::Memory { limit: 1_500_000_000 }), "more than 1.50 GB of memory. The last"),
            (exceeded(Limit::Output { limit: 200_000 }), "printed more than 200 KB. The last"),
            (
                Ending::LimitExceeded(Exceeded::of(Limit::Items { limit: 3 })),
                "`ITEMS` goes on after 3 items. Make it end",
            ),
        ] {
            let sentence = ending.sentence();
            assert!(sentence.contains(said), "{sentence}");
        }
    }
}

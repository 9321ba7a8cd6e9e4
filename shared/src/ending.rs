//! How laps and runs end, and the sentences that say so.

use serde::{Deserialize, Serialize};

use crate::{Nanos, Raised, Results, StopStage};

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
    },
    /// It used more than it may of something else.
    LimitExceeded(Limit),
    /// A process ended by itself before the lap was over.
    Died(Death),
}

/// What a lap may use only so much of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
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
                let message = raised.message.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
                let colon = if message.is_empty() { "" } else { ": " };
                let said = format!("{}{place}{line}{colon}{message}", raised.exception);
                let advice = raised.advice.as_ref().map(|advice| format!(" {advice}")).unwrap_or_default();
                format!("{}.{advice}", said.strip_suffix('.').unwrap_or(&said))
            }
            Ending::Stopped(StopStage::Asked) => "Stopped.".into(),
            Ending::Stopped(StopStage::Killing) => {
                "Stopped: the code did not react to the interrupt, so its processes were ended.".into()
            }
            Ending::TimedOut { limit } => format!(
                "Timed out: a lap may take {}. Make the work smaller, or look for a loop that never ends.",
                duration(*limit)
            ),
            Ending::LimitExceeded(limit) => limit.sentence(),
            Ending::Died(death) => death.sentence(),
        }
    }
}

impl Limit {
    fn sentence(&self) -> String {
        match self {
            Limit::Processes { limit } => format!(
                "Ended: the code had more than {limit} processes at once. Look for code that starts processes in a loop."
            ),
            Limit::Output { limit } => format!(
                "Ended: the code printed more than {} MB. Print less, or look for a loop that never ends.",
                limit / 1_000_000
            ),
            Limit::Items { limit } => format!(
                "`ITEMS` goes on after {limit} items. Make it end, for example with `itertools.islice`, or give each item more work."
            ),
        }
    }
}

impl Death {
    fn sentence(&self) -> String {
        let who = match self.worker {
            Some(worker) => format!("Worker process {worker} died"),
            None => "The kernel died, and with it every worker".to_owned(),
        };
        let task = self.task.map(|task| format!(" in task {task}")).unwrap_or_default();
        let (how, next) = self.cause.explanation();
        let last = match &self.last_line {
            Some(line) => format!(" The last line printed was “{line}”."),
            None => String::new(),
        };
        let memory = match self.peak_memory {
            Some(bytes) => format!(" It held {} MB at most.", bytes / 1_000_000),
            None => String::new(),
        };
        format!("{who}{task}: {how}.{last}{memory} {next}")
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
            Cause::Signal(signal) => (
                format!("ended by signal {signal}"),
                "Look for code that sends signals; your text is saved, and Run works again.",
            ),
        }
    }
}

/// `1 task`, `2 tasks`.
fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// With three digits and a unit.
fn duration(time: Nanos) -> String {
    let seconds = time.seconds();
    if seconds >= 100.0 {
        format!("{seconds:.0} s")
    } else if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if time.millis() >= 1.0 {
        format!("{:.1} ms", time.millis())
    } else {
        format!("{:.0} µs", time.0 as f64 / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let raised = Raised {
            exception: "ValueError".into(),
            message: "no.".into(),
            advice: None,
            traceback: String::new(),
            line: Some(7),
            worker: Some(1),
            task: Some(2),
        };
        for (ending, said) in [
            (
                Ending::Completed { wall: Nanos(1_500_000_000), results: Results { count: 1, ..Results::default() } },
                "1 task in 1.50 s",
            ),
            (Ending::Raised(raised.clone()), "ValueError in task 2, line 7: no."),
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
            (Ending::TimedOut { limit: Nanos(120_000_000_000) }, "may take 120 s"),
            (died(Cause::Exit(3), None), "status 3"),
            (died(Cause::Signal(11), None), "segmentation fault (signal 11)"),
            (died(Cause::Signal(9), Some(1)), "Worker process 1 died in task 3"),
            (died(Cause::Unheard, None), "closed its event pipe"),
            (died(Cause::Signal(11), None), "“almost there”"),
            (Ending::LimitExceeded(Limit::Processes { limit: 512 }), "512 processes"),
        ] {
            let sentence = ending.sentence();
            assert!(sentence.contains(said), "{sentence}");
        }
    }
}

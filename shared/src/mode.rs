//! How work is executed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::defines_async_work;

/// How a lap executes its tasks. A new one starts here: the compiler then lists every place that must know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// The main interpreter, one thread: the baseline.
    Sequential,
    /// Native threads in one interpreter, which share its GIL.
    Threads,
    /// Native threads, each with an interpreter and a GIL of its own.
    Subinterpreters,
    /// The same with one GIL for all: only the lock differs.
    SharedGil,
    /// Child processes.
    Processes,
    /// Native threads on a build without a GIL.
    FreeThreaded,
    /// Coroutines on one event loop; its workers are how many are in flight at once.
    Asyncio,
    /// `concurrent.futures.ThreadPoolExecutor`.
    ThreadPool,
    /// `concurrent.futures.InterpreterPoolExecutor`.
    InterpreterPool,
    /// `concurrent.futures.ProcessPoolExecutor` with the start method `forkserver`.
    ProcessPoolForkserver,
    /// `concurrent.futures.ProcessPoolExecutor` with the start method `spawn`.
    ProcessPoolSpawn,
}

/// Who hands out the tasks. Figures of two groups differ in more than the mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Group {
    /// Virgil's own dispatcher, the same for all.
    Native,
    /// The standard library's executors.
    Stdlib,
}

impl Group {
    /// Every group, in the order in which they are shown.
    pub const ALL: [Group; 2] = [Group::Native, Group::Stdlib];

    /// The name in files and in JSON.
    pub fn slug(self) -> &'static str {
        match self {
            Group::Native => "native",
            Group::Stdlib => "stdlib",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Group::Native => "Native",
            Group::Stdlib => "Standard library",
        }
    }

    /// One sentence: who hands out the tasks, and what its figures are good for.
    pub fn explanation(self) -> &'static str {
        match self {
            Group::Native => {
                "One dispatcher hands out the tasks of all native modes, so that only the mode differs between them."
            }
            Group::Stdlib => {
                "The standard library's executors dispatch tasks themselves: compare them with each other, and expect \
                 their figures in your own programs."
            }
        }
    }
}

impl Mode {
    /// Every mode, in the order in which a run takes them.
    pub const ALL: [Mode; 11] = [
        Mode::Sequential,
        Mode::Threads,
        Mode::Subinterpreters,
        Mode::SharedGil,
        Mode::Processes,
        Mode::FreeThreaded,
        Mode::Asyncio,
        Mode::ThreadPool,
        Mode::InterpreterPool,
        Mode::ProcessPoolForkserver,
        Mode::ProcessPoolSpawn,
    ];

    /// The name in files, fences and commands.
    pub fn slug(self) -> &'static str {
        match self {
            Mode::Sequential => "sequential",
            Mode::Threads => "threads",
            Mode::Subinterpreters => "subinterpreters",
            Mode::SharedGil => "shared-gil",
            Mode::Processes => "processes",
            Mode::FreeThreaded => "free-threaded",
            Mode::Asyncio => "asyncio",
            Mode::ThreadPool => "thread-pool",
            Mode::InterpreterPool => "interpreter-pool",
            Mode::ProcessPoolForkserver => "process-pool-forkserver",
            Mode::ProcessPoolSpawn => "process-pool-spawn",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Mode::Sequential => "Sequential",
            Mode::Threads => "Threads",
            Mode::Subinterpreters => "Subinterpreters",
            Mode::SharedGil => "Subinterpreters, shared GIL",
            Mode::Processes => "Processes",
            Mode::FreeThreaded => "Free-threaded",
            Mode::Asyncio => "Asyncio",
            Mode::ThreadPool => "ThreadPoolExecutor",
            Mode::InterpreterPool => "InterpreterPoolExecutor",
            Mode::ProcessPoolForkserver => "ProcessPoolExecutor, forkserver",
            Mode::ProcessPoolSpawn => "ProcessPoolExecutor, spawn",
        }
    }

    /// One sentence: what executes the work, and under which lock.
    pub fn explanation(self) -> &'static str {
        match self {
            Mode::Sequential => "One thread does everything: the baseline.",
            Mode::Threads => "Native threads in one interpreter take turns at its one GIL.",
            Mode::Subinterpreters => "Native threads, each with its own interpreter and its own GIL.",
            Mode::SharedGil => "Native threads, each with its own interpreter, take turns at one GIL for all.",
            Mode::Processes => "Child processes, each with its own interpreter and its own memory.",
            Mode::FreeThreaded => "Native threads on a CPython without a GIL: there is no lock to take turns at.",
            Mode::Asyncio => {
                "One thread and one event loop: coroutines take turns where they await. Its workers are how many are in flight."
            }
            Mode::ThreadPool => "The standard library's pool of threads in one interpreter, under its one GIL.",
            Mode::InterpreterPool => "The standard library's pool of interpreters, each with its own GIL.",
            Mode::ProcessPoolForkserver => {
                "The standard library's pool of processes, forked off a small server process."
            }
            Mode::ProcessPoolSpawn => "The standard library's pool of processes, each started afresh.",
        }
    }

    /// Who hands out its tasks.
    pub fn group(self) -> Group {
        match self {
            Mode::Sequential
            | Mode::Threads
            | Mode::Subinterpreters
            | Mode::SharedGil
            | Mode::Processes
            | Mode::FreeThreaded
            | Mode::Asyncio => Group::Native,
            Mode::ThreadPool | Mode::InterpreterPool | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => {
                Group::Stdlib
            }
        }
    }

    /// Whether it awaits `async def work`; the others call `def work`.
    pub fn awaits(self) -> bool {
        self == Mode::Asyncio
    }

    /// Whether it can execute what this source seems to define. The kernel knows better, and says so.
    pub fn suits(self, source: &str) -> bool {
        if crate::seems_service(source) || crate::seems_desktop(source) {
            return self.serves();
        }
        self.awaits() == defines_async_work(source)
    }

    /// Whether it can serve an `app`, since its workers can have event loops of their own, or be a window's pool: not what
    /// dispatches in Python.
    pub fn serves(self) -> bool {
        self.group() == Group::Native && !self.awaits()
    }

    /// What one of its workers is called.
    pub fn worker_name(self) -> &'static str {
        match self {
            Mode::Sequential => "main thread",
            Mode::Threads | Mode::FreeThreaded | Mode::ThreadPool => "thread",
            Mode::Subinterpreters | Mode::SharedGil | Mode::InterpreterPool => "interpreter",
            Mode::Processes | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => "process",
            Mode::Asyncio => "slot",
        }
    }

    /// Whether it can have more than one worker.
    pub fn is_parallel(self) -> bool {
        self != Mode::Sequential
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.slug())
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Mode, String> {
        Mode::ALL.into_iter().find(|mode| mode.slug() == text).ok_or_else(|| {
            let known = Mode::ALL.map(Mode::slug).join(", ");
            format!("there is no mode `{text}`: the modes are {known}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_is_found_by_its_slug() {
        for mode in Mode::ALL {
            assert_eq!(mode.slug().parse(), Ok(mode));
        }
    }

    #[test]
    fn an_unknown_mode_is_refused_with_the_known_ones() {
        let refusal = "fibers".parse::<Mode>().unwrap_err();
        assert!(refusal.contains("fibers") && refusal.contains("subinterpreters"), "{refusal}");
    }

    #[test]
    fn modes_of_a_group_stand_together() {
        assert!(Mode::ALL.is_sorted_by_key(|mode| mode.group()));
    }

    #[test]
    fn only_what_awaits_suits_a_coroutine_function() {
        for (source, suited) in [
            ("ITEMS = [1]\ndef work(item): pass\n", false),
            ("ITEMS = [1]\nasync def work(item): pass\n", true),
            ("async  def\twork (item):\n    pass\n", true),
            ("async def worker(item): pass\ndef work(item): pass\n", false),
            ("def work(item):\n    async def work(item): pass\n", false),
        ] {
            assert_eq!(Mode::Asyncio.suits(source), suited, "{source}");
            assert_ne!(Mode::Threads.suits(source), suited, "{source}");
        }
    }
}

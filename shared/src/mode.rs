//! How work is executed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a lap executes its tasks. A new one starts here: the compiler then lists every place that must know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// The main interpreter, one thread: the baseline.
    Sequential,
    /// Native threads in one interpreter, which share its GIL.
    Threads,
    /// Native threads, each with an interpreter and a GIL of its own.
    Subinterpreters,
    /// Child processes.
    Processes,
    /// Native threads on a build without a GIL.
    FreeThreaded,
}

impl Mode {
    /// Every mode, in the order in which a run takes them.
    pub const ALL: [Mode; 5] =
        [Mode::Sequential, Mode::Threads, Mode::Subinterpreters, Mode::Processes, Mode::FreeThreaded];

    /// The name in files, fences and commands.
    pub fn slug(self) -> &'static str {
        match self {
            Mode::Sequential => "sequential",
            Mode::Threads => "threads",
            Mode::Subinterpreters => "subinterpreters",
            Mode::Processes => "processes",
            Mode::FreeThreaded => "free-threaded",
        }
    }

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            Mode::Sequential => "Sequential",
            Mode::Threads => "Threads",
            Mode::Subinterpreters => "Subinterpreters",
            Mode::Processes => "Processes",
            Mode::FreeThreaded => "Free-threaded",
        }
    }

    /// One sentence: what executes the work, and under which lock.
    pub fn explanation(self) -> &'static str {
        match self {
            Mode::Sequential => "One thread does everything: the baseline.",
            Mode::Threads => "Native threads in one interpreter take turns at its one GIL.",
            Mode::Subinterpreters => "Native threads, each with its own interpreter and its own GIL.",
            Mode::Processes => "Child processes, each with its own interpreter and its own memory.",
            Mode::FreeThreaded => "Native threads on a CPython without a GIL: there is no lock to take turns at.",
        }
    }

    /// What one of its workers is called.
    pub fn worker_name(self) -> &'static str {
        match self {
            Mode::Sequential => "main thread",
            Mode::Threads | Mode::FreeThreaded => "thread",
            Mode::Subinterpreters => "interpreter",
            Mode::Processes => "process",
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
}

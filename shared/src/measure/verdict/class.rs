//! Classes of workloads: what a verdict is of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a workload spends its time with. Verdicts are given for each class by itself: an answer for one is none for
/// another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// It computes in Python, and has the GIL all the while.
    Cpu,
    /// It computes in C code that lets the GIL go.
    Hash,
    /// It waits for something that is no computing.
    Io,
    /// It hands over much, and computes little with it.
    Transfer,
    /// It does nothing: what is left is handing out tasks.
    Dispatch,
    /// It imports much: what counts is how long it takes until the workers are ready.
    Start,
}

/// Which figure of a lap a class is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// The lap's wall time, without start-up.
    Wall,
    /// From the kernel taking the lap to the first task handed out.
    Ready,
}

impl Class {
    /// Every class, in the order in which verdicts are given.
    pub const ALL: [Class; 6] = [Class::Cpu, Class::Hash, Class::Io, Class::Transfer, Class::Dispatch, Class::Start];

    /// The name in files.
    pub fn slug(self) -> &'static str {
        match self {
            Class::Cpu => "cpu",
            Class::Hash => "hash",
            Class::Io => "io",
            Class::Transfer => "transfer",
            Class::Dispatch => "dispatch",
            Class::Start => "start",
        }
    }

    /// The name that people read, behind "for": `computing in Python`.
    pub fn title(self) -> &'static str {
        match self {
            Class::Cpu => "computing in Python",
            Class::Hash => "computing in C that lets the GIL go",
            Class::Io => "waiting for input and output",
            Class::Transfer => "handing over much data",
            Class::Dispatch => "handing out tasks that do nothing",
            Class::Start => "starting with many imports",
        }
    }

    /// What it is judged by.
    pub fn metric(self) -> Metric {
        match self {
            Class::Cpu | Class::Hash | Class::Io | Class::Transfer | Class::Dispatch => Metric::Wall,
            Class::Start => Metric::Ready,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.slug())
    }
}

impl FromStr for Class {
    type Err = String;

    fn from_str(text: &str) -> Result<Class, String> {
        Class::ALL.into_iter().find(|class| class.slug() == text).ok_or_else(|| {
            let known = Class::ALL.map(Class::slug).join(", ");
            format!("there is no class `{text}`: the classes are {known}")
        })
    }
}

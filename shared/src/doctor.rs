//! Whether a machine is ready for the workshop: what was found on it, and what that means.
//!
//! The runner finds the facts; what they mean is said in [`findings`], the same for the terminal and the page.

mod advice;
mod desktop;
mod findings;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::{Environment, InterpreterBuild};

pub use advice::{Installer, System};
pub use desktop::Desktop;
pub use findings::{Finding, Level, Topic};

/// What was found on a machine. Sizes are in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkup {
    /// Virgil's version.
    pub version: String,
    /// The runner's [`crate::PROTOCOL`]: a kernel of another one can't be used.
    pub protocol: String,
    /// How `virgil` is started in a terminal here.
    pub program: String,
    /// The system, and what can install something on it.
    pub system: System,
    /// Every Python that was found, the preferred ones first.
    pub builds: Vec<CheckedBuild>,
    /// The processor.
    pub cores: Cores,
    /// The memory, if the system says.
    pub memory: Option<Memory>,
    /// The exercises' packages.
    pub environment: Environment,
    /// Whether windows can be shown.
    pub display: Display,
    /// Whether PyQt6 can make any.
    pub desktop: Desktop,
    /// The folders that Virgil writes to.
    pub folders: Vec<Folder>,
}

/// A Python that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedBuild {
    /// What it is: `CPython 3.14.10`, or its path if it can't say.
    pub title: String,
    /// The path of its program.
    pub executable: String,
    /// Who installed it, in words: `uv`, `the system`.
    pub origin: String,
    /// What it is good for.
    pub usability: Usability,
}

/// What a Python is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Usability {
    /// There is a kernel that embeds it.
    Kernel(InterpreterBuild),
    /// It can be embedded, and no kernel was built for it.
    NoKernel(InterpreterBuild),
    /// It can't be embedded.
    Unusable {
        /// Why.
        reason: String,
        /// What to do about it.
        advice: String,
    },
}

/// The processor's cores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cores {
    /// How many the machine has.
    pub machine: u32,
    /// How many of them this process may run on.
    pub allowed: u32,
    /// How much processor time a second it may use, in thousandths of a core, if that is limited (a control group).
    pub quota: Option<u32>,
}

impl Cores {
    /// How many can be used at the same time: at least one.
    pub fn usable(&self) -> u32 {
        let whole = self.quota.map_or(u32::MAX, |quota| quota / 1000);
        self.machine.min(self.allowed).min(whole).max(1)
    }
}

/// The memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What the machine has.
    pub total: u64,
    /// What programs could get now.
    pub available: u64,
    /// What this process and its children may have at most, if that is limited (a control group).
    pub limit: Option<u64>,
}

/// What one worker is counted with: an interpreter or a process with NumPy loaded holds about half of it.
pub const WORKER_MEMORY: u64 = 64 * 1024 * 1024;

impl Memory {
    /// What a run could get now.
    pub fn usable(&self) -> u64 {
        self.available.min(self.limit.unwrap_or(u64::MAX))
    }

    /// How many workers that is good for, of [`WORKER_MEMORY`] each.
    pub fn workers(&self) -> u64 {
        self.usable() / WORKER_MEMORY
    }
}

/// Whether windows can be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Display {
    /// On this display: `:0`, `wayland-0`, or the system's own.
    There {
        /// Its name.
        name: String,
        /// The program that opens the page, if there is any.
        browser: Option<String>,
    },
    /// There is none: a server, a container, a remote terminal.
    Missing,
}

/// A folder that Virgil writes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// What is kept there: `your edits`.
    pub holds: String,
    /// Where.
    pub path: String,
    /// How many bytes can still be written there, if the system says.
    pub free: Option<u64>,
    /// Why nothing can be written there, if so.
    pub trouble: Option<String>,
}

/// The checkup with what it means, as `virgil doctor --json` and `/api/doctor` give it. A [`Checkup`] can be read
/// from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report<'a> {
    /// Whether nothing is missing that the workshop needs.
    pub ready: bool,
    /// What the facts mean, in the order in which it is told.
    pub findings: Vec<Finding>,
    /// The facts.
    #[serde(flatten)]
    pub checkup: &'a Checkup,
}

impl Checkup {
    /// With what it means.
    pub fn report(&self) -> Report<'_> {
        Report { ready: self.is_ready(), findings: self.findings(), checkup: self }
    }

    /// Whether nothing is missing that the workshop needs.
    pub fn is_ready(&self) -> bool {
        self.findings().iter().all(|finding| finding.level != Level::Missing)
    }

    /// The whole in one sentence.
    pub fn summary(&self) -> String {
        let findings = self.findings();
        let missing = findings.iter().filter(|finding| finding.level == Level::Missing).count();
        let notes = findings.iter().filter(|finding| finding.level == Level::Note).count();
        let things = |count: usize| if count == 1 { "one thing".to_owned() } else { format!("{count} things") };
        match (missing, notes) {
            (0, 0) => "This machine is ready.".into(),
            (0, notes) => format!("This machine is ready; {} could be better.", things(notes)),
            (missing, _) => format!("This machine is not ready yet: {} missing.", is_or_are(missing)),
        }
    }
}

fn is_or_are(count: usize) -> String {
    if count == 1 { "one thing is".into() } else { format!("{count} things are") }
}

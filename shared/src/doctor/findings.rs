//! What the facts of a checkup mean, in sentences.

use serde::{Deserialize, Serialize};

use super::{CheckedBuild, Checkup, Cores, Display, Folder, Usability};
use crate::{Availability, Environment, Gil, InterpreterBuild, Mode};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Level {
    /// As it should be.
    Good,
    /// Good to know; there is nothing to be mended.
    Aside,
    /// Could be better; the workshop can be done without.
    Note,
    /// The workshop needs it.
    Missing,
}

impl Level {
    /// A sign for people, so that colour never says it alone.
    pub fn sign(self) -> &'static str {
        match self {
            Level::Good => "✓",
            Level::Aside => "–",
            Level::Note => "!",
            Level::Missing => "✗",
        }
    }

    /// The same in a word.
    pub fn word(self) -> &'static str {
        match self {
            Level::Good => "good",
            Level::Aside => "aside",
            Level::Note => "note",
            Level::Missing => "missing",
        }
    }
}

/// What a finding is about, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Topic {
    /// The CPythons.
    Python,
    /// The exercises' packages.
    Packages,
    /// Cores, memory, disk.
    Machine,
    /// Windows and the browser.
    Display,
}

impl Topic {
    /// All of them, in order.
    pub const ALL: [Topic; 4] = [Topic::Python, Topic::Packages, Topic::Machine, Topic::Display];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Topic::Python => "Python",
            Topic::Packages => "Packages for the exercises",
            Topic::Machine => "Machine",
            Topic::Display => "Display",
        }
    }
}

/// One thing that was found, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about.
    pub topic: Topic,
    /// How much it matters.
    pub level: Level,
    /// One or two sentences.
    pub sentence: String,
    /// What to type in a terminal to mend it, in Virgil's folder.
    pub command: Option<String>,
}

/// Under this a kernel, an environment and a few runs don't fit.
const LITTLE_DISK: u64 = 800_000_000;
/// With this few workers' memory the exercises can't all be done.
const FEW_WORKERS: u64 = 4;

impl Finding {
    pub(super) fn new(topic: Topic, level: Level, sentence: impl Into<String>) -> Finding {
        Finding { topic, level, sentence: sentence.into(), command: None }
    }

    fn with(self, command: impl Into<String>) -> Finding {
        Finding { command: Some(command.into()), ..self }
    }
}

impl Checkup {
    /// What the facts mean, by topic.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.pythons();
        findings.push(self.packages());
        findings.push(cores(&self.cores));
        findings.extend(self.memory());
        findings.extend(self.folders.iter().map(folder));
        findings.push(self.windows());
        findings.push(self.desktop_windows());
        findings
    }

    /// The builds with a kernel, the preferred one first.
    pub fn kernels(&self) -> impl Iterator<Item = &InterpreterBuild> {
        self.builds.iter().filter_map(|found| match &found.usability {
            Usability::Kernel(build) => Some(build),
            Usability::NoKernel(_) | Usability::Unusable { .. } => None,
        })
    }

    fn pythons(&self) -> Vec<Finding> {
        let topic = Topic::Python;
        let mut findings = Vec::new();
        let without: Vec<&CheckedBuild> =
            self.builds.iter().filter(|found| matches!(found.usability, Usability::NoKernel(_))).collect();
        if self.kernels().next().is_none() {
            findings.push(if without.is_empty() {
                Finding::new(topic, Level::Missing, "There is no CPython 3.12 or newer that Virgil can embed.")
                    .with(self.system.python())
            } else {
                Finding::new(topic, Level::Missing, "No kernel is built, so nothing can run yet.")
                    .with(self.system.kernels())
            });
        } else if !self.kernels().any(|build| build.gil == Gil::Present && is_sound(build)) {
            let sentence = "No CPython of 3.14 or newer has a kernel: own-GIL interpreters are sound from there on.";
            findings.push(Finding::new(topic, Level::Note, sentence).with(self.system.python()));
        }
        findings.extend(self.builds.iter().filter_map(|found| self.kernel(found)));
        findings.push(self.free_threading());
        if !without.is_empty() {
            let places: Vec<String> = without.into_iter().map(place).collect();
            let sentence = format!("Without a kernel, so not offered: {}.", and(&places));
            findings.push(Finding::new(topic, Level::Aside, sentence).with(self.system.kernels()));
        }
        findings.extend(self.builds.iter().filter_map(unusable));
        findings
    }

    fn kernel(&self, found: &CheckedBuild) -> Option<Finding> {
        let Usability::Kernel(build) = &found.usability else { return None };
        let preferred = self.kernels().next() == Some(build);
        let preferred = if preferred { " Virgil uses it unless told otherwise." } else { "" };
        let sentence = format!("{} has a kernel.{preferred}{}", place(found), abilities(build));
        Some(Finding::new(Topic::Python, Level::Good, sentence))
    }

    fn free_threading(&self) -> Finding {
        let topic = Topic::Python;
        let waits = self.builds.iter().any(|found| match &found.usability {
            Usability::NoKernel(build) => build.gil == Gil::Absent,
            Usability::Kernel(_) | Usability::Unusable { .. } => false,
        });
        if self.kernels().any(|build| build.gil == Gil::Absent) {
            return Finding::new(topic, Level::Good, "The mode Free-threaded can be used.");
        }
        let (sentence, command) = if waits {
            ("A free-threaded CPython was found, but has no kernel yet.", self.system.kernels())
        } else {
            ("No free-threaded CPython was found, so the mode Free-threaded is left out.", self.system.free_threaded())
        };
        Finding::new(topic, Level::Note, sentence).with(command)
    }

    fn packages(&self) -> Finding {
        let topic = Topic::Packages;
        let make = format!("{} environment", self.program);
        match &self.environment {
            Environment::Ready { packages } => {
                Finding::new(topic, Level::Good, format!("{} are installed.", and(packages)))
            }
            Environment::Making { step, done, of } => {
                let sentence = format!("They are being installed ({step}, {done} of {of}). Look again in a minute.");
                Finding::new(topic, Level::Note, sentence)
            }
            Environment::Absent if self.kernels().next().is_none() => {
                Finding::new(topic, Level::Note, "They are installed once there is a Python with a kernel.")
            }
            Environment::Absent => {
                let sentence = "They are not installed yet. Virgil does it when its page is open; for that it needs \
                                the network once.";
                Finding::new(topic, Level::Note, sentence).with(make)
            }
            Environment::Failed { sentence } => Finding::new(topic, Level::Note, sentence.clone()).with(make),
        }
    }

    fn memory(&self) -> Option<Finding> {
        let memory = self.memory?;
        let limit = memory.limit.filter(|limit| *limit < memory.total);
        let limited = limit.map(|limit| format!(", of which Virgil may have {}", size(limit))).unwrap_or_default();
        let workers = memory.workers();
        let facts = format!("{} of memory{limited}, {} of it available", size(memory.total), size(memory.available));
        let level = if workers < FEW_WORKERS { Level::Note } else { Level::Good };
        let advice = if workers < FEW_WORKERS { " Close other programs." } else { "" };
        let most = if workers >= u64::from(crate::MAX_WORKERS) {
            format!("as many workers as a run may have ({})", crate::MAX_WORKERS)
        } else {
            format!("about {workers} workers with NumPy")
        };
        Some(Finding::new(Topic::Machine, level, format!("{facts}: good for {most}.{advice}")))
    }

    fn windows(&self) -> Finding {
        let topic = Topic::Display;
        match &self.display {
            Display::There { name, browser: Some(browser) } => {
                Finding::new(topic, Level::Good, format!("Windows open on {name}, the page with {browser}."))
            }
            Display::There { name, browser: None } => {
                let sentence = format!(
                    "Windows open on {name}, but no program that opens a browser was found: open Virgil's link in \
                     yours."
                );
                Finding { command: self.system.browser(), ..Finding::new(topic, Level::Note, sentence) }
            }
            Display::Missing => Finding::new(
                topic,
                Level::Note,
                "There is no display here: open Virgil's link in a browser of yours, for example through \
                 `ssh -L 8765:localhost:8765`.",
            ),
        }
    }
}

fn is_sound(build: &InterpreterBuild) -> bool {
    (build.python.major, build.python.minor) >= (3, 14)
}

fn place(found: &CheckedBuild) -> String {
    let CheckedBuild { title, executable, origin, .. } = found;
    // What can't say what it is has its path for a title.
    if title == executable { format!("{title} ({origin})") } else { format!("{title} ({origin}, {executable})") }
}

/// Most machines have one that is too old: nothing to be mended, only to be explained.
fn unusable(found: &CheckedBuild) -> Option<Finding> {
    let Usability::Unusable { reason, advice } = &found.usability else { return None };
    let sentence = format!("{} is left out: {reason} {advice}", place(found));
    Some(Finding::new(Topic::Python, Level::Aside, sentence))
}

/// What a build can't do or does at a risk.
fn abilities(build: &InterpreterBuild) -> String {
    let said = Mode::ALL.into_iter().filter_map(|mode| match build.availability(mode) {
        Availability::Available => None,
        // Every build with a GIL is of no use for it: that is said once, for all.
        Availability::Impossible(_) if mode == Mode::FreeThreaded => None,
        Availability::Impossible(reason) => Some(format!(" Not for {}: {reason}", mode.title())),
        Availability::Warned(risk) => Some(format!(" With care for {}: {risk}", mode.title())),
    });
    said.collect()
}

fn cores(cores: &Cores) -> Finding {
    let usable = cores.usable();
    let noun = |count: u32| if count == 1 { "1 core".to_owned() } else { format!("{count} cores") };
    let why = if usable == cores.machine {
        String::new()
    } else if let Some(quota) = cores.quota.filter(|quota| quota / 1000 < cores.allowed.min(cores.machine)) {
        format!(
            " The machine has {}, but this process may use only {}.{} of them (the quota of its container or group).",
            cores.machine,
            quota / 1000,
            quota % 1000 / 100
        )
    } else {
        format!(" The machine has {}, but this process is bound to fewer (its affinity).", cores.machine)
    };
    let (level, advice) = match usable {
        1 => (Level::Note, " Nothing can be faster in parallel on one: every mode works, without a speed-up."),
        _ => (Level::Good, ""),
    };
    Finding::new(Topic::Machine, level, format!("{} can be used.{why}{advice}", noun(usable)))
}

fn folder(folder: &Folder) -> Finding {
    let Folder { holds, path, free, trouble } = folder;
    let topic = Topic::Machine;
    match (trouble, free) {
        (Some(trouble), _) => Finding::new(topic, Level::Missing, trouble.clone()),
        (None, Some(free)) if *free < LITTLE_DISK => {
            let free = size(*free);
            let sentence = format!("Only {free} are free for {holds} in {path}: make room, at least 800 MB.");
            Finding::new(topic, Level::Note, sentence)
        }
        (None, Some(free)) => {
            Finding::new(topic, Level::Good, format!("{} are free for {holds} in {path}.", size(*free)))
        }
        (None, None) => Finding::new(topic, Level::Good, format!("{path} can hold {holds}.")),
    }
}

/// Bytes for people: `2.1 GB`, `640 MB`.
fn size(bytes: u64) -> String {
    const GIGABYTE: u64 = 1_000_000_000;
    if bytes >= GIGABYTE {
        format!("{:.1} GB", bytes as f64 / GIGABYTE as f64)
    } else {
        format!("{} MB", bytes / 1_000_000)
    }
}

/// `a, b and c`.
pub(super) fn and(words: &[String]) -> String {
    match words {
        [] => "All".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

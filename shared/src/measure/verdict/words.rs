//! A verdict in words.

use super::badge::percent;
use super::brake::Brake;
use super::class::Class;
use super::conclude::{Comparison, Conclusion, GroupName, LeftOut, Obstacle, Outcome, Verdict, Why};
use super::ratio::{Ratio, Relation};
use crate::Mode;

/// What a verdict says, in parts that can be laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Of what: `Computing in Python (fib, primes; 2 workers, CPython 3.14.10)`.
    pub about: String,
    /// What was found, or why nothing is said.
    pub found: Vec<String>,
    /// What limits it, each with what would have to change for it to pay, or to pay more.
    pub limits: Vec<String>,
    /// What doesn't count, and why.
    pub left_out: Vec<String>,
}

impl Verdict {
    /// In words.
    pub fn said(&self) -> Said {
        let who = name(self.subject);
        let left_out = self.left_out.iter().map(LeftOut::sentence).collect();
        let group = match self.group {
            GroupName::Native => "native modes",
            GroupName::Stdlib => "the standard library's executors, which dispatch tasks themselves",
        };
        let (names, python) = (self.workloads.join(", "), &self.python);
        let workers = if self.workers == 1 { "1 worker".into() } else { format!("{} workers", self.workers) };
        let about = format!("{} ({names}; {group}; {workers}, {python})", capital(self.class.title()));
        match &self.outcome {
            Outcome::Refused(obstacles) => {
                let found = obstacles.iter().map(Obstacle::sentence).collect();
                Said { about, found, limits: Vec::new(), left_out }
            }
            Outcome::Concluded(conclusion) => {
                let limit =
                    |brake: &Brake| format!("{} To pay more it takes {}.", brake.limits(&capital(who)), brake.change());
                let limits = conclusion.brakes.iter().map(limit).collect();
                Said { about, found: self.findings(conclusion), limits, left_out }
            }
        }
    }

    fn findings(&self, conclusion: &Conclusion) -> Vec<String> {
        let who = name(self.subject);
        let verb = if is_plural(self.subject) { "were" } else { "was" };
        let they = if is_plural(self.subject) { "They" } else { "It" };
        let (ready, word) = if self.class == Class::Start { (" ready", SOON) } else { ("", FAST) };
        let speed = |comparison: &Comparison| {
            let among = spread_among(&shown(comparison), self.workloads.len());
            times(comparison, word).map(|times| format!("{times}{among}"))
        };
        let mut found = vec![format!(
            "On this machine, for this work, {who} {verb}{ready} {}.",
            together(&conclusion.speed, &speed)
        )];
        // Sequential starts no workers, and shares nothing with anybody.
        let others = |all: &[Comparison]| -> Vec<Comparison> {
            all.iter().filter(|comparison| comparison.with != Mode::Sequential).cloned().collect()
        };
        let start = others(&conclusion.start);
        if !start.is_empty() {
            found.push(format!("{they} {verb} ready {}.", together(&start, &|comparison| times(comparison, SOON))));
        }
        // Threads take next to none of their own, so a ratio with them says nothing.
        let memory: Vec<String> = conclusion
            .memory
            .iter()
            .filter(|comparison| is_process(comparison.with) && is_apart(self.subject))
            .map(saving)
            .collect();
        if !memory.is_empty() {
            found.push(format!("By proportional memory each worker took {}.", memory.join(", and ")));
        }
        found.push(pays(they, &conclusion.speed));
        found
    }
}

impl Obstacle {
    /// Why nothing is concluded, and what to do.
    pub fn sentence(&self) -> String {
        match self {
            Obstacle::Busy { used, cores } => format!(
                "No verdict: other programs used {used:.1} of the {cores} cores ({}) while this was measured, so that every \
                 ratio is wrong by an unknown amount. Close them, and run it again.",
                percent(used / f64::from((*cores).max(1)))
            ),
            Obstacle::TooFewRounds { rounds } => {
                let plural = if *rounds == 1 { "" } else { "s" };
                format!(
                    "No verdict: {rounds} round{plural} say{} nothing of how much the times vary. Measure three or more: \
                     --rounds 5.",
                    if *rounds == 1 { "s" } else { "" }
                )
            }
            Obstacle::Unstable => {
                "No verdict: the times vary too much, as is said below. Close other programs, plug the \
                                   machine in, and run it again, with more rounds or bigger work."
                    .to_owned()
            }
            Obstacle::NothingToCompare => "No verdict: there are no two modes that have completed the same work in the same \
                                           rounds. What has failed is said below; where only one mode was measured, leave \
                                           --modes out."
                .to_owned(),
        }
    }
}

impl LeftOut {
    /// What doesn't count, and why.
    pub fn sentence(&self) -> String {
        let LeftOut { workload, mode, why } = self;
        match why {
            Why::Unstable(instability) => {
                format!("{workload} in {mode} counts in no comparison: its times {}.", instability.words())
            }
            Why::Failed(sentence) => format!("{workload} in {mode} counts in no comparison. {sentence}"),
        }
    }
}

/// What people call a mode that something is said of.
pub fn name(mode: Mode) -> &'static str {
    match mode {
        Mode::Subinterpreters => "own-GIL interpreters",
        Mode::SharedGil => "interpreters that share a GIL",
        Mode::FreeThreaded => "free-threaded threads",
        Mode::Sequential => "sequential execution",
        Mode::Threads => "threads",
        Mode::Processes => "processes",
        Mode::Asyncio => "coroutines",
        Mode::ThreadPool | Mode::InterpreterPool | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => mode.title(),
    }
}

fn is_plural(mode: Mode) -> bool {
    match mode {
        Mode::Sequential
        | Mode::ThreadPool
        | Mode::InterpreterPool
        | Mode::ProcessPoolForkserver
        | Mode::ProcessPoolSpawn => false,
        Mode::Subinterpreters
        | Mode::SharedGil
        | Mode::FreeThreaded
        | Mode::Threads
        | Mode::Processes
        | Mode::Asyncio => true,
    }
}

fn is_process(mode: Mode) -> bool {
    matches!(mode, Mode::Processes | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn)
}

fn is_apart(mode: Mode) -> bool {
    matches!(mode, Mode::Subinterpreters | Mode::InterpreterPool)
}

/// What something is more than another, or less.
type Words = (&'static str, &'static str);
const FAST: Words = ("fast", "slow");
const SOON: Words = ("soon", "late");

/// `1.92 ±0.10 times as fast as threads`; none within the noise.
fn times(comparison: &Comparison, (more, less): Words) -> Option<String> {
    let word = match comparison.relation {
        Relation::More => more,
        Relation::Less => less,
        Relation::Noise => return None,
    };
    let ratio = shown(comparison);
    let error = ratio.error().map(|error| format!(" ±{error:.2}")).unwrap_or_default();
    Some(format!("{:.2}{error} times as {word} as {}", ratio.value, rival(comparison)))
}

/// Above 1 either way: few people see at once how much 0.4 times as fast is.
fn shown(comparison: &Comparison) -> Ratio {
    match comparison.relation {
        Relation::Less => comparison.ratio.inverse(),
        Relation::More | Relation::Noise => comparison.ratio,
    }
}

/// ` (from 1.71 to 2.05 by workload)`, where there are several.
fn spread_among(ratio: &Ratio, workloads: usize) -> String {
    let (low, high) = (ratio.among.low, ratio.among.high);
    if workloads > 1 && high - low >= 0.01 {
        format!(" (by workload from {low:.2} to {high:.2})")
    } else {
        String::new()
    }
}

fn rival(comparison: &Comparison) -> String {
    let on = comparison.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
    format!("{}{on}", name(comparison.with))
}

/// All comparisons of one kind, those within the noise last.
fn together(all: &[Comparison], said: &dyn Fn(&Comparison) -> Option<String>) -> String {
    let mut parts: Vec<String> = all.iter().filter_map(said).collect();
    let noise: Vec<String> = all.iter().filter(|one| one.relation == Relation::Noise).map(rival).collect();
    let bound = all.iter().filter(|one| one.relation == Relation::Noise).map(|one| one.bound).reduce(f64::max);
    if let Some(bound) = bound {
        parts.push(format!("within noise of {} (differences under {} mean nothing)", listed(&noise), percent(bound)));
    }
    listed(&parts)
}

/// `8 % less than with processes`.
fn saving(comparison: &Comparison) -> String {
    let theirs = comparison.ratio.value;
    let rival = rival(comparison);
    match comparison.relation {
        Relation::More => format!("{} less than with {rival}", percent(1.0 - 1.0 / theirs)),
        Relation::Less => format!("{} more than with {rival}", percent(1.0 / theirs - 1.0)),
        Relation::Noise => format!("as much as with {rival}, within noise"),
    }
}

/// Whom it was faster than, in one plain sentence.
fn pays(they: &str, speed: &[Comparison]) -> String {
    let of = |relation: Relation| -> Vec<String> {
        speed.iter().filter(|one| one.relation == relation).map(rival).collect()
    };
    let pay = if they == "It" { "pays" } else { "pay" };
    let (more, less) = (of(Relation::More), of(Relation::Less));
    match (more.is_empty(), less.is_empty()) {
        (true, true) => "No difference can be seen, so speed is no reason for or against here.".to_owned(),
        (false, true) => format!("{they} {pay} here against {}.", listed(&more)),
        (true, false) => format!("{they} {}n't pay here: {} did it in less time.", auxiliary(they), listed(&less)),
        (false, false) => {
            format!("{they} {pay} here against {}; {} did it in less time.", listed(&more), listed(&less))
        }
    }
}

fn auxiliary(they: &str) -> &'static str {
    if they == "It" { "does" } else { "do" }
}

/// `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        parts => parts.concat(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

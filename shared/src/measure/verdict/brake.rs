//! What keeps a mode from more, and what would have to change.

use serde::{Deserialize, Serialize};

use super::badge::percent;
use super::class::{Class, Metric};
use super::conclude::{Comparison, Field};
use super::ratio::Relation;
use super::series::Series;
use crate::measure::statistics::median;
use crate::{Mode, Nanos, bytes, duration};

/// Carrying is worth a word from this share of the workers' time on.
const CARRYING: f64 = 0.10;
/// A speed-up from this share of the number of workers on is all that there is to gain.
const NEARLY_ALL: f64 = 0.8;
/// Below this, being ready later matters to nobody.
const SOON: Nanos = Nanos(1_000_000);
/// Below this, memory matters to nobody.
const LITTLE: u64 = 1_000_000;

/// What keeps a mode from more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Brake {
    /// It can't execute these at all: an extension module refuses, for example.
    Refused {
        /// The workloads.
        workloads: Vec<String>,
        /// What the first of them said.
        sentence: String,
    },
    /// Threads do it as well: the work lets the GIL go.
    NoLock,
    /// It is ready later than threads.
    Start {
        /// By so much.
        later: Nanos,
        /// Work that takes threads less than this is done later for it; none if it is never done sooner.
        from: Option<Nanos>,
    },
    /// Items and results are pickled and copied.
    Transfer {
        /// Which share of the workers' time it takes.
        share: f64,
    },
    /// Tasks are handed out one by one.
    Dispatch {
        /// What one costs.
        task: Nanos,
    },
    /// Each worker takes memory that a thread doesn't.
    Memory {
        /// What one takes, in proportional bytes.
        each: u64,
    },
    /// All cores are used well: there are no more.
    Cores {
        /// How many.
        cores: u32,
    },
}

impl Brake {
    /// What limits, as a sentence.
    pub fn limits(&self, subject: &str) -> String {
        match self {
            Brake::Refused { workloads, sentence } => {
                format!("{subject} could not execute {}: {sentence}", workloads.join(", "))
            }
            Brake::NoLock => "The work doesn't hold the GIL, so threads do it side by side as well.".to_owned(),
            Brake::Start { later, from: Some(from) } => format!(
                "Start-up: they are ready {} later than threads, so work that takes threads less than {} is done sooner by threads.",
                duration(*later),
                duration(*from)
            ),
            Brake::Start { later, from: None } => {
                format!(
                    "Start-up: they are ready {} later than threads, and never make up for it here.",
                    duration(*later)
                )
            }
            Brake::Transfer { share } => format!(
                "Transfer: pickling and copying items and results took {} of the workers' time.",
                percent(*share)
            ),
            Brake::Dispatch { task } => {
                format!("Handing out: one task costs a worker {}, however little it does.", duration(*task))
            }
            Brake::Memory { each } => {
                format!("Memory: each worker takes {} that a thread doesn't (proportional bytes).", bytes(*each))
            }
            Brake::Cores { cores } => {
                format!("The {cores} cores: they are used nearly as well as can be.")
            }
        }
    }

    /// What it takes for it to pay, or to pay more.
    pub fn change(&self) -> &'static str {
        match self {
            Brake::Refused { .. } => "an extension module that allows several interpreters, or none",
            Brake::NoLock => "work that is computing in Python",
            Brake::Start { .. } => "a pool that is started once and kept, longer work, or fewer (or lazy) imports",
            Brake::Transfer { .. } => {
                "less to hand over: a range instead of a list, a path instead of its bytes, or a memoryview"
            }
            Brake::Dispatch { .. } => "fewer and bigger tasks",
            Brake::Memory { .. } => "fewer workers, or fewer imports in each",
            Brake::Cores { .. } => "more cores",
        }
    }
}

/// What keeps the subject from more, the most important first.
pub(super) fn brakes(field: &Field, speed: &[Comparison]) -> Vec<Brake> {
    let against = |mode: Mode| speed.iter().find(|comparison| comparison.with == mode && comparison.on.is_none());
    let threads = against(field.threads());
    let mine: Vec<&Series> = field.of(field.subject).collect();
    let mut found = Vec::new();
    let failed: Vec<&&Series> = mine.iter().filter(|series| series.failed.is_some()).collect();
    if let Some(sentence) = failed.first().and_then(|series| series.failed.clone()) {
        let workloads = failed.iter().map(|series| series.workload.clone()).collect();
        found.push(Brake::Refused { workloads, sentence });
    }
    let lets_go = matches!(field.class(), Class::Io | Class::Hash);
    if lets_go && threads.is_some_and(|threads| threads.relation != Relation::More) {
        found.push(Brake::NoLock);
    }
    let share = mine.iter().filter_map(|series| series.carrying()).reduce(f64::max);
    found.extend(share.filter(|share| *share >= CARRYING).map(|share| Brake::Transfer { share }));
    if field.class() == Class::Dispatch {
        found.extend(mine.iter().find_map(|series| series.task()).map(|task| Brake::Dispatch { task }));
    }
    if field.subject != field.threads() {
        found.extend(start(field, threads));
    }
    if field.class().metric() == Metric::Wall
        && let Some(sequential) = against(Mode::Sequential)
        && sequential.ratio.value >= NEARLY_ALL * f64::from(field.workers.min(field.cores()))
        && field.workers >= field.cores()
    {
        found.push(Brake::Cores { cores: field.cores() });
    }
    let each = |mode| middle(field.of(mode).filter_map(Series::memory).map(|bytes| bytes as f64));
    if let (Some(mine), Some(theirs)) = (each(field.subject), each(field.threads()))
        && mine > theirs + LITTLE as f64
    {
        found.push(Brake::Memory { each: (mine - theirs) as u64 });
    }
    found
}

/// How much later than threads it is ready, and from when on that doesn't matter.
fn start(field: &Field, threads: Option<&Comparison>) -> Option<Brake> {
    let ready = |mode| middle(field.of(mode).filter_map(Series::ready).map(|ready| ready.0 as f64));
    let later = ready(field.subject)? - ready(field.threads())?;
    let later = Nanos(later.max(0.0) as u64);
    if later < SOON {
        return None;
    }
    let faster = threads.filter(|threads| threads.relation == Relation::More && field.class().metric() == Metric::Wall);
    // Of work that takes threads t, t (1 - 1/ratio) is saved.
    let from = faster.map(|threads| Nanos((later.0 as f64 / (1.0 - 1.0 / threads.ratio.value)) as u64));
    Some(Brake::Start { later, from })
}

fn middle(values: impl Iterator<Item = f64>) -> Option<f64> {
    median(&values.collect::<Vec<f64>>())
}

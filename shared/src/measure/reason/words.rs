//! Reasons as sentences, and the slides that explain them.

use super::{Crowd, Gain, Reason, Uneven, Why};
use crate::measure::warning::listed;
use crate::text::{bytes, count, duration};
use crate::{Group, Mode, Nanos};

/// Slides that explain reasons, by their names.
pub const REASON_SLIDES: [&str; 13] = [
    "61-waiting-for-the-gil",
    "62-tiny-tasks",
    "63-carrying-costs",
    "64-more-workers-than-cores",
    "65-stragglers",
    "66-refused-modules",
    "67-waits-overlap",
    "68-one-event-loop",
    "69-the-serial-part",
    "70-memory-is-shared",
    "71-start-up-costs",
    "72-noise",
    "73-the-gil-given-back",
];

impl Why {
    /// Its name in files.
    pub fn slug(&self) -> &'static str {
        match self {
            Why::Refused { .. } => "refused",
            Why::GilBound => "gil-bound",
            Why::OneThread => "one-thread",
            Why::TinyTasks { .. } => "tiny-tasks",
            Why::Transfer { .. } => "transfer",
            Why::MoreWorkersThanCores { .. } => "more-workers-than-cores",
            Why::Stragglers(_) => "stragglers",
            Why::Waiting => "waiting",
            Why::SerialPart => "serial-part",
            Why::MemoryBound { .. } => "memory-bound",
            Why::StartUp { .. } => "start-up",
            Why::Noise(_) => "noise",
            Why::Gained(_) => "gained",
        }
    }

    /// The slide that explains it, one of [`REASON_SLIDES`], and what a link to it is called.
    pub fn slide(&self) -> (&'static str, &'static str) {
        match self {
            Why::GilBound | Why::Gained(Gain::OwnGil { .. } | Gain::NoGil) => {
                ("61-waiting-for-the-gil", "Waiting for the GIL")
            }
            Why::TinyTasks { .. } => ("62-tiny-tasks", "Tiny tasks"),
            Why::Transfer { .. } => ("63-carrying-costs", "Carrying costs"),
            Why::MoreWorkersThanCores { .. } => ("64-more-workers-than-cores", "More workers than cores"),
            Why::Stragglers(_) => ("65-stragglers", "Stragglers"),
            Why::Refused { .. } => ("66-refused-modules", "Modules that refuse"),
            Why::Waiting | Why::Gained(Gain::WaitsOverlap) => ("67-waits-overlap", "Waits overlap"),
            Why::OneThread => ("68-one-event-loop", "One event loop"),
            Why::SerialPart => ("69-the-serial-part", "The serial part"),
            Why::MemoryBound { .. } => ("70-memory-is-shared", "Memory is shared"),
            Why::StartUp { .. } => ("71-start-up-costs", "Start-up costs"),
            Why::Noise(_) => ("72-noise", "Noise"),
            Why::Gained(Gain::GilGivenBack) => ("73-the-gil-given-back", "The GIL, given back"),
        }
    }
}

impl Reason {
    /// What it is, and what to do next.
    pub fn sentence(&self) -> String {
        let who = self.names();
        let share = self.share_in_words();
        let mode = self.who.first().map_or(Mode::Sequential, |who| who.mode);
        match &self.why {
            Why::Refused { module } => format!(
                "There is no time of {who}: `{module}` can't be loaded into an interpreter beside the main one. Processes \
                 have a GIL each as well, and load everything."
            ),
            Why::GilBound if mode == Mode::SharedGil => format!(
                "In {who}, {share} went into waiting for the one GIL of all: interpreters gain nothing unless each has \
                 its own. Choose {}.",
                mode.with_own_gil()
            ),
            Why::GilBound => format!(
                "In {who}, {share} went into waiting for the GIL: one thread at a time runs Python code. Choose {}, \
                 where every worker has its own.",
                mode.with_own_gil()
            ),
            Why::OneThread => format!(
                "In {who}, all coroutines take turns on one thread, and kept it instead of waiting with `await`. Await \
                 what waits, and give what computes to interpreters or processes."
            ),
            Why::TinyTasks { task } => format!(
                "In {who}, {share} went into handing out tasks, which take {} each. Let each item be more work, such as \
                 a range of numbers instead of one.",
                seconds(*task)
            ),
            Why::Transfer { bytes: carried } => format!(
                "In {who}, {share} went into carrying items and results, {} of them. Send less: a file's name or a \
                 range instead of the data, and results that are small.",
                bytes(*carried)
            ),
            Why::MoreWorkersThanCores { cores } => format!(
                "In {who}, {share} went into waiting for a core: there {} {}. Use as many workers as cores.",
                if *cores == 1 { "is" } else { "are" },
                count(u64::from(*cores), "core")
            ),
            Why::Stragglers(uneven) => format!("In {who}, workers had nothing to do for {share}: {}", uneven.words()),
            Why::Waiting => format!(
                "In {who}, tasks waited for something else than a core for {share}, as for a network or a disk. Waiting \
                 needs no core: try many more workers than cores, or asyncio."
            ),
            Why::SerialPart => format!(
                "In {who}, workers waited for each other for {share}: a lock, a file or a queue lets only one go on. Do \
                 less while it is held; what only one can do limits all the rest."
            ),
            Why::MemoryBound { growth } => format!(
                "In {who}, tasks took {growth:.1} times the CPU time that they take alone, though nobody waited: workers \
                 share memory and caches. Work on less data at a time, or in an order that stays near."
            ),
            Why::StartUp { took, gained } => format!(
                "Starting {who} took {} longer than starting one, which is in none of these times, and gained only {}. \
                 Give them more work, or keep them for the next.",
                seconds(*took),
                seconds(*gained)
            ),
            Why::Noise(Crowd::Others) => format!(
                "In {who}, {share} went into waiting for a core that other programs had. Close them, and run again."
            ),
            Why::Noise(Crowd::Spread { ratio, spread }) => format!(
                "Whether {who} is faster or slower than sequential is within the noise: {ratio:.2} times as fast \
                 ({:.2} to {:.2}). Close other programs, or run more rounds of more work.",
                spread.low, spread.high
            ),
            Why::Gained(gain) => gain.sentence(&who, mode),
        }
    }

    /// `threads with 2 workers and shared-gil with 2 workers`; of executors also that they dispatch themselves.
    fn names(&self) -> String {
        let listed = listed(&self.who);
        match self.who.first().map(|who| who.mode.group()) {
            Some(Group::Stdlib) if self.who.len() == 1 => format!("{listed} (its dispatcher is its own)"),
            Some(Group::Stdlib) => format!("{listed} (their dispatchers are their own)"),
            Some(Group::Native) | None => listed,
        }
    }

    fn share_in_words(&self) -> String {
        let up_to = if self.who.len() > 1 { "up to " } else { "" };
        let whose = if self.who.iter().any(|who| who.workers > 1) { "the workers' time" } else { "the worker's time" };
        match self.share {
            Some(share) => format!("{up_to}{:.0} % of {whose}", share * 100.0),
            None => format!("much of {whose}"),
        }
    }
}

impl Uneven {
    fn words(&self) -> String {
        match self {
            Uneven::Few { tasks } => {
                format!("there {} only {}. Split the work into more.", be(*tasks), count(u64::from(*tasks), "task"))
            }
            Uneven::Long { task, took, median } => format!(
                "task {task} took {}, and half of the tasks no more than {}. Split it, or put long tasks first.",
                seconds(*took),
                seconds(*median)
            ),
            Uneven::Coarse { tasks } => format!(
                "{} don't divide evenly among them. Split the work into more and smaller tasks.",
                count(u64::from(*tasks), "task")
            ),
        }
    }
}

impl Gain {
    fn sentence(self, who: &str, mode: Mode) -> String {
        let what = match self {
            Gain::OwnGil { seen: true } => "every worker has its own GIL, and nobody waited for another's lock",
            Gain::OwnGil { seen: false } => "every worker has its own GIL, so none takes turns with another",
            Gain::NoGil => "there is no GIL on this build, so its threads ran at the same time",
            Gain::GilGivenBack => "native code gave the GIL back while it computed, so others could take it",
            Gain::WaitsOverlap if mode == Mode::Asyncio => "its tasks wait, and one thread can await many at a time",
            Gain::WaitsOverlap => "its tasks wait, and waiting needs neither the GIL nor a core",
        };
        format!("What made {who} faster: {what}.")
    }
}

fn be(number: u32) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

fn seconds(time: f64) -> String {
    duration(Nanos::of_seconds(time))
}

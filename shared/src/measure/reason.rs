//! Why didn't it get faster? What a lap's workers did with their time, and which of it was lost; and why the fastest
//! was faster. Each sentence says what to do next, and names the slide that explains it.

mod facts;
mod gain;
mod rules;
pub mod words;

#[cfg(test)]
mod tests;

use super::bootstrap::Bounds;
use super::group::groups;
use super::warning::{Contestant, Warning};
use crate::ending::REFUSED;
use crate::{Ending, Group, Lap, LapPhase, Mode, Run};
use facts::Facts;

/// A run gets so many sentences: nobody reads more.
pub const MOST_REASONS: usize = 3;

/// One sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Of whom it holds: the worst of each mode, the worst first. All are native, or all are executors.
    pub who: Vec<Contestant>,
    /// What it is.
    pub why: Why,
    /// The share of the workers' time that it took, from 0 to 1, where that can be computed; of several the largest.
    pub share: Option<f64>,
}

/// What explains a lap's time.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// A module can't be loaded into interpreters beside the main one.
    Refused {
        /// Which.
        module: String,
    },
    /// Workers waited for the one GIL of all.
    GilBound,
    /// Coroutines kept their one thread rather than await.
    OneThread,
    /// Handing out took longer than the tasks are worth.
    TinyTasks {
        /// How long a task takes, in seconds.
        task: f64,
    },
    /// Carrying items and results took longer than the tasks are worth.
    Transfer {
        /// How many bytes.
        bytes: u64,
    },
    /// More workers computed than can at the same time.
    MoreWorkersThanCores {
        /// How many cores the laps could use.
        cores: u32,
    },
    /// Workers had nothing to do while others still worked.
    Stragglers(Uneven),
    /// Tasks wait for something else than a CPU or the GIL, also when they are alone.
    Waiting,
    /// Workers waited for each other: something is done by one at a time.
    SerialPart,
    /// Tasks took more CPU time than they take alone, though nobody waited.
    MemoryBound {
        /// How many times as much.
        growth: f64,
    },
    /// Starting the workers took longer than they gained.
    StartUp {
        /// How much longer than for sequential, in seconds.
        took: f64,
        /// How much shorter the lap was, in seconds.
        gained: f64,
    },
    /// The machine was too busy to say.
    Noise(Crowd),
    /// Why the fastest was faster.
    Gained(Gain),
}

/// Why workers had nothing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Uneven {
    /// There are fewer tasks than workers.
    Few {
        /// How many.
        tasks: u32,
    },
    /// One task is much longer than the others.
    Long {
        /// Which.
        task: u32,
        /// How long it took, in seconds.
        took: f64,
        /// The median, in seconds.
        median: f64,
    },
    /// They don't divide evenly.
    Coarse {
        /// How many there are.
        tasks: u32,
    },
}

/// What makes it noise.
#[derive(Debug, Clone, PartialEq)]
pub enum Crowd {
    /// Workers waited for CPUs that others had.
    Others,
    /// Times differ so much from round to round that nothing can be told.
    Spread {
        /// The speed-up.
        ratio: f64,
        /// Its spread.
        spread: Bounds,
    },
}

/// Why the fastest was faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gain {
    /// Each worker has its own GIL.
    OwnGil {
        /// Whether the sampler has seen that nobody waited.
        seen: bool,
    },
    /// There is no GIL.
    NoGil,
    /// Native code gave the GIL back while it computed.
    GilGivenBack,
    /// Tasks wait, and several can wait at the same time.
    WaitsOverlap,
}

/// A reason of one contestant, and how much of its shortfall it explains.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    who: Contestant,
    why: Why,
    share: Option<f64>,
    rank: f64,
}

/// At most [`MOST_REASONS`] for a run that is over and whose laps could use so many cores, the most important first;
/// why it got faster, if it did, is the last. None for a script, and for a service, whose time is not its own.
pub fn reasons(run: &Run, cores: u32) -> Vec<Reason> {
    if !run.is_over() || !run.is_timed() {
        return Vec::new();
    }
    let groups = groups(run);
    let is_race = groups.iter().any(|group| group.mode.is_parallel());
    let facts = groups.iter().filter(|group| group.mode.is_parallel() || !is_race);
    let facts: Vec<Facts> = facts.filter_map(|group| Facts::of(run, group, cores)).collect();
    let refused = run.laps.iter().filter_map(refused);
    let mut found: Vec<Found> = refused.chain(facts.iter().flat_map(rules::all)).collect();
    found.sort_by(|one, other| other.rank.total_cmp(&one.rank));
    let mut reasons: Vec<Reason> = Vec::new();
    for Found { who, why, share, .. } in found {
        let alike = |known: &&mut Reason| known.why.slug() == why.slug() && known.is_of(who.mode.group());
        match reasons.iter_mut().find(alike) {
            Some(known) if known.who.iter().all(|other| other.mode != who.mode) => known.who.push(who),
            // Another number of workers, or another round, of the same mode.
            Some(_) => {}
            None => reasons.push(Reason { who: vec![who], why, share }),
        }
    }
    let gained = gain::best(&facts);
    reasons.truncate(MOST_REASONS - usize::from(gained.is_some()));
    reasons.extend(gained.map(|Found { who, why, share, .. }| Reason { who: vec![who], why, share }));
    reasons
}

/// A lap that could not be executed since a module refuses.
fn refused(lap: &Lap) -> Option<Found> {
    let LapPhase::Ended(Ending::Raised(raised)) = &lap.phase else { return None };
    let (before, _) = raised.message.split_once(REFUSED)?;
    let module = before.rsplit(' ').next()?.split('.').next()?.to_owned();
    let who = Contestant::from(lap);
    Some(Found { who, why: Why::Refused { module }, share: None, rank: 1.0 })
}

impl Reason {
    /// Whether a warning says no more than this does.
    pub fn covers(&self, warning: &Warning) -> bool {
        match (&self.why, warning) {
            (Why::TinyTasks { .. }, Warning::TinyTasks { .. })
            | (Why::MoreWorkersThanCores { .. }, Warning::MoreWorkersThanCores { .. })
            | (Why::Noise(Crowd::Others), Warning::OtherLoad { .. }) => true,
            (Why::Noise(Crowd::Spread { .. }), Warning::WithinNoise { who, .. }) => self.who.contains(who),
            _ => false,
        }
    }

    /// Whether it explains why something was faster, and not why it wasn't.
    pub fn is_gain(&self) -> bool {
        matches!(self.why, Why::Gained(_))
    }

    fn is_of(&self, group: Group) -> bool {
        self.who.first().is_some_and(|who| who.mode.group() == group)
    }
}

/// What is asked above these reasons.
pub fn question(reasons: &[Reason]) -> &'static str {
    match reasons.iter().all(Reason::is_gain) {
        true => "Why did it get faster?",
        false => "Why didn't it get faster?",
    }
}

impl Mode {
    /// Modes of the same group in which every worker has a GIL of its own, as people choose them.
    fn with_own_gil(self) -> &'static str {
        match self.group() {
            Group::Native => "subinterpreters or processes",
            Group::Stdlib => "interpreter-pool or a process-pool",
        }
    }
}

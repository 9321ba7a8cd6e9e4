//! What a worker's thread is doing, as the sampler sees it: who has the GIL, and who waits for what.

use serde::{Deserialize, Serialize};

use crate::Nanos;

/// What a thread does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// It runs, and has the GIL of the interpreter with this number; 0 is the main interpreter.
    WithGil(u32),
    /// It runs without a GIL: native code that gave it back, or a build that has none.
    WithoutGil,
    /// It could run, and another thread has the GIL. The operating system calls this sleeping.
    WaitingForGil,
    /// It could run, and other threads have the CPUs.
    WaitingForCpu,
    /// It waits for something else: a time, a file, a socket, a lock.
    Blocked,
}

impl State {
    /// In words, as in "the thread is ...".
    pub fn words(self) -> &'static str {
        match self {
            State::WithGil(_) => "running with the GIL",
            State::WithoutGil => "running without the GIL",
            State::WaitingForGil => "waiting for the GIL",
            State::WaitingForCpu => "waiting for a CPU",
            State::Blocked => "blocked",
        }
    }
}

/// For how long a thread was seen in one state: what it did most between one sample and the next, equal ones joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// From when.
    pub start: Nanos,
    /// Until when.
    pub end: Nanos,
    /// What it did.
    pub state: State,
}

/// Where the knowledge about the GIL comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Basis {
    /// Read where CPython 3.13 and newer publish it for debuggers (`_Py_DebugOffsets`), or the build has no GIL.
    Read,
    /// Read where it was found by searching for what it must hold: CPython 3.12 doesn't say where it is.
    Inferred,
}

/// How long a worker was in each state, from the lap's first task until it had nothing more to do.
///
/// CPU times are the thread's own clock, so they are exact; what is left is divided by what was seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateTotals {
    /// Running with a GIL.
    pub with_gil: Nanos,
    /// Running without one.
    pub without_gil: Nanos,
    /// Waiting for the GIL.
    pub waiting_for_gil: Nanos,
    /// Waiting for a CPU.
    pub waiting_for_cpu: Nanos,
    /// Waiting for something else.
    pub blocked: Nanos,
}

impl StateTotals {
    /// Adds time in a state.
    pub fn add(&mut self, state: State, time: Nanos) {
        self.of_mut(state).0 += time.0;
    }

    /// The time in a state, whichever interpreter's GIL it was.
    pub fn of(mut self, state: State) -> Nanos {
        *self.of_mut(state)
    }

    fn of_mut(&mut self, state: State) -> &mut Nanos {
        match state {
            State::WithGil(_) => &mut self.with_gil,
            State::WithoutGil => &mut self.without_gil,
            State::WaitingForGil => &mut self.waiting_for_gil,
            State::WaitingForCpu => &mut self.waiting_for_cpu,
            State::Blocked => &mut self.blocked,
        }
    }

    /// All of it.
    pub fn total(self) -> Nanos {
        let parts = [self.with_gil, self.without_gil, self.waiting_for_gil, self.waiting_for_cpu, self.blocked];
        Nanos(parts.iter().map(|part| part.0).sum())
    }

    /// Both together: of several workers.
    #[must_use]
    pub fn plus(self, other: StateTotals) -> StateTotals {
        let sum = |a: Nanos, b: Nanos| Nanos(a.0 + b.0);
        StateTotals {
            with_gil: sum(self.with_gil, other.with_gil),
            without_gil: sum(self.without_gil, other.without_gil),
            waiting_for_gil: sum(self.waiting_for_gil, other.waiting_for_gil),
            waiting_for_cpu: sum(self.waiting_for_cpu, other.waiting_for_cpu),
            blocked: sum(self.blocked, other.blocked),
        }
    }

    /// The share of the time that was spent in a state, from 0 to 1; none of no time.
    pub fn share(self, state: State) -> Option<f64> {
        let total = self.total().0;
        (total > 0).then(|| self.of(state).0 as f64 / total as f64)
    }
}

/// How a lap was sampled. In processes mode every worker process has a sampler of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampling {
    /// Where the knowledge about the GIL comes from.
    pub basis: Basis,
    /// How many samplers there were: one for each process with workers.
    pub samplers: u32,
    /// How many samples were taken, by all of them.
    pub samples: u64,
    /// CPU time that sampling has cost, of all of them.
    pub cost: Nanos,
    /// How long was sampled: the sum over all of them.
    pub time: Nanos,
    /// Whether there were more intervals than are kept: later ones are in the totals only.
    pub shortened: bool,
}

impl Sampling {
    /// The rate that was reached: samples per second, of each sampler.
    pub fn rate(&self) -> Option<f64> {
        (self.time.0 > 0).then(|| self.samples as f64 / self.time.seconds())
    }

    /// The share of so many CPUs that all samplers together have used, from 0 to 1.
    pub fn cost_share(&self, cpus: u32) -> Option<f64> {
        let wall = self.time.0 as f64 / f64::from(self.samplers.max(1));
        (wall > 0.0 && cpus > 0).then(|| self.cost.0 as f64 / (wall * f64::from(cpus)))
    }

    /// This and that of another process of the lap.
    #[must_use]
    pub fn plus(self, other: Sampling) -> Sampling {
        Sampling {
            basis: self.basis.max(other.basis),
            samplers: self.samplers + other.samplers,
            samples: self.samples + other.samples,
            cost: Nanos(self.cost.0 + other.cost.0),
            time: Nanos(self.time.0 + other.time.0),
            shortened: self.shortened || other.shortened,
        }
    }
}

/// What a lap's totals say, in one sentence; none if nothing was sampled.
pub fn waits_in_words(totals: &[StateTotals]) -> Option<String> {
    let all = totals.iter().copied().fold(StateTotals::default(), StateTotals::plus);
    let percent = |state| all.share(state).map(|share| (share * 100.0).round() as u32);
    let who = match totals.len() {
        1 => "The worker".to_owned(),
        workers => format!("Each of the {workers} workers"),
    };
    let gil = percent(State::WaitingForGil)?;
    let running = percent(State::WithGil(0))? + percent(State::WithoutGil)?;
    let (cpu, blocked) = (percent(State::WaitingForCpu)?, percent(State::Blocked)?);
    let waited = match gil {
        0 => "never waited for the GIL".to_owned(),
        gil => format!("waited for the GIL {gil} % of the time"),
    };
    let average = if totals.len() > 1 { ", on average" } else { "" };
    Some(format!(
        "{who} {waited}, ran {running} %, waited for a CPU {cpu} % and for something else {blocked} %{average}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(with_gil: u64, waiting_for_gil: u64, blocked: u64) -> StateTotals {
        let mut totals = StateTotals::default();
        totals.add(State::WithGil(3), Nanos(with_gil));
        totals.add(State::WaitingForGil, Nanos(waiting_for_gil));
        totals.add(State::Blocked, Nanos(blocked));
        totals
    }

    #[test]
    fn shares_are_of_all_states() {
        let sum = totals(30, 50, 10).plus(totals(20, 50, 40));
        assert_eq!(sum.total(), Nanos(200));
        assert_eq!(sum.share(State::WithGil(0)), Some(0.25));
        assert_eq!(sum.share(State::WaitingForGil), Some(0.5));
        assert_eq!(StateTotals::default().share(State::Blocked), None);
    }

    #[test]
    fn waits_are_said_in_words() {
        let one = waits_in_words(&[totals(50, 0, 50)]);
        let said = "The worker never waited for the GIL, ran 50 %, waited for a CPU 0 % and for something else 50 %.";
        assert_eq!(one.as_deref(), Some(said));
        let two = waits_in_words(&[totals(50, 50, 0), totals(50, 50, 0)]).unwrap();
        assert!(two.starts_with("Each of the 2 workers waited for the GIL 50 % of the time, ran 50 %"), "{two}");
        assert_eq!(waits_in_words(&[]), None);
    }

    #[test]
    fn samplers_add_up() {
        let one = Sampling {
            basis: Basis::Read,
            samplers: 1,
            samples: 1000,
            cost: Nanos(5_000_000),
            time: Nanos(1_000_000_000),
            shortened: false,
        };
        let both = one.plus(Sampling { basis: Basis::Inferred, shortened: true, ..one });
        assert_eq!((both.basis, both.samplers, both.shortened), (Basis::Inferred, 2, true));
        assert_eq!(both.rate(), Some(1000.0));
        // Two samplers at 0.5 % of a CPU each, on two CPUs.
        assert_eq!(both.cost_share(2), Some(0.005));
    }
}

//! What a benchmark keeps of a lap.

use serde::{Deserialize, Serialize};

use super::class::{Class, Metric};
use crate::{Lap, LapPhase, Mode, Nanos, OtherLoad, Round, WorkerMemory};

/// One lap of a benchmark, by the figures that verdicts are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BenchLap {
    /// The workload's name.
    pub workload: String,
    /// Its class.
    pub class: Class,
    /// The id of the interpreter build.
    pub build: String,
    /// How it was executed.
    pub mode: Mode,
    /// With how many workers.
    pub workers: u32,
    /// In which round.
    pub round: Round,
    /// What came of it.
    pub outcome: BenchOutcome,
    /// What else the machine did meanwhile, if the system says.
    pub other_load: Option<OtherLoad>,
}

/// What came of a lap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BenchOutcome {
    /// It completed.
    Measured(Measures),
    /// It didn't, or it returned something else than the others did.
    Failed {
        /// Why, for people.
        sentence: String,
    },
}

/// The figures of a completed lap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// From the first task handed out to the end of the last.
    pub wall: Nanos,
    /// From the kernel taking the lap to the first task handed out: interpreters, processes, imports.
    pub ready: Nanos,
    /// How many tasks there were.
    pub tasks: u32,
    /// The most memory that a worker took, in proportional bytes: the mean over the workers; none if the system doesn't
    /// say.
    pub memory: Option<u64>,
    /// How long all workers computed, together; none if that can't be told.
    pub computing: Option<Nanos>,
    /// How long all workers pickled and unpickled, together; none if that can't be told.
    pub carrying: Option<Nanos>,
}

impl BenchLap {
    /// Of a run's lap that has ended, of this workload and in this round; none of one that hasn't, or was skipped.
    pub fn of(workload: &str, class: Class, round: Round, lap: &Lap) -> Option<BenchLap> {
        let LapPhase::Ended(ending) = &lap.phase else { return None };
        let outcome = match lap.wall() {
            Some(wall) => BenchOutcome::Measured(measures(lap, wall)),
            None => BenchOutcome::Failed { sentence: ending.sentence() },
        };
        Some(BenchLap {
            workload: workload.to_owned(),
            class,
            build: lap.build.clone(),
            mode: lap.plan.mode,
            workers: lap.plan.workers,
            round,
            outcome,
            other_load: lap.other_load,
        })
    }

    /// Its figures, if it counts.
    pub fn measured(&self) -> Option<&Measures> {
        match &self.outcome {
            BenchOutcome::Measured(measures) if !self.round.is_warm_up() => Some(measures),
            BenchOutcome::Measured(_) | BenchOutcome::Failed { .. } => None,
        }
    }
}

impl Measures {
    /// The figure that a class is judged by, in seconds.
    pub fn of(&self, metric: Metric) -> f64 {
        match metric {
            Metric::Wall => self.wall.seconds(),
            Metric::Ready => self.ready.seconds(),
        }
    }
}

fn measures(lap: &Lap, wall: Nanos) -> Measures {
    let accounts = || lap.workers.iter().filter_map(|worker| worker.account.as_ref());
    let memory: Vec<WorkerMemory> = accounts().filter_map(|account| account.memory).collect();
    let total: u64 = memory.iter().map(|memory| memory.peak.proportional).sum();
    let phases = || accounts().map(|account| account.phases);
    let sum = |times: Option<Vec<u64>>| times.filter(|times| !times.is_empty()).map(|times| Nanos(times.iter().sum()));
    Measures {
        wall,
        ready: lap.began.unwrap_or_default(),
        tasks: lap.tasks,
        memory: total.checked_div(memory.len() as u64).filter(|_| memory.len() == lap.workers.len()),
        computing: sum(phases().map(|phases| Some(phases.compute?.0)).collect()),
        carrying: sum(phases().map(|phases| Some(phases.pickling?.0 + phases.unpickling?.0)).collect()),
    }
}

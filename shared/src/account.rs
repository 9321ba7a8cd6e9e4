//! Where one worker's time went, what was carried to and from it, and what memory it took.

use serde::{Deserialize, Serialize};

use crate::{Nanos, StateTotals};

/// What one worker's time of a lap was spent on. The phases partition that time: from the moment at which the kernel
/// took the lap to the end of its last task, every nanosecond belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WorkerPhase {
    /// Its thread or process starts, and its interpreter is made.
    StartUp,
    /// The source is replayed with what it imports: first by the kernel, which takes `ITEMS` from it, then by the
    /// worker, where workers don't share that replay.
    Replay,
    /// It is ready, and others are not yet: a lap is measured from the moment at which all are.
    Gate,
    /// Items are unpickled; of large texts and bytes, copied.
    Unpickling,
    /// It asked for a task and had none to execute yet: the item was on its way from another process, or the worker
    /// had to wait for the GIL between two tasks.
    QueueWait,
    /// `work` is executed.
    Compute,
    /// Results are pickled, or copied if they are large texts or bytes; in a child process, also written to its socket.
    /// Before the workers start, also `ITEMS`, once for all. What lies behind the lap's end is in no phase.
    Pickling,
    /// There is nothing more to do until the lap's last task ends.
    Idle,
}

impl WorkerPhase {
    /// Every phase, in the order in which a worker comes to it first.
    pub const ALL: [WorkerPhase; 8] = [
        WorkerPhase::StartUp,
        WorkerPhase::Replay,
        WorkerPhase::Gate,
        WorkerPhase::Unpickling,
        WorkerPhase::QueueWait,
        WorkerPhase::Compute,
        WorkerPhase::Pickling,
        WorkerPhase::Idle,
    ];

    /// The name that people read.
    pub fn title(self) -> &'static str {
        match self {
            WorkerPhase::StartUp => "start-up",
            WorkerPhase::Replay => "source replay and imports",
            WorkerPhase::Gate => "waiting for the others",
            WorkerPhase::Unpickling => "unpickling",
            WorkerPhase::QueueWait => "queue wait",
            WorkerPhase::Compute => "compute",
            WorkerPhase::Pickling => "pickling",
            WorkerPhase::Idle => "idle",
        }
    }
}

/// How long each phase took in all; none if that can't be told, which is shown as "not available".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phases {
    /// [`WorkerPhase::StartUp`].
    pub start_up: Option<Nanos>,
    /// [`WorkerPhase::Replay`].
    pub replay: Option<Nanos>,
    /// [`WorkerPhase::Gate`].
    pub gate: Option<Nanos>,
    /// [`WorkerPhase::Unpickling`].
    pub unpickling: Option<Nanos>,
    /// [`WorkerPhase::QueueWait`].
    pub queue_wait: Option<Nanos>,
    /// [`WorkerPhase::Compute`].
    pub compute: Option<Nanos>,
    /// [`WorkerPhase::Pickling`].
    pub pickling: Option<Nanos>,
    /// [`WorkerPhase::Idle`].
    pub idle: Option<Nanos>,
}

impl Phases {
    /// How long one phase took.
    pub fn of(&self, phase: WorkerPhase) -> Option<Nanos> {
        match phase {
            WorkerPhase::StartUp => self.start_up,
            WorkerPhase::Replay => self.replay,
            WorkerPhase::Gate => self.gate,
            WorkerPhase::Unpickling => self.unpickling,
            WorkerPhase::QueueWait => self.queue_wait,
            WorkerPhase::Compute => self.compute,
            WorkerPhase::Pickling => self.pickling,
            WorkerPhase::Idle => self.idle,
        }
    }

    /// All phases together; none if one of them is not known.
    pub fn total(&self) -> Option<Nanos> {
        WorkerPhase::ALL.iter().try_fold(Nanos(0), |sum, phase| Some(Nanos(sum.0.saturating_add(self.of(*phase)?.0))))
    }
}

/// Bytes of items and results that crossed from one interpreter or process to another: of a pickle its length, of texts
/// (as UTF-8) and bytes theirs, of a number 8, of a truth value 1, of None nothing. What is handed over by reference
/// crosses nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// Items, to the worker.
    pub bytes_in: u64,
    /// Results, from the worker.
    pub bytes_out: u64,
}

/// Memory of a process, in bytes, as the system counts it.
///
/// Resident size (RSS) would mislead: pages that processes share, such as the program and its libraries, are counted in
/// the resident size of each of them, so that the sum over worker processes is far more than they take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footprint {
    /// Pages that no other process has (Linux: `Private_Clean` and `Private_Dirty` of `smaps_rollup`): what would be
    /// free again without this process.
    pub private: u64,
    /// The private pages, and of each page that n processes share one n-th (Linux: `Pss`): over all processes it adds
    /// up to the memory that they take.
    pub proportional: u64,
}

/// Whose memory it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sharing {
    /// The worker is a process: all of that process' memory.
    Own,
    /// Workers share one process: what it has grown by since it was ready to start the first of them, divided evenly.
    Even,
}

/// What one worker took of the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerMemory {
    /// How that is known.
    pub sharing: Sharing,
    /// When it could take tasks; of workers that share a process, when all could.
    pub ready: Footprint,
    /// The most, from then to the end of its last task. Looked at as the resident size grows, at most 10 times a
    /// second; what the system says that it grew by between two looks counts as private.
    pub peak: Footprint,
}

/// Why figures are what they are, for those who know another tool's.
pub const WHY_NOT_RESIDENT: &str = "Memory: private bytes, which no other process has. Resident size (RSS), which other \
                                    tools show, counts what processes share once for each of them.";

/// What is known of one worker when a lap has completed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Which.
    pub worker: u32,
    /// Where its time went.
    pub phases: Phases,
    /// CPU time of its thread during the compute phase; none where tasks take turns on one thread. The rest of that
    /// phase it was not on a CPU: it waited for one, or for the GIL, or was blocked.
    pub cpu: Option<Nanos>,
    /// The compute phase by states: the parts add up to it exactly. Those on a CPU are `cpu`, divided in the proportion
    /// in which the sampler saw the thread run with and without the GIL while it was in `work`; the others are the rest
    /// of the phase, divided in the proportion of the waits that it saw there. None where nothing was sampled.
    pub compute_in: Option<StateTotals>,
    /// What crossed.
    pub carried: Option<Carried>,
    /// What it took of the memory; none if the system doesn't say.
    pub memory: Option<WorkerMemory>,
}

impl Account {
    /// How long it computed without being on a CPU.
    pub fn off_cpu(&self) -> Option<Nanos> {
        Some(self.phases.compute?.since(self.cpu?))
    }

    /// By how much the phases miss the time from the lap's start to `end`, its last task's end; none if a phase is not
    /// known.
    pub fn gap(&self, end: Nanos) -> Option<Nanos> {
        Some(Nanos(self.phases.total()?.0.abs_diff(end.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_in_no_sum() {
        let all = |part| Phases {
            start_up: Some(part),
            replay: Some(part),
            gate: Some(part),
            unpickling: Some(part),
            queue_wait: Some(part),
            compute: Some(part),
            pickling: Some(part),
            idle: Some(part),
        };
        let account = Account { worker: 0, phases: all(Nanos(5)), cpu: Some(Nanos(2)), ..Account::default() };
        assert_eq!((account.gap(Nanos(41)), account.gap(Nanos(38))), (Some(Nanos(1)), Some(Nanos(2))));
        assert_eq!(account.off_cpu(), Some(Nanos(3)));
        for phase in WorkerPhase::ALL {
            assert_eq!(account.phases.of(phase), Some(Nanos(5)), "{}", phase.title());
        }
        let partial = Account { phases: Phases { idle: None, ..account.phases }, cpu: None, ..account };
        assert_eq!((partial.gap(Nanos(40)), partial.off_cpu()), (None, None));
    }
}

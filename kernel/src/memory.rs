//! What memory workers take, looked at from outside while they work.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use shared::{Footprint, Sharing, WorkerMemory};

use crate::system::{self, Process, ProcessMemory};

/// How often it is looked whether a process has grown.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Looking takes at most one part of so many of one CPU's time: a process of many gigabytes is looked at less often.
const COST_AT_MOST: u32 = 200;
/// A process that has grown by less is not looked at again: that takes much longer than asking for its size.
const GROWN_BYTES: u64 = 1 << 20;

/// Whom a process' memory is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The one worker that is this process.
    Worker(u32),
    /// All workers, so many: those that share the kernel's process.
    All(u32),
}

/// One process that is watched.
#[derive(Debug)]
struct Watch {
    process: Process,
    whose: Whose,
    /// Before the first of its workers started.
    before: Footprint,
    ready: ProcessMemory,
    /// When it was seen to be largest.
    largest: ProcessMemory,
    peak: Footprint,
}

/// All processes that are watched in a lap.
#[derive(Debug, Default)]
pub struct Memory {
    /// Of the kernel's own process before its workers start.
    before: Option<Footprint>,
    watches: Mutex<Vec<Watch>>,
}

impl Memory {
    /// For workers that are about to start.
    pub fn before_workers() -> Memory {
        Memory { before: system::memory(Process::This).map(|memory| memory.footprint), watches: Mutex::default() }
    }

    /// A worker process can take tasks.
    pub fn process_ready(&self, worker: u32, process: u32) {
        self.watch(Process::Child(process), Whose::Worker(worker), Footprint::default());
    }

    /// All workers in this process can take tasks.
    pub fn all_ready(&self, workers: u32) {
        if let Some(before) = self.before {
            self.watch(Process::This, Whose::All(workers), before);
        }
    }

    /// Watches from now on, until the process ends.
    pub fn keep_looking(&'static self) {
        let looking = || {
            let mut pause = LOOK_EVERY;
            loop {
                thread::sleep(pause);
                let started = Instant::now();
                self.watches().iter_mut().for_each(Watch::look_if_grown);
                pause = LOOK_EVERY.max(started.elapsed() * COST_AT_MOST);
            }
        };
        // Without the thread the looks at the beginning and at the end have to do.
        let _ = thread::Builder::new().name("memory".into()).spawn(looking);
    }

    /// A worker process has done its last task.
    pub fn process_done(&self, worker: u32) {
        self.finish(|whose| whose == Whose::Worker(worker));
    }

    /// All workers in this process have.
    pub fn all_done(&self) {
        self.finish(|whose| matches!(whose, Whose::All(_)));
    }

    /// What one worker has taken.
    pub fn of(&self, worker: u32) -> Option<WorkerMemory> {
        let watches = self.watches();
        watches.iter().find(|watch| matches!(watch.whose, Whose::All(_)) || watch.whose == Whose::Worker(worker)).map(
            |watch| {
                let (sharing, workers) = match watch.whose {
                    Whose::Worker(_) => (Sharing::Own, 1),
                    Whose::All(workers) => (Sharing::Even, u64::from(workers.max(1))),
                };
                let share = |of: Footprint| Footprint {
                    private: of.private.saturating_sub(watch.before.private) / workers,
                    proportional: of.proportional.saturating_sub(watch.before.proportional) / workers,
                };
                WorkerMemory { sharing, ready: share(watch.ready.footprint), peak: share(watch.peak) }
            },
        )
    }

    fn watch(&self, process: Process, whose: Whose, before: Footprint) {
        if let Some(ready) = system::memory(process) {
            self.watches().push(Watch { process, whose, before, ready, largest: ready, peak: ready.footprint });
        }
    }

    fn finish(&self, wanted: impl Fn(Whose) -> bool) {
        self.watches().iter_mut().filter(|watch| wanted(watch.whose)).for_each(Watch::finish);
    }

    fn watches(&self) -> MutexGuard<'_, Vec<Watch>> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    fn look_if_grown(&mut self) {
        if system::resident(self.process).is_some_and(|resident| resident > self.largest.resident + GROWN_BYTES) {
            system::memory(self.process).into_iter().for_each(|memory| self.take(memory));
        }
    }

    fn take(&mut self, memory: ProcessMemory) {
        if memory.resident > self.largest.resident {
            self.largest = memory;
            self.raise_peak(memory.footprint);
        }
    }

    fn raise_peak(&mut self, seen: Footprint) {
        self.peak.private = self.peak.private.max(seen.private);
        self.peak.proportional = self.peak.proportional.max(seen.proportional);
    }

    /// The last look; what was not seen in between, the system has noted.
    fn finish(&mut self) {
        let Some(last) = system::memory(self.process) else { return };
        self.take(last);
        if last.highest_resident > self.ready.highest_resident {
            let unseen = last.highest_resident.saturating_sub(self.largest.resident);
            let Footprint { private, proportional } = self.largest.footprint;
            self.raise_peak(Footprint { private: private + unseen, proportional: proportional + unseen });
        }
    }
}

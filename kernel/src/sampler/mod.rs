//! A thread that looks at the workers' threads, and never takes a GIL: who has it, and who waits for what.
//!
//! Every process with workers has one. It holds its lock while it looks and while it sends; a worker that leaves takes
//! the lock too, so nothing is looked at that is gone. It never waits for a GIL, so a thread that has one may wait for
//! the lock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use pyo3::ffi;
use shared::{Basis, LapEvent, Nanos, Sampling};

use crate::gil::{Lock, Locks, Taken, View, view};
use crate::system::{self, Probe};
use crate::{clock, outbox};

mod attribution;
mod lanes;
mod pace;
mod subject;
mod watched;
mod work;

use lanes::Lanes;
pub use lanes::leave_out_this_thread;
use pace::Pace;
use subject::Subject;
pub use watched::Seen;
use watched::Watched;
pub use work::{enter_work, leave_work};

/// How often intervals are sent, in nanoseconds.
const SEND_EVERY: u64 = 50_000_000;
/// How often the cost is looked at, in nanoseconds.
const JUDGE_EVERY: u64 = 50_000_000;
/// So many intervals of a lap are sent, by all its processes.
const MOST_INTERVALS: usize = 200_000;

struct Sampler {
    phase: Phase,
    watched: Vec<Watched>,
    /// If threads that a script starts are followed too.
    lanes: Option<Lanes>,
    /// Of workers that have left.
    left: Vec<(u32, Seen)>,
    /// How many processes of this lap have a sampler.
    processes: u32,
    samples: u64,
    /// How many intervals may still be sent.
    room: usize,
    shortened: bool,
    /// The sampling thread.
    thread: Option<u32>,
    /// What it had spent when it ended, in nanoseconds.
    spent: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Workers get ready.
    Before,
    /// Since this moment; and what the thread had spent by then.
    Measuring(Nanos, u64),
    /// Nothing more is said.
    Over,
}

static SAMPLER: Mutex<Sampler> = Mutex::new(Sampler {
    phase: Phase::Before,
    watched: Vec::new(),
    lanes: None,
    left: Vec::new(),
    processes: 1,
    samples: 0,
    room: MOST_INTERVALS,
    shortened: false,
    thread: None,
    spent: 0,
});

fn lock() -> MutexGuard<'static, Sampler> {
    SAMPLER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A worker's thread is watched until this is dropped, on that thread, before its thread state is deleted.
#[derive(Debug)]
#[must_use = "a thread is watched for as long as this lives"]
pub struct Watch {
    worker: u32,
}

/// Watches the calling thread as this worker. Where that isn't possible, nothing is said of its states.
///
/// # Safety
/// The thread's state is alive and stays so until the watch is dropped.
pub unsafe fn watch(worker: u32, state: *mut ffi::PyThreadState) -> Watch {
    let watch = Watch { worker };
    // SAFETY: as the caller says; interpreters of workers live until the process ends.
    let gil = unsafe { Lock::of(state) };
    let known = match view() {
        View::Locks(..) => gil.is_some(),
        View::Absent => true,
        View::Unknown => false,
    };
    let Some(probe) = Probe::of_this_thread().filter(|_| known) else { return watch };
    let mut sampler = lock();
    if sampler.phase == Phase::Over {
        return watch;
    }
    let first = sampler.watched.is_empty() && sampler.left.is_empty();
    sampler.watched.push(Watched::new(worker, Subject::worker(state as usize, gil), probe));
    drop(sampler);
    if first && thread::Builder::new().name("sampler".into()).spawn(run).is_err() {
        // Nobody would look: better nothing than something wrong.
        lock().phase = Phase::Over;
    }
    watch
}

impl Drop for Watch {
    fn drop(&mut self) {
        if system::is_forked() {
            // The sampler may have had the lock when user code forked.
            return;
        }
        let mut sampler = lock();
        let Some(place) = sampler.watched.iter().position(|watched| watched.worker() == self.worker) else { return };
        let mut watched = sampler.watched.swap_remove(place);
        if matches!(sampler.phase, Phase::Measuring(..)) {
            let taken = sampler.look();
            watched.sample(&taken);
            sampler.leave(watched);
        }
    }
}

/// When measurement begins, on the calling thread, the one that is watched, all threads that appear from then on are
/// followed too.
pub fn follow_threads() {
    lock().lanes = Locks::are_known().then(Lanes::default);
}

/// So many processes of this lap are sampled, each by a sampler of its own.
pub fn share(processes: u32) {
    let mut sampler = lock();
    sampler.processes = processes.max(1);
    sampler.room = MOST_INTERVALS / sampler.processes as usize;
}

/// Measurement begins: what was before doesn't count.
pub fn begin() {
    let mut sampler = lock();
    if sampler.phase == Phase::Before {
        sampler.phase = Phase::Measuring(clock::now(), sampler.spent());
        if let Some(lanes) = &mut sampler.lanes {
            *lanes = Lanes::before_script();
            let main = system::this_thread();
            sampler.watched.iter_mut().for_each(|watched| watched.set_subject(Subject::thread(main)));
        }
        let taken = sampler.look();
        sampler.watched.iter_mut().for_each(|watched| watched.begin(&taken));
    }
}

/// Says how it went, once, and nothing after that. Returns what was seen of each worker.
pub fn finish() -> Vec<(u32, Seen)> {
    let mut sampler = lock();
    let Phase::Measuring(began, spent) = std::mem::replace(&mut sampler.phase, Phase::Over) else { return Vec::new() };
    sampler.sample_all();
    for watched in std::mem::take(&mut sampler.watched) {
        sampler.leave(watched);
    }
    let mut seen = std::mem::take(&mut sampler.left);
    if seen.is_empty() {
        return seen;
    }
    seen.sort_by_key(|(worker, _)| *worker);
    let basis = if let View::Locks(_, basis) = view() { basis } else { Basis::Read };
    let sampling = Sampling {
        basis,
        samplers: 1,
        samples: sampler.samples,
        cost: Nanos(sampler.spent().saturating_sub(spent)),
        time: clock::now().since(began),
        shortened: sampler.shortened,
    };
    let totals = seen.iter().map(|(worker, seen)| (*worker, seen.all)).collect();
    outbox::send(LapEvent::Sampled { sampling, totals });
    seen
}

impl Sampler {
    fn send(&mut self, watched: &mut Watched) {
        let count = watched.send(self.room);
        self.shortened |= count > self.room;
        self.room = self.room.saturating_sub(count);
    }

    /// What the sampling thread has spent by now.
    fn spent(&self) -> u64 {
        self.thread.and_then(system::cpu_of).unwrap_or(self.spent)
    }

    /// Who has which GIL, if any thread may have any.
    fn look(&self) -> Vec<Taken> {
        self.lanes.as_ref().map_or_else(Vec::new, Lanes::look)
    }

    /// Looks at all. Of those that have ended it is said.
    fn sample_all(&mut self) {
        let taken = self.look();
        let ended = self.watched.extract_if(.., |watched| watched.sample(&taken).is_none());
        for watched in ended.collect::<Vec<_>>() {
            outbox::send(LapEvent::ThreadEnded { worker: watched.worker(), at: watched.looked() });
            self.leave(watched);
        }
    }

    /// Follows the threads that are new.
    fn search(&mut self, now: u64) {
        if let Some(lanes) = &mut self.lanes {
            let new = lanes.search(now, &self.watched);
            self.watched.extend(new);
        }
    }

    /// Follows this one no longer.
    fn leave(&mut self, mut watched: Watched) {
        self.send(&mut watched);
        self.left.push((watched.worker(), watched.seen()));
    }

    fn send_all(&mut self) {
        let mut all = std::mem::take(&mut self.watched);
        all.iter_mut().for_each(|watched| self.send(watched));
        self.watched = all;
    }
}

/// The sampling thread.
fn run() {
    let cpus = f64::from(system::cpus());
    let mut pace: Option<Pace> = None;
    lock().thread = Some(system::this_thread());
    let mut next = system::monotonic();
    let (mut sent, mut judged) = (next, (next, system::thread_cpu()));
    loop {
        let now = system::monotonic();
        let mut sampler = lock();
        let measuring = matches!(sampler.phase, Phase::Measuring(..));
        if sampler.phase == Phase::Over || (measuring && sampler.watched.is_empty()) {
            (sampler.thread, sampler.spent) = (None, system::thread_cpu());
            return;
        }
        if measuring {
            sampler.search(now);
            sampler.sample_all();
            sampler.samples += 1;
            if now - sent >= SEND_EVERY {
                sampler.send_all();
                sent = now;
            }
        }
        let (processes, workers) = (sampler.processes, sampler.watched.len() as u32);
        drop(sampler);

        // Workers get ready one after the other: by the time of the first judgement they are there.
        let current = pace.get_or_insert_with(|| Pace::new(processes.max(workers)));
        if now - judged.0 >= JUDGE_EVERY {
            let spent = system::thread_cpu();
            let share = (spent - judged.1) as f64 * f64::from(processes) / ((now - judged.0) as f64 * cpus);
            *current = current.for_workers(processes.max(workers)).after(share);
            judged = (now, spent);
        }
        // What was missed is not made up for.
        next = (next + current.period().as_nanos() as u64).max(now);
        system::sleep_until(next);
    }
}

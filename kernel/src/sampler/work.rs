//! Whether a worker executes `work`, said by the worker and read by the sampler.

use std::sync::atomic::{AtomicBool, Ordering};

/// On a cache line of its own: workers write to theirs at every task.
#[repr(align(128))]
struct Flag(AtomicBool);

static IN_WORK: [Flag; shared::MAX_WORKERS as usize] =
    [const { Flag(AtomicBool::new(false)) }; shared::MAX_WORKERS as usize];

/// From now on this worker executes `work`.
pub fn enter_work(worker: u32) {
    note(worker, true);
}

/// From now on it doesn't.
pub fn leave_work(worker: u32) {
    note(worker, false);
}

/// Whether it does.
pub fn is_in_work(worker: u32) -> bool {
    IN_WORK.get(worker as usize).is_some_and(|flag| flag.0.load(Ordering::Relaxed))
}

fn note(worker: u32, now: bool) {
    if let Some(flag) = IN_WORK.get(worker as usize) {
        flag.0.store(now, Ordering::Relaxed);
    }
}

//! Calls that are executed on the thread that submits them: the mode sequential.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};

use shared::{Nanos, Span};

use super::{UNANSWERED, is_desktop};
use crate::lap::Lap;
use crate::{clock, output, system};

static NEXT: AtomicU32 = AtomicU32::new(0);

thread_local! {
    /// The calls that this thread executes: one may submit another.
    static CALLS: RefCell<Vec<(u32, Nanos, u64)>> = const { RefCell::new(Vec::new()) };
}

/// A call begins, as the next task.
pub fn enter() {
    UNANSWERED.fetch_add(1, Ordering::Relaxed);
    let task = NEXT.fetch_add(1, Ordering::Relaxed);
    let start = clock::now();
    let noting = noting();
    CALLS.with_borrow_mut(|calls| calls.push((task, start, system::thread_cpu())));
    if let Some(lap) = noting {
        lap.tracks.of(0).begin(task, start);
        output::set_task(Some(task));
    }
}

/// It has returned, or raised.
pub fn leave() {
    UNANSWERED.fetch_sub(1, Ordering::Relaxed);
    let Some((task, start, cpu)) = CALLS.with_borrow_mut(Vec::pop) else { return };
    if let Some(lap) = noting() {
        let cpu = Nanos(system::thread_cpu().saturating_sub(cpu));
        lap.tracks.of(0).end(Span { task, start, end: clock::now(), cpu });
        output::set_task(None);
    }
}

/// Where the lap's first lane is that of the thread that submits, unless it executes a call already.
fn noting() -> Option<&'static Lap> {
    Lap::current().filter(|_| is_desktop() && CALLS.with_borrow(Vec::is_empty))
}

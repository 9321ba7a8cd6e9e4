//! Hands out tasks: the same for every mode, so that only the mode differs between laps.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use crate::cancel;

/// Hands out each task once, in order.
#[derive(Debug)]
pub struct Dispatcher {
    next: AtomicUsize,
    tasks: usize,
}

impl Dispatcher {
    /// For so many tasks.
    pub fn new(tasks: u32) -> Dispatcher {
        Dispatcher { next: AtomicUsize::new(0), tasks: tasks as usize }
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> u32 {
        self.tasks as u32
    }

    /// The next task, unless all are handed out or the lap is being ended.
    pub fn next(&self) -> Option<u32> {
        if cancel::is_requested() {
            return None;
        }
        let task = self.next.fetch_add(1, Ordering::Relaxed);
        (task < self.tasks).then_some(task as u32)
    }

    /// Hands out nothing more.
    pub fn stop(&self) {
        self.next.store(self.tasks, Ordering::Relaxed);
    }
}

/// Holds workers that are ready until all are.
#[derive(Debug, Default)]
pub struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// Waits until it is open. The caller is not attached.
    pub fn pass(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        while !*open {
            open = self.opened.wait(open).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets everybody pass, now and later.
    pub fn open(&self) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.opened.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;
    use std::thread;

    #[test]
    fn every_task_is_handed_out_once() {
        let dispatcher = Dispatcher::new(10_000);
        let seen: Vec<AtomicU32> = (0..10_000).map(|_| AtomicU32::new(0)).collect();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while let Some(task) = dispatcher.next() {
                        seen[task as usize].fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert!(seen.iter().all(|times| times.load(Ordering::Relaxed) == 1));
    }

    #[test]
    fn a_stopped_dispatcher_hands_out_nothing() {
        let dispatcher = Dispatcher::new(3);
        assert_eq!(dispatcher.next(), Some(0));
        dispatcher.stop();
        assert_eq!(dispatcher.next(), None);
    }
}

//! Hands out tasks: the same for every mode, so that only the mode differs between laps.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use shared::Feed;

use crate::count::Count;
use crate::{cancel, system};

/// Hands out each task once, in order.
#[derive(Debug)]
pub struct Dispatcher {
    next: AtomicUsize,
    tasks: usize,
    /// Only if tasks are released one by one.
    release: Option<Release>,
}

/// How many tasks may be taken, and how many have come back.
#[derive(Debug, Default)]
struct Release {
    released: Count,
    returned: Count,
    /// Nothing more is released.
    stopped: AtomicBool,
}

impl Dispatcher {
    /// For so many tasks.
    pub fn new(tasks: u32, feed: Feed) -> Dispatcher {
        let release = match feed {
            Feed::AtOnce => None,
            Feed::OneByOne => Some(Release::default()),
        };
        Dispatcher { next: AtomicUsize::new(0), tasks: tasks as usize, release }
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> u32 {
        self.tasks as u32
    }

    /// Whether [`Dispatcher::next`] may have to wait: who calls it should be detached then.
    pub fn waits(&self) -> bool {
        self.release.is_some()
    }

    /// The next task, unless all are handed out or the lap is being ended. Waits until it may be taken.
    pub fn next(&self) -> Option<u32> {
        if cancel::is_requested() {
            return None;
        }
        let task = self.next.fetch_add(1, Ordering::Relaxed);
        if task >= self.tasks {
            return None;
        }
        if let Some(release) = &self.release {
            return release.wait_for(task).then_some(task as u32);
        }
        Some(task as u32)
    }

    /// A task has come back.
    pub fn returned(&self) {
        if let Some(release) = &self.release {
            release.returned.raise(1);
        }
    }

    /// Hands out nothing more.
    pub fn stop(&self) {
        self.next.store(self.tasks, Ordering::Relaxed);
        if let Some(release) = &self.release {
            release.stopped.store(true, Ordering::SeqCst);
            release.released.wake();
            release.returned.wake();
        }
    }

    /// Releases one task after the other to so many workers, on a thread of its own, if that is how they are handed out.
    pub fn begin(&'static self, workers: u32) {
        let Some(release) = &self.release else { return };
        let tasks = self.tasks;
        // Where each worker and the releasing thread have a CPU of their own, nobody is kept from working by who waits
        // awake.
        let awake = workers < system::cpus();
        release.released.wait_awake(awake);
        release.returned.wait_awake(awake);
        let releasing = move || {
            for task in 0..tasks {
                if !release.release_and_wait(task) {
                    return;
                }
            }
        };
        if thread::Builder::new().name("release".into()).spawn(releasing).is_err() {
            // All at once is better than not at all.
            release.released.raise(tasks);
        }
    }
}

impl Release {
    /// Waits until a task may be taken; false if it never will be.
    fn wait_for(&self, task: usize) -> bool {
        self.released.wait_beyond(task, || self.is_over())
    }

    /// Lets a task be taken and waits until it has come back; false if the lap is being ended.
    fn release_and_wait(&self, task: usize) -> bool {
        self.released.raise(1);
        self.returned.wait_beyond(task, || self.is_over())
    }

    fn is_over(&self) -> bool {
        self.stopped.load(Ordering::SeqCst) || cancel::is_requested()
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
        let dispatcher = Dispatcher::new(10_000, Feed::AtOnce);
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
        let dispatcher = Dispatcher::new(3, Feed::AtOnce);
        assert_eq!(dispatcher.next(), Some(0));
        dispatcher.stop();
        assert_eq!(dispatcher.next(), None);
    }

    #[test]
    fn one_by_one_the_next_comes_after_the_last_has_returned() {
        let dispatcher: &'static Dispatcher = Box::leak(Box::new(Dispatcher::new(1_000, Feed::OneByOne)));
        let out = AtomicU32::new(0);
        let done = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while dispatcher.next().is_some() {
                        assert_eq!(out.fetch_add(1, Ordering::SeqCst), 0, "two tasks are out at once");
                        out.fetch_sub(1, Ordering::SeqCst);
                        done.fetch_add(1, Ordering::SeqCst);
                        dispatcher.returned();
                    }
                });
            }
            dispatcher.begin(2);
        });
        assert_eq!(done.load(Ordering::SeqCst), 1_000);
    }

    #[test]
    fn who_waits_for_a_task_is_told_that_there_is_none() {
        let dispatcher = Dispatcher::new(3, Feed::OneByOne);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| dispatcher.next());
            dispatcher.stop();
            assert_eq!(waiting.join().unwrap(), None);
        });
    }
}

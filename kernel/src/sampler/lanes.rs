//! The threads that a script starts: each is followed as it appears, and gets a lane.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use shared::{LapEvent, MAX_WORKERS};

use super::subject::Subject;
use super::watched::Watched;
use crate::gil::{Locks, Taken};
use crate::system::{self, Probe};
use crate::{clock, outbox};

/// How often threads and interpreters are looked for, in nanoseconds.
const SEARCH_EVERY: u64 = 10_000_000;
/// A name is given to a thread soon after it has begun: so often it is asked for.
const ASK_NAME: u32 = 20;
/// A name of so many bytes may have been longer.
const LONGEST_NAME: usize = 15;

/// The kernel's threads that were started since the script has begun.
static LEFT_OUT: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// The calling thread is one of the kernel's own, and gets no lane.
pub fn leave_out_this_thread() {
    LEFT_OUT.lock().unwrap_or_else(PoisonError::into_inner).insert(system::this_thread());
}

/// What is known of a script's threads.
#[derive(Debug, Default)]
pub struct Lanes {
    /// The kernel's own threads.
    ours: BTreeSet<u32>,
    /// What threads are called that nobody gave a name.
    unnamed: Option<String>,
    names: Vec<Name>,
    next: u32,
    searched: u64,
    locks: Locks,
}

/// The name that a lane was given.
#[derive(Debug)]
struct Name {
    worker: u32,
    thread: u32,
    name: String,
    asked: u32,
}

impl Lanes {
    /// For a script that hasn't begun: all threads but the calling one are the kernel's own.
    pub fn before_script() -> Lanes {
        let main = system::this_thread();
        let ours = system::threads().into_iter().filter(|thread| *thread != main).collect();
        let unnamed = system::thread_name(main);
        let mut locks = Locks::default();
        locks.search();
        Lanes { ours, unnamed, names: Vec::new(), next: 1, searched: 0, locks }
    }

    /// Who has which GIL.
    pub fn look(&self) -> Vec<Taken> {
        self.locks.look()
    }

    /// Looks for new threads if it is time to, at this moment of the monotonic clock: those that are found.
    pub fn search(&mut self, now: u64, watched: &[Watched]) -> Vec<Watched> {
        if now.saturating_sub(self.searched) < SEARCH_EVERY {
            return Vec::new();
        }
        self.searched = now;
        self.locks.search();
        let followed: BTreeSet<u32> = watched.iter().filter_map(followed).collect();
        let left_out = LEFT_OUT.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut new = Vec::new();
        for thread in system::threads() {
            let is_known = self.ours.contains(&thread) || left_out.contains(&thread) || followed.contains(&thread);
            if is_known || self.next >= MAX_WORKERS {
                continue;
            }
            // It may have ended already.
            let Some(probe) = Probe::of(thread) else { continue };
            new.push(Watched::new(self.next, Subject::thread(thread), probe));
            self.names.push(Name { worker: self.next, thread, name: String::new(), asked: 0 });
            self.next += 1;
        }
        let unnamed = self.unnamed.as_deref();
        self.names.retain_mut(|name| name.ask(unnamed));
        new
    }
}

fn followed(watched: &Watched) -> Option<u32> {
    match watched.subject() {
        Subject::Thread { thread, .. } => Some(*thread),
        Subject::Worker { .. } => None,
    }
}

impl Name {
    /// Asks for it, and says it if it is new: whether to ask again.
    fn ask(&mut self, unnamed: Option<&str>) -> bool {
        self.asked += 1;
        let Some(found) = system::thread_name(self.thread) else { return false };
        let name = displayed(&found, unnamed, self.worker);
        if name != self.name {
            self.name.clone_from(&name);
            outbox::send(LapEvent::Thread { worker: self.worker, name, at: clock::now() });
        }
        self.asked < ASK_NAME
    }
}

/// What people read: of threads without a name, which are called as the process is, their lane's number.
fn displayed(found: &str, unnamed: Option<&str>, worker: u32) -> String {
    if found.is_empty() || Some(found) == unnamed {
        format!("thread {worker}")
    } else if found.len() >= LONGEST_NAME {
        format!("{found}…")
    } else {
        found.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_people_gave() {
        for (found, name) in [
            ("reader", "reader"),
            ("virgil-kernel", "thread 3"),
            ("", "thread 3"),
            ("ThreadPoolExecu", "ThreadPoolExecu…"),
        ] {
            assert_eq!(displayed(found, Some("virgil-kernel"), 3), name);
        }
    }
}

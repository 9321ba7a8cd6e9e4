//! Whose thread it is that is followed, and which GIL it wants.

use super::attribution::Contest;
use crate::gil::{Lock, Taken};

/// Whose.
#[derive(Debug)]
pub enum Subject {
    /// A worker's, which is in one interpreter.
    Worker {
        /// The address of its thread state: only compared, never followed.
        state: usize,
        /// The GIL of its interpreter, which lives until the process ends; none if it has none.
        lock: Option<Lock>,
        /// How often that had changed hands by the last look.
        switches: usize,
    },
    /// A script's, which may go from one interpreter to another.
    Thread {
        /// The number that the system has for it.
        thread: u32,
        /// The interpreter in which it was last seen, with the main interpreter's number before that.
        interpreter: u32,
        /// How often that one's GIL had changed hands by the last look.
        switches: Option<usize>,
    },
}

impl Subject {
    /// A worker's.
    pub fn worker(state: usize, lock: Option<Lock>) -> Subject {
        Subject::Worker { state, lock, switches: 0 }
    }

    /// A script's.
    pub fn thread(thread: u32) -> Subject {
        Subject::Thread { thread, interpreter: 0, switches: None }
    }

    /// What its GIL meant to it since the last time that this was asked, and whether it has it now.
    pub fn contest(&mut self, taken: &[Taken]) -> (Contest, bool) {
        match self {
            Subject::Worker { lock: None, .. } => (Contest::NoGil, false),
            Subject::Worker { state, lock: Some(lock), switches } => {
                let (now, holder) = (lock.switches(), lock.holder());
                let switched = now != std::mem::replace(switches, now);
                let others = holder.is_some_and(|holder| holder != *state);
                (contest(lock.interpreter, switched || others), holder == Some(*state))
            }
            Subject::Thread { thread, interpreter, switches } => {
                let has = |one: &&Taken| one.thread == Some(*thread);
                let known = |one: &&Taken| one.lock.interpreter == *interpreter;
                let Some(one) = taken.iter().find(has).or_else(|| taken.iter().find(known)).or(taken.first()) else {
                    return (Contest::NoGil, false);
                };
                let before = switches.replace(one.switches).filter(|_| known(&one));
                *interpreter = one.lock.interpreter;
                let holds = has(&one);
                let switched = before.is_some_and(|before| before != one.switches);
                (contest(*interpreter, switched || (one.held && !holds)), holds)
            }
        }
    }

    /// Whether it waits for a GIL, if it sleeps at this address.
    pub fn awaits(&mut self, address: usize, taken: &[Taken]) -> bool {
        match self {
            Subject::Worker { lock, .. } => lock.as_ref().is_some_and(|lock| lock.is_awaited_at(address)),
            Subject::Thread { interpreter, switches, .. } => {
                let Some(one) = taken.iter().find(|one| one.lock.is_awaited_at(address)) else { return false };
                if *interpreter != one.lock.interpreter {
                    (*interpreter, *switches) = (one.lock.interpreter, Some(one.switches));
                }
                true
            }
        }
    }
}

fn contest(interpreter: u32, wanted: bool) -> Contest {
    if wanted { Contest::Wanted(interpreter) } else { Contest::Free(interpreter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The GIL of an interpreter that a thread has, after so many switches.
    fn taken(interpreter: u32, thread: Option<u32>, switches: usize) -> Taken {
        let lock = Lock::of_test(interpreter, 1_000 * interpreter as usize..1_000 * interpreter as usize + 96);
        Taken { lock, held: thread.is_some(), thread, switches }
    }

    #[test]
    fn a_thread_is_in_the_interpreter_whose_gil_it_has_had() {
        let mut subject = Subject::thread(7);
        for (what, locks, expected) in [
            ("no GIL at all", vec![], (Contest::NoGil, false)),
            ("another has the main interpreter's", vec![taken(0, Some(6), 1)], (Contest::Wanted(0), false)),
            ("it has it", vec![taken(0, Some(7), 1), taken(2, Some(9), 5)], (Contest::Free(0), true)),
            ("it passed in between", vec![taken(0, Some(7), 3), taken(2, Some(9), 5)], (Contest::Wanted(0), true)),
            ("it is in the second", vec![taken(0, Some(6), 4), taken(2, Some(7), 6)], (Contest::Free(2), true)),
            ("and still there", vec![taken(0, Some(6), 4), taken(2, None, 6)], (Contest::Free(2), false)),
            ("the second has ended", vec![taken(0, Some(6), 4)], (Contest::Wanted(0), false)),
        ] {
            assert_eq!(subject.contest(&locks), expected, "{what}");
        }
    }

    #[test]
    fn a_thread_waits_for_the_gil_at_whose_address_it_sleeps() {
        let locks = [taken(1, Some(6), 1), taken(2, Some(8), 5)];
        let mut subject = Subject::thread(7);
        assert!(!subject.awaits(500, &locks));
        assert!(subject.awaits(2_050, &locks));
        assert_eq!(subject.contest(&locks), (Contest::Wanted(2), false));
    }
}

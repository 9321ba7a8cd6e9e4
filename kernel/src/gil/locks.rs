//! Every GIL of this process, read from outside: a script may start interpreters, and end them at any time.

use pyo3::ffi;

use super::{Lock, THREAD_NUMBER, View, peek_word, view};
use crate::system;

/// So many interpreters are looked at.
const MOST_INTERPRETERS: usize = 64;

/// All GILs that were there when they were last searched for.
#[derive(Debug, Default)]
pub struct Locks(Vec<Lock>);

/// One of them, at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which.
    pub lock: Lock,
    /// Whether a thread has it.
    pub held: bool,
    /// Which thread, by the number that the system has for it.
    pub thread: Option<u32>,
    /// How often it has passed from one thread to another.
    pub switches: usize,
}

impl Locks {
    /// Whether threads that nobody registered can be told from each other.
    pub fn are_known() -> bool {
        match view() {
            View::Locks(..) => thread_number().is_some(),
            View::Absent => true,
            View::Unknown => false,
        }
    }

    /// Searches for them again. Interpreters that share a GIL are found with the first that has it, the oldest.
    pub fn search(&mut self) {
        self.0.clear();
        let View::Locks(offsets, _) = view() else { return };
        // SAFETY: it only returns an address, and the main interpreter lives as long as the process.
        let main = unsafe { ffi::PyInterpreterState_Main() } as usize;
        self.0.extend(Lock::peek_of(main, offsets, 0));
        let Some((chain, runtime)) = offsets.chain.zip(system::runtime()) else { return };
        // The chain may change while it is followed: what is read then is a word that leads nowhere, or not a lock.
        let mut next = peek_word(runtime + chain.head);
        for _ in 0..MOST_INTERPRETERS {
            let Some(interpreter) = next.filter(|interpreter| *interpreter != 0) else { break };
            let number = peek_word(interpreter + chain.number).and_then(|number| u32::try_from(number).ok());
            let lock = number.and_then(|number| Lock::peek_of(interpreter, offsets, number));
            self.0.extend(lock.filter(|lock| !self.0.iter().any(|known| known.locked == lock.locked)));
            next = peek_word(interpreter + chain.next);
        }
    }

    /// Who has them now.
    pub fn look(&self) -> Vec<Taken> {
        let taken = |lock: &Lock| {
            let (holder, switches) = lock.peek()?;
            let thread = holder.zip(thread_number()).and_then(|(state, place)| peek_word(state + place));
            let thread = thread.and_then(|number| u32::try_from(number).ok());
            Some(Taken { lock: lock.clone(), held: holder.is_some(), thread, switches })
        };
        self.0.iter().filter_map(taken).collect()
    }
}

fn thread_number() -> Option<usize> {
    THREAD_NUMBER.get().copied().flatten()
}

//! Where each interpreter keeps its GIL and who has it, read without ever taking it.
//!
//! CPython 3.13 and newer publish for debuggers where that is. For others the place is searched: the thread that asks
//! is attached, so it is known what the lock must hold.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use pyo3::ffi;
use shared::Basis;

use crate::interpreter::{Attachment, detached};
use crate::system;

mod locks;
mod offsets;
mod search;

pub use locks::{Locks, Taken};
pub use offsets::{BYTES as OFFSETS_BYTES, Offsets};

/// How this CPython's GILs can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// So.
    Locks(Offsets, Basis),
    /// There is none: a free-threaded build.
    Absent,
    /// Nobody knows where they are.
    Unknown,
}

static VIEW: OnceLock<View> = OnceLock::new();
/// Where a thread's state has the number that the system has for the thread.
static THREAD_NUMBER: OnceLock<Option<usize>> = OnceLock::new();

/// Finds out, once, before any thread of the lap is started: how GILs can be looked at.
pub fn find(_: &Attachment) -> View {
    *VIEW.get_or_init(|| {
        if cfg!(Py_GIL_DISABLED) {
            return View::Absent;
        }
        // SAFETY: attached; the main interpreter lives as long as the process.
        let (main, state) = unsafe { (ffi::PyInterpreterState_Main() as usize, ffi::PyThreadState_Get() as usize) };
        let _ = THREAD_NUMBER.set(search::thread_number(state, system::thread_numbers(), system::peek));
        let published = system::published_offsets().and_then(|bytes| Offsets::parse(&bytes));
        // What is published is still looked at: a wrong picture is worse than none.
        match published.filter(|offsets| fits(*offsets, main, state)) {
            Some(offsets) => View::Locks(offsets, Basis::Read),
            None => match search::search(main, state, system::peek).filter(|offsets| fits(*offsets, main, state)) {
                Some(offsets) => View::Locks(offsets, Basis::Inferred),
                None => View::Unknown,
            },
        }
    })
}

/// What was found.
pub fn view() -> View {
    VIEW.get().copied().unwrap_or(View::Unknown)
}

/// Whether the lock is held by this thread while it is attached, and by nobody while it isn't. No other thread runs
/// Python yet.
fn fits(offsets: Offsets, main: usize, state: usize) -> bool {
    let mut pointer = [0; size_of::<usize>()];
    if system::peek(main + offsets.lock, &mut pointer) < pointer.len() {
        return false;
    }
    let address = usize::from_ne_bytes(pointer);
    let readable = system::peek(address, &mut vec![0; offsets.waiters().end]) == offsets.waiters().end;
    if address == 0 || !address.is_multiple_of(align_of::<usize>()) || !readable {
        return false;
    }
    let lock = Lock::at(address, offsets, 0);
    lock.holder() == Some(state) && detached(|| lock.holder().is_none())
}

/// A word of this process's memory, if it is there.
fn peek_word(address: usize) -> Option<usize> {
    let mut bytes = [0; size_of::<usize>()];
    (system::peek(address, &mut bytes) == bytes.len()).then(|| usize::from_ne_bytes(bytes))
}

/// The fields of a lock that are looked at lie within so many bytes.
const PEEKED: usize = 96;

/// One GIL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The number of the interpreter to which it belongs; interpreters that share one have the main interpreter's.
    pub interpreter: u32,
    locked: usize,
    holder: usize,
    switches: usize,
    waiters: Range<usize>,
}

impl Lock {
    /// The GIL of the interpreter of a thread's state, if it is known where that is.
    ///
    /// # Safety
    /// The thread's state is alive, and so is its interpreter until the process ends.
    pub unsafe fn of(state: *mut ffi::PyThreadState) -> Option<Lock> {
        let View::Locks(offsets, _) = view() else { return None };
        let address = |interpreter: *mut ffi::PyInterpreterState| (interpreter as usize + offsets.lock) as *const usize;
        // SAFETY: as the caller says; an aligned word that is written before an interpreter has threads.
        unsafe {
            let interpreter = ffi::PyThreadState_GetInterpreter(state);
            let own = *address(interpreter);
            let shared = own == *address(ffi::PyInterpreterState_Main());
            let number = if shared { 0 } else { ffi::PyInterpreterState_GetID(interpreter) as u32 };
            (own != 0).then(|| Lock::at(own, offsets, number))
        }
    }

    /// The GIL of the interpreter with this number at this address, as far as memory can be read there.
    fn peek_of(interpreter: usize, offsets: Offsets, number: u32) -> Option<Lock> {
        let address = peek_word(interpreter + offsets.lock).filter(|address| *address != 0)?;
        Some(Lock::at(address, offsets, number))
    }

    /// Who has it, by the address of the thread's state, and how often it has changed hands: read in a way that does no
    /// harm if its interpreter has ended. None if so.
    fn peek(&self) -> Option<(Option<usize>, usize)> {
        let start = self.locked.min(self.holder);
        let mut bytes = [0; PEEKED];
        let bytes = bytes.get_mut(..self.switches + size_of::<usize>() - start)?;
        if system::peek(start, bytes) < bytes.len() {
            return None;
        }
        let word = |address: usize| {
            let place = address - start;
            bytes.get(place..place + size_of::<usize>())?.try_into().ok().map(usize::from_ne_bytes)
        };
        // A C int.
        let locked = word(self.locked)? as u32 == 1;
        Some((word(self.holder).filter(|_| locked), word(self.switches)?))
    }

    /// One that is nowhere, with these waiters.
    #[cfg(test)]
    pub fn of_test(interpreter: u32, waiters: Range<usize>) -> Lock {
        Lock { interpreter, locked: 0, holder: 0, switches: 0, waiters }
    }

    fn at(address: usize, offsets: Offsets, interpreter: u32) -> Lock {
        let waiters = offsets.waiters();
        Lock {
            interpreter,
            locked: address + offsets.locked,
            holder: address + offsets.holder,
            switches: address + offsets.switches(),
            waiters: address + waiters.start..address + waiters.end,
        }
    }

    /// The address of the thread's state that has it now; none if nobody has it.
    pub fn holder(&self) -> Option<usize> {
        // SAFETY: both fields are CPython's own atomics of these sizes, inside of an interpreter that lives until the
        // process ends: `fits` has read them before.
        let (locked, holder) = unsafe { (&*(self.locked as *const AtomicI32), &*(self.holder as *const AtomicUsize)) };
        (locked.load(Ordering::Acquire) == 1).then(|| holder.load(Ordering::Relaxed))
    }

    /// How often it has passed from one thread to another.
    pub fn switches(&self) -> usize {
        // SAFETY: as above. It stands behind `locked` in all versions, is written by whoever takes the lock, and is as
        // wide as a pointer on this system; `fits` has read it too.
        unsafe { &*(self.switches as *const AtomicUsize) }.load(Ordering::Relaxed)
    }

    /// Whether a thread that sleeps at this address waits for it.
    pub fn is_awaited_at(&self, address: usize) -> bool {
        self.waiters.contains(&address)
    }
}

//! Time that is spent on what crosses from one interpreter or process to another.

use std::cell::Cell;

use shared::Nanos;

use crate::clock;

/// Spent on pickles, and on copying large texts and bytes: what takes less long than looking at the clock is left out.
#[derive(Debug, Default)]
pub struct Spent {
    unpickling: Cell<Nanos>,
    pickling: Cell<Nanos>,
}

impl Spent {
    /// On the way in, so far.
    pub fn unpickling(&self) -> Nanos {
        self.unpickling.get()
    }

    /// On the way out, so far.
    pub fn pickling(&self) -> Nanos {
        self.pickling.get()
    }

    /// Does something that belongs to unpickling.
    pub fn on_unpickling<T>(&self, action: impl FnOnce() -> T) -> T {
        noted(&self.unpickling, action)
    }

    /// Does something that belongs to pickling.
    pub fn on_pickling<T>(&self, action: impl FnOnce() -> T) -> T {
        noted(&self.pickling, action)
    }
}

fn noted<T>(sum: &Cell<Nanos>, action: impl FnOnce() -> T) -> T {
    let started = clock::now();
    let result = action();
    sum.set(Nanos(sum.get().0 + clock::now().since(started).0));
    result
}

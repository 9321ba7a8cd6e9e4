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

    /// Since then something was unpickled.
    pub fn note_unpickling(&self, started: Nanos) {
        note(&self.unpickling, started);
    }

    /// Since then something was pickled.
    pub fn note_pickling(&self, started: Nanos) {
        note(&self.pickling, started);
    }
}

fn note(sum: &Cell<Nanos>, started: Nanos) {
    sum.set(Nanos(sum.get().0 + clock::now().since(started).0));
}

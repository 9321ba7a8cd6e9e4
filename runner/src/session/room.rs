//! How many pages may be connected at once: what each of them is told takes time from the laps.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many.
pub const MOST: usize = 8;
/// After how many seconds it is of use to try again: as long as a page that is reloaded may take to be gone.
const RETRY_AFTER: u16 = 3;

/// The room for pages; clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Room(Arc<AtomicUsize>);

/// The place of one page, until it is dropped.
#[derive(Debug)]
pub struct Place(Arc<AtomicUsize>);

/// There is no place left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl Room {
    /// Takes a place.
    ///
    /// # Errors
    /// If all are taken.
    pub fn enter(&self) -> Result<Place, Full> {
        let one_more = |taken| (taken < MOST).then_some(taken + 1);
        let entered = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        entered.map(|_| Place(self.0.clone())).map_err(|_| Full)
    }

    /// Whether there is one.
    ///
    /// # Errors
    /// If all are taken.
    pub fn look(&self) -> Result<(), Full> {
        if self.0.load(Ordering::Relaxed) < MOST { Ok(()) } else { Err(Full) }
    }

    /// Whether nobody is there.
    pub fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Full {
    /// When to try again, in seconds from now.
    pub fn retry_after(self) -> u16 {
        RETRY_AFTER
    }
}

impl fmt::Display for Full {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{MOST} pages are connected already: close some of Virgil's tabs.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_page_is_gone() {
        let room = Room::default();
        let mut places: Vec<Place> = (0..MOST).map(|_| room.enter().unwrap()).collect();
        assert_eq!((room.enter().map(drop), room.look()), (Err(Full), Err(Full)));
        places.pop();
        assert_eq!(room.look(), Ok(()));
        drop(room.enter().unwrap());
        places.clear();
        assert!(room.is_empty());
    }
}

//! All demonstrations as the deck has them, for the next audience; and back, if that was a mistake.

use leptos::prelude::*;
use shared::{CellId, ClientMessage, Deck, Driver, Occasion};

use crate::page::Page;

/// The starters of all cells, and what stood in their place; copies are the same.
#[derive(Clone, Copy)]
pub struct Demos {
    starters: StoredValue<Vec<(CellId, String)>>,
    before: RwSignal<Vec<(CellId, String)>>,
    /// What is to be written as soon as this window may.
    waiting: StoredValue<Vec<(CellId, String)>>,
}

impl Demos {
    /// Those of a deck.
    pub fn new(deck: &Deck) -> Demos {
        let starters = deck.cells.iter().map(|cell| (cell.id.clone(), cell.starter.clone())).collect();
        Demos {
            starters: StoredValue::new(starters),
            before: RwSignal::new(Vec::new()),
            waiting: StoredValue::new(Vec::new()),
        }
    }

    /// How many were brought back and can be undone: none any more as soon as one of them is edited.
    pub fn undoable(self, page: Page) -> usize {
        let is_starter = |(id, _): &(CellId, String)| {
            let starter = self.starters.with_value(|all| all.iter().find(|(other, _)| other == id).cloned());
            let text = page.cell(&id.0).map(|cell| cell.draft.text.get());
            text == starter.map(|(_, text)| text)
        };
        self.before.with(|before| if before.iter().all(is_starter) { before.len() } else { 0 })
    }

    /// Brings all cells that were changed back to their starters, or what they were before, if that was done last.
    pub fn turn(self, page: Page) {
        if untrack(|| self.undoable(page)) > 0 {
            let before = self.before.get_untracked();
            self.before.set(Vec::new());
            return self.write(before, Occasion::Restored, page);
        }
        let text = |id: &CellId| page.cell(&id.0).map(|cell| cell.draft.text.get_untracked());
        let starters = self.starters.get_value().into_iter();
        let both = starters.filter_map(|(id, starter)| Some((text(&id)?, id, starter)));
        let changed = both.filter(|(text, _, starter)| text != starter);
        let (before, starters): (Vec<_>, Vec<_>) =
            changed.map(|(text, id, starter)| ((id.clone(), text), (id, starter))).unzip();
        self.before.set(before);
        self.write(starters, Occasion::Reset, page);
    }

    fn write(self, texts: Vec<(CellId, String)>, occasion: Occasion, page: Page) {
        if page.driver.get_untracked() != Driver::You {
            self.waiting.set_value(texts);
            // Without a connection the page says so itself.
            page.send(&ClientMessage::TakeOver);
            return;
        }
        for (id, text) in texts {
            let Some(cell) = page.cell(&id.0) else { continue };
            cell.draft.before(occasion, &id, page);
            cell.draft.replace(id, text, page);
        }
    }

    /// Writes what waits as soon as this window may.
    pub fn keep_writing(self, page: Page) {
        Effect::new(move |_| {
            if page.driver.get() == Driver::You {
                let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
                self.write(waiting, Occasion::Reset, page);
            }
        });
    }
}

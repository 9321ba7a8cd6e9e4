//! The copy that a browser keeps of an edit until it is on disk.

use leptos::prelude::window;
use shared::CellId;
use web_sys::Storage;

use super::ledger::Ledger;
use crate::shelf;

/// Where copies are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// For whichever tab is opened next: what the tab that may change the files has not got to disk yet.
    Browser,
    /// For this tab only: edits that no other one asked for.
    Tab,
}

/// An edit that is not on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// What it was made of.
    pub ledger: Ledger,
    /// All of it.
    pub text: String,
}

impl Copy {
    fn written(&self) -> String {
        format!("{}\n{}", self.ledger.line(), self.text)
    }

    fn read(written: &str) -> Option<Copy> {
        let (line, text) = written.split_once('\n')?;
        Some(Copy { ledger: Ledger::read(line)?, text: text.to_owned() })
    }

    /// Keeps it; says whether the browser did.
    pub fn keep(&self, cell: &CellId, place: Place) -> bool {
        storage(place).is_some_and(|storage| storage.set_item(&key(cell), &self.written()).is_ok())
    }

    /// What was kept of this cell: of this tab first.
    pub fn find(cell: &CellId) -> Option<(Copy, Place)> {
        [Place::Tab, Place::Browser].into_iter().find_map(|place| {
            let written = storage(place)?.get_item(&key(cell)).ok()??;
            Some((Copy::read(&written)?, place))
        })
    }

    /// The text is on disk: a copy that stays behind would only be sent once more.
    pub fn forget(cell: &CellId, place: Place) {
        if let Some(storage) = storage(place) {
            // A browser that keeps nothing has nothing to forget.
            let _ = storage.remove_item(&key(cell));
        }
    }
}

fn storage(place: Place) -> Option<Storage> {
    match place {
        Place::Browser => window().local_storage().ok()?,
        Place::Tab => window().session_storage().ok()?,
    }
}

fn key(cell: &CellId) -> String {
    shelf::key("unsaved", cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_read_again_to_the_last_letter() {
        for text in ["", "one", "one\r\ntwo\n", "\n\n# é"] {
            let copy = Copy { ledger: Ledger::new(5), text: text.into() };
            assert_eq!(Copy::read(&copy.written()), Some(copy));
        }
        for foreign in ["", "no fingerprint", "5", "x\ntext"] {
            assert_eq!(Copy::read(foreign), None, "{foreign}");
        }
    }
}

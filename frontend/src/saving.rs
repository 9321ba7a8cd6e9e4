//! Keeping edits: sent to the runner 300 ms after the last key, sent again after a reconnect, and kept in the
//! browser until the runner says that they are on disk.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::{CellId, ClientMessage, MAX_SOURCE_BYTES, fingerprint};

use crate::page::Page;

/// How long after the last key an edit is sent.
const PAUSE: Duration = Duration::from_millis(300);

/// What has become of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Save {
    /// The runner has it on disk.
    Saved,
    /// It is on its way.
    Saving,
    /// It is in this page only, and why.
    NotSaved(String),
}

impl Save {
    /// Its name in the page.
    pub fn slug(&self) -> &'static str {
        match self {
            Save::Saved => "saved",
            Save::Saving => "saving",
            Save::NotSaved(_) => "not-saved",
        }
    }

    /// What people read.
    pub fn words(&self) -> &'static str {
        match self {
            Save::Saved => "saved",
            Save::Saving => "saving…",
            Save::NotSaved(_) => "NOT SAVED",
        }
    }
}

/// Whether the runner takes so long a text, to be kept or run.
///
/// # Errors
/// The sentence to show if it doesn't.
pub fn fits(text: &str) -> Result<(), String> {
    if text.len() <= MAX_SOURCE_BYTES {
        return Ok(());
    }
    Err(format!("The text is longer than {} KB: make it shorter.", MAX_SOURCE_BYTES / 1024))
}

/// A cell's text and what has become of it.
#[derive(Clone, Copy)]
pub struct Draft {
    /// As it stands in the editor.
    pub text: RwSignal<String>,
    /// Whether it is safe.
    pub save: RwSignal<Save>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// The text that was on disk when it was edited last, by its fingerprint.
    base: StoredValue<u64>,
    /// The text that was sent last, by its fingerprint.
    sent: StoredValue<Option<u64>>,
}

/// The copy that a browser keeps of an edit until it is on disk: the fingerprint of what it was made of, and the text.
fn kept(base: u64, text: &str) -> String {
    format!("{base}\n{text}")
}

/// What a browser kept, if it is an edit of the text that is on disk now: a file that was changed elsewhere since is
/// never written over.
fn unsaved<'kept>(kept: &'kept str, disk: &str) -> Option<&'kept str> {
    let (base, text) = kept.split_once('\n')?;
    (base.parse() == Ok(fingerprint(disk)) && text != disk).then_some(text)
}

impl Draft {
    /// The text that the runner has, or what it didn't get from this browser before.
    pub fn new(cell: &CellId, disk: &str) -> Draft {
        let kept = storage().and_then(|storage| storage.get_item(&key(cell)).ok()?);
        let unsaved = kept.as_deref().and_then(|kept| unsaved(kept, disk));
        if unsaved.is_none() {
            forget(cell);
        }
        let save = if unsaved.is_some() { Save::Saving } else { Save::Saved };
        Draft {
            text: RwSignal::new(unsaved.unwrap_or(disk).to_owned()),
            save: RwSignal::new(save),
            timer: StoredValue::new(None),
            base: StoredValue::new(fingerprint(disk)),
            sent: StoredValue::new(None),
        }
    }

    /// Takes an edit, and sends it in a moment.
    pub fn edit(self, cell: CellId, text: String, page: Page) {
        self.text.set(text);
        self.keep(&cell);
        if !matches!(self.save.get_untracked(), Save::NotSaved(_)) {
            self.save.set(Save::Saving);
        }
        self.cancel();
        self.timer.set_value(set_timeout_with_handle(move || self.push(&cell, page), PAUSE).ok());
    }

    /// Sends it now, if it isn't saved.
    pub fn push(self, cell: &CellId, page: Page) {
        self.cancel();
        if self.save.get_untracked() == Save::Saved {
            return;
        }
        let text = self.text.get_untracked();
        if let Err(sentence) = fits(&text) {
            return self.save.set(Save::NotSaved(sentence));
        }
        let sent = fingerprint(&text);
        if page.send(&ClientMessage::Save { cell: cell.clone(), text }) {
            self.sent.set_value(Some(sent));
            self.save.set(Save::Saving);
        } else {
            self.away();
        }
    }

    /// The connection is gone: what was on its way may not have arrived.
    pub fn away(self) {
        if self.save.get_untracked() != Save::Saved {
            let sentence = "The runner is away. The text is kept in this browser and sent when it is back.";
            self.save.set(Save::NotSaved(sentence.into()));
        }
    }

    /// A text with this fingerprint is on disk.
    pub fn saved(self, cell: &CellId, saved: u64) {
        self.base.set_value(saved);
        // What was sent since will be written over it.
        let is_last = self.sent.get_value().is_none_or(|sent| sent == saved);
        if is_last && self.text.with_untracked(|text| fingerprint(text)) == saved {
            forget(cell);
            self.save.set(Save::Saved);
        } else {
            self.keep(cell);
        }
    }

    /// Keeps the text in the browser until it is on disk.
    fn keep(self, cell: &CellId) {
        if let Some(storage) = storage() {
            let kept = self.text.with_untracked(|text| kept(self.base.get_value(), text));
            // Without room in the browser the runner still gets it.
            let _ = storage.set_item(&key(cell), &kept);
        }
    }

    fn cancel(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}

/// The text is on disk: a copy that stays behind would only be sent once more.
fn forget(cell: &CellId) {
    if let Some(storage) = storage() {
        // A browser that keeps nothing has nothing to forget.
        let _ = storage.remove_item(&key(cell));
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok()?
}

fn key(cell: &CellId) -> String {
    format!("virgil-unsaved-{cell}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_edit_of_what_is_on_disk_is_brought_back() {
        let edit = kept(fingerprint("disk"), "edited\ntwice");
        for (kept, disk, found) in [
            (edit.as_str(), "disk", Some("edited\ntwice")),
            (edit.as_str(), "changed elsewhere", None),
            (edit.as_str(), "edited\ntwice", None),
            (kept(fingerprint("disk"), "disk").as_str(), "disk", None),
            ("no fingerprint", "disk", None),
            ("", "disk", None),
        ] {
            assert_eq!(unsaved(kept, disk), found, "{kept} on {disk}");
        }
    }
}

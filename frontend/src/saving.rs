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

/// A cell's text and what has become of it.
#[derive(Clone, Copy)]
pub struct Draft {
    /// As it stands in the editor.
    pub text: RwSignal<String>,
    /// Whether it is safe.
    pub save: RwSignal<Save>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Draft {
    /// The text that the runner has, or what it didn't get from this browser before.
    pub fn new(cell: &CellId, text: &str) -> Draft {
        let kept = storage().and_then(|storage| storage.get_item(&key(cell)).ok()?);
        let save = if kept.as_deref().is_some_and(|kept| kept != text) { Save::Saving } else { Save::Saved };
        let text = kept.unwrap_or_else(|| text.to_owned());
        Draft { text: RwSignal::new(text), save: RwSignal::new(save), timer: StoredValue::new(None) }
    }

    /// Takes an edit, and sends it in a moment.
    pub fn edit(self, cell: CellId, text: String, page: Page) {
        if let Some(storage) = storage() {
            // Without room in the browser the runner still gets it.
            let _ = storage.set_item(&key(&cell), &text);
        }
        self.text.set(text);
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
        if text.len() > MAX_SOURCE_BYTES {
            let limit = MAX_SOURCE_BYTES / 1024;
            return self.save.set(Save::NotSaved(format!("The text is longer than {limit} KB: make it shorter.")));
        }
        if page.send(&ClientMessage::Save { cell: cell.clone(), text }) {
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
        if self.text.with_untracked(|text| fingerprint(text)) != saved {
            return;
        }
        if let Some(storage) = storage() {
            // It is on disk: a copy that stays behind would only be sent once more.
            let _ = storage.remove_item(&key(cell));
        }
        self.save.set(Save::Saved);
    }

    fn cancel(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok()?
}

fn key(cell: &CellId) -> String {
    format!("virgil-unsaved-{cell}")
}

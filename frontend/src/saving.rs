//! Keeping edits: sent to the runner 300 ms after the last key, sent again after a reconnect, and kept in the
//! browser until the runner says that they are on disk.

pub mod conflict;
mod copy;
mod ledger;
pub mod sign;

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::{CellId, ClientMessage, Driver, Edit, MAX_SOURCE_BYTES, Occasion, fingerprint};

use crate::page::Page;
use copy::{Copy, Place};
use ledger::Ledger;

/// How long after the last key an edit is sent.
const PAUSE: Duration = Duration::from_millis(300);

/// How long the runner may take to answer before people are told that nothing is saved yet.
const PATIENCE: Duration = Duration::from_secs(5);

/// What has become of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Save {
    /// The runner has it on disk.
    Saved,
    /// It is on its way.
    Saving,
    /// It is in this page only, and why.
    NotSaved(String),
    /// The same, since the file was changed elsewhere: people must choose.
    Conflict {
        /// What the file holds.
        disk: String,
    },
}

impl Save {
    /// Its name in the page.
    pub fn slug(&self) -> &'static str {
        match self {
            Save::Saved => "saved",
            Save::Saving => "saving",
            Save::NotSaved(_) | Save::Conflict { .. } => "not-saved",
        }
    }

    /// What people read.
    pub fn words(&self) -> &'static str {
        match self {
            Save::Saved => "saved",
            Save::Saving => "saving…",
            Save::NotSaved(_) | Save::Conflict { .. } => "NOT SAVED",
        }
    }

    /// Why it is not, and what to do.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Save::Saved | Save::Saving => None,
            Save::NotSaved(sentence) => Some(sentence),
            Save::Conflict { .. } => Some("The file was changed elsewhere: choose above which text to go on with."),
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
    /// A text that did not come from the editor, and is to be shown there.
    pub brought: RwSignal<Option<String>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    ledger: StoredValue<Ledger>,
    occasion: StoredValue<Occasion>,
    /// What was on disk when another tab's edit was found in the browser, until it is edited here.
    borrowed: StoredValue<Option<String>>,
    is_kept: StoredValue<bool>,
}

/// Whose text it is: the cell's, on this page.
#[derive(Clone)]
pub struct Kept {
    /// The text.
    pub draft: Draft,
    /// The cell.
    pub id: CellId,
    /// The page.
    pub page: Page,
}

impl Draft {
    /// The text that the runner has, or what it didn't get from this browser before.
    pub fn new(cell: &CellId, disk: &str) -> Draft {
        let found = Copy::find(cell).filter(|(copy, place)| {
            let unsaved = copy.text != disk;
            if !unsaved {
                Copy::forget(cell, *place);
            }
            unsaved
        });
        let save = if found.is_some() { Save::Saving } else { Save::Saved };
        let borrowed = matches!(found, Some((_, Place::Browser))).then(|| disk.to_owned());
        let saved = || Copy { ledger: Ledger::new(fingerprint(disk)), text: disk.to_owned() };
        let Copy { ledger, text } = found.map_or_else(saved, |(copy, _)| copy);
        Draft {
            text: RwSignal::new(text),
            save: RwSignal::new(save),
            brought: RwSignal::new(None),
            timer: StoredValue::new(None),
            ledger: StoredValue::new(ledger),
            occasion: StoredValue::new(Occasion::Typed),
            borrowed: StoredValue::new(borrowed),
            is_kept: StoredValue::new(true),
        }
    }

    /// Takes an edit, and sends it in a moment.
    pub fn edit(self, cell: CellId, text: String, page: Page) {
        self.cancel();
        self.borrowed.set_value(None);
        let edited = fingerprint(&text);
        self.text.set(text);
        let in_conflict = self.save.with_untracked(|save| matches!(save, Save::Conflict { .. }));
        if !in_conflict && self.ledger.with_value(|ledger| ledger.settles(edited)) {
            return self.settle(&cell, page);
        }
        self.keep(&cell, page);
        if self.save.get_untracked() == Save::Saved {
            self.save.set(Save::Saving);
        }
        self.timer.set_value(set_timeout_with_handle(move || self.push(&cell, page), PAUSE).ok());
    }

    /// Makes what is sent next an answer to this, and saves what there was before.
    pub fn before(self, occasion: Occasion, cell: &CellId, page: Page) {
        self.push(cell, page);
        self.occasion.set_value(occasion);
    }

    /// Sends it now, if it isn't saved.
    pub fn push(self, cell: &CellId, page: Page) {
        self.cancel();
        if self.save.with_untracked(|save| !matches!(save, Save::Saved | Save::Conflict { .. })) {
            self.send(cell, page);
        }
    }

    /// Takes another text in place of what stands in the editor, which shows it.
    pub fn replace(self, cell: CellId, text: String, page: Page) {
        self.brought.set(Some(text.clone()));
        self.edit(cell, text, page);
    }

    /// Sends it now, so that what is run is on disk.
    pub fn push_to_run(self, cell: &CellId, page: Page) {
        let saved = self.save.get_untracked() == Save::Saved;
        if saved && page.drives() { self.send(cell, page) } else { self.push(cell, page) }
    }

    fn send(self, cell: &CellId, page: Page) {
        let text = self.text.get_untracked();
        let unsaved = self.save.get_untracked() != Save::Saved;
        if let Err(sentence) = fits(&text) {
            return self.save.set(Save::NotSaved(sentence));
        }
        if !page.drives() {
            return self.save.set(Save::NotSaved("Another tab saves. Take over above to keep this.".into()));
        }
        let sent = fingerprint(&text);
        let (bases, occasion) = (self.ledger.with_value(Ledger::bases), self.occasion.get_value());
        if page.send(&ClientMessage::Save(Edit { cell: cell.clone(), text, bases, occasion })) {
            self.ledger.update_value(|ledger| ledger.send(sent));
            self.occasion.set_value(Occasion::Typed);
            if unsaved {
                self.save.set(Save::Saving);
                self.keep(cell, page);
                set_timeout(move || self.unanswered(sent), PATIENCE);
            }
        } else {
            self.away();
        }
    }

    /// The connection is gone: what was on its way may not have arrived.
    pub fn away(self) {
        if self.save.with_untracked(|save| matches!(save, Save::Saving | Save::NotSaved(_))) {
            let sentence = if self.is_kept.get_value() {
                "The runner is away. The text is kept in this browser and sent when it is back."
            } else {
                "The runner is away, and this browser keeps nothing: leave this page open until the runner is back."
            };
            self.save.set(Save::NotSaved(sentence.into()));
        }
    }

    /// It was sent a while ago.
    fn unanswered(self, sent: u64) {
        let waiting = self.ledger.with_value(|ledger| ledger.bases()[1..].contains(&sent));
        if waiting && self.save.get_untracked() == Save::Saving {
            let sentence = "The runner has not answered yet. The text is kept in this browser until it does.";
            self.save.set(Save::NotSaved(sentence.into()));
        }
    }

    /// A text with this fingerprint is on disk.
    pub fn saved(self, cell: &CellId, saved: u64, page: Page) {
        self.ledger.update_value(|ledger| ledger.confirm(saved));
        let text = self.text.with_untracked(|text| fingerprint(text));
        if self.ledger.with_value(|ledger| ledger.settles(text)) {
            self.settle(cell, page);
        } else {
            self.keep(cell, page);
        }
    }

    /// The file holds another text than those that this one was made of.
    pub fn conflicts(self, cell: &CellId, disk: String, page: Page) {
        if self.text.with_untracked(|text| *text == disk) {
            self.ledger.set_value(Ledger::new(fingerprint(&disk)));
            return self.settle(cell, page);
        }
        self.save.set(Save::Conflict { disk });
    }

    /// Whether people must choose between two texts.
    pub fn is_in_conflict(self) -> bool {
        self.save.with(|save| matches!(save, Save::Conflict { .. }))
    }

    /// People chose to go on with the text of the page.
    pub fn choose_page(self, cell: &CellId, disk: &str, page: Page) {
        self.ledger.set_value(Ledger::new(fingerprint(disk)));
        self.occasion.set_value(Occasion::Chosen);
        self.save.set(Save::Saving);
        self.push(cell, page);
    }

    /// People chose to go on with the text of the file: it is shown, which can be undone.
    pub fn choose_disk(self, cell: &CellId, disk: String, page: Page) {
        self.ledger.set_value(Ledger::new(fingerprint(&disk)));
        self.bring(disk);
        self.settle(cell, page);
    }

    /// This is on disk now: another tab has written it, or it was asked for.
    pub fn on_disk(self, cell: &CellId, disk: String, page: Page) {
        let saved = self.save.get_untracked() == Save::Saved;
        let same = self.text.with_untracked(|text| *text == disk);
        if saved || same || self.borrowed.with_value(Option::is_some) {
            self.ledger.set_value(Ledger::new(fingerprint(&disk)));
            if !same {
                self.bring(disk);
            }
            self.settle(cell, page);
        }
        // Else it is found out when the edits here are sent.
    }

    /// Whoever says hello knows what the files hold: whether this is it.
    pub fn compare(self, cell: &CellId, disk: u64, page: Page) {
        let text = self.text.with_untracked(|text| fingerprint(text));
        if text == disk {
            self.ledger.set_value(Ledger::new(disk));
            self.settle(cell, page);
        } else if self.save.get_untracked() == Save::Saved {
            // It was changed while nobody looked. Without a connection it is asked for when there is one.
            page.send(&ClientMessage::Read(cell.clone()));
        }
    }

    /// Another tab changes the files, or this one does again.
    pub fn driven(self, cell: &CellId, page: Page) {
        if page.drives() {
            return self.push(cell, page);
        }
        self.cancel();
        if let Some(disk) = self.borrowed.try_update_value(Option::take).flatten() {
            // That tab saves its own edits.
            self.ledger.set_value(Ledger::new(fingerprint(&disk)));
            self.bring(disk);
            self.save.set(Save::Saved);
        }
        let unsaved = self.save.with_untracked(|save| matches!(save, Save::Saving | Save::NotSaved(_)));
        if unsaved {
            self.keep(cell, page);
            Copy::forget(cell, Place::Browser);
            self.send(cell, page);
        }
    }

    fn bring(self, text: String) {
        self.text.set(text.clone());
        self.brought.set(Some(text));
    }

    fn settle(self, cell: &CellId, page: Page) {
        self.cancel();
        self.borrowed.set_value(None);
        Copy::forget(cell, Place::Tab);
        if page.drives() {
            Copy::forget(cell, Place::Browser);
        }
        self.save.set(Save::Saved);
    }

    /// Keeps the text in the browser until it is on disk.
    fn keep(self, cell: &CellId, page: Page) {
        let place = if page.driver.get_untracked() == Driver::You { Place::Browser } else { Place::Tab };
        let copy = Copy { ledger: self.ledger.get_value(), text: self.text.get_untracked() };
        // Without room in the browser the runner still gets it.
        self.is_kept.set_value(copy.keep(cell, place));
    }

    /// Whether closing the page would lose it.
    pub fn would_be_lost(self) -> bool {
        self.save.get_untracked() != Save::Saved && !self.is_kept.get_value()
    }

    fn cancel(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}

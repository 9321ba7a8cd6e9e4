//! The speaker's notes of every slide, which only the presenter's window asks for.

use std::collections::BTreeMap;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::app::get;

/// What became of the notes.
#[derive(Clone, PartialEq, Eq)]
pub enum Notes {
    /// On their way.
    Coming,
    /// As HTML, by the slides' slugs; a slide without has none.
    There(BTreeMap<String, String>),
    /// They could not be had.
    Missing,
}

impl Notes {
    /// What stands there for a slide, as HTML.
    pub fn of(&self, slide: &str) -> String {
        match self {
            Notes::Coming => "<p>Loading the notes…</p>".into(),
            Notes::There(notes) => {
                notes.get(slide).cloned().unwrap_or_else(|| "<p>There are no notes for this slide.</p>".into())
            }
            Notes::Missing => {
                "<p>The notes could not be loaded: is Virgil running? Reload this window when it is.</p>".into()
            }
        }
    }
}

/// Asks for them.
pub fn fetch() -> RwSignal<Notes> {
    let notes = RwSignal::new(Notes::Coming);
    spawn_local(async move {
        notes.set(get("/api/notes").await.map_or(Notes::Missing, Notes::There));
    });
    notes
}

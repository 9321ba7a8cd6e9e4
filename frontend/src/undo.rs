//! What undo knows of a cell outlives a reload: kept in the tab, as long as it is short.

use leptos::prelude::window;
use shared::CellId;
use web_sys::Storage;

/// The longest history that is kept, in bytes: the browser has room for a few million in all.
const LONGEST: usize = 200_000;

/// What was kept; empty if nothing was.
pub fn kept(cell: &CellId) -> String {
    storage().and_then(|storage| storage.get_item(&key(cell)).ok()?).unwrap_or_default()
}

/// Keeps it for the reloaded page. Versions have what is too long.
pub fn keep(cell: &CellId, past: &str) {
    let Some(storage) = storage() else { return };
    // What isn't kept can't be undone, and is among the versions.
    let _ = if past.len() <= LONGEST { storage.set_item(&key(cell), past) } else { storage.remove_item(&key(cell)) };
}

fn storage() -> Option<Storage> {
    window().session_storage().ok()?
}

fn key(cell: &CellId) -> String {
    format!("virgil-undo-{cell}")
}

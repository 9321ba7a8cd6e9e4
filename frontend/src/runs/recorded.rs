//! Gets the recorded run of a cell when it is asked for, and opens it.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::page::CellState;

use super::ask;

/// Opens it whenever it is asked for, unless a run goes on in the cell.
pub fn open_when_asked(state: &CellState) {
    let CellState { id, run, opened, recorded, refusal, asked, .. } = state.clone();
    let goes_on =
        move || asked.get_untracked() || run.with_untracked(|run| run.as_ref().is_some_and(|run| !run.is_over()));
    Effect::new(move |_| {
        if !recorded.asked.get() {
            return;
        }
        recorded.asked.set(false);
        let id = id.clone();
        spawn_local(async move {
            match ask::recorded(&id).await {
                // The page may show another slide by now: the cell's run is the page's, and stays.
                Ok(_) if goes_on() => refusal.set(Some(
                    "A run goes on in this cell: stop it, or wait for its end, then look at the recorded one.".into(),
                )),
                Ok(whole) => {
                    refusal.set(None);
                    opened.open(run, whole);
                }
                Err(sentence) => refusal.set(Some(sentence)),
            }
        });
    });
}

//! The recorded run of a cell, which came with the deck: asked for by a button or a key, and offered where none can be
//! executed.

use leptos::ev;
use leptos::prelude::*;
use shared::{Cell, Phase, Run, RunEnding};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::page::{CellState, Page};

/// Whether a cell has one, and whether it is to be shown; copies are the same.
#[derive(Clone, Copy)]
pub struct Recorded {
    /// Whether there is one.
    pub is_there: bool,
    /// Whether it was asked for and not shown yet.
    pub asked: RwSignal<bool>,
}

impl Recorded {
    /// That of a cell.
    pub fn new(cell: &Cell) -> Recorded {
        Recorded { is_there: !cell.recorded.is_empty(), asked: RwSignal::new(false) }
    }
}

/// Shows the recorded run of a cell, or, if it is shown, what was there before.
fn turn(state: &CellState) {
    if state.opened.shows_recorded() {
        state.opened.close(state.run);
    } else if state.recorded.is_there {
        state.recorded.asked.set(true);
    }
}

/// The button beside Run.
#[component]
pub fn RecordedButton(state: CellState) -> impl IntoView {
    let opened = state.opened;
    state.recorded.is_there.then(|| {
        view! {
            <button
                type="button"
                class="recorded"
                title="A run that came with the workshop: shown, not executed. Alt+R"
                aria-pressed=move || opened.shows_recorded().to_string()
                on:click=move |_| turn(&state)
            >
                "Recorded run"
            </button>
        }
    })
}

/// The next step where nothing can run, or a run could not be executed.
#[component]
pub fn Offer(state: CellState, page: Page) -> impl IntoView {
    let CellState { opened, run, recorded, .. } = state.clone();
    if recorded.is_there {
        show_by_key(state);
    }
    let offered = Memo::new(move |_| {
        let failed = run.with(|run| run.as_ref().is_some_and(is_impossible));
        recorded.is_there && (failed || page.trouble().is_some()) && !opened.shows_recorded()
    });
    view! {
        <p class="offer" hidden=move || !offered.get()>
            <button type="button" on:click=move |_| recorded.asked.set(true)>"Show the recorded run"</button>
            " It came with the workshop: the same charts, measured elsewhere."
        </p>
    }
}

fn is_impossible(run: &Run) -> bool {
    matches!(run.phase, Phase::Ended(RunEnding::Impossible { .. }))
}

/// Alt+R in a cell, or anywhere while it is the first that can be seen.
fn show_by_key(state: CellState) {
    let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        let asked = event.alt_key() && !event.ctrl_key() && !event.meta_key() && event.code() == "KeyR";
        if asked && !event.default_prevented() && meant(&event).is_some_and(|cell| cell == state.id.0) {
            event.prevent_default();
            turn(&state);
        }
    });
    on_cleanup(move || handle.remove());
}

/// The name of the cell in which a key was pressed, or of the first one.
fn meant(event: &KeyboardEvent) -> Option<String> {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let within = target.and_then(|target| target.closest(".cell[data-cell]").ok().flatten());
    let first = || document().query_selector(".slide:not([hidden]) .cell[data-cell]").ok().flatten();
    within.or_else(first)?.get_attribute("data-cell")
}

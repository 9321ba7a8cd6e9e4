//! A kept run that is looked at in its cell, in place of the latest one, which waits behind it.

use leptos::prelude::*;
use shared::{KeptRun, Origin, Run, RunTicket, WholeRun};

use crate::editor::EditorHandle;
use crate::page::CellState;

use super::words::{Clock, date, machine, measured_with, origin, when};

/// What is said of the run that is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// At a glance.
    pub kept: KeptRun,
    /// Its code.
    pub source: String,
    /// How many of its events this version doesn't know.
    pub left_out: u64,
}

/// Whether a kept run is looked at; copies are the same.
#[derive(Clone, Copy)]
pub struct Opened {
    shown: RwSignal<Option<Shown>>,
    aside: StoredValue<Option<Run>>,
}

impl Opened {
    /// None is.
    pub fn new() -> Opened {
        Opened { shown: RwSignal::new(None), aside: StoredValue::new(None) }
    }

    /// What is looked at.
    pub fn shown(self) -> Option<Shown> {
        self.shown.get()
    }

    /// Whether that is the cell's recorded run.
    pub fn shows_recorded(self) -> bool {
        self.shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.kept.origin == Origin::Recorded))
    }

    /// Whether this run waits behind the one that is looked at.
    pub fn hides(self, ticket: &RunTicket) -> bool {
        self.shown.with_untracked(Option::is_some)
            && self.aside.with_value(|run| run.as_ref().is_some_and(|run| run.ticket.id == ticket.id))
    }

    /// Another run takes the place of both.
    pub fn forget(self) {
        self.aside.set_value(None);
        if self.shown.with_untracked(Option::is_some) {
            self.shown.set(None);
        }
    }

    /// Shows a kept run in a cell in which nothing runs.
    pub fn open(self, run: RwSignal<Option<Run>>, whole: WholeRun) {
        if self.shown.with_untracked(Option::is_none) {
            self.aside.set_value(run.get_untracked());
        }
        run.set(Some(whole.run()));
        let WholeRun { kept, request, left_out, .. } = whole;
        self.shown.set(Some(Shown { kept, source: request.source, left_out }));
    }

    /// Shows the latest run again.
    pub fn close(self, run: RwSignal<Option<Run>>) {
        let latest = self.aside.try_update_value(Option::take).flatten();
        self.shown.set(None);
        run.set(latest);
    }

    /// Whether a run waits behind the one that is looked at.
    fn has_latest(self) -> bool {
        self.aside.with_value(Option::is_some)
    }

    /// What is looked at was named anew.
    pub fn rename(self, run: &KeptRun) {
        self.shown.update(|shown| {
            if let Some(shown) = shown.as_mut().filter(|shown| shown.kept.ticket.id == run.ticket.id) {
                shown.kept.name.clone_from(&run.name);
            }
        });
    }
}

/// Says that a kept run is looked at, and leads back.
#[component]
pub fn Banner(state: CellState, editor: EditorHandle) -> impl IntoView {
    let CellState { opened, run, draft, .. } = state;
    let shown = Memo::new(move |_| opened.shown());
    move || {
        let Shown { kept, source, left_out } = shown.get()?;
        let executed = Clock::of(kept.executed());
        let is_recorded = kept.origin == Origin::Recorded;
        let (kind, first, rest) = if is_recorded {
            let rest = format!(" on {}: not run here.", measured_with(&kept.machine));
            ("A recorded run", format!("Recorded on {}", date(executed)), rest)
        } else {
            let place = origin(&kept).unwrap_or_else(|| format!("measured on {}", machine(&kept.machine)));
            let rest = format!(", {}, {place}.", when(executed, Clock::now()));
            ("An earlier run", format!("You are looking at {}", kept.title()), rest)
        };
        let back = match opened.has_latest() {
            true if is_recorded => "Back to your latest run",
            true => "Back to the latest run",
            false => "Put it away",
        };
        let same = source.clone();
        let is_same = move || draft.text.with(|text| *text == same);
        let missing = (left_out > 0).then(|| {
            format!(" {} of its events were written by another version of Virgil and are not shown.", left_out)
        });
        let put = move |_| editor.replace(&source);
        Some(view! {
            <div class="opened" class:recorded=is_recorded role="region" aria-label=kind>
                <p role="status">
                    <b>{first}</b>
                    {rest}
                    {missing}
                </p>
                <div class="buttons">
                    <button type="button" on:click=move |_| opened.close(run)>{back}</button>
                    <button
                        type="button"
                        title="Ctrl+Z in the editor brings your own code back"
                        disabled=is_same
                        on:click=put
                    >
                        "Put this code into the editor"
                    </button>
                </div>
            </div>
        })
    }
}

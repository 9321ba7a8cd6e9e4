//! Ways to take the output along: copying what is shown, and the file with all of it.

use std::time::Duration;

use leptos::prelude::*;
use shared::{Run, RunId, SavedOutput};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::app;
use crate::text::{count, thousands};

/// How long the button says what became of it.
const SAID: Duration = Duration::from_secs(2);

/// A button that copies a text.
#[component]
pub fn CopyButton(text: impl Fn() -> String + 'static) -> impl IntoView {
    let said = RwSignal::new("Copy");
    let copy = move |_| {
        let written = window().navigator().clipboard().write_text(&text());
        spawn_local(async move {
            // It may be gone by now.
            let _ = said.try_set(if JsFuture::from(written).await.is_ok() { "Copied" } else { "Not allowed" });
            let forget = move || {
                let _ = said.try_set("Copy");
            };
            set_timeout(forget, SAID);
        });
    };
    view! {
        <button type="button" class="copy" title="Copies the lines that are shown" on:click=copy>
            <span role="status">{said}</span>
        </button>
    }
}

/// What is known of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Nothing, while the run goes on or nothing was hidden.
    Unasked,
    /// It is there.
    Saved(SavedOutput),
    /// It isn't.
    Missing,
}

/// Where all lines of a run are, once it is over and some are hidden.
#[component]
pub fn Saved(run: RwSignal<Option<Run>>) -> impl IntoView {
    let asked = Memo::new(move |_| run.with(|run| run.as_ref().filter(|run| run.is_over()).and_then(hidden)));
    let state = RwSignal::new(State::Unasked);
    Effect::new(move |_| {
        state.set(State::Unasked);
        let Some((id, _)) = asked.get() else { return };
        spawn_local(async move {
            let found = app::get::<SavedOutput>(&format!("/api/printed/{}", id.0)).await;
            // Another run may be shown by now.
            if asked.try_get_untracked().flatten().is_some_and(|(now, _)| now == id) {
                state.set(found.map_or(State::Missing, State::Saved));
            }
        });
    });
    let view = move || {
        let (id, lines) = asked.get()?;
        Some(match state.get() {
            State::Unasked => ().into_any(),
            State::Saved(SavedOutput { file, bytes }) => {
                let title = format!("{} bytes", thousands(bytes));
                view! {
                    <p class="saved-output">
                        <a href=format!("/api/output/{}", id.0) download="" title=title>{format!("Download all {}", count(lines, "line"))}</a>
                        ", kept in "
                        <code>{file}</code>
                    </p>
                }
                .into_any()
            }
            State::Missing => view! {
                <p class="saved-output">"The hidden lines are not kept: that run is too old or a recorded one, or the workspace can't be written."</p>
            }
            .into_any(),
        })
    };
    view! { {view} }
}

/// The run and how many lines it printed, if some are hidden.
fn hidden(run: &Run) -> Option<(RunId, u64)> {
    let outputs = || run.laps.iter().map(|lap| &lap.output);
    outputs().any(|output| output.hidden() > 0).then(|| (run.ticket.id, outputs().map(|output| output.count()).sum()))
}

//! The list itself: a row for each kept run.

use leptos::html::{Button, Input};
use leptos::prelude::*;
use shared::{Change, KeptRun, KeptRuns, MAX_NAME};
use web_sys::KeyboardEvent;

use super::words::{Clock, best, laps, origin, when};
use super::{Panel, State};

/// The kept runs of a cell, the newest first.
#[component]
pub fn List(panel: Panel) -> impl IntoView {
    let told = Memo::new(move |_| match panel.list.get() {
        State::Told(runs) => runs,
        State::Asked | State::Failed(_) => KeptRuns::default(),
    });
    let empty = move || told.with(|told| told.runs.is_empty());
    let unreadable = move || {
        let sentences = told.get().unreadable.into_iter();
        sentences.map(|sentence| view! { <li class="runs-note">{sentence}</li> }).collect_view()
    };
    view! {
        <p class="runs-note" hidden=move || !empty()>
            "No run is kept yet. Press Run: every run that ends is listed here."
        </p>
        <ul class="kept-runs" hidden=empty aria-label="Runs, the newest first">
            <For each=move || told.get().runs key=|kept| kept.ticket.id let:first>
                {
                    let id = first.ticket.id;
                    let kept = Memo::new(move |_| {
                        let now = told.with(|told| told.runs.iter().find(|kept| kept.ticket.id == id).cloned());
                        now.unwrap_or_else(|| first.clone())
                    });
                    view! { <Row panel kept/> }
                }
            </For>
        </ul>
        <ul class="unreadable">{unreadable}</ul>
    }
}

/// A run, with its name that can be changed in its place.
#[component]
fn Row(panel: Panel, kept: Memo<KeptRun>) -> impl IntoView {
    let first = kept.get_untracked();
    let id = first.ticket.id;
    let executed = when(Clock::of(first.executed()), Clock::now());
    let ended = move || kept.with(|kept| kept.outcome.ended);
    let naming = RwSignal::new(false);
    let rename = NodeRef::<Button>::new();
    let current = move || panel.opened.shown().is_some_and(|shown| shown.kept.ticket.id == id).then_some("true");
    let picked = move || panel.picked.with(|picked| picked.iter().any(|other| other.ticket.id == id));
    let called = move |what: &'static str| move || format!("{what} {}", kept.with(KeptRun::title));
    let heading = move || match naming.get() {
        true => view! { <NameField panel kept=kept.get_untracked() naming rename/> }.into_any(),
        false => view! { <b>{move || kept.with(KeptRun::title)}</b> }.into_any(),
    };
    let unnamed = move || kept.with(|kept| kept.name.is_empty());
    view! {
        <li class="kept-run" data-ended=move || ended().slug() aria-current=current>
            <div class="kept-head">
                {heading}
                <span class="kept-when">{executed}</span>
                {origin(&first).map(|origin| view! { <span class="imported">{origin}</span> })}
            </div>
            <div class="kept-words">
                <span class="kept-ended" title=move || kept.with(|kept| kept.outcome.sentence.clone())>
                    {move || ended().words()}
                </span>
                <span>{laps(&first)}</span>
                {move || kept.with(best).map(|best| view! { <span>{best}</span> })}
            </div>
            <div class="kept-buttons">
                <label class="box">
                    <input
                        type="checkbox"
                        aria-label=called("Compare")
                        prop:checked=picked
                        on:change=move |_| panel.pick(kept.get_untracked())
                    />
                    "Compare"
                </label>
                <button type="button" aria-label=called("Open") on:click=move |_| panel.open(id)>"Open"</button>
                <button
                    type="button"
                    aria-label=called("Replay")
                    on:click=move |_| panel.with_whole(id, move |whole| panel.replayed.set(Some(whole)))
                >
                    "Replay"
                </button>
                <button type="button" node_ref=rename aria-label=called("Rename") on:click=move |_| naming.set(true)>
                    {move || if unnamed() { "Name" } else { "Rename" }}
                </button>
                <a class="button" aria-label=called("Export") href=format!("/api/run-file/{}", id.0) download="">
                    "Export"
                </a>
                <button
                    type="button"
                    aria-label=called("Delete")
                    on:click=move |_| panel.remove(kept.get_untracked())
                >
                    "Delete"
                </button>
            </div>
        </li>
    }
}

/// Enter and leaving it keep the name, Escape leaves it as it was.
#[component]
fn NameField(panel: Panel, kept: KeptRun, naming: RwSignal<bool>, rename: NodeRef<Button>) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let KeptRun { ticket, number, name, .. } = kept;
    let before = StoredValue::new(name.clone());
    let done = move || {
        if !naming.get_untracked() {
            return;
        }
        let new = input.get_untracked().map(|input| input.value()).unwrap_or_default();
        naming.set(false);
        if before.with_value(|before| new.trim() != before) {
            panel.change(ticket.id, Change::Name(new), || ());
        }
    };
    let key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => done(),
            "Escape" => naming.set(false),
            _ => return,
        }
        event.prevent_default();
        if let Some(rename) = rename.get_untracked() {
            // What can't take the focus leaves it where it is.
            let _ = rename.focus();
        }
    };
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
            input.select();
        }
    });
    view! {
        <input
            type="text"
            class="run-name"
            aria-label=format!("Name of run {number}")
            maxlength=MAX_NAME.to_string()
            value=name
            node_ref=input
            on:keydown=key
            on:blur=move |_| done()
        />
    }
}

//! All slides in one dialog: how far one has come, the way to a slide by its number, and the search for words.

mod find;
mod plain;
pub mod rows;

use leptos::ev;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use shared::{Act, Forgotten, Standing, Tally};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::keyboard::asked;
use crate::late::{Late, Part};
use crate::learning::now;
use crate::page::Page;
use crate::slides::keys::Command;
use crate::slides::stage::{close_dialogs, open_when_asked};
use crate::text::count;
use find::{Searched, find};
use plain::Plain;
use rows::{Listed, id_of, rows};

/// The name of a standing in the page.
pub fn slug(standing: Option<Standing>) -> &'static str {
    match standing {
        None => "nothing",
        Some(Standing::Open) => "open",
        Some(Standing::Begun) => "begun",
        Some(Standing::Done) => "done",
    }
}

/// The button in the bar and the keys that do the same. The button says what is done where there is something to do.
#[component]
pub fn OverviewButton(page: Page) -> impl IntoView {
    let stage = page.stage;
    let tally = Memo::new(move |_| page.learning.tally());
    let there = untrack(move || tally.get().of > 0);
    let done = move || {
        let Tally { done, of } = tally.get();
        format!("{done} of {of}")
    };
    let keys = window_event_listener(ev::keydown, move |event| {
        let dialog = match asked(&event) {
            Some(Command::Overview | Command::GoTo | Command::Search) => stage.overview,
            Some(Command::Shortcuts) => stage.shortcuts,
            _ => return,
        };
        event.prevent_default();
        dialog.update(|asked| *asked += 1);
    });
    on_cleanup(move || keys.remove());
    let name = move || if there { format!("All slides. Progress: {} done", done()) } else { "All slides".to_owned() };
    view! {
        <button
            type="button"
            class="learned"
            aria-haspopup="dialog"
            aria-label=name
            title="All slides: go to one, or search (keys O, G and /)"
            on:click=move |_| stage.overview.update(|asked| *asked += 1)
        >
            <span class="list-sign" aria-hidden="true"></span>
            {there.then(|| view! { <span>{done}<span class="wide">" done"</span></span> })}
        </button>
        <Late
            part=Part::Overview(page)
            what="the slides"
            wanted=Signal::derive(move || stage.overview.get() > 0)
            page
        />
        <Late
            part=Part::Shortcuts(stage.shortcuts)
            what="the keys"
            wanted=Signal::derive(move || stage.shortcuts.get() > 0)
            page
        />
    }
}

/// A letter's parts, the letter first and its accents after it.
fn parted(letter: char) -> String {
    js_sys::JsString::from(letter.to_string()).normalize("NFD").into()
}

/// The dialog, which opens whenever it is asked for.
#[component]
pub fn Overview(page: Page) -> impl IntoView {
    let (dialog, field) = (NodeRef::<Dialog>::new(), NodeRef::<Input>::new());
    let stage = page.stage;
    let sure = RwSignal::new(false);
    let asked = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let slides = StoredValue::new(page.learning.slides());
    let searched = Memo::new(move |_| {
        let of = |texts: &std::collections::BTreeMap<String, String>| {
            let html = |slug: &str| texts.get(slug).map_or("", String::as_str);
            slides.with_value(|slides| {
                slides.iter().map(|entry| Searched::of(entry, html(&entry.slug), &parted)).collect::<Vec<_>>()
            })
        };
        stage.texts.with(of)
    });
    let found = Memo::new(move |_| {
        let asked = Plain::of(asked.get().trim(), &parted);
        searched.with(|searched| find(searched, &asked))
    });
    let is_all = Memo::new(move |_| asked.with(|asked| asked.trim().is_empty()));
    // Without words one begins at the slide that is shown, with words at the best.
    let begin = move || active.set(if is_all.get_untracked() { stage.place.get_untracked().slide } else { 0 });
    open_when_asked(stage.overview, dialog, move || {
        sure.set(false);
        asked.set(String::new());
        begin();
        if let Some(field) = field.get_untracked() {
            field.set_value("");
        }
        spawn_local(stage.fetch());
        request_animation_frame(move || reveal(active));
    });
    let key = move |event: ev::KeyboardEvent| {
        let last = found.with(Vec::len).saturating_sub(1);
        let place = active.get_untracked();
        match event.key().as_str() {
            _ if event.is_composing() => return,
            "ArrowDown" => active.set(if place >= last { 0 } else { place + 1 }),
            "ArrowUp" => active.set(if place == 0 { last } else { place - 1 }),
            "Enter" => {
                if let Some(row) = row(place) {
                    row.click();
                }
            }
            _ => return,
        }
        event.prevent_default();
        reveal(active);
    };
    let typed = move |event| {
        asked.set(event_target_value(&event));
        begin();
        reveal(active);
    };
    let said = move || {
        let words = asked.get();
        let words = words.trim();
        match found.with(Vec::len) {
            _ if words.is_empty() => "Arrow keys choose a slide, Enter goes there.".to_owned(),
            0 => {
                let last = slides.with_value(Vec::len);
                format!("No slide has “{words}”. Try fewer words, or the number of a slide, from 1 to {last}.")
            }
            some => format!("{}.", count(some as u64, "slide")),
        }
    };
    let listed = Listed { slides, active, page };
    view! {
        <dialog class="checkup overview" node_ref=dialog aria-labelledby="overview-title">
            <header>
                <h2 id="overview-title">"All slides"</h2>
                <button type="button" on:click=move |_| close_dialogs()>"Close"</button>
                <label class="find">
                    <span>"Number or words"</span>
                    <input
                        type="text"
                        node_ref=field
                        role="combobox"
                        aria-expanded="true"
                        aria-controls="overview-slides"
                        aria-autocomplete="list"
                        aria-activedescendant=move || id_of(active.get())
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        enterkeyhint="go"
                        autofocus
                        on:input=typed
                        on:keydown=key
                    />
                </label>
                <p class="found" role="status">{said}</p>
            </header>
            <div
                class="overview-slides"
                class:all=is_all
                id="overview-slides"
                role="listbox"
                aria-label="Slides"
            >
                {move || found.with(|found| rows(found, is_all.get(), listed))}
            </div>
            <Foot sure page/>
        </dialog>
    }
}

/// A row of the list.
fn row(place: usize) -> Option<HtmlElement> {
    document().get_element_by_id(&id_of(place))?.dyn_into().ok()
}

/// Scrolls the list so that the row that Enter takes is seen.
fn reveal(active: RwSignal<usize>) {
    // The dialog may be gone by now.
    let Some(row) = active.try_get_untracked().and_then(row) else { return };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    row.scroll_into_view_with_scroll_into_view_options(&options);
}

/// How far one has come, with the way to begin anew; and the way to all keys.
#[component]
fn Foot(sure: RwSignal<bool>, page: Page) -> impl IntoView {
    let learning = page.learning;
    let total = move || {
        let Tally { done, of } = learning.tally();
        (of > 0).then(|| format!("{done} of {of} quizzes and exercises done."))
    };
    let there = untrack(move || learning.tally().of > 0);
    let can_undo =
        Memo::new(move |_| learning.progress.with(|progress| matches!(progress.forgotten, Forgotten::All(..))));
    let nothing =
        Memo::new(move |_| learning.progress.with(|progress| progress.quizzes.is_empty() && progress.cells.is_empty()));
    let keys = move |_| {
        close_dialogs();
        page.stage.shortcuts.update(|asked| *asked += 1);
    };
    view! {
        <div class="buttons overview-foot">
            <p class="refusal" role="alert">{move || learning.trouble.get()}</p>
            <Show when=move || sure.get()>
                <p>"Forget all answers, predictions, hints, ticks and passed checks? Your code stays as it is."</p>
                <button
                    type="button"
                    on:click=move |_| {
                        page.learn(Act::ForgetAll { at: now() });
                        sure.set(false);
                    }
                >
                    "Forget all"
                </button>
                <button type="button" on:click=move |_| sure.set(false)>"Keep all"</button>
            </Show>
            <span class="summary" role="status">{total}</span>
            <Show when=move || there && !sure.get()>
                <button type="button" disabled=nothing on:click=move |_| sure.set(true)>"Begin all anew"</button>
            </Show>
            <Show when=move || can_undo.get()>
                <button type="button" on:click=move |_| page.learn(Act::Undo)>"Bring all back"</button>
            </Show>
            <button type="button" class="all-keys" on:click=keys>"All keys"</button>
        </div>
    }
}

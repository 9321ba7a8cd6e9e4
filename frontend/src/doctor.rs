//! "Is my machine ready?": a dialog with what was found, and what to do about it.

use std::time::Duration;

use leptos::html::Dialog;
use leptos::prelude::*;
use shared::{Checkup, Finding, Topic};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::late::{Late, Part};
use crate::page::Page;
use crate::slides::stage::{close_dialogs, open_when_asked};
use crate::text::with_code;

/// How long a Copy button says that it has copied.
const COPIED: Duration = Duration::from_secs(2);

/// What is known.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// The runner is looking.
    Looking,
    /// It has looked.
    Told(Box<Checkup>),
    /// Why it could not be asked.
    Failed(String),
}

/// The button in the bar.
#[component]
pub fn Doctor(page: Page) -> impl IntoView {
    let asked = RwSignal::new(0_u32);
    view! {
        <button
            type="button"
            class="doctor"
            aria-haspopup="dialog"
            title="Python, packages, cores, memory and display of this machine"
            on:click=move |_| asked.update(|asked| *asked += 1)
        >
            <span class="wide">"Is my machine ready?"</span>
            <span class="narrow">"Ready?"</span>
        </button>
        <Late part=Part::Checkups(asked) what="the doctor" wanted=Signal::derive(move || asked.get() > 0) page/>
    }
}

/// The dialog, which opens and looks whenever it is asked.
#[component]
pub fn Checkups(asked: RwSignal<u32>) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let state = RwSignal::new(State::Looking);
    let look = move || {
        state.set(State::Looking);
        spawn_local(async move {
            state.set(match crate::app::get_json::<Checkup>("/api/doctor").await {
                Ok(checkup) => State::Told(Box::new(checkup)),
                Err(error) => State::Failed(format!("The runner could not be asked ({error}). Is it running?")),
            });
        });
    };
    open_when_asked(asked, dialog, look);
    view! {
        <dialog class="checkup" node_ref=dialog aria-labelledby="checkup-title" data-state=move || state.with(State::slug)>
            <header>
                <h2 id="checkup-title">"Is my machine ready?"</h2>
                <button type="button" on:click=move |_| look()>"Look again"</button>
                <button type="button" autofocus on:click=move |_| close_dialogs()>"Close"</button>
            </header>
            <p class="summary" role="status">{move || state.with(State::summary)}</p>
            <div class="findings">
                {move || state.with(|state| match state {
                    State::Told(checkup) => Some(view! { <Findings findings=checkup.findings()/> }),
                    State::Looking | State::Failed(_) => None,
                })}
            </div>
        </dialog>
    }
}

impl State {
    fn slug(&self) -> &'static str {
        match self {
            State::Looking => "looking",
            State::Told(checkup) if checkup.is_ready() => "ready",
            State::Told(_) => "not-ready",
            State::Failed(_) => "failed",
        }
    }

    fn summary(&self) -> String {
        match self {
            State::Looking => "Looking at this machine…".into(),
            State::Told(checkup) => {
                format!("{} Virgil {} on {}.", checkup.summary(), checkup.version, checkup.system.name)
            }
            State::Failed(sentence) => sentence.clone(),
        }
    }
}

#[component]
fn Findings(findings: Vec<Finding>) -> impl IntoView {
    let topics = Topic::ALL.map(|topic| {
        let found = findings.iter().filter(|finding| finding.topic == topic).cloned();
        let found = found.map(|finding| view! { <Line finding/> }).collect_view();
        view! {
            <h3>{topic.title()}</h3>
            <ul>{found}</ul>
        }
    });
    topics.collect_view()
}

#[component]
fn Line(finding: Finding) -> impl IntoView {
    let Finding { level, sentence, command, .. } = finding;
    view! {
        <li data-level=level.word()>
            <span class="level" aria-hidden="true">{level.sign()}</span>
            <span class="unseen">{format!("{}: ", level.word())}</span>
            <span class="words">{with_code(&sentence)}</span>
            {command.map(|command| view! { <Command command/> })}
        </li>
    }
}

#[component]
fn Command(command: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let text = command.clone();
    let copy = move |_| {
        let written = window().navigator().clipboard().write_text(&text);
        spawn_local(async move {
            // Refused: the command can be marked and copied by hand.
            if JsFuture::from(written).await.is_ok() {
                copied.set(true);
                let forget = move || {
                    // The line may be gone.
                    let _ = copied.try_set(false);
                };
                set_timeout(forget, COPIED);
            }
        });
    };
    let label = format!("Copy: {command}");
    view! {
        <span class="command">
            <code>{command}</code>
            <button type="button" aria-label=label on:click=copy>
                <span role="status">{move || if copied.get() { "Copied" } else { "Copy" }}</span>
            </button>
        </span>
    }
}

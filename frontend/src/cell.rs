//! A cell: editor, toolbar, and everything that its latest run has to show.

use leptos::callback::UnsyncCallback;
use leptos::ev;
use leptos::html::Button;
use leptos::prelude::*;
use shared::{Agreement, Cell, CellId, Exercise, ExerciseStep, Occasion, Parameter, Run, fingerprint};
use web_sys::HtmlElement;

use crate::above::RunAbove;
use crate::charts::Charts;
use crate::editor::{EditorHandle, EditorView};
use crate::elapsed::Elapsed;
use crate::help::{Help, VerdictView, keep_passed};
use crate::late::{Late, Part};
use crate::learning::ask::{Ask, Asked};
use crate::learning::steps::Steps;
use crate::learning::truth::Predicted;
use crate::marks;
use crate::output::OutputLog;
use crate::page::{CellState, Page};
use crate::parameters::Parameters;
use crate::picker::Picker;
use crate::progress::{self, Laps};
use crate::reasons::Reasons;
use crate::remarks::Remarks;
use crate::returned::Results;
use crate::runs::Listing;
use crate::saving::{Draft, Kept};
use crate::sight::{bring_into_view, keep_in_sight};
use crate::trouble::{Troubles, troubles};
use crate::versions::VersionsButton;
use crate::windows::Windows;

/// What Reset does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reset {
    /// The starter comes back.
    ToStarter,
    /// This text comes back.
    Undo(String),
}

/// Shows a cell; `root` is the element that the runner rendered for it.
#[component]
pub fn Notebook(cell: Cell, state: CellState, page: Page, root: HtmlElement) -> impl IntoView {
    let Cell { id, title, starter, trouble: spoilt, parameters, agreement, question, exercise, .. } = cell;
    let CellState { choice, recorded, .. } = state;
    let troubled = Memo::new(move |_| recorded.is_there && page.trouble().is_some());
    let editor = EditorHandle::new();
    let run = state.run;
    let listed = RwSignal::new(false);
    let task = exercise.as_ref().map(|exercise| {
        let (predict, steps) = (exercise.predict.clone(), exercise.steps.clone());
        view! { <Task predict steps cell=id.clone() page/> }
    });
    let is_slide = heading_of_slide(&root).is_some_and(|heading| heading.trim() == title);
    show_phase_on(root.clone(), run);
    keep_in_sight(root.clone(), run);

    let ask = Ask::new(question);
    let run_now = {
        let (state, root) = (state.clone(), root.clone());
        UnsyncCallback::new(move |()| {
            if state.run_as_chosen(page) {
                bring_into_view(&root);
            }
        })
    };
    let start = {
        let state = state.clone();
        move || {
            if !ask.holds_back(&state, page) {
                run_now.run(());
            }
        }
    };
    let asked = Asked { ask, cell: id.clone(), run: run_now, page };
    let stop = {
        let state = state.clone();
        move || state.stop(page)
    };
    stop_by_key(root, stop.clone());
    let text = state.draft.text.get_untracked();
    let label = format!("{title}, Python. Escape leaves the editor.");
    let edited = {
        let (draft, id) = (state.draft, id.clone());
        move |text| draft.edit(id.clone(), text, page)
    };
    let draft = state.draft;
    let kept = Kept { draft, id: id.clone(), page };
    let stale = Memo::new(move |_| is_stale(draft, run));
    marks::keep_marked(editor, run, stale);
    Effect::new(move |_| {
        if let (Some(text), true) = (draft.brought.get(), editor.is_there()) {
            editor.bring(&text);
        }
    });
    let nothing_yet = move || run.with(Option::is_none);
    let wanted = Signal::derive(move || !nothing_yet());
    let outcome = Outcome { state: state.clone(), starter: starter.clone(), stale, agreement, exercise, editor, page };
    view! {
        <header class="cell-head">
            <h3 class:unseen=is_slide>{title}</h3>
            {spoilt.map(|sentence| view! { <p class="refusal" role="alert">{sentence}</p> })}
        </header>
        <Late
            part=Part::Conflict(kept)
            what="the two texts"
            wanted=Signal::derive(move || draft.is_in_conflict())
            page
        />
        <div class="controls">
            <Toolbar state=state.clone() page starter parameters editor start=start.clone() stop=stop.clone() listed/>
            <div class="picker"><Picker choice text=draft.text page/></div>
        </div>
        <div class="columns" class:stale=stale>
            <div class="work">
                <EditorView handle=editor cell=id.clone() text label on_change=edited on_run=start on_stop=stop/>
                <pre class="code-on-paper"><code>{draft.text}</code></pre>
            </div>
            <div class="results">
                <Status state=state.clone() page/>
                <div class="shown">
                    <Late part=Part::Ask(asked) what="the question" wanted=Signal::derive(move || ask.is_open()) page/>
                    <Late
                        part=Part::Runs(Listing { state, editor, listed, page })
                        what="the runs"
                        wanted=Signal::derive(move || listed.get() || troubled.get())
                        page
                    />
                    {task}
                    <div class="outcome">
                        <p class="stale-note" hidden=move || !stale.get()>"from an earlier version of the code"</p>
                        <Late part=Part::Verdict(outcome.clone()) what="how the run ended" wanted page/>
                        <OutputLog run/>
                        <Show when=nothing_yet>
                            <p class="empty-results">"Nothing has run yet. Run shows here who worked when, and how much was gained."</p>
                        </Show>
                        <Late part=Part::Pictures(outcome.clone()) what="the charts" wanted page/>
                        <Late part=Part::Outcome(outcome) what="what the run came to" wanted page/>
                    </div>
                </div>
            </div>
        </div>
    }
}

/// What the views below the editor and beside it need.
#[derive(Clone)]
pub struct Outcome {
    state: CellState,
    starter: String,
    stale: Memo<bool>,
    agreement: Agreement,
    exercise: Option<Exercise>,
    editor: EditorHandle,
    page: Page,
}

/// What is to be done in an exercise.
#[component]
fn Task(predict: Option<String>, steps: Vec<ExerciseStep>, cell: CellId, page: Page) -> impl IntoView {
    view! {
        <section class="task" aria-label="Your task">
            {predict.map(|predict| view! { <p class="predict"><b>"Predict first: "</b>{predict}</p> })}
            <Steps steps cell page/>
        </section>
    }
}

/// What the latest run came to: each lap, what is to be said of them, and what they returned.
#[component]
pub fn OutcomeView(outcome: Outcome) -> impl IntoView {
    let Outcome { state: CellState { run, .. }, stale, agreement, page, .. } = outcome;
    view! {
        <Windows run page/><div class="laps-box"><Laps run/></div>
        <div class="laps-box"><Remarks run agreement page/></div>
        <div class="returned-box" class:stale=stale><Results run page/></div>
    }
}

/// What went wrong in the latest run, what the check says, and help with the exercise.
#[component]
pub fn VerdictOutcome(outcome: Outcome) -> impl IntoView {
    let Outcome { state, starter, agreement, exercise, editor, page, .. } = outcome;
    let run = state.run;
    keep_passed(&state, agreement, page);
    let troubles = Memo::new(move |_| run.with(|run| run.as_ref().map(troubles).unwrap_or_default()));
    view! {
        <div class="troubles" aria-live="polite"><Troubles troubles editor/></div>
        <VerdictView run agreement/>
        {exercise.map(|Exercise { hints, .. }| view! { <Help hints state starter editor page/> })}
    }
}

/// The charts of the latest run.
#[component]
pub fn Pictures(outcome: Outcome) -> impl IntoView {
    let Outcome { state, page, .. } = outcome;
    let run = state.run;
    view! {
        <Predicted cell=state.id run page/>
        <Show when=move || run.with(Option::is_some)>
            <Charts run page/>
            <Reasons run page/>
        </Show>
    }
}

#[component]
fn Toolbar(
    state: CellState,
    page: Page,
    starter: String,
    parameters: Vec<Parameter>,
    editor: EditorHandle,
    start: impl Fn() + Clone + 'static,
    stop: impl Fn() + Clone + 'static,
    listed: RwSignal<bool>,
) -> impl IntoView {
    let CellState { draft, run, asked, id, .. } = state.clone();
    let is_active = Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(|run| !run.is_over())));
    let (run_button, stop_button) = (NodeRef::<Button>::new(), NodeRef::<Button>::new());
    let pressed = StoredValue::new(false);
    hand_over_focus(is_active, pressed, run_button, stop_button);
    view! {
        <div class="toolbar" role="group" aria-label="Run and edit">
            <button
                type="button"
                class="run"
                node_ref=run_button
                title="Shift+Enter in the editor"
                disabled=move || is_active.get() || asked.get() || page.trouble().is_some()
                on:click=move |_| {
                    pressed.set_value(true);
                    start();
                }
            >
                "Run"
            </button>
            <button
                type="button"
                class="stop"
                node_ref=stop_button
                title="Ctrl+. or Cmd+."
                disabled=move || !is_active.get() && !asked.get()
                on:click=move |_| stop()
            >
                "Stop"
            </button>
            <Parameters parameters draft editor/>
            <ResetButton draft starter editor id=id.clone() page/>
            <VersionsButton kept=Kept { draft, id: id.clone(), page } editor/>
            <button
                type="button"
                title="All runs of this cell that are kept"
                aria-expanded=move || listed.get().to_string()
                on:click=move |_| listed.update(|listed| *listed = !*listed)
            >
                "Runs"
            </button>
            <Late part=Part::Recorded(state) what="" wanted=Signal::stored(false) page/>
            <RunAbove id=id.clone() page/>
            <SaveState draft id page/>
        </div>
    }
}

#[component]
fn ResetButton(draft: Draft, starter: String, editor: EditorHandle, id: CellId, page: Page) -> impl IntoView {
    let id = StoredValue::new(id);
    let starter = StoredValue::new(starter);
    let before = RwSignal::new(None::<String>);
    let is_starter = Memo::new(move |_| starter.with_value(|starter| draft.text.with(|text| text == starter)));
    let reset = move || match (is_starter.get(), before.get()) {
        (true, Some(before)) => Reset::Undo(before),
        _ => Reset::ToStarter,
    };
    let press = move |_| match untrack(reset) {
        Reset::Undo(text) => {
            before.set(None);
            draft.before(Occasion::Restored, &id.get_value(), page);
            editor.replace(&text);
        }
        Reset::ToStarter => {
            before.set(Some(draft.text.get_untracked()));
            draft.before(Occasion::Reset, &id.get_value(), page);
            editor.replace(&starter.get_value());
        }
    };
    let name = move || if reset() == Reset::ToStarter { "Reset" } else { "Undo reset" };
    let useless = move || is_starter.get() && reset() == Reset::ToStarter;
    view! {
        <button type="button" title="Brings the code back as the exercise has it" disabled=useless on:click=press>{name}</button>
    }
}

#[component]
fn SaveState(draft: Draft, id: CellId, page: Page) -> impl IntoView {
    let save = draft.save;
    let file = move || {
        let folder = page.welcome.with(|welcome| welcome.as_ref().map(|welcome| welcome.workspace.clone()));
        folder.map(|folder| format!("{folder}/{id}.py"))
    };
    let why = move || save.with(|save| save.reason().map(str::to_owned));
    view! {
        <span class="save-state" role="status" data-state=move || save.get().slug() title=file>
            {move || save.get().words()}
        </span>
        <span class="save-reason">{why}</span>
    }
}

#[component]
fn Status(state: CellState, page: Page) -> impl IntoView {
    let CellState { run, refusal, asked, .. } = state;
    let line = Memo::new(move |_| match asked.get() {
        true => "Starting…".to_owned(),
        false => run.with(|run| run.as_ref().map(progress::line).unwrap_or_default()),
    });
    let ending = Memo::new(move |_| run.with(|run| run.as_ref().and_then(progress::sentence)));
    let share = Memo::new(move |_| run.with(|run| run.as_ref().map(progress::share).unwrap_or_default()));
    view! {
        <div class="status">
            <p class="refusal" role="alert">
                {move || refusal.get().or_else(|| page.trouble()).as_deref().map(crate::text::with_code)}
            </p>
            <p class="progress" class:empty=move || line.with(String::is_empty)>
                <span class="words">{line}</span>
                " "
                <Elapsed run/>
                <progress max="1" prop:value=move || share.get() aria-label="Tasks done"></progress>
            </p>
            <p class="ending" role="status">{move || ending.get()}</p>
        </div>
    }
}

fn is_stale(draft: Draft, run: RwSignal<Option<Run>>) -> bool {
    let now = draft.text.with(|text| fingerprint(text));
    run.with(|run| run.as_ref().is_some_and(|run| run.ticket.fingerprint != now))
}

/// A cell that is all of its slide needs no heading of its own.
fn heading_of_slide(root: &HtmlElement) -> Option<String> {
    root.closest(".slide").ok()??.query_selector("[id^=title-]").ok()??.last_child()?.text_content()
}

fn show_phase_on(root: HtmlElement, run: RwSignal<Option<Run>>) {
    let root = send_wrapper::SendWrapper::new(root);
    Effect::new(move |_| {
        let (phase, ending) = run.with(|run| (progress::phase(run.as_ref()), run.as_ref().and_then(progress::ending)));
        // All are names that attributes may have.
        let _ = root.set_attribute("data-phase", phase);
        let _ =
            root.set_attribute("data-run", &run.with(|run| run.as_ref().map_or(0, |run| run.ticket.id.0)).to_string());
        let _ = match ending {
            Some(ending) => root.set_attribute("data-ending", ending),
            None => root.remove_attribute("data-ending"),
        };
    });
}

/// Ctrl or Cmd with a period stops from anywhere while the cell can be seen.
fn stop_by_key(root: HtmlElement, stop: impl Fn() + 'static) {
    let handle = window_event_listener(ev::keydown, move |event| {
        let asked = (event.ctrl_key() || event.meta_key()) && event.key() == ".";
        let seen = root.closest("[hidden]").is_ok_and(|hidden| hidden.is_none());
        if asked && seen && !event.default_prevented() {
            event.prevent_default();
            stop();
        }
    });
    on_cleanup(move || handle.remove());
}

/// A button that is disabled while it has the focus would lose it: if Run was pressed by itself, Stop takes the
/// focus, and gives it back.
fn hand_over_focus(
    is_active: Memo<bool>,
    pressed: StoredValue<bool>,
    run_button: NodeRef<Button>,
    stop_button: NodeRef<Button>,
) {
    Effect::new(move |before: Option<bool>| {
        let is_active = is_active.get();
        let (Some(run_button), Some(stop_button)) = (run_button.get(), stop_button.get()) else { return is_active };
        let (from, to) = if is_active { (run_button, stop_button) } else { (stop_button, run_button) };
        let from: &web_sys::Element = from.as_ref();
        let is_free =
            document().active_element().is_none_or(|element| element == *from || element.tag_name() == "BODY");
        if before.is_some_and(|before| before != is_active) && pressed.get_value() && is_free {
            // What can't take the focus leaves it where it is.
            let _ = to.focus();
            pressed.set_value(is_active);
        }
        is_active
    });
}

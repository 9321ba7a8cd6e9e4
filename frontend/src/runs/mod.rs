//! The kept runs of a cell: listed, opened in the cell, named, put away and brought back, taken elsewhere and brought
//! here, compared and replayed.

mod ask;
mod changes;
mod compare;
mod front;
mod list;
mod opened;
mod player;
mod recorded;
mod replay;
mod words;

#[cfg(test)]
pub mod sample;

use std::time::Duration;

use leptos::html::{Button, Input};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::{CellId, Change, KeptRun, KeptRuns, MOST_KEPT, Run, RunId, WholeRun};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, File, FileList};

use crate::editor::EditorHandle;
use crate::page::{CellState, Page};
use crate::recorded::Offer;
use compare::{CompareView, called};
use list::List;
use opened::Banner;
pub use opened::Opened;
use replay::ReplayView;

/// How long Undo is offered after a run was put away.
const UNDO: Duration = Duration::from_secs(20);

/// What is known of a cell's kept runs.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// Nothing yet.
    Asked,
    /// These.
    Told(KeptRuns),
    /// Why they can't be had.
    Failed(String),
}

/// What all parts of the panel need; copies are the same.
#[derive(Clone, Copy)]
struct Panel {
    cell: StoredValue<CellId>,
    run: RwSignal<Option<Run>>,
    asked: RwSignal<bool>,
    opened: Opened,
    list: RwSignal<State>,
    /// What became of the last thing that was done.
    said: RwSignal<Option<String>>,
    /// What was put away last.
    removed: RwSignal<Option<KeptRun>>,
    forget: StoredValue<Option<TimeoutHandle>>,
    /// What is replayed.
    replayed: RwSignal<Option<WholeRun>>,
    /// Those that were picked to be compared, of this cell or others; two at most.
    picked: RwSignal<Vec<KeptRun>>,
    /// What is compared.
    compared: RwSignal<Option<(WholeRun, WholeRun)>>,
}

impl Panel {
    fn new(cell: CellState, page: Page) -> Panel {
        Panel {
            cell: StoredValue::new(cell.id),
            run: cell.run,
            asked: cell.asked,
            opened: cell.opened,
            list: RwSignal::new(State::Asked),
            said: RwSignal::new(None),
            removed: RwSignal::new(None),
            forget: StoredValue::new(None),
            replayed: RwSignal::new(None),
            picked: page.picked,
            compared: RwSignal::new(None),
        }
    }

    /// Asks for the list.
    fn load(self) {
        let cell = self.cell.get_value();
        spawn_local(async move {
            let told = ask::list(&cell).await.map_or_else(State::Failed, State::Told);
            // The panel may be gone by now.
            let _ = self.list.try_set(told);
        });
    }

    fn change(self, run: RunId, what: Change, then: impl FnOnce() + 'static) {
        spawn_local(async move {
            match ask::change(run, what).await {
                Ok(runs) => {
                    if let Some(kept) = runs.runs.iter().find(|kept| kept.ticket.id == run) {
                        self.opened.rename(kept);
                    }
                    // The panel may be gone by now.
                    if self.list.try_set(State::Told(runs)).is_none() {
                        then();
                    }
                }
                Err(sentence) => self.say(sentence),
            }
        });
    }

    fn say(self, sentence: String) {
        // The panel may be gone by now.
        let _ = self.said.try_set(Some(sentence));
    }

    /// Gets all of a run and does this with it.
    fn with_whole(self, run: RunId, act: impl FnOnce(WholeRun) + 'static) {
        spawn_local(async move {
            match ask::whole(run).await {
                Ok(whole) => {
                    // The panel may be gone by now.
                    if self.said.try_set(None).is_none() {
                        act(whole);
                    }
                }
                Err(sentence) => self.say(sentence),
            }
        });
    }

    /// Picks a run to be compared, or no longer; the one that was picked first makes room for a third.
    fn pick(self, kept: KeptRun) {
        self.picked.update(|picked| {
            let before = picked.len();
            picked.retain(|other| other.ticket.id != kept.ticket.id);
            if picked.len() == before {
                picked.push(kept);
                let surplus = picked.len().saturating_sub(2);
                picked.drain(..surplus);
            }
        });
    }

    fn compare(self) {
        let ids: Vec<RunId> = self.picked.with_untracked(|picked| picked.iter().map(|kept| kept.ticket.id).collect());
        let [one, other] = ids[..] else { return };
        self.with_whole(one, move |one| {
            self.with_whole(other, move |other| self.compared.set(Some((one, other))));
        });
    }

    fn open(self, run: RunId) {
        self.with_whole(run, move |whole| {
            let goes_on = self.run.with_untracked(|run| run.as_ref().is_some_and(|run| !run.is_over()));
            if goes_on || self.asked.get_untracked() {
                return self
                    .say("A run goes on in this cell: stop it, or wait for its end, then open this one.".into());
            }
            self.opened.open(self.run, whole);
        });
    }

    fn remove(self, kept: KeptRun) {
        self.change(kept.ticket.id, Change::Remove, move || {
            self.said.set(None);
            self.picked.update(|picked| picked.retain(|other| other.ticket.id != kept.ticket.id));
            self.removed.set(Some(kept));
            if let Some(before) = self.forget.try_update_value(Option::take).flatten() {
                before.clear();
            }
            let done = move || {
                // The panel may be gone by now.
                let _ = self.removed.try_set(None);
            };
            self.forget.set_value(set_timeout_with_handle(done, UNDO).ok());
        });
    }

    fn bring_back(self) {
        let Some(kept) = self.removed.get_untracked() else { return };
        self.removed.set(None);
        self.change(kept.ticket.id, Change::BringBack, move || self.say(format!("{} is back.", kept.title())));
    }

    /// Brings all of these here, and says of each what became of it.
    fn import(self, files: Option<FileList>) {
        let Some(files) = files else { return };
        let files: Vec<File> = (0..files.length()).filter_map(|place| files.get(place)).collect();
        let cell = self.cell.get_value();
        spawn_local(async move {
            let mut said = Vec::new();
            for file in files {
                self.say(format!("Reading {}…", file.name()));
                said.push(match ask::import(&cell, &file).await {
                    Ok(kept) => {
                        let (name, title) = (file.name(), kept.title());
                        format!("{name} was imported as {title}. It is shown, never executed.")
                    }
                    Err(sentence) => sentence,
                });
            }
            self.say(said.join(" "));
            self.load();
        });
    }
}

/// What the view of a cell's kept runs needs.
#[derive(Clone)]
pub struct Listing {
    /// The cell.
    pub state: CellState,
    /// Its editor.
    pub editor: EditorHandle,
    /// Whether the list is shown.
    pub listed: RwSignal<bool>,
    /// The page.
    pub page: Page,
}

/// The list, if it is shown, and what is said of the run that is looked at.
#[component]
pub fn RunsView(listing: Listing) -> impl IntoView {
    let Listing { state, editor, listed, page } = listing;
    recorded::open_when_asked(&state);
    let cell = state.clone();
    view! {
        {move || listed.get().then(|| view! { <RunsPanel state=cell.clone() page/> })}
        <Offer state=state.clone() page/>
        <Banner state editor/>
    }
}

/// The list of a cell's kept runs, with what can be done with them.
#[component]
fn RunsPanel(state: CellState, page: Page) -> impl IntoView {
    let panel = Panel::new(state, page);
    let ended =
        Memo::new(move |_| panel.run.with(|run| run.as_ref().filter(|run| run.is_over()).map(|run| run.ticket.id)));
    Effect::new(move |_| {
        if ended.get().is_some() || panel.list.with_untracked(|list| *list == State::Asked) {
            panel.load();
        }
    });
    // The list itself follows what is in it, so that the focus stays where it is.
    let told = Memo::new(move |_| match panel.list.get() {
        State::Told(_) => State::Told(KeptRuns::default()),
        other => other,
    });
    let dragged = RwSignal::new(false);
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        dragged.set(false);
        panel.import(event.data_transfer().and_then(|data| data.files()));
    };
    let over = move |event: DragEvent| {
        event.prevent_default();
        dragged.set(true);
    };
    let body = move || match told.get() {
        State::Asked => view! { <p class="runs-note" role="status">"Loading the runs…"</p> }.into_any(),
        State::Failed(sentence) => view! {
            <p class="refusal" role="alert">
                {sentence}" "<button type="button" on:click=move |_| panel.load()>"Try again"</button>
            </p>
        }
        .into_any(),
        State::Told(_) => view! { <List panel/> }.into_any(),
    };
    view! {
        <section
            class="runs"
            class:dragged=dragged
            aria-label="Runs of this cell"
            on:dragover=over
            on:dragleave=move |_| dragged.set(false)
            on:drop=dropped
        >
            <div class="runs-said" role="status">
                {move || panel.said.get().map(|said| view! { <p>{said}</p> })}
                {move || panel.removed.get().map(|kept| view! { <Undo panel kept/> })}
            </div>
            <Picked panel/>
            {body}
            <Foot panel/>
            {move || panel.replayed.get().map(|whole| {
                view! { <ReplayView whole on_close=move || panel.replayed.set(None) page/> }
            })}
            {move || panel.compared.get().map(|(one, other)| {
                view! { <CompareView one other on_close=move || panel.compared.set(None) page/> }
            })}
        </section>
    }
}

/// Offers to bring a run back; the focus was on a row that is gone.
#[component]
fn Undo(panel: Panel, kept: KeptRun) -> impl IntoView {
    let button = NodeRef::<Button>::new();
    Effect::new(move |_| {
        if let Some(button) = button.get() {
            // What can't take the focus leaves it where it is.
            let _ = button.focus();
        }
    });
    view! {
        <p>
            {format!("{} was deleted. ", kept.title())}
            <button type="button" node_ref=button on:click=move |_| panel.bring_back()>"Undo"</button>
        </p>
    }
}

/// What was picked to be compared, and what is still to be done for that.
#[component]
fn Picked(panel: Panel) -> impl IntoView {
    let line = move || {
        let picked = panel.picked.get();
        let clear = move |_| panel.picked.set(Vec::new());
        match picked.as_slice() {
            [one] => Some(
                view! {
                    <p>
                        {format!("{} is picked. Pick another one, of this cell or of another, to compare them. ", called(one))}
                        <button type="button" on:click=clear>"Pick none"</button>
                    </p>
                }
                .into_any(),
            ),
            [one, other] => {
                let name = format!("Compare {} with {}", called(one), called(other));
                Some(
                    view! {
                        <p>
                            <button type="button" class="run-compare" on:click=move |_| panel.compare()>{name}</button>
                            " "
                            <button type="button" on:click=clear>"Pick none"</button>
                        </p>
                    }
                    .into_any(),
                )
            }
            _ => None,
        }
    };
    view! { <div class="picked" aria-live="polite">{line}</div> }
}

/// How files come here, and how long runs are kept.
#[component]
fn Foot(panel: Panel) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        panel.import(input.files());
        // So that the same file can be chosen again.
        input.set_value("");
    };
    view! {
        <div class="runs-foot">
            <button type="button" on:click=choose>"Import a run…"</button>
            <input
                type="file"
                class="unseen"
                accept=".virgil"
                multiple
                tabindex="-1"
                aria-label="Files of runs"
                node_ref=input
                on:change=chosen
            />
            <p class="runs-note">
                {format!("or drop its file here. The newest {MOST_KEPT} runs are kept; those with a name or from a file stay.")}
            </p>
        </div>
    }
}

//! Views that nobody needs to read, edit and press Run. Their code is a file of its own, fetched when the first of
//! them is wanted, or some seconds after the start; CONTRIBUTING.md says how a view gets there.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use shared::{Deck, Quiz};
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::cell::{Outcome, OutcomeView, Pictures, VerdictOutcome};
use crate::doctor::Checkups;
use crate::editor::EditorHandle;
use crate::learning::ask::{AskView, Asked};
use crate::learning::quiz::QuizView;
use crate::mistakes::Mistakes;
use crate::notebook::Follow;
use crate::overview::Overview;
use crate::page::{CellState, Page};
use crate::presenter::OnStage;
use crate::recorded::RecordedButton;
use crate::runs::{Listing, RunsView};
use crate::saving::Kept;
use crate::saving::conflict::ConflictView;
use crate::shortcuts::Shortcuts;
use crate::theme::Look;
use crate::theme::menu::LookMenu;
use crate::versions::VersionsDialog;

/// One of these views, with what it needs.
#[derive(Clone)]
pub enum Part {
    /// What a run came to.
    Outcome(Outcome),
    /// What went wrong in a run, what the check says, and help with the exercise.
    Verdict(Outcome),
    /// The charts of a run.
    Pictures(Outcome),
    /// The kept runs of a cell.
    Runs(Listing),
    /// The button for a cell's recorded run.
    Recorded(CellState),
    /// What the doctor says, once it was asked so often.
    Checkups(RwSignal<u32>),
    /// The choice between two texts of a cell.
    Conflict(Kept),
    /// A cell's earlier texts, with its editor, once they were asked for so often.
    Versions(Kept, EditorHandle, RwSignal<u32>),
    /// A quiz.
    Quiz(Quiz, Page),
    /// What a cell asks before its first run.
    Ask(Asked),
    /// What is wrong with the deck's files.
    Mistakes(Page),
    /// What follows the reader of the notebook.
    Notebook(Arc<Deck>, Page),
    /// All slides, to go to one, and what is done.
    Overview(Page),
    /// All keys, once they were asked for so often.
    Shortcuts(RwSignal<u32>),
    /// What a window of a talk has besides the slide.
    OnStage(Page),
    /// Colours and the size of type, once they were asked for so often.
    Look(Look, RwSignal<u32>),
}

/// Everything that the file with their code holds: what only this function can reach.
#[wasm_split(late, fallible, preload(fetch))]
fn build(part: Part) -> Result<AnyView, SplitLoaderError> {
    Ok(match part {
        Part::Outcome(outcome) => view! { <OutcomeView outcome/> }.into_any(),
        Part::Verdict(outcome) => view! { <VerdictOutcome outcome/> }.into_any(),
        Part::Pictures(outcome) => view! { <Pictures outcome/> }.into_any(),
        Part::Runs(listing) => view! { <RunsView listing/> }.into_any(),
        Part::Recorded(state) => view! { <RecordedButton state/> }.into_any(),
        Part::Checkups(asked) => view! { <Checkups asked/> }.into_any(),
        Part::Conflict(kept) => view! { <ConflictView kept/> }.into_any(),
        Part::Quiz(quiz, page) => view! { <QuizView quiz page/> }.into_any(),
        Part::Ask(asked) => view! { <AskView asked/> }.into_any(),
        Part::Mistakes(page) => view! { <Mistakes page/> }.into_any(),
        Part::Notebook(deck, page) => view! { <Follow deck page/> }.into_any(),
        Part::Overview(page) => view! { <Overview page/> }.into_any(),
        Part::Shortcuts(asked) => view! { <Shortcuts asked/> }.into_any(),
        Part::OnStage(page) => view! { <OnStage page/> }.into_any(),
        Part::Look(look, asked) => view! { <LookMenu look asked/> }.into_any(),
        Part::Versions(kept, editor, asked) => view! { <VersionsDialog kept editor asked/> }.into_any(),
    })
}

/// Builds one whose code is there; none if it isn't.
fn built(part: Part) -> Option<AnyView> {
    match pin!(build(part)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(view) => view.ok(),
        Poll::Pending => None,
    }
}

/// Where the code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Loading,
    Ready,
    Failed,
}

/// The code; copies are the same.
#[derive(Clone, Copy)]
pub struct Code(RwSignal<State>);

impl Code {
    /// Not fetched yet.
    pub fn new() -> Code {
        Code(RwSignal::new(State::Absent))
    }

    /// Whether it is there.
    pub fn is_there(self) -> bool {
        self.0.get_untracked() == State::Ready
    }

    /// Fetches it, unless it is there or on its way.
    pub fn load(self) {
        if matches!(self.0.get_untracked(), State::Loading | State::Ready) {
            return;
        }
        self.0.set(State::Loading);
        spawn_local(async move {
            self.0.set(if fetch().await.is_ok() { State::Ready } else { State::Failed });
        });
    }
}

/// What is seen of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Placeholder,
    Trouble,
    View,
}

fn seen(state: State, wanted: bool) -> Seen {
    match (state, wanted) {
        (State::Ready, _) => Seen::View,
        (_, false) => Seen::Nothing,
        (State::Absent | State::Loading, true) => Seen::Placeholder,
        (State::Failed, true) => Seen::Trouble,
    }
}

/// One of the views. As long as its code is not there, nothing is shown before it is `wanted`, and then a line that
/// says what is loaded: `what`.
#[component]
pub fn Late(part: Part, what: &'static str, #[prop(into)] wanted: Signal<bool>, page: Page) -> impl IntoView {
    let code = page.late;
    Effect::new(move |_| {
        if wanted.get() {
            code.load();
        }
    });
    let seen = Memo::new(move |_| seen(code.0.get(), wanted.get()));
    move || match seen.get() {
        Seen::Nothing => ().into_any(),
        Seen::Placeholder => view! { <p class="late" role="status">{format!("Loading {what}…")}</p> }.into_any(),
        Seen::Trouble => view! { <Trouble what code/> }.into_any(),
        Seen::View => built(part.clone()).into_any(),
    }
}

#[component]
fn Trouble(what: &'static str, code: Code) -> impl IntoView {
    view! {
        <p class="late refusal" role="alert">
            {format!("Could not load {what}: is Virgil running? If it was started anew, reload the page; your edits are kept. ")}
            <button type="button" on:click=move |_| code.load()>"Try again"</button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_wanted_is_not_missed() {
        for (state, unwanted, wanted) in [
            (State::Absent, Seen::Nothing, Seen::Placeholder),
            (State::Loading, Seen::Nothing, Seen::Placeholder),
            (State::Failed, Seen::Nothing, Seen::Trouble),
            (State::Ready, Seen::View, Seen::View),
        ] {
            assert_eq!((seen(state, false), seen(state, true)), (unwanted, wanted), "{state:?}");
        }
    }
}

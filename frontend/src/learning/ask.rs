//! What a cell asks before its first run. Run is held back once, and can always go on without an answer.

use leptos::callback::UnsyncCallback;
use leptos::ev::SubmitEvent;
use leptos::html::Form;
use leptos::prelude::*;
use shared::{Act, CellId, Expected, Group, Guess, Mode, Prediction, Question, offered_speed_ups};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::truth::times_as_fast;
use crate::page::{CellState, Page};
use crate::text::count;

/// The question of a cell; copies are the same.
#[derive(Clone, Copy)]
pub struct Ask {
    question: Option<Question>,
    /// What can be guessed, as long as it is asked.
    open: RwSignal<Option<Options>>,
    /// Changes when whoever pressed Run is to be led to the question.
    called: RwSignal<u32>,
}

/// What can be guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    modes: Vec<Mode>,
    /// The most workers that will be tried.
    workers: u32,
}

impl Ask {
    /// Nothing is asked yet.
    pub fn new(question: Option<Question>) -> Ask {
        Ask { question, open: RwSignal::new(None), called: RwSignal::new(0) }
    }

    /// Whether it is asked now.
    pub fn is_open(self) -> bool {
        self.open.with(Option::is_some)
    }

    /// Run was pressed: whether it waits for an answer. Asks if that is to come.
    pub fn holds_back(self, state: &CellState, page: Page) -> bool {
        let Some(question) = self.question else { return false };
        let is_answered = page.learning.progress.with_untracked(|progress| progress.of(&state.id).prediction.is_some());
        let is_asked = self.open.with_untracked(Option::is_some);
        let active = state.run.with_untracked(|run| run.as_ref().is_some_and(|run| !run.is_over()));
        // A question that can't be shown holds up nobody.
        let can_not_be_shown = is_asked && !page.late.is_there();
        if is_answered || active || can_not_be_shown || !page.learning.is_known() {
            self.open.set(None);
            return false;
        }
        let source = state.draft.text.get_untracked();
        let modes = state.choice.possible(page, &source);
        let workers = state.choice.workers.with_untracked(|workers| workers.iter().max().copied().unwrap_or(1));
        let options = options(question, modes, workers);
        let asks = options.is_some();
        self.open.set(options);
        self.called.update(|called| *called += 1);
        asks
    }
}

/// What can be guessed of these modes; none if there is nothing to guess. Executors have another dispatcher: they are
/// left out, since nothing could be compared with them.
fn options(question: Question, modes: Vec<Mode>, workers: u32) -> Option<Options> {
    let mut modes: Vec<Mode> = modes.into_iter().filter(|mode| mode.group() == Group::Native).collect();
    modes.sort_unstable();
    let sense = match question {
        Question::Fastest | Question::MostMissed => modes.len() > 1,
        Question::SpeedUp => {
            let has_baseline = modes.contains(&Mode::Sequential);
            modes.retain(|mode| mode.is_parallel());
            has_baseline && !modes.is_empty()
        }
    };
    sense.then_some(Options { modes, workers })
}

/// What the view of the question needs.
#[derive(Clone)]
pub struct Asked {
    /// The question.
    pub ask: Ask,
    /// The cell.
    pub cell: CellId,
    /// Starts the run.
    pub run: UnsyncCallback<()>,
    /// The page.
    pub page: Page,
}

/// The question, as long as it is asked.
#[component]
pub fn AskView(asked: Asked) -> impl IntoView {
    let Asked { ask, .. } = asked;
    move || {
        let (question, options) = (ask.question?, ask.open.get()?);
        Some(view! { <AskForm question options asked=asked.clone()/> })
    }
}

#[component]
fn AskForm(question: Question, options: Options, asked: Asked) -> impl IntoView {
    let Asked { ask, cell, run, page } = asked;
    let form = NodeRef::<Form>::new();
    let mode = RwSignal::new(None::<Option<Mode>>);
    let expected = RwSignal::new(Vec::<Expected>::new());
    let missing = RwSignal::new(false);
    Effect::new(move |_| {
        ask.called.track();
        let first = form.get().and_then(|form| form.query_selector("input").ok().flatten());
        if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            // What can't take the focus leaves it where it is.
            let _ = first.focus();
        }
    });
    let go = {
        let cell = cell.clone();
        move |prediction| {
            page.learn(Act::Predict { cell: cell.clone(), prediction });
            ask.open.set(None);
            run.run(());
        }
    };
    let skip = {
        let go = go.clone();
        move |_| go(Prediction::Skipped)
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let guess = match question {
            Question::Fastest => mode.get_untracked().map(Guess::Fastest),
            Question::MostMissed => mode.get_untracked().map(Guess::MostMissed),
            Question::SpeedUp => Some(expected.get_untracked()).filter(|all| !all.is_empty()).map(Guess::SpeedUps),
        };
        match guess {
            Some(guess) => go(Prediction::Made(guess)),
            None => missing.set(true),
        }
    };
    let Options { modes, workers } = options;
    let fields = match question {
        Question::Fastest | Question::MostMissed => {
            let (asked, nobody) = match question {
                Question::MostMissed => {
                    ("with which mode will the window miss the most frames?", "no clear difference")
                }
                _ => ("which will be fastest?", "no clear winner"),
            };
            let offered = modes.iter().map(|mode| Some(*mode)).chain([None]);
            let boxes = offered.map(|guess| {
                let words = guess.map_or(nobody, Mode::title);
                view! { <Choice group=format!("mode-{cell}") words=words.to_owned() chosen=move || mode.set(Some(guess))/> }
            });
            view! {
                <fieldset class="choice">
                    <legend>{format!("Before you run: {asked}")}</legend>
                    {boxes.collect_view()}
                </fieldset>
            }
            .into_any()
        }
        Question::SpeedUp => {
            let rows = modes.into_iter().map(|mode| {
                let boxes = offered_speed_ups(workers).into_iter().map(|hundredths| {
                    let guess = Expected { mode, workers, hundredths };
                    let chosen = move || {
                        expected.update(|all| {
                            all.retain(|other| other.mode != mode);
                            all.push(guess);
                        })
                    };
                    view! { <Choice group=format!("{mode}-{cell}") words=times_as_fast(hundredths) chosen/> }
                });
                view! {
                    <fieldset class="choice">
                        <legend>{mode.title()}</legend>
                        {boxes.collect_view()}
                    </fieldset>
                }
            });
            let asked = format!(
                "Before you run: how many times as fast as sequential, with {}?",
                count(u64::from(workers), "worker")
            );
            view! { <p class="asked">{asked}</p> {rows.collect_view()} }.into_any()
        }
    };
    view! {
        <form class="ask" node_ref=form aria-label="Predict first" on:submit=submit>
            {fields}
            <div class="buttons">
                <button type="submit">"Predict and run"</button>
                <button type="button" on:click=skip>"Run without predicting"</button>
                <span class="left" role="status">{move || missing.get().then_some("Choose something first.")}</span>
            </div>
        </form>
    }
}

#[component]
fn Choice(group: String, words: String, chosen: impl Fn() + 'static) -> impl IntoView {
    view! {
        <label class="box">
            <input type="radio" name=group on:change=move |_| chosen()/>
            <span>{words}</span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_compared_is_asked() {
        use Mode::{Processes, Sequential, ThreadPool, Threads};
        for (question, modes, expected) in [
            (Question::Fastest, vec![Threads, Sequential], Some(vec![Sequential, Threads])),
            (Question::Fastest, vec![Threads], None),
            (Question::Fastest, vec![Threads, ThreadPool], None),
            (Question::MostMissed, vec![Processes, Threads], Some(vec![Threads, Processes])),
            (Question::MostMissed, vec![Threads], None),
            (Question::SpeedUp, vec![Processes, Sequential, Threads], Some(vec![Threads, Processes])),
            (Question::SpeedUp, vec![Processes, Threads], None),
            (Question::SpeedUp, vec![Sequential], None),
        ] {
            let found = options(question, modes.clone(), 2).map(|options| options.modes);
            assert_eq!(found, expected, "{question:?}, {modes:?}");
        }
    }
}

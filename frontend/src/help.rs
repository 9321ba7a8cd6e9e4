//! Help with an exercise: what the check says, hints one at a time, the solution when asked for.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::{Act, Agreement, CellId, ExerciseHelp, Forgotten, Occasion, Run, Verdict, difference};
use wasm_bindgen_futures::spawn_local;

use crate::app::get;
use crate::editor::EditorHandle;
use crate::learning::now;
use crate::page::{CellState, Page};

/// How far the solution is revealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Solution {
    Hidden,
    /// It was asked for and not confirmed.
    Asked,
    Shown,
}

/// What became of the help, which nobody gets who doesn't ask.
#[derive(Debug, Clone, PartialEq)]
enum Aid {
    Unasked,
    Coming,
    Missing,
    There(ExerciseHelp),
}

impl Aid {
    fn hint(&self, place: usize) -> String {
        match self {
            Aid::There(help) => help.hints.get(place).map(|hint| hint.html.clone()).unwrap_or_default(),
            Aid::Unasked | Aid::Coming | Aid::Missing => String::new(),
        }
    }
}

/// What the check said of the laps: the first that is not a pass decides. Laps that return different results are no
/// pass either, unless they may.
fn verdict(run: &Run, agreement: Agreement) -> Option<Verdict> {
    let verdicts = || run.laps.iter().filter_map(|lap| lap.verdict.as_ref());
    let passed = verdicts().next_back()?;
    let disagreement = || match agreement {
        Agreement::Same => Some(Verdict::Failed(difference(run)?.sentence(run))),
        Agreement::MayDiffer => None,
    };
    let unhappy = verdicts().find(|verdict| **verdict != Verdict::Passed).cloned();
    unhappy.or_else(disagreement).or_else(|| Some(passed.clone()))
}

/// What the check says.
#[component]
pub fn VerdictView(run: RwSignal<Option<Run>>, agreement: Agreement) -> impl IntoView {
    let verdict = Memo::new(move |_| run.with(|run| verdict(run.as_ref()?, agreement)));
    move || {
        verdict.get().map(|verdict| match verdict {
            Verdict::Passed => view! {
                <p class="verdict" data-verdict="passed"><b>"Check passed."</b>" Well done."</p>
            }
            .into_any(),
            Verdict::Failed(sentence) => view! {
                <p class="verdict" data-verdict="failed"><b>"Not there yet. "</b>{sentence}</p>
            }
            .into_any(),
            Verdict::Broken(traceback) => view! {
                <div class="verdict" data-verdict="broken">
                    <p><b>"The check itself is broken."</b>" That is not your mistake; tell the author of the exercise."</p>
                    <pre class="scroll" tabindex="0">{traceback}</pre>
                </div>
            }
            .into_any(),
        })
    }
}

/// Keeps that the check was passed, by a run of this workspace that is over.
pub fn keep_passed(state: &CellState, agreement: Agreement, page: Page) {
    let CellState { id, run, opened, .. } = state.clone();
    let passed = Memo::new(move |_| {
        let by = |run: &Run| run.is_over() && verdict(run, agreement) == Some(Verdict::Passed);
        run.with(|run| run.as_ref().filter(|run| by(run)).map(|run| run.ticket.id))
    });
    Effect::new(move |_| {
        let (Some(run), None) = (passed.get(), opened.shown()) else { return };
        if !untrack(|| page.learning.of(&id).passed) {
            page.learn(Act::Pass { cell: id.clone(), run });
        }
    });
}

/// Hints, the solution, and a new beginning.
#[component]
pub fn Help(hints: u32, state: CellState, starter: String, editor: EditorHandle, page: Page) -> impl IntoView {
    let id = StoredValue::new(state.id.clone());
    let mine = StoredValue::new(state.clone());
    let studied = Memo::new(move |_| id.with_value(|id| page.learning.of(id)));
    let total = hints as usize;
    let open = Memo::new(move |_| studied.with(|studied| studied.hints as usize).min(total));
    let revealed = RwSignal::new(Solution::Hidden);
    let aid = RwSignal::new(Aid::Unasked);
    let fetch = move || {
        if matches!(aid.get_untracked(), Aid::Coming | Aid::There(_)) {
            return;
        }
        aid.set(Aid::Coming);
        spawn_local(async move {
            let all: Option<BTreeMap<CellId, ExerciseHelp>> = get("/api/help").await.ok();
            let mine = all.and_then(|mut all| id.try_with_value(|id| all.remove(id)).flatten());
            // The slide may be gone by now.
            let _ = aid.try_set(mine.map_or(Aid::Missing, Aid::There));
        });
    };
    let is_wanted = Memo::new(move |_| open.get() > 0 || revealed.get() == Solution::Shown);
    Effect::new(move |_| is_wanted.get().then(fetch));
    let here = move || match aid.get() {
        Aid::There(help) if revealed.get() == Solution::Shown => Some(help),
        _ => None,
    };
    let counted = move || match open.get() {
        0 => format!("{total} of {total} left"),
        open => format!("{open} of {total} shown"),
    };
    let next_hint = move |_| {
        let open = open.get_untracked() as u32 + 1;
        page.learn(Act::Hint { cell: id.get_value(), open });
    };
    let show = move || {
        revealed.set(Solution::Shown);
        page.learn(Act::SeeSolution(id.get_value()));
    };
    let ask = move |_| {
        // Who has passed, or has seen it, has nothing left to try.
        let freely = studied.with_untracked(|studied| studied.passed || studied.solution_seen);
        if freely { show() } else { revealed.set(Solution::Asked) }
    };
    let words = move || if open.get() == 0 { "Hint" } else { "Next hint" };
    view! {
        <section class="help" aria-label="Help">
            <div class="buttons">
                <Show when=move || total.gt(&0)>
                    <button type="button" disabled=move || open.get() == total on:click=next_hint>{words}</button>
                    <span class="left">{counted}</span>
                </Show>
                <button type="button" disabled=move || revealed.get() != Solution::Hidden on:click=ask>"Solution"</button>
                <StartOver state=state.clone() starter editor page/>
            </div>
            <Show when=move || is_wanted.get() && aid.with(|aid| *aid == Aid::Coming)>
                <p class="quiet">"Loading…"</p>
            </Show>
            <Show when=move || is_wanted.get() && aid.with(|aid| *aid == Aid::Missing)>
                <p class="confirm">
                    "Hints and solution could not be loaded: is Virgil running? "
                    <button type="button" on:click=move |_| fetch()>"Try again"</button>
                </p>
            </Show>
            <ol class="hints" aria-live="polite">
                <For each=move || 0..open.get() key=|place| *place let:place>
                    <li inner_html=move || aid.with(|aid| aid.hint(place))></li>
                </For>
            </ol>
            <Show when=move || revealed.get() == Solution::Asked>
                <p class="confirm">
                    "Show the solution? You learn more if you try the hints first. "
                    <button type="button" on:click=move |_| show()>"Show it"</button>
                    <button type="button" on:click=move |_| revealed.set(Solution::Hidden)>"Not yet"</button>
                </p>
            </Show>
            {move || {
                here().map(|ExerciseHelp { solution, why, .. }| view! {
                    <div class="solution">
                        <pre class="scroll" tabindex="0"><code class="language-python">{solution.clone()}</code></pre>
                        {why.map(|why| view! { <div class="why-it-works"><h4>"Why it works"</h4><div inner_html=why></div></div> })}
                        <div class="buttons">
                            <PutIn text=solution state=mine.get_value() editor page/>
                            <button type="button" on:click=move |_| revealed.set(Solution::Hidden)>"Hide it"</button>
                        </div>
                    </div>
                })
            }}
        </section>
    }
}

/// Puts the solution into the editor, and what was there back again.
#[component]
fn PutIn(text: String, state: CellState, editor: EditorHandle, page: Page) -> impl IntoView {
    let CellState { id, draft, .. } = state;
    let before = RwSignal::new(None::<String>);
    let solution = StoredValue::new(text);
    let is_in = Memo::new(move |_| solution.with_value(|solution| draft.text.with(|text| text == solution)));
    let undo = move || before.get().filter(|_| is_in.get());
    let press = move |_| {
        let back = untrack(undo);
        draft.before(Occasion::Restored, &id, page);
        match back {
            Some(text) => {
                before.set(None);
                editor.replace(&text);
            }
            None => {
                before.set(Some(draft.text.get_untracked()));
                solution.with_value(|solution| editor.replace(solution));
            }
        }
    };
    let words = move || if undo().is_some() { "Bring my code back" } else { "Put it into the editor" };
    let useless = move || is_in.get() && undo().is_none();
    view! { <button type="button" disabled=useless on:click=press>{words}</button> }
}

/// Begins the exercise anew, with the starter, and takes that back.
#[component]
fn StartOver(state: CellState, starter: String, editor: EditorHandle, page: Page) -> impl IntoView {
    let CellState { id, draft, .. } = state;
    let id = StoredValue::new(id);
    let code = RwSignal::new(None::<String>);
    let learning = page.learning;
    let can_undo = Memo::new(move |_| {
        learning
            .progress
            .with(|progress| id.with_value(|id| matches!(&progress.forgotten, Forgotten::Cell(cell, _) if cell == id)))
    });
    let useless = Memo::new(move |_| !can_undo.get() && id.with_value(|id| learning.of(id)).is_untouched());
    let press = move |_| {
        let text = if can_undo.get_untracked() {
            page.learn(Act::Undo);
            // After a reload the code is among the versions only.
            code.try_update(Option::take).flatten().map(|text| (Occasion::Restored, text))
        } else {
            page.learn(Act::Forget { cell: id.get_value(), at: now() });
            code.set(Some(draft.text.get_untracked()));
            Some((Occasion::Reset, starter.clone()))
        };
        if let Some((occasion, text)) = text {
            id.with_value(|id| draft.before(occasion, id, page));
            editor.bring(&text);
        }
    };
    view! {
        <button
            type="button"
            class="start-over"
            title="Forgets hints, ticks, prediction and the passed check of this exercise, and brings its first code back"
            disabled=useless
            on:click=press
        >
            {move || if can_undo.get() { "Undo start over" } else { "Start over" }}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::{Ending, LapEvent, Mode, Nanos, Results, RunEvent};

    #[test]
    fn one_lap_that_fails_its_check_decides() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads, Mode::Processes]);
        assert_eq!(verdict(&run, Agreement::Same), None);
        let failed = Verdict::Failed("The counter lost updates.".into());
        for (lap, said) in [(0, Verdict::Passed), (1, failed.clone()), (2, Verdict::Passed)] {
            sample::begin(&mut run, lap, 1);
            sample::in_lap(&mut run, lap, LapEvent::Checked(said));
        }
        assert_eq!(verdict(&run, Agreement::Same), Some(failed));
    }

    #[test]
    fn laps_that_return_different_results_fail_unless_they_may() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        for lap in 0..2 {
            sample::begin(&mut run, lap, 1);
            sample::in_lap(&mut run, lap, LapEvent::Checked(Verdict::Passed));
            let results = Results { count: lap + 1, ..Results::default() };
            run.apply(&RunEvent::LapEnded { lap, ending: Ending::Completed { wall: Nanos(1), results } });
        }
        assert_eq!(verdict(&run, Agreement::MayDiffer), Some(Verdict::Passed));
        assert!(
            matches!(verdict(&run, Agreement::Same), Some(Verdict::Failed(said)) if said.contains("results differ"))
        );
    }
}

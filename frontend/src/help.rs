//! Help with an exercise: what the check says, hints one at a time, the solution when asked for.

use leptos::prelude::*;
use shared::{Agreement, Exercise, Run, Verdict, difference};

use crate::editor::EditorHandle;

/// How far the solution is revealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Solution {
    Hidden,
    /// It was asked for and not confirmed.
    Asked,
    Shown,
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

/// Hints and the solution.
#[component]
pub fn Help(exercise: Exercise, editor: EditorHandle) -> impl IntoView {
    let Exercise { hints, solution, .. } = exercise;
    let total = hints.len();
    let hints_shown = RwSignal::new(0_usize);
    let revealed = RwSignal::new(Solution::Hidden);
    let solution = StoredValue::new(solution);
    let left = move || match total - hints_shown.get() {
        0 => "no more hints".to_owned(),
        left => format!("{left} of {total} left"),
    };
    view! {
        <section class="help" aria-label="Help">
            <div class="buttons">
                <Show when=move || total.gt(&0)>
                    <button
                        type="button"
                        disabled=move || hints_shown.get() == total
                        on:click=move |_| hints_shown.update(|shown| *shown += 1)
                    >
                        "Hint"
                    </button>
                    <span class="left">{left}</span>
                </Show>
                <button
                    type="button"
                    disabled=move || revealed.get() != Solution::Hidden
                    on:click=move |_| revealed.set(Solution::Asked)
                >
                    "Solution"
                </button>
            </div>
            <ol class="hints" aria-live="polite">
                {hints
                    .into_iter()
                    .enumerate()
                    .map(|(place, hint)| {
                        view! {
                            <Show when=move || hints_shown.get().gt(&place)>
                                <li inner_html=hint.html.clone()></li>
                            </Show>
                        }
                    })
                    .collect_view()}
            </ol>
            <Show when=move || revealed.get() == Solution::Asked>
                <p class="confirm">
                    "Show the solution? You learn more if you try the hints first. "
                    <button type="button" on:click=move |_| revealed.set(Solution::Shown)>"Show it"</button>
                    <button type="button" on:click=move |_| revealed.set(Solution::Hidden)>"Not yet"</button>
                </p>
            </Show>
            <Show when=move || revealed.get() == Solution::Shown>
                <div class="solution">
                    <pre class="scroll" tabindex="0"><code class="language-python">{solution.get_value()}</code></pre>
                    <div class="buttons">
                        <button type="button" on:click=move |_| editor.replace(&solution.get_value())>"Put it into the editor"</button>
                        <button type="button" on:click=move |_| revealed.set(Solution::Hidden)>"Hide it"</button>
                    </div>
                </div>
            </Show>
        </section>
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

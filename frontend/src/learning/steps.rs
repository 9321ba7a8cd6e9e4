//! The steps of an exercise, to be ticked.

use leptos::prelude::*;
use shared::{Act, CellId, ExerciseStep};

use crate::page::Page;

/// The checklist: what belongs to the workshop, and beside it what can wait until one is at home.
#[component]
pub fn Steps(steps: Vec<ExerciseStep>, cell: CellId, page: Page) -> impl IntoView {
    (!steps.is_empty()).then(|| {
        let numbered: Vec<(u32, ExerciseStep)> = (0..).zip(steps).collect();
        let (home, core): (Vec<_>, Vec<_>) = numbered.into_iter().partition(|(_, step)| step.home);
        let list = |title: &'static str, steps: Vec<(u32, ExerciseStep)>| {
            let cell = cell.clone();
            (!steps.is_empty()).then(|| {
                let rows = steps.into_iter().map(|(place, step)| view! { <Row place step cell=cell.clone() page/> });
                view! {
                    <fieldset class="step-list">
                        <legend>{title}</legend>
                        {rows.collect_view()}
                    </fieldset>
                }
            })
        };
        view! { <div class="steps">{list("Steps", core)} {list("At home", home)}</div> }
    })
}

#[component]
fn Row(place: u32, step: ExerciseStep, cell: CellId, page: Page) -> impl IntoView {
    let id = cell.clone();
    let ticked = Memo::new(move |_| {
        page.learning
            .progress
            .with(|progress| progress.cells.get(&id).is_some_and(|studied| studied.steps.contains(&place)))
    });
    let change = move |event| {
        page.learn(Act::Tick { cell: cell.clone(), step: place, ticked: event_target_checked(&event) });
    };
    view! {
        <label class="step-row">
            <input type="checkbox" name="step" value=place.to_string() prop:checked=ticked on:change=change/>
            <span inner_html=step.html></span>
        </label>
    }
}

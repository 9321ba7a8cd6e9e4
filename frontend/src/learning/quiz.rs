//! A quiz that can be answered.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use shared::{Act, Answer, Quiz};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::live::elements;
use crate::page::Page;

/// What is seen of the explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Nothing: it is to be answered.
    Nothing,
    /// Of what was chosen.
    Chosen,
    /// Of all answers.
    All,
}

/// What is said of a choice.
fn said(quiz: &Quiz, chosen: &[u32]) -> &'static str {
    let all_right = quiz.answers.iter().zip(0..).all(|(answer, place)| answer.right || !chosen.contains(&place));
    match (quiz.is_right(chosen), all_right) {
        (true, _) => "Right.",
        (false, true) => "What you chose is right, but something is missing.",
        (false, false) => "Not right yet.",
    }
}

/// The quiz, in place of the one that the runner rendered.
#[component]
pub fn QuizView(quiz: Quiz, page: Page) -> impl IntoView {
    let quiz = in_words(quiz);
    let name = quiz.name.clone();
    let answered = {
        let name = name.clone();
        Memo::new(move |_| page.learning.progress.with(|progress| progress.quizzes.get(&name).cloned()))
    };
    let first = answered.get_untracked();
    let told = RwSignal::new(if first.is_some() { Told::Chosen } else { Told::Nothing });
    let chosen = RwSignal::new(first.map_or_else(|| ticked_before(&name), |answered| answered.chosen));
    let empty = RwSignal::new(false);
    // It was answered in another tab, or all was begun anew.
    Effect::new(move |before: Option<Option<_>>| {
        let now = answered.get();
        if before.is_some_and(|before| before != now) {
            told.set(if now.is_some() { Told::Chosen } else { Told::Nothing });
            chosen.set(now.as_ref().map(|answered| answered.chosen.clone()).unwrap_or_default());
        }
        now
    });
    let several = quiz.takes_several();
    let group = format!("answer-{name}");
    let rows = quiz.answers.iter().cloned().zip(0..).map(|(answer, place)| {
        view! { <Row answer place several group=group.clone() chosen told/> }
    });
    let rows = rows.collect_view();
    let question = quiz.question.clone();
    let quiz = StoredValue::new(quiz);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if told.get_untracked() != Told::Nothing {
            chosen.set(Vec::new());
            return told.set(Told::Nothing);
        }
        let mut places = chosen.get_untracked();
        places.sort_unstable();
        empty.set(places.is_empty());
        if !places.is_empty() {
            let right = quiz.with_value(|quiz| quiz.is_right(&places));
            // The answer before may have been the same.
            told.set(Told::Chosen);
            page.learn(Act::Answer { quiz: name.clone(), chosen: places, right });
        }
    };
    let is_right =
        move || told.get() != Told::Nothing && quiz.with_value(|quiz| chosen.with(|chosen| quiz.is_right(chosen)));
    let words = move || match told.get() {
        Told::Nothing if empty.get() => "Choose an answer first.",
        Told::Nothing => "",
        Told::Chosen | Told::All => quiz.with_value(|quiz| chosen.with(|chosen| said(quiz, chosen))),
    };
    let hint = if several { "Choose all that are right." } else { "Choose one." };
    view! {
        <form class="quiz-live" data-told=move || if told.get() == Told::Nothing { "no" } else { "yes" } on:submit=submit>
            <fieldset>
                <legend inner_html=question></legend>
                <p class="quiz-hint">{hint}</p>
                {rows}
            </fieldset>
            <div class="buttons">
                <button type="submit">{move || if told.get() == Told::Nothing { "Check" } else { "Try again" }}</button>
                <button type="button" hidden=move || told.get() != Told::Chosen on:click=move |_| told.set(Told::All)>
                    "Explain all answers"
                </button>
                <p class="quiz-said" role="status" data-right=move || is_right().to_string()>{words}</p>
            </div>
        </form>
    }
}

#[component]
fn Row(
    answer: Answer,
    place: u32,
    several: bool,
    group: String,
    chosen: RwSignal<Vec<u32>>,
    told: RwSignal<Told>,
) -> impl IntoView {
    let Answer { text, right, why } = answer;
    let is_chosen = Memo::new(move |_| chosen.with(|chosen| chosen.contains(&place)));
    let is_told = Memo::new(move |_| match told.get() {
        Told::Nothing => false,
        Told::Chosen => is_chosen.get(),
        Told::All => true,
    });
    let change = move |event: web_sys::Event| {
        let ticked = event_target_checked(&event);
        chosen.update(|chosen| {
            chosen.retain(|other| several && *other != place);
            if ticked {
                chosen.push(place);
            }
        });
    };
    let state = move || match (is_told.get(), right) {
        (false, _) => "open",
        (true, true) => "right",
        (true, false) => "wrong",
    };
    view! {
        <div class="answer" data-state=state data-chosen=move || is_chosen.get().to_string()>
            <label class="choice-row">
                <input
                    type=if several { "checkbox" } else { "radio" }
                    name=group
                    value=place.to_string()
                    disabled=move || told.get() != Told::Nothing
                    prop:checked=is_chosen
                    on:change=change
                />
                <span inner_html=text></span>
            </label>
            <div class="explained" aria-live="polite">
                <Show when=move || is_told.get()>
                    <b>{if right { "Right." } else { "Wrong." }}</b>
                    <div inner_html=why.clone()></div>
                </Show>
            </div>
        </div>
    }
}

/// What was ticked before the program came.
fn ticked_before(name: &str) -> Vec<u32> {
    let selector = format!(".quiz[data-quiz=\"{name}\"] .quiz-text input:checked");
    let Ok(found) = document().query_selector_all(&selector) else { return Vec::new() };
    let value = |place| found.get(place)?.dyn_into::<HtmlInputElement>().ok()?.value().parse().ok();
    (0..found.length()).filter_map(value).collect()
}

/// The quiz with its words, which the runner has rendered.
fn in_words(mut quiz: Quiz) -> Quiz {
    let texts = |selector: &str| -> Vec<String> {
        let selector = format!(".quiz[data-quiz=\"{}\"] > .quiz-text {selector}", quiz.name);
        let root = document().document_element();
        root.iter().flat_map(|root| elements(root, &selector)).map(|found| found.inner_html()).collect()
    };
    let question = texts("legend").concat();
    let words = texts(".choice-row > span").into_iter().zip(texts("details > ol > li > div"));
    for (answer, (text, why)) in quiz.answers.iter_mut().zip(words) {
        answer.text = text;
        // Before it stands whether the answer is right.
        answer.why = why.split_once("</b> ").map(|(_, why)| why.to_owned()).unwrap_or(why);
    }
    quiz.question = question;
    quiz
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_whether_something_is_wrong_or_missing() {
        let answer = |right| Answer { text: String::new(), right, why: String::new() };
        let quiz = Quiz {
            name: "q".into(),
            slide: "01-a".into(),
            question: String::new(),
            answers: vec![answer(true), answer(true), answer(false)],
        };
        for (chosen, words) in [
            (&[0, 1][..], "Right."),
            (&[1], "What you chose is right, but something is missing."),
            (&[0, 1, 2], "Not right yet."),
            (&[2], "Not right yet."),
        ] {
            assert_eq!(said(&quiz, chosen), words, "{chosen:?}");
        }
    }
}

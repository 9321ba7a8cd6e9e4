//! How far one has come: a button in the bar, and behind it all slides with what is done.

use leptos::html::Dialog;
use leptos::prelude::*;
use shared::{Act, Forgotten, Standing, Tally};

use super::{Entry, now};
use crate::late::{Late, Part};
use crate::page::Page;

/// The name of a standing in the page.
pub fn slug(standing: Option<Standing>) -> &'static str {
    match standing {
        None => "nothing",
        Some(Standing::Open) => "open",
        Some(Standing::Begun) => "begun",
        Some(Standing::Done) => "done",
    }
}

/// What stands for it, and what screen readers say.
fn sign(standing: Option<Standing>) -> (&'static str, &'static str) {
    match standing {
        None => ("", ""),
        Some(Standing::Open) => ("○", "to do: "),
        Some(Standing::Begun) => ("◐", "begun: "),
        Some(Standing::Done) => ("✓", "done: "),
    }
}

/// The button in the bar; nothing where there is nothing to do.
#[component]
pub fn ProgressButton(page: Page) -> impl IntoView {
    let asked = RwSignal::new(0_u32);
    let tally = Memo::new(move |_| page.learning.tally());
    let there = untrack(move || tally.get().of > 0);
    there.then(|| {
        view! {
            <button
                type="button"
                class="learned"
                aria-haspopup="dialog"
                aria-label=move || { let Tally { done, of } = tally.get(); format!("Progress: {done} of {of} done") }
                title="Quizzes and exercises that are done, and all slides"
                on:click=move |_| asked.update(|asked| *asked += 1)
            >
                {move || { let Tally { done, of } = tally.get(); format!("{done} of {of}") }}
                <span class="wide">" done"</span>
            </button>
            <Late part=Part::Overview(asked, page) what="the progress" wanted=Signal::derive(move || asked.get() > 0) page/>
        }
    })
}

/// The slides of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Section {
    name: String,
    slides: Vec<Entry>,
}

fn sections(slides: Vec<Entry>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for entry in slides {
        match sections.last_mut() {
            Some(section) if section.name == entry.section => section.slides.push(entry),
            _ => sections.push(Section { name: entry.section.clone(), slides: vec![entry] }),
        }
    }
    sections
}

/// The dialog, which opens whenever it is asked for.
#[component]
pub fn Overview(asked: RwSignal<u32>, page: Page) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let sure = RwSignal::new(false);
    Effect::new(move |_| {
        let (true, Some(dialog)) = (asked.get() > 0, dialog.get()) else { return };
        sure.set(false);
        if !dialog.open() {
            // A browser that can't show it in front has shown it already.
            let _ = dialog.show_modal();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let learning = page.learning;
    let total = move || {
        let Tally { done, of } = learning.tally();
        format!("{done} of {of} quizzes and exercises done.")
    };
    let can_undo =
        Memo::new(move |_| learning.progress.with(|progress| matches!(progress.forgotten, Forgotten::All(..))));
    let nothing =
        Memo::new(move |_| learning.progress.with(|progress| progress.quizzes.is_empty() && progress.cells.is_empty()));
    let listed = sections(learning.slides()).into_iter().map(|section| {
        let rows = section.slides.into_iter().map(|entry| view! { <Row entry page/> }).collect_view();
        view! { <h3>{section.name}</h3> <ul on:click=move |_| close()>{rows}</ul> }
    });
    view! {
        <dialog class="checkup overview" node_ref=dialog aria-labelledby="overview-title">
            <header>
                <h2 id="overview-title">"Your progress"</h2>
                <button type="button" autofocus on:click=move |_| close()>"Close"</button>
            </header>
            <p class="summary" role="status">{total}</p>
            <p class="refusal" role="alert">{move || learning.trouble.get()}</p>
            <nav class="overview-slides" aria-label="All slides">{listed.collect_view()}</nav>
            <div class="buttons overview-foot">
                <Show when=move || !sure.get()>
                    <button type="button" disabled=nothing on:click=move |_| sure.set(true)>"Begin all anew"</button>
                </Show>
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
                <Show when=move || can_undo.get()>
                    <button type="button" on:click=move |_| page.learn(Act::Undo)>"Bring all back"</button>
                </Show>
            </div>
        </dialog>
    }
}

#[component]
fn Row(entry: Entry, page: Page) -> impl IntoView {
    let Entry { slug: slide, title, .. } = entry;
    let address = format!("/slide/{slide}");
    let standing = Memo::new(move |_| slug_and_sign(page, &slide));
    view! {
        <li data-standing=move || standing.get().0>
            <a href=address>
                <span class="standing" aria-hidden="true">{move || standing.get().1}</span>
                <span class="unseen">{move || standing.get().2}</span>
                {title}
            </a>
        </li>
    }
}

fn slug_and_sign(page: Page, slide: &str) -> (&'static str, &'static str, &'static str) {
    let standing = page.learning.standing(slide);
    let (sign, words) = sign(standing);
    (slug(standing), sign, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slides_that_follow_each_other_share_their_section() {
        let entry =
            |slug: &str, section: &str| Entry { slug: slug.into(), title: slug.into(), section: section.into() };
        let found = sections(vec![entry("01-a", "A"), entry("02-b", "A"), entry("03-c", "B"), entry("04-d", "A")]);
        let found: Vec<_> = found.iter().map(|section| (section.name.as_str(), section.slides.len())).collect();
        assert_eq!(found, [("A", 2), ("B", 1), ("A", 1)]);
    }
}

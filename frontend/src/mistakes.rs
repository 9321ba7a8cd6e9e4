//! What is wrong with the files of the deck, for who writes it.

use leptos::prelude::*;

use crate::late::{Late, Part};
use crate::page::Page;

/// The mistakes; nothing while there are none.
#[component]
pub fn MistakesNotice(page: Page) -> impl IntoView {
    let wanted = Signal::derive(move || page.mistakes.with(|mistakes| !mistakes.is_empty()));
    view! { <Late part=Part::Mistakes(page) what="the deck's mistakes" wanted page/> }
}

/// A list, which can be put away until there are others.
#[component]
pub fn Mistakes(page: Page) -> impl IntoView {
    let hidden = RwSignal::new(Vec::new());
    let seen = move || page.mistakes.with(|mistakes| !mistakes.is_empty() && hidden.with(|hidden| hidden != mistakes));
    view! {
        <div class="notice mistakes" hidden=move || !seen()>
            <div role="status">
                <p>{move || page.mistakes.with(|mistakes| sentence(mistakes.len()))}</p>
                <ol class="scroll" tabindex="0" aria-label="Mistakes of the deck">
                    <For each=move || page.mistakes.get() key=Clone::clone let:mistake>
                        <li>{mistake.clone()}</li>
                    </For>
                </ol>
            </div>
            <button type="button" on:click=move |_| hidden.set(page.mistakes.get_untracked())>"Hide"</button>
        </div>
    }
}

fn sentence(count: usize) -> String {
    let mistakes = if count == 1 { "a mistake".to_owned() } else { format!("{count} mistakes") };
    format!("The deck was saved with {mistakes}, so you see it as it was before. It is shown as soon as it has none.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_counted() {
        assert!(sentence(1).starts_with("The deck was saved with a mistake, so"));
        assert!(sentence(3).starts_with("The deck was saved with 3 mistakes, so"));
    }
}

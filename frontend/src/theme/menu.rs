//! What the page's look is chosen in: a small dialog under its button.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::{Look, Theme};
use crate::slides::stage::{close_dialogs, open_when_asked};

/// The dialog, which opens whenever it is asked for.
#[component]
pub fn LookMenu(look: Look, asked: RwSignal<u32>) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    open_when_asked(asked, dialog, || ());
    let themes = Theme::ALL.map(|theme| {
        view! {
            <label class="box">
                <input
                    type="radio"
                    name="theme"
                    value=theme.slug()
                    prop:checked=move || look.theme.get() == theme
                    on:change=move |_| look.choose(theme)
                />
                <span>{theme.title()}</span>
            </label>
        }
    });
    let resize = |name: &'static str, step: isize| {
        view! {
            <button type="button" disabled=move || !look.has(step) on:click=move |_| look.step(step)>{name}</button>
        }
    };
    view! {
        <dialog class="look-menu" node_ref=dialog aria-label="Look">
            <fieldset class="themes">
                <legend>"Colours"</legend>
                {themes}
            </fieldset>
            <div class="type-size" role="group" aria-label="Size of type">
                {resize("Smaller", -1)}
                <output>{move || format!("{} %", look.size.get())}</output>
                {resize("Larger", 1)}
            </div>
            <button type="button" on:click=move |_| close_dialogs()>"Close"</button>
        </dialog>
    }
}

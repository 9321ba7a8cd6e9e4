//! What is compared: modes and worker counts.

use leptos::prelude::*;
use shared::{Gil, InterpreterBuild, Mode, Welcome};

use crate::page::Page;

/// The most worker counts that are offered.
const MOST_OFFERED: u32 = 8;

/// What is ticked; copies are the same.
#[derive(Clone, Copy)]
pub struct Choice {
    /// The modes.
    pub modes: RwSignal<Vec<Mode>>,
    /// The worker counts.
    pub workers: RwSignal<Vec<u32>>,
}

/// The checkboxes.
#[component]
pub fn Picker(choice: Choice, page: Page) -> impl IntoView {
    let first: Vec<u32> = choice.workers.get_untracked();
    let offered = Memo::new(move |_| {
        let cores = page.welcome.with(|welcome| welcome.as_ref().map_or(1, |welcome| welcome.cores));
        offered(cores, &first)
    });
    let cores = move || {
        page.welcome
            .with(|welcome| welcome.as_ref().map(|Welcome { cores, .. }| crate::text::count(u64::from(*cores), "core")))
    };
    view! {
        <fieldset class="choice">
            <legend>"Modes"</legend>
            {Mode::ALL.map(|mode| view! { <ModeBox mode choice page/> })}
        </fieldset>
        <fieldset class="choice">
            <legend>"Workers"</legend>
            <For each=move || offered.get() key=|count| *count let:count>
                <label class="box">
                    <input
                        type="checkbox"
                        name="workers"
                        value=count.to_string()
                        prop:checked=move || choice.workers.with(|workers| workers.contains(&count))
                        on:change=move |event| toggle(choice.workers, count, event_target_checked(&event))
                    />
                    <span>{count}</span>
                </label>
            </For>
            <span class="cores">{cores}</span>
        </fieldset>
    }
}

#[component]
fn ModeBox(mode: Mode, choice: Choice, page: Page) -> impl IntoView {
    let impossible = Memo::new(move |_| {
        page.welcome.with(|welcome| welcome.as_ref().and_then(|welcome| impossible(mode, &welcome.builds)))
    });
    view! {
        <label class=format!("box mode {mode}") title=move || impossible.get().unwrap_or(mode.explanation())>
            <input
                type="checkbox"
                name="mode"
                value=mode.slug()
                aria-description=mode.explanation()
                disabled=move || impossible.get().is_some()
                prop:checked=move || choice.modes.with(|modes| modes.contains(&mode))
                on:change=move |event| toggle(choice.modes, mode, event_target_checked(&event))
            />
            <span>{mode.title()}</span>
        </label>
    }
}

fn toggle<T: PartialEq + Send + Sync + 'static>(chosen: RwSignal<Vec<T>>, value: T, ticked: bool) {
    chosen.update(|chosen| {
        chosen.retain(|other| *other != value);
        if ticked {
            chosen.push(value);
        }
    });
}

/// Every count up to the cores, at least 4 and at most 8, and what the cell starts with.
fn offered(cores: u32, first: &[u32]) -> Vec<u32> {
    let mut counts: Vec<u32> = (1..=cores.clamp(4, MOST_OFFERED)).chain(first.iter().copied()).collect();
    counts.sort_unstable();
    counts.dedup();
    counts
}

/// Why no build that is here can do it, if so.
fn impossible(mode: Mode, builds: &[InterpreterBuild]) -> Option<&'static str> {
    let needs_a_gil = mode == Mode::Subinterpreters;
    (needs_a_gil && !builds.is_empty() && builds.iter().all(|build| build.gil == Gil::Absent)).then_some(
        "Interpreters with a GIL of their own need a CPython that has a GIL; only free-threaded ones were found.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_reach_the_cores_within_reason() {
        assert_eq!(offered(2, &[1, 2]), [1, 2, 3, 4]);
        assert_eq!(offered(6, &[2]), [1, 2, 3, 4, 5, 6]);
        assert_eq!(offered(64, &[16]), [1, 2, 3, 4, 5, 6, 7, 8, 16]);
    }
}

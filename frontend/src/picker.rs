//! What is compared: modes and worker counts, and the Python that runs them.

use leptos::prelude::*;
use shared::{
    Availability, Cell, CellId, Group, InterpreterBuild, MAX_REPEATS, Mode, Rounds, Welcome, choose, possible_modes,
    seems_script,
};

use crate::choices::Chosen;
use crate::number::NumberField;
use crate::page::Page;
use crate::text::with_code;

/// The most worker counts that are offered.
const MOST_OFFERED: u32 = 8;

/// What is chosen; copies are the same.
#[derive(Clone, Copy)]
pub struct Choice {
    /// The modes.
    pub modes: RwSignal<Vec<Mode>>,
    /// The worker counts.
    pub workers: RwSignal<Vec<u32>>,
    /// How often all of it is run.
    pub rounds: RwSignal<Rounds>,
    /// The id of the build; none for the preferred one.
    pub build: RwSignal<Option<String>>,
}

impl Choice {
    /// What was chosen for the cell before, or what it starts with.
    pub fn new(cell: &Cell) -> Choice {
        let Chosen { modes, workers, repeats, build } = Chosen::of(cell);
        Choice {
            modes: RwSignal::new(modes),
            workers: RwSignal::new(workers),
            rounds: RwSignal::new(Rounds::usual(repeats)),
            build: RwSignal::new(build),
        }
    }

    /// Keeps in the browser whatever is chosen from now on.
    pub fn keep(self, cell: &CellId) {
        let id = cell.clone();
        Effect::new(move |before: Option<Chosen>| {
            let chosen = self.chosen();
            if before.is_some_and(|before| before != chosen) {
                chosen.keep(&id);
            }
            chosen
        });
    }

    /// A build that was chosen before may be gone, or be the preferred one by now.
    pub fn forget_lost_build(self, builds: &[InterpreterBuild]) {
        let chosen = self.build.get_untracked();
        if chosen.is_some_and(|chosen| !builds.iter().skip(1).any(|build| build.id == chosen)) {
            self.build.set(None);
        }
    }

    fn chosen(self) -> Chosen {
        Chosen {
            modes: self.modes.get(),
            workers: self.workers.get(),
            repeats: self.rounds.get().measured,
            build: self.build.get(),
        }
    }

    /// The ticked modes that can be executed with the chosen build and suit the source.
    pub fn possible(self, page: Page, source: &str) -> Vec<Mode> {
        let wanted = self.build.get_untracked();
        let modes = self.modes.get_untracked();
        page.welcome.with_untracked(|welcome| {
            let builds = welcome.as_ref().map_or(&[][..], |welcome| &welcome.builds);
            possible_modes(&modes, builds, wanted.as_deref(), source)
        })
    }
}

/// The checkboxes, the select, and why something is greyed or risky. For a script there is nothing to compare.
#[component]
pub fn Picker(choice: Choice, text: RwSignal<String>, page: Page) -> impl IntoView {
    let script = Memo::new(move |_| text.with(|text| seems_script(text)));
    let first: Vec<u32> = choice.workers.get_untracked();
    let offered = Memo::new(move |_| {
        let cores = page.welcome.with(|welcome| welcome.as_ref().map_or(1, |welcome| welcome.cores));
        offered(cores, &first)
    });
    let cores = move || {
        page.welcome
            .with(|welcome| welcome.as_ref().map(|Welcome { cores, .. }| crate::text::count(u64::from(*cores), "core")))
    };
    let asked = RwSignal::new(None::<Mode>);
    let reason = Memo::new(move |_| asked.get().and_then(|mode| impossible(choice, page, mode)));
    let risks = Memo::new(move |_| with_builds(page, |builds| risks(builds, &choice.modes.get(), &choice.build.get())));
    let boxes = move |group| {
        let modes = Mode::ALL.into_iter().filter(move |mode| mode.group() == group);
        modes.map(|mode| view! { <ModeBox mode choice page asked/> }).collect_view()
    };
    view! {
        <p class="of-script" hidden=move || !script.get()>
            "A script: it runs once, from top to bottom. Its threads, processes and interpreters are its own."
        </p>
        <div class="of-workload" hidden=script>
            <fieldset class="choice">
                <legend>"Modes"</legend>
                {boxes(Group::Native)}
            </fieldset>
            <details class="stdlib" open=ticked(&choice.modes.get_untracked(), Group::Stdlib)>
                <summary>{Group::Stdlib.title()}</summary>
                <fieldset class="choice">
                    <legend class="unseen">{Group::Stdlib.title()}</legend>
                    {boxes(Group::Stdlib)}
                </fieldset>
                <p>{Group::Stdlib.explanation()}</p>
            </details>
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
        </div>
        <label
            class="choice repeats"
            title="Several show how much the times vary; one more comes first and doesn't count"
        >
            <span class="legend">"Repeats"</span>
            <NumberField
                name="repeats"
                from=1
                to=i64::from(MAX_REPEATS)
                value=Signal::derive(move || Some(i64::from(choice.rounds.get().measured)))
                set=move |repeats| choice.rounds.set(Rounds::usual(u32::try_from(repeats).unwrap_or(1)))
            />
        </label>
        <BuildSelect choice page/>
        <p class="picker-note reason" role="status" hidden=move || script.get() || reason.with(Option::is_none)>
            {move || reason.get().map(|reason| with_code(&reason))}
        </p>
        <p class="picker-note risk" role="status" hidden=move || script.get() || risks.with(String::is_empty)>{risks}</p>
    }
}

#[component]
fn ModeBox(mode: Mode, choice: Choice, page: Page, asked: RwSignal<Option<Mode>>) -> impl IntoView {
    let impossible = Memo::new(move |_| impossible(choice, page, mode));
    let title = move || impossible.get().unwrap_or_else(|| mode.explanation().to_owned());
    let greyed = move || impossible.with(Option::is_some);
    let is_asked = move || asked.get() == Some(mode);
    view! {
        <span class="mode-box">
            <label class=format!("box mode {mode}") title=title>
                <input
                    type="checkbox"
                    name="mode"
                    value=mode.slug()
                    aria-description=title
                    disabled=greyed
                    prop:checked=move || !greyed() && choice.modes.with(|modes| modes.contains(&mode))
                    on:change=move |event| toggle(choice.modes, mode, event_target_checked(&event))
                />
                <span>{mode.title()}</span>
            </label>
            <Show when=greyed>
                <button
                    type="button"
                    class="why"
                    aria-label=format!("Why is {} not available?", mode.title())
                    aria-expanded=move || is_asked().to_string()
                    on:click=move |_| asked.set(if is_asked() { None } else { Some(mode) })
                >
                    "why?"
                </button>
            </Show>
        </span>
    }
}

/// Shown only when there is a choice.
#[component]
fn BuildSelect(choice: Choice, page: Page) -> impl IntoView {
    let names = Memo::new(move |_| with_builds(page, names));
    let change = move |event| {
        let id = event_target_value(&event);
        choice.build.set((!id.is_empty()).then_some(id));
    };
    view! {
        <Show when=move || names.with(|names| names.len() > 1)>
            <label class="choice build">
                <span class="legend">"Python"</span>
                <select
                    name="build"
                    prop:value=move || choice.build.get().unwrap_or_default()
                    on:change=change
                >
                    <For each=move || names.get() key=Clone::clone let:name>
                        <option value=name.0>{name.1}</option>
                    </For>
                </select>
            </label>
        </Show>
    }
}

/// Whether a mode of this group is chosen.
fn ticked(modes: &[Mode], group: Group) -> bool {
    modes.iter().any(|mode| mode.group() == group)
}

fn toggle<T: PartialEq + Send + Sync + 'static>(chosen: RwSignal<Vec<T>>, value: T, ticked: bool) {
    chosen.update(|chosen| {
        chosen.retain(|other| *other != value);
        if ticked {
            chosen.push(value);
        }
    });
}

fn with_builds<T: Default>(page: Page, ask: impl FnOnce(&[InterpreterBuild]) -> T) -> T {
    page.welcome.with(|welcome| welcome.as_ref().map(|welcome| ask(&welcome.builds)).unwrap_or_default())
}

/// Every count up to the cores, at least 4 and at most 8, and what the cell starts with.
fn offered(cores: u32, first: &[u32]) -> Vec<u32> {
    let mut counts: Vec<u32> = (1..=cores.clamp(4, MOST_OFFERED)).chain(first.iter().copied()).collect();
    counts.sort_unstable();
    counts.dedup();
    counts
}

/// Why the chosen build can't execute a mode, nor any other that may do it instead. Without any build the page says
/// that elsewhere.
fn impossible(choice: Choice, page: Page, mode: Mode) -> Option<String> {
    let wanted = choice.build.get();
    with_builds(page, |builds| if builds.is_empty() { None } else { choose(builds, wanted.as_deref(), mode).err() })
}

/// What is risky of the ticked modes with the builds that will execute them.
fn risks(builds: &[InterpreterBuild], modes: &[Mode], wanted: &Option<String>) -> String {
    let risks = modes.iter().filter_map(|mode| {
        let build = choose(builds, wanted.as_deref(), *mode).ok()?;
        match build.availability(*mode) {
            Availability::Warned(risk) => Some(risk),
            Availability::Available | Availability::Impossible(_) => None,
        }
    });
    let mut said: Vec<&str> = risks.collect();
    said.dedup();
    said.join(" ")
}

/// The value and the words of each option; builds of the same title are told apart by their place.
fn names(builds: &[InterpreterBuild]) -> Vec<(String, String)> {
    let name = |(place, build): (usize, &InterpreterBuild)| {
        // Every build is a CPython: the number alone leaves room for the rest of the row.
        let title = build.title().trim_start_matches("CPython ").to_owned();
        let twins = builds.iter().filter(|other| other.title() == build.title()).count();
        let where_ = if twins > 1 { format!(" in {}", build.executable) } else { String::new() };
        match place {
            0 => (String::new(), format!("{title}{where_}, preferred")),
            _ => (build.id.clone(), format!("{title}{where_}")),
        }
    };
    builds.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use shared::{Gil, Python};

    use super::*;

    fn build(minor: u8, place: &str) -> InterpreterBuild {
        let python = Python { major: 3, minor, micro: 1 };
        InterpreterBuild { id: format!("{python}-{place}"), python, gil: Gil::Present, executable: format!("/{place}") }
    }

    #[test]
    fn counts_reach_the_cores_within_reason() {
        assert_eq!(offered(2, &[1, 2]), [1, 2, 3, 4]);
        assert_eq!(offered(6, &[2]), [1, 2, 3, 4, 5, 6]);
        assert_eq!(offered(64, &[16]), [1, 2, 3, 4, 5, 6, 7, 8, 16]);
    }

    #[test]
    fn the_preferred_build_is_named_so_and_twins_by_their_place() {
        let named =
            |builds: &[InterpreterBuild]| names(builds).into_iter().map(|(id, name)| id + ": " + &name).collect();
        let names: Vec<String> = named(&[build(14, "a"), build(13, "b"), build(13, "c")]);
        assert_eq!(names, [": 3.14.1, preferred", "3.13.1-b: 3.13.1 in /b", "3.13.1-c: 3.13.1 in /c"]);
    }

    #[test]
    fn only_a_risk_that_is_ticked_is_told() {
        let builds = [build(14, "a"), build(12, "b")];
        let old = Some("3.12.1-b".to_owned());
        let both = [Mode::Threads, Mode::Subinterpreters];
        assert_eq!(risks(&builds, &both, &None), "");
        assert_eq!(risks(&builds, &[Mode::Threads], &old), "");
        assert!(risks(&builds, &both, &old).contains("On CPython 3.12"));
    }
}

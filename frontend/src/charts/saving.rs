//! A chart to take along: as a picture with its words, and its numbers.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::{InterpreterBuild, Run, bytes};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::drawing::{LiveChart, library, palette_at};
use super::{Kind, Machine};
use crate::download;
use crate::page::Page;
use crate::text::count;

/// The buttons beside a chart's title.
#[component]
pub fn Save(kind: Kind, run: RwSignal<Option<Run>>, page: Page) -> impl IntoView {
    let failed = RwSignal::new(false);
    let machine = move |run: &Run| untrack(|| Machine::of_run(run, page));
    let csv = move |_| {
        let saved = run.with_untracked(|run| {
            let run = run.as_ref()?;
            Some(download::text(&file_name(run, kind, "csv"), &kind.table(run, machine(run)).csv()))
        });
        failed.set(matches!(saved, Some(Err(_))));
    };
    let png = move |_| {
        spawn_local(async move {
            let Some(run) = run.get_untracked() else { return };
            let builds = page.welcome.with_untracked(|welcome| welcome.as_ref().map(|welcome| welcome.builds.clone()));
            let place = machine_line(&run, machine(&run), &builds.unwrap_or_default());
            // It may be gone by now: then nobody is there to be told.
            let _ = failed.try_set(save_picture(kind, &run, machine(&run), &place).await.is_err());
        });
    };
    let title = kind.name();
    view! {
        <span class="save" role="group" aria-label=format!("Save the chart {title}")>
            <button type="button" title="Saves the chart as a picture" aria-label=format!("Save {title} as PNG") on:click=png>"PNG"</button>
            <button type="button" title="Saves the chart's numbers" aria-label=format!("Save {title} as CSV") on:click=csv>"CSV"</button>
            <span role="status">{move || failed.get().then_some("Not saved: reload the page and try again.")}</span>
        </span>
    }
}

/// What the file is called: `primes-run12-speed-up.csv`.
fn file_name(run: &Run, kind: Kind, ending: &str) -> String {
    format!("{}-run{}-{}.{ending}", run.ticket.cell, run.ticket.id.0, kind.slug())
}

/// Where it was measured: `primes · CPython 3.14.0 · 2 cores · 16.0 GB`.
fn machine_line(run: &Run, machine: Machine, builds: &[InterpreterBuild]) -> String {
    let mut parts = vec![run.ticket.cell.to_string()];
    let used = builds.iter().filter(|build| run.laps.iter().any(|lap| lap.build == build.id));
    parts.extend(used.map(InterpreterBuild::title));
    parts.push(count(u64::from(machine.cores), "core"));
    parts.extend(machine.memory.map(|memory| format!("{} RAM", bytes(memory.total))));
    parts.push("measured by Virgil".to_owned());
    parts.join(" · ")
}

/// Draws the chart anew where nobody sees it, in the colours of paper, and saves that.
async fn save_picture(kind: Kind, run: &Run, machine: Machine, place: &str) -> Result<(), JsValue> {
    let library = library().await?;
    let stage: HtmlElement = document().create_element("div")?.unchecked_into();
    stage.set_class_name("on-paper stage");
    document().body().ok_or("no body")?.append_child(&stage)?;
    let stage = SendWrapper::new(stage);
    let mut palette = palette_at(Some(&stage));
    palette.narrow = false;
    let picture = kind.draw(run, machine, &palette);
    stage.style().set_property("height", &format!("{}px", picture.height))?;
    let arguments = js_sys::Array::of1(&stage);
    let chart: LiveChart = js_sys::Reflect::construct(&library.live_chart(), &arguments)?.unchecked_into();
    let words = js_sys::Array::of3(&kind.title().into(), &picture.sentence.into(), &place.into());
    let address = chart.poster(&serde_wasm_bindgen::to_value(&picture.chart)?, &words);
    chart.dispose();
    stage.remove();
    download::offer(&file_name(run, kind, "png"), &address?)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use shared::{Gil, Memory, Mode, Python};

    #[test]
    fn files_are_named_after_cell_run_and_chart() {
        let run = sample::completed(&[(Mode::Sequential, 5)]);
        assert_eq!(file_name(&run, Kind::SpeedUp, "csv"), "primes-run1-speed-up.csv");
    }

    #[test]
    fn the_machine_is_named_with_the_pythons_that_ran() {
        let run = sample::completed(&[(Mode::Sequential, 5)]);
        let build = |id: &str, minor| InterpreterBuild {
            id: id.into(),
            python: Python { major: 3, minor, micro: 1 },
            gil: Gil::Present,
            executable: String::new(),
        };
        let memory = Memory { total: 16_000_000_000, available: 1, limit: None };
        let machine = Machine { cores: 2, memory: Some(memory) };
        assert_eq!(
            machine_line(&run, machine, &[build("3.14", 14), build("3.13", 13)]),
            "primes · CPython 3.14.1 · 2 cores · 16.0 GB RAM · measured by Virgil"
        );
        let unknown = Machine { cores: 1, memory: None };
        assert_eq!(machine_line(&run, unknown, &[]), "primes · 1 core · measured by Virgil");
    }

    #[test]
    fn every_chart_of_a_run_has_its_numbers() {
        let run = sample::repeated(&[Mode::Sequential, Mode::Threads], &[2_000, 1_030, 2_000, 1_010, 2_000, 1_020]);
        let machine = Machine { cores: 2, memory: None };
        for kind in [Kind::Lanes].into_iter().chain(Kind::TABS) {
            let table = kind.table(&run, machine);
            assert!(table.rows.iter().all(|row| row.len() == table.names.len()), "{kind:?}: {table:?}");
            // Nothing is known of this run's memory, and it is no service.
            assert_eq!(table.rows.is_empty(), matches!(kind, Kind::Memory | Kind::Load | Kind::Window), "{kind:?}");
        }
    }
}

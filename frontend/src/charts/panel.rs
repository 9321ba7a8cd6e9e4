//! How a cell shows its charts: the lanes, and under them one of the others, chosen by a tab.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use shared::{Run, SourceKind};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::lanes::Lanes;
use super::saving::Save;
use super::{Kind, Machine, Plate, predicted};
use crate::pace::is_measured;
use crate::page::Page;

/// All charts of a cell's latest run, once there is one.
#[component]
pub fn Charts(run: RwSignal<Option<Run>>, page: Page) -> impl IntoView {
    let source = Memo::new(move |_| run.with(|run| run.as_ref()?.laps.iter().find_map(|lap| lap.kind)));
    let offered = move || offered(source.get());
    // What is chosen holds for all cells; one that hasn't got it shows its first.
    let shown = Memo::new(move |_| {
        let (chosen, offered) = (page.chart.get(), offered());
        if offered.contains(&chosen) { chosen } else { offered[0] }
    });
    // Tabs have names of their own in the whole page.
    let cell = run.with_untracked(|run| run.as_ref().map(|run| run.ticket.cell.to_string()).unwrap_or_default());
    let tab_id = {
        let cell = cell.clone();
        move |kind: Kind| format!("{cell}-tab-{}", kind.slug())
    };
    let panel = format!("{cell}-charts");
    let by_key = {
        let tab_id = tab_id.clone();
        move |event: KeyboardEvent| {
            let Some(kind) = step(&event.key(), shown.get_untracked(), untrack(offered)) else { return };
            event.prevent_default();
            page.chart.set(kind);
            let tab = document().get_element_by_id(&tab_id(kind)).and_then(|tab| tab.dyn_into::<HtmlElement>().ok());
            if let Some(tab) = tab {
                // What can't take the focus leaves it where it is.
                let _ = tab.focus();
            }
        }
    };
    let tabs = Kind::TABS.map(|kind| {
        let is_shown = move || shown.get() == kind;
        view! {
            <button
                type="button"
                role="tab"
                id=tab_id(kind)
                aria-selected=move || is_shown().to_string()
                aria-controls=panel.clone()
                hidden=move || !offered().contains(&kind)
                tabindex=move || if is_shown() { "0" } else { "-1" }
                on:click=move |_| page.chart.set(kind)
            >
                {kind.name()}
            </button>
        }
    });
    let tools = view! { <Save kind=Kind::Lanes run page/> }.into_any();
    view! {
        <Lanes run page tools/>
        <div class="charts">
            <div class="tabs" role="tablist" aria-label="Charts" on:keydown=by_key>{tabs}</div>
            <div role="tabpanel" id=panel.clone() aria-labelledby=move || tab_id(shown.get())>
                {move || view! { <Figure kind=shown.get() run page/> }}
            </div>
        </div>
    }
}

/// The charts that are offered: only services are put under load, and of scripts and services no times are compared.
/// What isn't known yet is most likely a workload.
fn offered(source: Option<SourceKind>) -> &'static [Kind] {
    match source {
        None | Some(SourceKind::Workload) => &[Kind::SpeedUp, Kind::Time, Kind::Memory, Kind::Topology],
        Some(SourceKind::Desktop) => &[Kind::Window, Kind::Time, Kind::Memory, Kind::Topology],
        Some(SourceKind::Script) => &[Kind::Time, Kind::Memory, Kind::Topology],
        Some(SourceKind::Service) => &[Kind::Load, Kind::Time, Kind::Memory, Kind::Topology],
    }
}

/// Where a key leads to from a tab.
fn step(key: &str, from: Kind, offered: &[Kind]) -> Option<Kind> {
    let count = offered.len();
    let place = offered.iter().position(|kind| *kind == from)?;
    let place = match key {
        "ArrowRight" => (place + 1) % count,
        "ArrowLeft" => (place + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    Some(offered[place])
}

/// One chart of the cell's latest run.
#[component]
fn Figure(kind: Kind, run: RwSignal<Option<Run>>, page: Page) -> impl IntoView {
    let draw = move |palette: &super::Palette| {
        run.with(|run| {
            let run = run.as_ref()?;
            let picture = kind.draw(run, Machine::of_run(run, page), palette);
            Some(match kind {
                Kind::SpeedUp => predicted::add(picture, &page.learning.expected(&run.ticket.cell), palette),
                Kind::Lanes | Kind::Load | Kind::Window | Kind::Time | Kind::Memory | Kind::Topology => picture,
            })
        })
    };
    let measured = Memo::new(move |_| run.with(|run| run.as_ref().is_some_and(is_measured)));
    let tools = view! { <Save kind run page/> }.into_any();
    view! { <Plate slug=kind.slug() title=kind.title() draw page measured tools/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_go_round_the_tabs() {
        let [first, .., last] = Kind::TABS;
        for (key, from, to) in [
            ("ArrowRight", last, Some(first)),
            ("ArrowLeft", first, Some(last)),
            ("Home", last, Some(first)),
            ("End", first, Some(last)),
            ("ArrowRight", first, Some(Kind::TABS[1])),
            ("a", first, None),
        ] {
            assert_eq!(step(key, from, &Kind::TABS), to, "{key} from {from:?}");
        }
    }

    #[test]
    fn speed_ups_are_of_workloads_and_loads_of_services() {
        for (source, first, count) in [
            (None, Kind::SpeedUp, 4),
            (Some(SourceKind::Workload), Kind::SpeedUp, 4),
            (Some(SourceKind::Script), Kind::Time, 3),
            (Some(SourceKind::Service), Kind::Load, 4),
        ] {
            let offered = offered(source);
            assert_eq!((offered.len(), step("Home", Kind::Memory, offered)), (count, Some(first)), "{source:?}");
            // As their tabs stand in the page.
            assert!(Kind::TABS.into_iter().filter(|kind| offered.contains(kind)).eq(offered.iter().copied()));
        }
    }
}

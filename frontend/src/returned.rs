//! What the tasks returned, shown as what it is: values, a histogram, a table, or a picture.

use leptos::prelude::*;
use shared::{Ending, Lap, LapPhase, PixelGrid, Results, Run, Shown, SourceKind};

use crate::charts::{Plate, grid, histogram};
use crate::page::Page;
use crate::text::{count, lap_title};

/// The results that are shown, and of which lap.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Returned {
    lap: String,
    results: Results,
}

/// Those of the first lap that completed: the others should have the same.
fn returned(run: &Run) -> Option<Returned> {
    let completed = |lap: &Lap| match &lap.phase {
        LapPhase::Ended(Ending::Completed { results, .. }) if lap.kind != Some(SourceKind::Script) => {
            Some(Returned { lap: lap_title(lap), results: results.clone() })
        }
        _ => None,
    };
    let found = run.laps.iter().find_map(completed)?;
    let says_nothing = found.results.first.iter().all(|text| text == "None");
    (!says_nothing).then_some(found)
}

/// The results of the cell's latest run.
#[component]
pub fn Results(run: RwSignal<Option<Run>>, page: Page) -> impl IntoView {
    let found = Memo::new(move |_| run.with(|run| run.as_ref().and_then(returned)));
    move || {
        let Returned { lap, results } = found.get()?;
        let title = format!("What {} returned", count(u64::from(results.count), "task"));
        let shape = match &*results.shown {
            Shown::Values => "values",
            Shown::Histogram { .. } => "histogram",
            Shown::Table { .. } => "table",
            Shown::Grid(_) => "grid",
        };
        let view = match (*results.shown).clone() {
            Shown::Values => values(&results).into_any(),
            Shown::Histogram { columns, left_out } if columns.len() == 1 => {
                view! { <p class="the-same">{histogram::sentence(&columns, left_out)}</p> }.into_any()
            }
            Shown::Histogram { columns, left_out } => {
                let list = values(&results);
                view! {
                    {list}
                    <Plate slug="histogram" title="How often" draw=move |palette| Some(histogram::draw(&columns, left_out, palette)) page/>
                }
                .into_any()
            }
            Shown::Table { names, rows, hidden } => table(names, rows, hidden).into_any(),
            Shown::Grid(pixels) => picture(pixels, page).into_any(),
        };
        Some(view! {
            <section class="returned" data-shown=shape>
                <h4>{title}" "<span class="of-lap">{format!("({lap})")}</span></h4>
                {view}
            </section>
        })
    }
}

/// The first few, each with its task.
fn values(results: &Results) -> impl IntoView + use<> {
    let rest = u64::from(results.count).saturating_sub(results.first.len() as u64);
    let values = results.first.iter().enumerate();
    let values = values.map(|(task, text)| view! { <li title=format!("task {task}")><code>{text.clone()}</code></li> });
    view! {
        <ul class="values scroll" tabindex="0" aria-label="Results">
            {values.collect_view()}
            {(rest > 0).then(|| view! { <li class="rest">{format!("and {} more", crate::text::thousands(rest))}</li> })}
        </ul>
    }
}

fn table(names: Vec<String>, rows: Vec<Vec<String>>, hidden: u32) -> impl IntoView {
    let head = (!names.is_empty()).then(|| {
        let names = names.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view();
        view! { <thead><tr>{names}</tr></thead> }
    });
    let row =
        |row: Vec<String>| view! { <tr>{row.into_iter().map(|text| view! { <td>{text}</td> }).collect_view()}</tr> };
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <div class="scroll rows" tabindex="0" role="region" aria-label="Results">
            <table>{head}<tbody>{rows}</tbody></table>
        </div>
        {(hidden > 0).then(|| view! { <p class="rest">{format!("and {} more", count(u64::from(hidden), "row"))}</p> })}
    }
}

fn picture(pixels: PixelGrid, page: Page) -> impl IntoView {
    view! { <Plate slug="grid" title="As a picture" draw=move |palette| grid::draw(&pixels, palette) page/> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::{Mode, Nanos, RunEvent};

    fn run_with(first: &[&str]) -> Run {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        let first: Vec<String> = first.iter().map(|text| (*text).to_owned()).collect();
        let results = Results { count: first.len() as u32, first, ..Results::default() };
        run.apply(&RunEvent::LapEnded { lap: 0, ending: Ending::Completed { wall: Nanos(1), results } });
        run
    }

    #[test]
    fn the_first_completed_lap_counts_and_none_says_nothing() {
        assert_eq!(returned(&sample::accepted(&[Mode::Sequential])), None);
        assert_eq!(returned(&run_with(&["None", "None"])), None);
        let found = returned(&run_with(&["1", "None"])).unwrap();
        assert_eq!((found.lap.as_str(), found.results.count), ("Sequential", 2));
    }
}

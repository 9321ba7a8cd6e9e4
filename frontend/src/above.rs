//! Run all above: every cell of the deck before this one, one after the other, each with its own choices.

use leptos::prelude::*;
use shared::{CellId, Phase, Run, RunEnding};

use crate::page::{CellState, Page};
use crate::text::count;

/// How a cell that was asked to run fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fare {
    /// It waits or runs.
    Going,
    /// It completed.
    Completed,
    /// It ended in another way, or was refused.
    Failed,
}

fn fare(asked: bool, refused: bool, run: Option<&Run>) -> Fare {
    match run.map(|run| &run.phase) {
        _ if asked => Fare::Going,
        _ if refused => Fare::Failed,
        Some(Phase::Ended(RunEnding::Completed)) => Fare::Completed,
        Some(Phase::Ended(_)) | None => Fare::Failed,
        Some(_) => Fare::Going,
    }
}

/// What is said of cells above, each with its title.
fn words(cells: &[(String, Fare)]) -> String {
    let going = cells.iter().filter(|(_, fare)| *fare == Fare::Going).count();
    let failed: Vec<&str> =
        cells.iter().filter(|(_, fare)| *fare == Fare::Failed).map(|(title, _)| title.as_str()).collect();
    let all = count(cells.len() as u64, "cell");
    let failures = if failed.is_empty() { String::new() } else { format!(" Look at {}.", failed.join(", ")) };
    match going {
        0 if failed.is_empty() => format!("Above: {all} completed."),
        0 => format!("Above: {} of {all} completed.{failures}", cells.len() - failed.len()),
        _ => format!("Above: {} of {all} done.{failures}", cells.len() - going),
    }
}

/// The button, and how far it has come. Nothing for the first cell of the deck.
#[component]
pub fn RunAbove(id: CellId, page: Page) -> impl IntoView {
    let above = page.above(&id);
    (!above.is_empty()).then(|| {
        let above = StoredValue::new(above);
        let pressed = RwSignal::new(false);
        let fares = Memo::new(move |_| {
            if !pressed.get() {
                return Vec::new();
            }
            above.with_value(|above| above.iter().map(|cell| (cell.title.clone(), of(cell))).collect::<Vec<_>>())
        });
        let going = Memo::new(move |_| fares.with(|fares| fares.iter().any(|(_, fare)| *fare == Fare::Going)));
        let press = move |_| {
            if going.get_untracked() {
                return above.with_value(|above| above.iter().for_each(|cell| cell.stop(page)));
            }
            above.with_value(|above| {
                for cell in above {
                    // One that runs already is not run twice.
                    cell.run_as_chosen(page);
                }
            });
            pressed.set(true);
        };
        let name = move || if going.get() { "Stop all above" } else { "Run all above" };
        let title = above.with_value(|above| format!("{}, one after the other", count(above.len() as u64, "cell")));
        view! {
            <button type="button" class="above" title=title disabled=move || page.trouble().is_some() on:click=press>
                {name}
            </button>
            <span class="above-state" role="status">{move || pressed.get().then(|| fares.with(|fares| words(fares)))}</span>
        }
    })
}

fn of(cell: &CellState) -> Fare {
    let refused = cell.refusal.with(Option::is_some);
    let asked = cell.asked.get();
    cell.run.with(|run| fare(asked, refused, run.as_ref()))
}

#[cfg(test)]
mod tests {
    use shared::{Mode, RunEvent};

    use super::*;
    use crate::charts::sample;

    #[test]
    fn a_cell_fares_as_its_run() {
        let mut run = sample::accepted(&[Mode::Sequential]);
        assert_eq!(fare(true, false, None), Fare::Going);
        assert_eq!(fare(false, true, None), Fare::Failed);
        assert_eq!(fare(false, false, Some(&run)), Fare::Going);
        let done = sample::completed(&[(Mode::Sequential, 5)]);
        assert_eq!(fare(false, false, Some(&done)), Fare::Completed);
        assert_eq!(fare(true, false, Some(&done)), Fare::Going);
        run.apply(&RunEvent::Ended(RunEnding::Withdrawn));
        assert_eq!(fare(false, false, Some(&run)), Fare::Failed);
    }

    #[test]
    fn what_went_wrong_is_named() {
        let cells = |fares: &[Fare]| {
            let named = fares.iter().enumerate().map(|(place, fare)| (format!("cell {place}"), *fare));
            words(&named.collect::<Vec<_>>())
        };
        for (fares, text) in [
            (&[Fare::Completed][..], "Above: 1 cell completed."),
            (&[Fare::Completed, Fare::Going], "Above: 1 of 2 cells done."),
            (&[Fare::Failed, Fare::Going], "Above: 1 of 2 cells done. Look at cell 0."),
            (&[Fare::Failed, Fare::Completed, Fare::Failed], "Above: 1 of 3 cells completed. Look at cell 0, cell 2."),
        ] {
            assert_eq!(cells(fares), text);
        }
    }
}

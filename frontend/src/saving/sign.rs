//! Whether all of the page is saved: in the bar, and in the title while it is not.

use leptos::prelude::*;

use super::Save;
use crate::page::Page;

/// What is said of all cells together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overall {
    /// All are on disk.
    Saved,
    /// Some are on their way.
    Saving,
    /// These are not saved.
    NotSaved(Vec<String>),
}

/// From each cell's title and state.
fn overall<'cell>(cells: impl Iterator<Item = (&'cell str, Save)>) -> Overall {
    let (mut saving, mut lost) = (false, Vec::new());
    for (title, save) in cells {
        match save {
            Save::Saved => {}
            Save::Saving => saving = true,
            Save::NotSaved(_) | Save::Conflict { .. } => lost.push(title.to_owned()),
        }
    }
    match (lost.is_empty(), saving) {
        (false, _) => Overall::NotSaved(lost),
        (true, true) => Overall::Saving,
        (true, false) => Overall::Saved,
    }
}

impl Overall {
    fn slug(&self) -> &'static str {
        match self {
            Overall::Saved => "saved",
            Overall::Saving => "saving",
            Overall::NotSaved(_) => "not-saved",
        }
    }

    fn words(&self) -> &'static str {
        match self {
            Overall::Saved => "saved",
            Overall::Saving => "saving…",
            Overall::NotSaved(_) => "NOT SAVED",
        }
    }

    fn explanation(&self) -> String {
        match self {
            Overall::Saved => "All edits are in the workspace folder.".into(),
            Overall::Saving => "Edits are on their way to the workspace folder.".into(),
            Overall::NotSaved(titles) => {
                format!("Not saved: {}. The cell says why and what to do.", titles.join(", "))
            }
        }
    }

    fn title(&self, slide: &str) -> String {
        match self {
            Overall::NotSaved(_) => format!("NOT SAVED · {slide}"),
            Overall::Saved | Overall::Saving => slide.to_owned(),
        }
    }
}

/// The words in the bar.
#[component]
pub fn SavedSign(page: Page) -> impl IntoView {
    let all = Memo::new(move |_| {
        page.with_cells(|cells| overall(cells.iter().map(|cell| (cell.title.as_str(), cell.draft.save.get()))))
    });
    Effect::new(move |_| document().set_title(&all.with(|all| all.title(&page.title.get()))));
    let explanation = move || all.with(Overall::explanation);
    view! {
        <span class="save-state all-saved" role="status" data-state=move || all.with(Overall::slug) title=explanation>
            {move || all.with(Overall::words)}
            <span class="unseen">{move || format!(". {}", explanation())}</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_not_saved_is_what_is_said() {
        let lost = || Save::NotSaved("why".into());
        let conflict = || Save::Conflict { disk: String::new() };
        for (saves, said) in [
            (vec![], Overall::Saved),
            (vec![Save::Saved, Save::Saved], Overall::Saved),
            (vec![Save::Saved, Save::Saving], Overall::Saving),
            (vec![lost(), Save::Saving], Overall::NotSaved(vec!["0".into()])),
            (vec![Save::Saved, conflict(), lost()], Overall::NotSaved(vec!["1".into(), "2".into()])),
        ] {
            let titles: Vec<String> = (0..saves.len()).map(|place| place.to_string()).collect();
            let cells = titles.iter().map(String::as_str).zip(saves.iter().cloned());
            assert_eq!(overall(cells), said, "{saves:?}");
        }
        assert_eq!(Overall::NotSaved(vec!["A".into()]).title("One · Deck"), "NOT SAVED · One · Deck");
        assert_eq!(Overall::Saved.title("One · Deck"), "One · Deck");
    }
}

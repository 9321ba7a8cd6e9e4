//! The content: a folder of Markdown and Python files, read into a deck that is right as a whole or not at all.

mod exercise;
mod fence;
mod markdown;
mod mistake;
mod parameter;
mod quiz;
mod slide;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rust_embed::RustEmbed;
use serde::Deserialize;
use shared::{Cell, CellId, Deck, LimitChoice};

pub use markdown::{cell_html, escape};
pub use mistake::Mistake;

/// What the first slide must say: the first screen warns.
const SAFETY: &str = "your user's rights";

/// The texts of the content's files by their path, `slides/01-one-lock.md`.
pub type Files = BTreeMap<String, String>;

/// All the content.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// What the page gets; the cells' texts are the starters.
    pub deck: Deck,
    /// The source of the check of every exercise.
    pub checks: BTreeMap<CellId, String>,
    /// What the laps of every cell may use, if less than others.
    pub limits: BTreeMap<CellId, LimitChoice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeckFile {
    title: String,
}

/// Reads the content that this program was compiled with.
///
/// # Errors
/// All mistakes in it.
pub fn embedded() -> Result<Content, Vec<Mistake>> {
    #[derive(RustEmbed)]
    #[folder = "../slides"]
    #[prefix = "slides/"]
    #[allow_missing = true]
    struct Slides;

    #[derive(RustEmbed)]
    #[folder = "../exercises"]
    #[prefix = "exercises/"]
    #[allow_missing = true]
    struct Exercises;

    let text = |path: &str, file: Option<rust_embed::EmbeddedFile>| {
        // Python and editors leave folders and files of theirs beside the content's.
        let foreign = path.split('/').any(|part| part.starts_with(['.', '_']) || part.ends_with('~'));
        let file = file.filter(|_| !foreign)?;
        Some((path.to_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    let slides = Slides::iter().filter_map(|path| text(&path, Slides::get(&path)));
    parse(&slides.chain(Exercises::iter().filter_map(|path| text(&path, Exercises::get(&path)))).collect())
}

/// Reads the content from its files.
///
/// # Errors
/// All mistakes in it.
pub fn parse(files: &Files) -> Result<Content, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let exercises = exercise::all(files, &mut mistakes);
    let mut deck =
        Deck { title: deck_title(files, &mut mistakes), slides: Vec::new(), cells: Vec::new(), quizzes: Vec::new() };
    let (mut used, mut limits) = (BTreeSet::new(), BTreeMap::new());
    for (path, text) in files {
        match slide::slug(path) {
            Some(Ok(slug)) => {
                let page = slide::parse(path, slug, text, &exercises, &mut mistakes);
                for (line, cell) in page.cells {
                    if used.insert(cell.id.clone()) {
                        deck.cells.push(cell);
                    } else {
                        let sentence = format!("there is a cell `{}` already: each may be shown once", cell.id);
                        mistakes.push(Mistake::new(path, line, sentence));
                    }
                }
                for (line, quiz) in page.quizzes {
                    if deck.quizzes.iter().any(|other| other.name == quiz.name) {
                        let sentence = format!("there is a quiz `{}` already: give this one another name", quiz.name);
                        mistakes.push(Mistake::new(path, line, sentence));
                    }
                    deck.quizzes.push(quiz);
                }
                deck.slides.extend(page.slide);
                limits.extend(page.limits);
            }
            Some(Err(sentence)) => mistakes.push(Mistake::new(path, 1, sentence)),
            None => {}
        }
    }
    for (slug, exercise) in &exercises {
        if !used.contains(&exercise.cell.id) {
            let sentence = format!("no slide shows this exercise: add the fence ```exercise {slug}");
            mistakes.push(Mistake::new(&exercise::description(slug), 1, sentence));
        }
    }
    whole_deck(&deck, files, &mut mistakes);
    mistakes.sort();
    let checks = exercises.into_values().map(|exercise| (exercise.cell.id, exercise.check)).collect();
    if mistakes.is_empty() { Ok(Content { deck, checks, limits }) } else { Err(mistakes) }
}

impl Content {
    /// The cell of that name: the only way from a name that came from outside to a file.
    pub fn cell(&self, id: &CellId) -> Option<&Cell> {
        self.deck.cells.iter().find(|cell| cell.id == *id)
    }
}

fn deck_title(files: &Files, mistakes: &mut Vec<Mistake>) -> String {
    const FILE: &str = "slides/deck.toml";
    let Some(text) = files.get(FILE) else {
        mistakes.push(Mistake::new(FILE, 1, "the deck needs this file, with its `title`"));
        return String::new();
    };
    match toml::from_str::<DeckFile>(text) {
        Ok(deck) => deck.title,
        Err(error) => {
            mistakes.push(Mistake::in_toml(FILE, 1, text, &error));
            String::new()
        }
    }
}

/// What no slide can know by itself.
fn whole_deck(deck: &Deck, files: &Files, mistakes: &mut Vec<Mistake>) {
    let Some(first) = files.keys().find(|path| matches!(slide::slug(path), Some(Ok(_)))) else {
        mistakes.push(Mistake::new("slides", 1, "there are no slides: add `01-topic.md`"));
        return;
    };
    if deck.slides.first().is_some_and(|slide| !slide.html.contains(SAFETY)) {
        let sentence = format!("the first slide must say that code which is run has `{SAFETY}`");
        mistakes.push(Mistake::new(first, 1, sentence));
    }
}

//! The content: a folder of Markdown and Python files, read into a deck that is right as a whole or not at all.

mod diagram;
mod exercise;
mod explanation;
mod fence;
mod figures;
mod folder;
mod glossary;
mod links;
mod markdown;
mod mistake;
mod notebook;
mod outline;
mod parameter;
mod quiz;
mod recorded;
mod slide;
mod steps;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rust_embed::RustEmbed;
use shared::{Cell, CellId, Deck, ExerciseHelp, LimitChoice, Slide, fingerprint};

use crate::recording::{Recording, Recordings};
pub use folder::FOLDERS;
pub use glossary::{Glossary, Term};
pub use markdown::{cell_html, escape};
pub use mistake::Mistake;
pub use notebook::{Notebook, Reading, Section};
use recorded::Judged;

/// What the first slide must say: the first screen warns.
const SAFETY: &str = "your user's rights";

/// The texts of the content's files by their path, `slides/01-one-lock.md`.
pub type Files = BTreeMap<String, String>;

/// All the content.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// What the page gets; the cells' texts are the starters.
    pub deck: Deck,
    /// Hints and solution of every exercise.
    pub help: BTreeMap<CellId, ExerciseHelp>,
    /// The source of the check of every exercise.
    pub checks: BTreeMap<CellId, String>,
    /// What the laps of every cell may use, if less than others.
    pub limits: BTreeMap<CellId, LimitChoice>,
    /// The deck as one text.
    pub notebook: Notebook,
    /// What only the presenter reads, as HTML, by the slugs of the slides that have notes.
    pub spoken: BTreeMap<String, String>,
    /// The recorded runs.
    pub recordings: BTreeMap<CellId, Recording>,
    /// What is to be said of the recorded runs: nothing of it keeps the deck from being served.
    pub notes: Vec<Mistake>,
    /// Whether the deck wants a recorded run for every cell, so that the notes are mistakes before it is given away.
    pub recorded: bool,
}

/// Reads the content that this program was compiled with.
///
/// # Errors
/// All mistakes in it.
pub fn embedded() -> Result<Content, Vec<Mistake>> {
    parse_with(&embedded_files(), &embedded_recordings())
}

fn embedded_recordings() -> Recordings {
    #[derive(RustEmbed)]
    #[folder = "../recordings"]
    #[prefix = "recordings/"]
    #[allow_missing = true]
    struct Embedded;

    let bytes = |path: &str| Some((path.to_owned(), Embedded::get(path)?.data.into_owned()));
    Embedded::iter().filter(|path| !folder::is_foreign(path)).filter_map(|path| bytes(&path)).collect()
}

fn embedded_files() -> Files {
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
        let file = file.filter(|_| !folder::is_foreign(path))?;
        Some((path.to_owned(), String::from_utf8_lossy(&file.data).into_owned()))
    };
    let slides = Slides::iter().filter_map(|path| text(&path, Slides::get(&path)));
    slides.chain(Exercises::iter().filter_map(|path| text(&path, Exercises::get(&path)))).collect()
}

/// Reads the deck in a folder, which has the folders `slides` and, if there are any, `exercises`.
///
/// # Errors
/// Why it can't be served.
pub fn in_folder(folder: &Path) -> Result<Content, Unfit> {
    read(folder, &recordings_in(folder).map_err(Unfit::Unreadable)?)
}

/// The same without its recorded runs, for who makes them.
///
/// # Errors
/// Why it can't be served.
pub fn without_recordings(folder: &Path) -> Result<Content, Unfit> {
    read(folder, &Recordings::new())
}

/// The files of the recorded runs in a deck's folder.
///
/// # Errors
/// The sentence to show if one can't be read.
pub fn recordings_in(folder: &Path) -> Result<Recordings, String> {
    folder::recordings(folder)
}

fn read(folder: &Path, recordings: &Recordings) -> Result<Content, Unfit> {
    let (files, mut mistakes) = folder::read(folder).map_err(Unfit::Unreadable)?;
    match parse_with(&files, recordings) {
        Ok(content) if mistakes.is_empty() => Ok(content),
        Ok(_) => Err(Unfit::Mistakes(mistakes)),
        Err(others) => {
            // What can't be read is not there for the others: what follows from that needs no second sentence.
            mistakes.extend(others);
            mistakes.sort();
            Err(Unfit::Mistakes(mistakes))
        }
    }
}

/// Why a folder's deck can't be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The folder itself can't be read: the sentence to show.
    Unreadable(String),
    /// All that is wrong in it, in order.
    Mistakes(Vec<Mistake>),
}

/// Reads content that has no recorded runs from its files.
///
/// # Errors
/// All mistakes in it.
pub fn parse(files: &Files) -> Result<Content, Vec<Mistake>> {
    parse_with(files, &Recordings::new())
}

/// Reads the content from its files.
///
/// # Errors
/// All mistakes in it.
pub fn parse_with(files: &Files, recordings: &Recordings) -> Result<Content, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let outline = outline::read(files, &mut mistakes);
    let exercises = exercise::all(files, &mut mistakes);
    let diagrams = diagram::all(files, &mut mistakes);
    let glossary = glossary::read(files, &mut mistakes);
    let (needs, needed) = outline.needs(files, &mut mistakes);
    let parts = slide::Parts { exercises: &exercises, diagrams: &diagrams };
    let mut pages = Vec::new();
    for (path, text) in files {
        match slide::slug(path) {
            Some(Ok(slug)) => pages.push((path.as_str(), slide::parse(path, slug, text, parts, &mut mistakes))),
            Some(Err(sentence)) => mistakes.push(Mistake::new(path, 1, sentence)),
            None => {}
        }
    }
    // A number is a slide's place in its section: the plan has the sections in their order.
    pages.sort_by_key(|(_, page)| page.slide.as_ref().map(|slide| outline.place(&slide.section)));
    let slides: Vec<_> =
        pages.iter().filter_map(|(path, page)| Some((*path, page.section_line, page.slide.as_ref()?))).collect();
    // Where one slide can't be read, what it lacks for the others would only be said a second time.
    if slides.len() == pages.len() {
        outline.compare(&slides, files, &mut mistakes);
        mistakes.extend(slides.first().and_then(|(path, _, slide)| unsafe_beginning(path, slide)));
    }
    if pages.is_empty() {
        mistakes.push(Mistake::new("slides", 1, "there are no slides: add `01-topic.md`"));
    }
    let slugs: BTreeSet<&str> = files.keys().filter_map(|path| slide::slug(path)?.ok()).collect();
    let links = pages.iter().flat_map(|(_, page)| &page.links).chain(exercises.values().flat_map(|read| &read.links));
    let links = links.chain(&needed);
    mistakes.extend(links.filter_map(|link| link.mistake(&slugs)));
    let version = version(files, recordings);
    let mut deck = Deck {
        title: outline.title.clone(),
        version,
        workspace: 0,
        slides: Vec::new(),
        cells: Vec::new(),
        quizzes: Vec::new(),
    };
    let (mut used, mut drawn, mut limits) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    let mut spoken = BTreeMap::new();
    let (all_read, mut explanations) = (pages.iter().all(|(_, page)| page.slide.is_some()), BTreeMap::new());
    for (path, page) in pages {
        let mut again = |line, what: String| {
            mistakes.push(Mistake::new(path, line, format!("there is {what} already: each may be shown once")));
        };
        for (line, cell) in page.cells {
            if used.insert(cell.id.clone()) {
                deck.cells.push(cell);
            } else {
                again(line, format!("a cell `{}`", cell.id));
            }
        }
        for (line, quiz) in page.quizzes {
            if deck.quizzes.iter().any(|other| other.name == quiz.name) {
                again(line, format!("a quiz `{}`", quiz.name));
            }
            deck.quizzes.push(quiz);
        }
        for (line, name) in page.diagrams {
            if !drawn.insert(name.clone()) {
                again(line, format!("a diagram `{name}`"));
            }
        }
        explanations.extend(page.slide.as_ref().map(|slide| slide.slug.clone()).zip(page.explanation));
        deck.slides.extend(page.slide);
        limits.extend(page.limits);
        spoken.extend(page.notes);
    }
    for (slug, exercise) in &exercises {
        if !used.contains(&exercise.cell.id) {
            let sentence = format!("no slide shows this exercise: add the fence ```exercise {slug}");
            mistakes.push(Mistake::new(&exercise::description(slug), 1, sentence));
        }
    }
    for name in diagrams.keys().filter(|name| !drawn.contains(*name)) {
        let sentence = format!("no slide shows this diagram: add the fence ```diagram {name}");
        mistakes.push(Mistake::new(&diagram::path(name), 1, sentence));
    }
    let (notebook, met) = notebook::bind(&deck.slides, &explanations, &outline, &needs, &glossary);
    if all_read {
        mistakes.extend(glossary.unused(&met));
    }
    // A slide with mistakes may lack cells: their recorded runs have no second sentence.
    if mistakes.is_empty() {
        let Judged { recordings, notes, mistakes: found } = recorded::judge(recordings, &mut deck, outline.recorded);
        if found.is_empty() {
            let (mut help, mut checks) = (BTreeMap::new(), BTreeMap::new());
            for exercise in exercises.into_values() {
                help.insert(exercise.cell.id.clone(), exercise.help);
                checks.insert(exercise.cell.id, exercise.check);
            }
            return Ok(Content {
                deck,
                help,
                checks,
                limits,
                notebook,
                spoken,
                recordings,
                notes,
                recorded: outline.recorded,
            });
        }
        mistakes = found;
    }
    mistakes.sort();
    Err(mistakes)
}

/// The same for the same files.
fn version(files: &Files, recordings: &Recordings) -> u64 {
    let mut all: String = files.iter().flat_map(|(path, text)| [path, "\0", text, "\0"]).collect();
    all.extend(recordings.iter().map(|(path, bytes)| format!("{path}\0{}\0", blake3::hash(bytes))));
    fingerprint(&all)
}

impl Content {
    /// The cell of that name: the only way from a name that came from outside to a file.
    pub fn cell(&self, id: &CellId) -> Option<&Cell> {
        self.deck.cells.iter().find(|cell| cell.id == *id)
    }
}

/// The first screen warns.
fn unsafe_beginning(path: &str, first: &Slide) -> Option<Mistake> {
    let sentence = format!("the first slide must say that code which is run has `{SAFETY}`");
    (!first.html.contains(SAFETY)).then(|| Mistake::new(path, 1, sentence))
}

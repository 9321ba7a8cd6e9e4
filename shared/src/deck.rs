//! The content: slides and the cells on them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{InterpreterBuild, Mode, Parameter, Question, Quiz, Rounds, RunRequest, possible_modes};

/// All the content, as the page gets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deck {
    /// The workshop's title.
    pub title: String,
    /// Of which files it is made, as a fingerprint: another number, another deck.
    pub version: u64,
    /// Where its edits are kept, as a [`crate::fingerprint`] of the folder's path: what a browser keeps of them has
    /// this in its name.
    pub workspace: u64,
    /// In the order in which they are shown.
    pub slides: Vec<Slide>,
    /// Every cell of every slide.
    pub cells: Vec<Cell>,
    /// Every quiz of every slide.
    pub quizzes: Vec<Quiz>,
}

/// What the runner serves now, and what is wrong with its files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeckState {
    /// The [`Deck`]'s version: a page that shows another must be loaded anew.
    pub version: u64,
    /// Why the files, which were changed since, are not served: `slides/01-one.md:7: sentence`, in order.
    pub mistakes: Vec<String>,
}

/// One slide, rendered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slide {
    /// Names it in addresses: the file's name without its extension, `01-one-lock`.
    pub slug: String,
    /// Its heading.
    pub title: String,
    /// The part of the workshop that it belongs to.
    pub section: String,
    /// How long it is planned to take, in minutes; 0 if it is there to be looked up.
    pub minutes: f32,
    /// Whether it is to be read at home: its minutes are none of the workshop's.
    pub home: bool,
    /// How many steps it is revealed in, after what is seen at first.
    pub steps: u32,
    /// What stands inside its `<section>`; cells are `<div class="cell" data-cell="ID">` with the code in them, steps
    /// `<div class="step" data-step="N">`, from 1. It is the larger part of a deck and no part of its JSON: the page
    /// has that of the slide that is shown, and gets the others' when they are needed.
    #[serde(skip)]
    pub html: String,
}

/// Names a cell in addresses, files and messages: lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellId(pub String);

impl fmt::Display for CellId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A runnable block of a slide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Its name; its file in the workspace is `ID.py`.
    pub id: CellId,
    /// The slug of its slide.
    pub slide: String,
    /// What it is called on the page.
    pub title: String,
    /// The source as the deck has it.
    pub starter: String,
    /// The source as the workspace has it: the starter until it is edited.
    pub text: String,
    /// What is to be said of its file in the workspace, if that could not be read as it is.
    pub trouble: Option<String>,
    /// The modes that are chosen at first.
    pub modes: Vec<Mode>,
    /// The worker counts that are chosen at first.
    pub workers: Vec<u32>,
    /// Whether its modes must return the same.
    pub agreement: Agreement,
    /// How often each lap is run at first.
    pub repeats: u32,
    /// The values of its source that are chosen beside Run.
    pub parameters: Vec<Parameter>,
    /// What is to be predicted before the first run.
    pub question: Option<Question>,
    /// What makes it an exercise.
    pub exercise: Option<Exercise>,
    /// The modes of the recorded run that comes with it; empty if none does.
    pub recorded: Vec<Mode>,
}

impl Cell {
    /// What Run asks for where nothing else was chosen and there are these builds.
    pub fn first_request(&self, builds: &[InterpreterBuild]) -> RunRequest {
        let Rounds { warm_up, measured } = Rounds::usual(self.repeats);
        RunRequest {
            cell: self.id.clone(),
            source: self.starter.clone(),
            modes: possible_modes(&self.modes, builds, None, &self.starter),
            workers: self.workers.clone(),
            repeats: measured,
            warm_up,
            build: None,
        }
    }
}

/// Whether every lap of a run must return the same results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Agreement {
    /// A difference is a mistake.
    #[default]
    Same,
    /// The code returns times, random numbers or the like, or shows that modes differ.
    MayDiffer,
}

/// A task, with help and a check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// How long it is planned to take, in minutes.
    pub minutes: f32,
    /// What to think about before the first run.
    pub predict: Option<String>,
    /// What is to be done, one thing after the other.
    pub steps: Vec<ExerciseStep>,
    /// How many hints there are.
    pub hints: u32,
}

/// Help with an exercise, which the page asks for when a person does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ExerciseHelp {
    /// Shown one at a time.
    pub hints: Vec<Hint>,
    /// The source of a solution.
    pub solution: String,
    /// Why the solution works, as HTML.
    pub why: Option<String>,
}

/// Something to do in an exercise, rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseStep {
    /// Its text as HTML.
    pub html: String,
    /// Whether it is to be done at home: the others alone fill the exercise's minutes.
    pub home: bool,
}

/// One hint, rendered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hint {
    /// Its text as HTML.
    pub html: String,
}

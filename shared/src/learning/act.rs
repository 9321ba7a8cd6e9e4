//! What somebody does that counts as learning.

use serde::{Deserialize, Serialize};

use super::guess::{Guess, Prediction};
use crate::{CellId, Deck, Mode, RunId};

/// One step of somebody's. Done twice, each is as done once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Answers a quiz.
    Answer {
        /// Its name.
        quiz: String,
        /// The places of what was chosen, in order.
        chosen: Vec<u32>,
        /// Whether that is right.
        right: bool,
    },
    /// Says, before the first run of a cell, what will come.
    Predict {
        /// The cell.
        cell: CellId,
        /// What was said.
        prediction: Prediction,
    },
    /// Opens hints of an exercise.
    Hint {
        /// The exercise's cell.
        cell: CellId,
        /// How many are open then.
        open: u32,
    },
    /// Looks at the solution of an exercise.
    SeeSolution(CellId),
    /// Passes the check of an exercise.
    Pass {
        /// The exercise's cell.
        cell: CellId,
        /// In which run.
        run: RunId,
    },
    /// Ticks a step of an exercise, or takes the tick away.
    Tick {
        /// The exercise's cell.
        cell: CellId,
        /// The step's place.
        step: u32,
        /// Whether it is ticked then.
        ticked: bool,
    },
    /// Begins a cell anew.
    Forget {
        /// The cell.
        cell: CellId,
        /// When, in microseconds since 1970.
        at: u64,
    },
    /// Begins everything anew.
    ForgetAll {
        /// When, in microseconds since 1970.
        at: u64,
    },
    /// Takes back what was forgotten last.
    Undo,
}

impl Act {
    /// Whether it is about something that this deck has. Nothing else is kept.
    pub fn is_about(&self, deck: &Deck) -> bool {
        let cell = |id: &CellId| deck.cells.iter().find(|cell| cell.id == *id);
        let exercise = |id: &CellId| cell(id).and_then(|cell| cell.exercise.as_ref());
        let within = |place: u32, of: usize| (place as usize) < of;
        match self {
            Act::Answer { quiz, chosen, .. } => {
                let quiz = deck.quizzes.iter().find(|other| other.name == *quiz);
                quiz.is_some_and(|quiz| {
                    chosen.len() <= quiz.answers.len() && chosen.iter().all(|place| within(*place, quiz.answers.len()))
                })
            }
            Act::Predict { cell: id, prediction } => {
                let brief = match prediction {
                    Prediction::Made(Guess::SpeedUps(expected)) => expected.len() <= Mode::ALL.len(),
                    Prediction::Made(Guess::Fastest(_) | Guess::MostMissed(_)) | Prediction::Skipped => true,
                };
                brief && cell(id).is_some_and(|cell| cell.question.is_some())
            }
            Act::Hint { cell, open } => exercise(cell)
                .is_some_and(|exercise| open.checked_sub(1).is_some_and(|last| within(last, exercise.hints as usize))),
            Act::Tick { cell, step, .. } => exercise(cell).is_some_and(|exercise| within(*step, exercise.steps.len())),
            Act::SeeSolution(cell) | Act::Pass { cell, .. } => exercise(cell).is_some(),
            Act::Forget { cell: id, .. } => cell(id).is_some(),
            Act::ForgetAll { .. } | Act::Undo => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Agreement, Answer, Cell, Exercise, ExerciseStep, Expected, Question, Quiz};

    fn deck() -> Deck {
        let text = String::new;
        let answer = || Answer { text: text(), right: true, why: text() };
        let exercise =
            Exercise { minutes: 1.0, predict: None, steps: vec![ExerciseStep { html: text(), home: false }], hints: 2 };
        let cell = |id: &str, question, exercise| Cell {
            id: CellId(id.into()),
            slide: text(),
            title: text(),
            starter: text(),
            text: text(),
            trouble: None,
            modes: vec![],
            workers: vec![],
            agreement: Agreement::Same,
            repeats: 1,
            parameters: vec![],
            question,
            exercise,
            recorded: vec![],
        };
        let quiz = Quiz { name: "q".into(), slide: text(), question: text(), answers: vec![answer(), answer()] };
        let cells = vec![cell("race", Some(Question::Fastest), Some(exercise)), cell("plain", None, None)];
        Deck { title: text(), version: 0, workspace: 0, slides: vec![], cells, quizzes: vec![quiz] }
    }

    #[test]
    fn nothing_is_kept_of_what_the_deck_does_not_have() {
        let cell = |id: &str| CellId(id.into());
        let answer = |quiz: &str, chosen: &[u32]| Act::Answer { quiz: quiz.into(), chosen: chosen.into(), right: true };
        let predict = |id: &str, prediction| Act::Predict { cell: cell(id), prediction };
        let hint = |id: &str, open| Act::Hint { cell: cell(id), open };
        let tick = |step| Act::Tick { cell: cell("race"), step, ticked: true };
        let many = vec![Expected { mode: Mode::Threads, workers: 2, hundredths: 100 }; 99];
        for (act, expected) in [
            (answer("q", &[1]), true),
            (answer("q", &[2]), false),
            (answer("q", &[0, 1, 1]), false),
            (answer("r", &[0]), false),
            (predict("race", Prediction::Skipped), true),
            (predict("race", Prediction::Made(Guess::SpeedUps(many))), false),
            (predict("plain", Prediction::Skipped), false),
            (hint("race", 2), true),
            (hint("race", 3), false),
            (hint("race", 0), false),
            (hint("plain", 1), false),
            (tick(0), true),
            (tick(1), false),
            (Act::SeeSolution(cell("race")), true),
            (Act::SeeSolution(cell("plain")), false),
            (Act::Pass { cell: cell("../race"), run: RunId(1) }, false),
            (Act::Forget { cell: cell("plain"), at: 1 }, true),
            (Act::Forget { cell: cell("nope"), at: 1 }, false),
            (Act::Undo, true),
        ] {
            assert_eq!(act.is_about(&deck()), expected, "{act:?}");
        }
    }
}

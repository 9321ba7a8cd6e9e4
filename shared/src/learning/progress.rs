//! How far somebody has come: what was done, put together by one function.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use serde::{Deserialize, Serialize};

use super::act::Act;
use super::guess::Prediction;
use crate::CellId;

#[cfg(test)]
mod tests;

/// All that was learned. Kept as one file of JSON; what an older one lacks is as at the beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// The quizzes that were answered, by their names.
    pub quizzes: BTreeMap<String, Answered>,
    /// The cells that something was done with.
    pub cells: BTreeMap<CellId, Studied>,
    /// When everything was begun anew, in microseconds since 1970: what ran before doesn't count.
    pub since: u64,
    /// What can be taken back.
    pub forgotten: Forgotten,
}

/// A quiz that was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answered {
    /// The places of what was chosen last.
    pub chosen: Vec<u32>,
    /// Whether it was answered right at some time.
    pub solved: bool,
}

/// A cell that something was done with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Studied {
    /// What was said before the first run.
    pub prediction: Option<Prediction>,
    /// How many hints are open.
    pub hints: u32,
    /// Whether the solution was looked at.
    pub solution_seen: bool,
    /// Whether the check was passed.
    pub passed: bool,
    /// The places of the steps that are ticked.
    pub steps: BTreeSet<u32>,
    /// When it was begun anew, in microseconds since 1970.
    pub since: u64,
}

/// What was forgotten last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Forgotten {
    /// Nothing.
    #[default]
    Nothing,
    /// One cell.
    Cell(CellId, Studied),
    /// Everything.
    All(BTreeMap<String, Answered>, BTreeMap<CellId, Studied>),
}

impl Progress {
    /// What is known of a cell.
    pub fn of(&self, cell: &CellId) -> Studied {
        self.cells.get(cell).cloned().unwrap_or_default()
    }

    /// Takes note of what was done; says whether that has changed anything.
    pub fn apply(&mut self, act: &Act) -> bool {
        match act {
            Act::Answer { quiz, chosen, right } => {
                let before = self.quizzes.get(quiz);
                let solved = *right || before.is_some_and(|before| before.solved);
                let answered = Answered { chosen: chosen.clone(), solved };
                let changed = before != Some(&answered);
                self.quizzes.insert(quiz.clone(), answered);
                changed
            }
            // What is said after the run is no prediction: the first one stays.
            Act::Predict { cell, prediction } => self.study(cell, |studied| {
                if !matches!(studied.prediction, Some(Prediction::Made(_))) {
                    studied.prediction = Some(prediction.clone());
                }
            }),
            Act::Hint { cell, open } => self.study(cell, |studied| studied.hints = studied.hints.max(*open)),
            Act::SeeSolution(cell) => self.study(cell, |studied| studied.solution_seen = true),
            Act::Pass { cell, run } => {
                let since = self.since.max(self.of(cell).since);
                run.0 > since && self.study(cell, |studied| studied.passed = true)
            }
            Act::Tick { cell, step, ticked } => self.study(cell, |studied| {
                let _ = if *ticked { studied.steps.insert(*step) } else { studied.steps.remove(step) };
            }),
            Act::Forget { cell, at } => self.forget(cell, *at),
            Act::ForgetAll { at } => self.forget_all(*at),
            Act::Undo => self.undo(),
        }
    }

    fn study(&mut self, cell: &CellId, change: impl FnOnce(&mut Studied)) -> bool {
        let before = self.of(cell);
        let mut studied = before.clone();
        change(&mut studied);
        let changed = studied != before;
        if changed {
            self.cells.insert(cell.clone(), studied);
        }
        changed
    }

    fn forget(&mut self, cell: &CellId, at: u64) -> bool {
        let before = self.of(cell);
        // Said again, after a lost connection, it must not take away what can be taken back.
        if at <= before.since || before.is_untouched() {
            return false;
        }
        self.cells.insert(cell.clone(), Studied { since: at, ..Studied::default() });
        self.forgotten = Forgotten::Cell(cell.clone(), before);
        true
    }

    fn forget_all(&mut self, at: u64) -> bool {
        if at <= self.since || (self.quizzes.is_empty() && self.cells.is_empty()) {
            return false;
        }
        self.since = at;
        self.forgotten = Forgotten::All(mem::take(&mut self.quizzes), mem::take(&mut self.cells));
        true
    }

    /// Brings back what was forgotten, beside what was learned since.
    fn undo(&mut self) -> bool {
        match mem::take(&mut self.forgotten) {
            Forgotten::Nothing => return false,
            Forgotten::Cell(cell, before) => {
                let now = self.of(&cell);
                self.cells.insert(cell, before.with(now));
            }
            Forgotten::All(quizzes, cells) => {
                for (name, before) in quizzes {
                    let now = self.quizzes.entry(name).or_insert_with(|| before.clone());
                    now.solved |= before.solved;
                }
                for (cell, before) in cells {
                    let now = self.of(&cell);
                    self.cells.insert(cell, before.with(now));
                }
            }
        }
        true
    }
}

impl Studied {
    /// Whether nothing was done since it was begun anew.
    pub fn is_untouched(&self) -> bool {
        *self == Studied { since: self.since, ..Studied::default() }
    }

    /// This, and what was learned later.
    fn with(self, later: Studied) -> Studied {
        let prediction = match (self.prediction, later.prediction) {
            (Some(Prediction::Skipped) | None, Some(later)) => Some(later),
            (earlier, _) => earlier,
        };
        Studied {
            prediction,
            hints: self.hints.max(later.hints),
            solution_seen: self.solution_seen || later.solution_seen,
            passed: self.passed || later.passed,
            steps: self.steps.union(&later.steps).copied().collect(),
            since: later.since,
        }
    }
}

//! The recorded runs of a deck beside its cells: which is whose, and what is to be said of them.

use std::collections::{BTreeMap, BTreeSet};

use shared::{CellId, Deck, Mode};

use super::Mistake;
use crate::recording::{Recording, Recordings, cell_of, is_current};

/// What is to be done about most of it.
const AGAIN: &str = "run `cargo xtask record`, or `virgil record` in the folder of another deck";

/// What the recorded runs of a deck are.
#[derive(Debug, Default)]
pub struct Judged {
    /// Those that can be shown.
    pub recordings: BTreeMap<CellId, Recording>,
    /// What is to be said of them: authors who change code are in the middle of something.
    pub notes: Vec<Mistake>,
    /// What can't be served.
    pub mistakes: Vec<Mistake>,
}

/// Gives the cells of a deck their recorded runs. Where `all` are wanted, a missing one is noted.
pub fn judge(files: &Recordings, deck: &mut Deck, all: bool) -> Judged {
    let mut judged = Judged::default();
    for (file, bytes) in files {
        let mut wrong = |sentence: String| judged.mistakes.push(Mistake::new(file, 1, sentence));
        let Some(id) = cell_of(file) else {
            wrong("recordings are files with the names of cells, `primes.virgil`: take this one away".into());
            continue;
        };
        let Some(cell) = deck.cells.iter_mut().find(|cell| cell.id == id) else {
            wrong(format!("there is no cell `{id}` whose run this could be: delete it, or {AGAIN}"));
            continue;
        };
        match Recording::read(id.clone(), bytes) {
            Ok(recording) => {
                if !is_current(cell, &recording.kept) {
                    let sentence = format!("the code of `{id}` has changed since this was recorded: {AGAIN}");
                    judged.notes.push(Mistake::new(file, 1, sentence));
                }
                cell.recorded = modes(&recording);
                judged.recordings.insert(id, recording);
            }
            Err(sentence) => wrong(format!("{} Or {AGAIN}", sentence)),
        }
    }
    if all {
        for cell in deck.cells.iter().filter(|cell| cell.recorded.is_empty()) {
            let sentence = format!("`{}` has no recorded run: {AGAIN}", cell.id);
            judged.notes.push(Mistake::new(&format!("slides/{}.md", cell.slide), 1, sentence));
        }
    }
    judged.notes.sort();
    judged
}

fn modes(recording: &Recording) -> Vec<Mode> {
    let modes: BTreeSet<Mode> = recording.kept.ticket.plan.iter().map(|lap| lap.mode).collect();
    modes.into_iter().collect()
}

//! Recorded runs: one for each cell of a deck, which comes with it and is shown where none can be executed. The files
//! are those of kept runs, without what nobody sees of them. They are read and trimmed here, and never executed.

pub mod command;
mod due;
mod merge;
mod thin;

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::{CellId, KeptRun, Origin, WholeRun};

use crate::archive::file::{self, Packing};
use crate::archive::trim;
pub use due::is_current;

/// Where they are in a deck.
pub const FOLDER: &str = "recordings";
/// What the names of the files end with.
const ENDING: &str = ".virgil";

/// The files by their paths in the deck, `recordings/primes.virgil`.
pub type Recordings = BTreeMap<String, Vec<u8>>;

/// The recorded run of a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What is known of it at a glance.
    pub kept: KeptRun,
    /// Its file.
    pub file: Arc<[u8]>,
}

impl Recording {
    /// Of this cell, from this file.
    ///
    /// # Errors
    /// What is wrong with the file, as the second half of a sentence about it.
    pub fn read(cell: CellId, bytes: &[u8]) -> Result<Recording, String> {
        let kept = file::read_head(bytes).map_err(|why| why.sentence("the file"))?;
        Ok(Recording { kept: recorded(kept, cell), file: bytes.into() })
    }

    /// All of it.
    ///
    /// # Errors
    /// The sentence to show.
    pub fn whole(&self) -> Result<WholeRun, String> {
        let whole = file::read(&self.file).map_err(|why| why.sentence(&path(&self.kept.ticket.cell)))?;
        let kept = recorded(whole.kept, self.kept.ticket.cell.clone());
        Ok(WholeRun { kept, ..whole })
    }
}

/// The path of a cell's file.
pub fn path(cell: &CellId) -> String {
    format!("{FOLDER}/{cell}{ENDING}")
}

/// The cell that a file is of, by its path; none if it is no recording's.
pub fn cell_of(path: &str) -> Option<CellId> {
    let name = path.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(ENDING)?;
    (!name.contains('/')).then(|| CellId(name.to_owned()))
}

/// The file of a run, without what nobody sees of it.
///
/// # Errors
/// The sentence to show if it is too long.
pub fn file_of(whole: WholeRun) -> Result<Vec<u8>, String> {
    let whole = trimmed(whole);
    file::write(&whole, Packing::Small).map_err(|why| why.sentence(&path(&whole.kept.ticket.cell)))
}

/// A run without what nobody sees of it: hidden lines, what only made pictures grow, and what is finer than the pixels
/// of a chart.
pub fn trimmed(mut whole: WholeRun) -> WholeRun {
    trim::trim(&mut whole.moments);
    whole.moments = merge::merged(whole.moments);
    thin::thin(&mut whole);
    whole.kept.origin = Origin::Recorded;
    whole
}

/// The file's name decides of which cell it is: people copy and rename files.
fn recorded(mut kept: KeptRun, cell: CellId) -> KeptRun {
    kept.ticket.cell = cell;
    kept.origin = Origin::Recorded;
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::sample;

    #[test]
    fn a_recording_is_of_the_cell_that_its_name_says_and_was_never_executed_here() {
        let bytes = file_of(sample::whole(7, "primes")).unwrap();
        let recording = Recording::read(CellId("other".into()), &bytes).unwrap();
        let whole = recording.whole().unwrap();
        assert_eq!(whole.kept, recording.kept);
        assert_eq!((whole.kept.ticket.cell.0.as_str(), &whole.kept.origin), ("other", &Origin::Recorded));
        let before = sample::whole(7, "primes").run();
        assert_eq!(whole.run().laps, before.laps);
        let wrong = Recording::read(CellId("other".into()), b"x").unwrap_err();
        assert!(wrong.starts_with("the file is no run that Virgil has kept"), "{wrong}");
    }

    #[test]
    fn files_have_the_names_of_cells() {
        let cell = CellId("04-x-1".into());
        assert_eq!(cell_of(&path(&cell)), Some(cell));
        for other in ["recordings/x.txt", "recordings/a/x.virgil", "slides/x.virgil", "recordingsx.virgil"] {
            assert_eq!(cell_of(other), None, "{other}");
        }
    }
}

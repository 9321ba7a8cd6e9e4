//! What a connection must know of the cells.

use std::path::PathBuf;

use shared::{Act, CellId, Edit, LimitChoice, RunRequest};

/// What became of a text that was to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// It is on disk.
    Kept,
    /// The file holds another text than those that it was made of. Both are versions now.
    Conflict {
        /// What the file holds.
        disk: String,
    },
}

/// The cells and their files. All of it may block.
pub trait Cells: Send + Sync {
    /// The cell's file in the workspace, the source of its check, and what its laps may use.
    ///
    /// # Errors
    /// The sentence to show if it can't be run as asked.
    fn order(&self, request: &RunRequest) -> Result<(PathBuf, Option<String>, LimitChoice), String>;

    /// Keeps a text as the cell's file. Returns when it is on disk.
    ///
    /// # Errors
    /// The sentence to show if it could not be kept.
    fn save(&self, edit: &Edit) -> Result<Keeping, String>;

    /// What is shown of the cell: the text of its file, or its starter.
    ///
    /// # Errors
    /// The sentence to show if there is no such cell.
    fn text(&self, cell: &CellId) -> Result<String, String>;

    /// The same for all cells, by the fingerprints.
    fn files(&self) -> Vec<(CellId, u64)>;

    /// Whether something that was done is about what there is.
    fn has(&self, act: &Act) -> bool;
}

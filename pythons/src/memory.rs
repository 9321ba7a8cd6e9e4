//! What Pythons said last time, so that nobody waits for them twice.

use std::path::PathBuf;

/// How fresh an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Ask every Python that is found.
    Afresh,
    /// What an unchanged file said last time still holds.
    Remembered,
}

/// Where answers are kept, as `pythons.json`, and whether they are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// The folder; it is made if need be.
    pub folder: PathBuf,
    /// Whether they are believed.
    pub look: Look,
}

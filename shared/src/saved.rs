//! Where the whole output of a run is kept.

use serde::{Deserialize, Serialize};

/// The file that has all that a run printed, also what the page doesn't show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedOutput {
    /// Its absolute path.
    pub file: String,
    /// How long it is.
    pub bytes: u64,
}

//! Keeping edits: what the page and the runner say of the cells' files, their versions, and the tab that may change
//! them.

use serde::{Deserialize, Serialize};

use crate::CellId;

/// A text that is to be kept as a cell's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Which cell's.
    pub cell: CellId,
    /// All of it.
    pub text: String,
    /// What it was made of, as [`crate::fingerprint`]s: the text that the page knows to be on disk, and those that it
    /// has sent since. A file that holds anything else was changed elsewhere, and is not written over.
    pub bases: Vec<u64>,
    /// Why there is another text now.
    pub occasion: Occasion,
}

/// Why a text replaces another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Occasion {
    /// It was typed.
    Typed,
    /// The starter was brought back.
    Reset,
    /// An earlier version was brought back.
    Restored,
    /// There were two texts, and this one was chosen.
    Chosen,
}

/// An earlier text of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its name: microseconds since 1970 when it was kept.
    pub at: u64,
    /// How long it is.
    pub bytes: u64,
    /// What it is.
    pub kind: VersionKind,
}

/// Which text a version holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum VersionKind {
    /// What was typed over.
    Earlier,
    /// What there was before Reset.
    BeforeReset,
    /// What there was before a version was brought back.
    BeforeRestore,
    /// What was changed elsewhere while there were unsaved edits.
    Elsewhere,
    /// The unsaved edits.
    Unsaved,
}

impl VersionKind {
    /// All of them.
    pub const ALL: [VersionKind; 5] = [
        VersionKind::Earlier,
        VersionKind::BeforeReset,
        VersionKind::BeforeRestore,
        VersionKind::Elsewhere,
        VersionKind::Unsaved,
    ];

    /// As files are named.
    pub fn slug(self) -> &'static str {
        match self {
            VersionKind::Earlier => "earlier",
            VersionKind::BeforeReset => "before-reset",
            VersionKind::BeforeRestore => "before-restore",
            VersionKind::Elsewhere => "elsewhere",
            VersionKind::Unsaved => "unsaved",
        }
    }

    /// For people; nothing where there is nothing to add to the time.
    pub fn words(self) -> &'static str {
        match self {
            VersionKind::Earlier => "",
            VersionKind::BeforeReset => "before Reset",
            VersionKind::BeforeRestore => "before a version was restored",
            VersionKind::Elsewhere => "changed outside of this page",
            VersionKind::Unsaved => "unsaved edits, when the file had changed",
        }
    }
}

impl Occasion {
    /// What the text that goes away is then.
    pub fn leaves(self) -> VersionKind {
        match self {
            Occasion::Typed => VersionKind::Earlier,
            Occasion::Reset => VersionKind::BeforeReset,
            Occasion::Restored => VersionKind::BeforeRestore,
            Occasion::Chosen => VersionKind::Elsewhere,
        }
    }
}

/// Which tab may change the files: one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Driver {
    /// This one.
    You,
    /// Another, which had the notebook open before.
    Earlier,
    /// Another, which took over.
    TookOver,
}

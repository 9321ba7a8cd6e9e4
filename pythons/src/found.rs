//! What is found.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shared::InterpreterBuild;

/// A Python of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The absolute path of its program; as it was named if it can't be started.
    pub executable: PathBuf,
    /// Where it comes from.
    pub origin: Origin,
    /// What people call it: `CPython 3.14.10`, `PyPy 7.3.17`, or its path if it can't say.
    pub title: String,
    /// Whether a kernel can embed it.
    pub verdict: Verdict,
}

/// Where a Python comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// `VIRGIL_PYTHONS` names it.
    Named,
    /// It was installed for Virgil.
    Private,
    /// A folder of PATH has it, and nothing below says more.
    Path,
    /// pyenv built it.
    Pyenv,
    /// uv installed it.
    Uv,
    /// It is conda's or one of its kin's.
    Conda,
    /// Homebrew installed it.
    Homebrew,
    /// python.org's installer put it there, or one that registers itself as that does.
    PythonOrg,
    /// It came with the system.
    System,
}

/// Whether a kernel can embed a Python.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It can.
    Usable(InterpreterBuild),
    /// It can't.
    Unusable {
        /// Why, in one sentence.
        reason: String,
        /// What a person can do about it, in one sentence.
        advice: String,
    },
}

impl Found {
    /// Its build, if a kernel can embed it.
    pub fn build(&self) -> Option<&InterpreterBuild> {
        match &self.verdict {
            Verdict::Usable(build) => Some(build),
            Verdict::Unusable { .. } => None,
        }
    }
}

impl Origin {
    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Origin::Named => "VIRGIL_PYTHONS",
            Origin::Private => "Virgil's own",
            Origin::Path => "PATH",
            Origin::Pyenv => "pyenv",
            Origin::Uv => "uv",
            Origin::Conda => "conda",
            Origin::Homebrew => "Homebrew",
            Origin::PythonOrg => "python.org",
            Origin::System => "system",
        }
    }
}

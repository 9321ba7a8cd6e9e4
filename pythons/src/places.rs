//! Where Pythons may be.

use std::env;
use std::path::{Path, PathBuf};

use crate::Origin;

/// Where Pythons may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// What `VIRGIL_PYTHONS` names: programs, folders of programs, installations.
    pub named: Vec<PathBuf>,
    /// The folders of PATH.
    pub path: Vec<PathBuf>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// Virgil's data folder, with Pythons of its own in `pythons`.
    pub data: PathBuf,
    /// Where installers and the system keep theirs.
    pub roots: Vec<Root>,
}

/// A folder of an installer or of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Whose it is.
    pub origin: Origin,
    /// The folder; it need not exist.
    pub folder: PathBuf,
    /// What is in it.
    pub layout: Layout,
}

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Programs.
    Programs,
    /// One installation.
    Installation,
    /// A folder for each installation.
    Installations,
}

impl Places {
    /// Reads the environment once. `data` is Virgil's data folder.
    pub fn of_this_machine(data: &Path) -> Places {
        let paths = |name: &str| -> Vec<PathBuf> { env::split_paths(&env::var_os(name).unwrap_or_default()).collect() };
        Places {
            named: paths("VIRGIL_PYTHONS"),
            path: paths("PATH"),
            home: env::home_dir(),
            data: data.to_owned(),
            roots: Vec::new(),
        }
    }
}

//! Programs that are installed.

use std::env;
use std::path::PathBuf;

/// The folders in which the system looks for programs, in its order.
pub fn folders_of_path() -> Vec<PathBuf> {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect()
}

/// A program of this name in one of these folders.
pub fn on_path(folders: &[PathBuf], program: &str) -> Option<PathBuf> {
    let file =
        format!("{}{}", program, if program.ends_with(env::consts::EXE_SUFFIX) { "" } else { env::consts::EXE_SUFFIX });
    folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file())
}

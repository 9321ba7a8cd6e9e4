//! A deck in a folder: what its author writes.

use std::fs;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::{Files, Mistake};
use crate::recording::{FOLDER, Recordings};

/// What a deck's folder holds.
pub const FOLDERS: [&str; 3] = ["slides", "exercises", FOLDER];
/// Those with what people write.
const WRITTEN: [&str; 2] = ["slides", "exercises"];

/// Whether Python or an editor has left it beside the content's files, or a folder above it.
pub fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with(['.', '_']) || part.ends_with('~'))
}

/// Reads the files of a deck, with what is wrong with single ones.
///
/// # Errors
/// The sentence to show if the folder can't be read.
pub fn read(folder: &Path) -> Result<(Files, Vec<Mistake>), String> {
    if !folder.join(FOLDERS[0]).is_dir() {
        let folder = folder.display();
        return Err(format!("{folder} is no deck: it has no folder `slides`. Name the folder that has one."));
    }
    let (mut files, mut mistakes) = (Files::new(), Vec::new());
    for part in WRITTEN.map(|part| folder.join(part)).into_iter().filter(|part| part.is_dir()) {
        let own = |entry: &DirEntry| !entry.file_name().to_str().is_some_and(is_foreign);
        for entry in WalkDir::new(&part).follow_links(true).into_iter().filter_entry(own) {
            let entry = entry.map_err(|error| format!("The deck can't be read: {error}. Allow it."))?;
            if !entry.file_type().is_file() {
                continue;
            }
            let path = path_of(folder, entry.path());
            match fs::read(entry.path()).map(String::from_utf8) {
                Ok(Ok(text)) => {
                    // Editors of some systems end lines with two signs.
                    files.insert(path, text.replace("\r\n", "\n"));
                }
                Ok(Err(error)) => {
                    let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                    let line = 1 + valid.iter().filter(|byte| **byte == b'\n').count();
                    mistakes.push(Mistake::new(&path, line, "this is not UTF-8: save the file as UTF-8"));
                    // It is there: nothing else is to be said of it.
                    files.insert(path, String::from_utf8_lossy(error.as_bytes()).into_owned());
                }
                Err(error) => mistakes.push(Mistake::new(&path, 1, format!("this can't be read ({error}): allow it"))),
            }
        }
    }
    Ok((files, mistakes))
}

/// Reads the recorded runs of a deck.
///
/// # Errors
/// The sentence to show if one can't be read.
pub fn recordings(folder: &Path) -> Result<Recordings, String> {
    let part = folder.join(FOLDER);
    let mut files = Recordings::new();
    if !part.is_dir() {
        return Ok(files);
    }
    let own = |entry: &DirEntry| !entry.file_name().to_str().is_some_and(is_foreign);
    for entry in WalkDir::new(&part).follow_links(true).into_iter().filter_entry(own) {
        let entry = entry.map_err(|error| format!("The recordings can't be read: {error}. Allow it."))?;
        if entry.file_type().is_file() {
            let path = path_of(folder, entry.path());
            let bytes = fs::read(entry.path()).map_err(|error| format!("{path} can't be read ({error}): allow it."))?;
            files.insert(path, bytes);
        }
    }
    Ok(files)
}

/// Where a file is in its deck, `slides/01-one-lock.md`.
fn path_of(folder: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(folder).unwrap_or(file);
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

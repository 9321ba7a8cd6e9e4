//! The person's edits: a plain `.py` file for each cell in the workspace, replaced as a whole or not at all.

mod instance;
mod owner;
mod versions;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use shared::{CellId, Edit, MAX_SOURCE_BYTES, Version, VersionKind, fingerprint};

use crate::session::Keeping;
use versions::Versions;

pub use instance::Instance;

/// What the workspace has of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It was never saved.
    Nothing,
    /// Its text.
    Text(String),
    /// Its text, as far as it is text.
    Spoilt {
        /// With marks in place of what is no UTF-8.
        text: String,
        /// What is wrong with the file, and what to do.
        sentence: String,
    },
    /// A file that can't be read.
    Unreadable {
        /// Why, and what to do.
        sentence: String,
    },
}

/// The workspace folder.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    /// Two pages may save at once.
    saving: Mutex<()>,
}

impl Store {
    /// Edits in `folder`, which is made when it is first needed.
    pub fn new(folder: PathBuf) -> Store {
        Store { folder, saving: Mutex::new(()) }
    }

    /// Makes the folder and writes a file into it, to find out now rather than at the first edit.
    ///
    /// # Errors
    /// The sentence to show when edits can't be kept there.
    pub fn try_out(&self) -> Result<(), String> {
        let tried = fs::create_dir_all(&self.folder).and_then(|()| {
            let mut file = tempfile::Builder::new().prefix(".virgil-").tempfile_in(&self.folder)?;
            file.write_all(b"virgil")
        });
        tried.map_err(|error| self.sentence(&self.folder, &error))
    }

    /// Takes the folder for the deck in that folder, or for the workshop, from now on.
    ///
    /// # Errors
    /// The sentence to show if it holds the edits of another.
    pub fn claim(&self, deck: Option<&Path>) -> Result<(), String> {
        owner::claim(&self.folder, deck)
    }

    /// Holds the folder against a second Virgil; none where that can't be done.
    ///
    /// # Errors
    /// The sentence to show if another Virgil holds it.
    pub fn hold(&self) -> Result<Option<Instance>, String> {
        Instance::hold(&self.folder)
    }

    /// The workspace folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the cell's text is kept. The name must be one of the deck's.
    pub fn file(&self, cell: &CellId) -> PathBuf {
        self.folder.join(format!("{cell}.py"))
    }

    /// The cell's text, if it was ever saved.
    pub fn text(&self, cell: &CellId) -> Kept {
        let file = self.file(cell);
        match fs::read(&file) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Kept::Text(text),
                Err(error) => {
                    let line = 1 + error.as_bytes()[..error.utf8_error().valid_up_to()]
                        .iter()
                        .filter(|byte| **byte == b'\n')
                        .count();
                    let sentence = format!(
                        "{} is not in UTF-8 (line {line}): what can't be read is shown as \u{fffd}. Save it as UTF-8 with \
                         the editor that wrote it, then reload the page. If you edit or run it here instead, the file as it \
                         was is kept in {}.",
                        file.display(),
                        self.versions_of(cell).folder().display()
                    );
                    Kept::Spoilt { text: String::from_utf8_lossy(error.as_bytes()).into_owned(), sentence }
                }
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Kept::Nothing,
            Err(error) => Kept::Unreadable {
                sentence: format!(
                    "{} can't be read ({error}), so the workshop's own text is shown. Allow reading it, then reload \
                     the page.",
                    file.display()
                ),
            },
        }
    }

    /// Its versions, the oldest first; none if they can't be read.
    pub fn versions(&self, cell: &CellId) -> Vec<Version> {
        self.versions_of(cell).list().unwrap_or_default()
    }

    /// The text of one of them, as far as it is text.
    pub fn version(&self, cell: &CellId, at: u64) -> Option<String> {
        let versions = self.versions_of(cell);
        let version = versions.list().ok()?.into_iter().find(|version| version.at == at)?;
        Some(String::from_utf8_lossy(&versions.read(&version).ok()?).into_owned())
    }

    fn versions_of(&self, cell: &CellId) -> Versions {
        Versions::new(self.folder.join(".virgil/versions").join(&cell.0))
    }

    /// Puts a text on the disk as the cell's file, unless the file holds another than those that it was made of.
    ///
    /// # Errors
    /// The sentence to show when it isn't there afterwards; the file is as before then.
    pub fn save(&self, edit: &Edit) -> Result<Keeping, String> {
        let Edit { cell, text, .. } = edit;
        if text.len() > MAX_SOURCE_BYTES {
            let (is, most) = (text.len() / 1024, MAX_SOURCE_BYTES / 1024);
            return Err(format!("The code is too long to be saved, {is} KiB of at most {most}: shorten it."));
        }
        // A save that panicked left the old file or the new one: nothing is broken.
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.file(cell);
        self.replace(edit, &file).map_err(|error| self.sentence(&file, &error))
    }

    fn replace(&self, edit: &Edit, file: &Path) -> io::Result<Keeping> {
        let new = edit.text.as_bytes();
        let old = match fs::read(file) {
            Ok(old) if old == new => return Ok(Keeping::Kept),
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if let Some(old) = old {
            let versions = self.versions_of(&edit.cell);
            let disk = String::from_utf8_lossy(&old);
            if !edit.bases.contains(&fingerprint(&disk)) {
                versions.keep(&old, VersionKind::Elsewhere)?;
                versions.keep(new, VersionKind::Unsaved)?;
                return Ok(Keeping::Conflict { disk: disk.into_owned() });
            }
            versions.keep_replaced(&old, new, edit.occasion)?;
        }
        write_whole(&self.folder, file, new)?;
        Ok(Keeping::Kept)
    }

    fn sentence(&self, path: &Path, error: &io::Error) -> String {
        let (path, folder) = (path.display(), self.folder.display());
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                format!("{path} can't be written, since the disk is full: free some space, then edit again to save.")
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => format!(
                "{path} can't be written, since it may not be changed: allow it, or start `virgil --workspace` with a \
                 folder of yours."
            ),
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory => format!(
                "{path} can't be written, since something else has its name: move that away, or start \
                 `virgil --workspace` with another folder."
            ),
            _ => format!("{path} can't be written ({error}): check the folder {folder}, then edit again to save."),
        }
    }
}

/// Writes beside the file, waits for the disk, and puts it in the file's place: a crash leaves the old or the new.
pub(crate) fn write_whole(folder: &Path, file: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut new = tempfile::Builder::new().prefix(".virgil-").tempfile_in(folder)?;
    new.write_all(bytes)?;
    if let Ok(old) = fs::metadata(file) {
        new.as_file().set_permissions(old.permissions())?;
    }
    new.as_file().sync_all()?;
    new.persist(file)?;
    // So that the new name is on the disk too. Not every system can open a folder; there it may come a little later.
    match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        Err(_) => Ok(()),
    }
}

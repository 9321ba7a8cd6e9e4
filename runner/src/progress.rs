//! Keeps how far somebody has come: one small file in the workspace, the same for all tabs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::{Act, Progress};
use tokio::sync::watch;

use crate::store::write_whole;

/// Progress and its file; clones are the same.
#[derive(Debug, Clone)]
pub struct Learned(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    /// Held while the file is written, so that it never goes back.
    writing: Mutex<()>,
    known: watch::Sender<Progress>,
}

impl Learned {
    /// What the workspace has of it.
    pub fn open(workspace: &Path) -> Learned {
        let folder = workspace.join(".virgil");
        let known = watch::Sender::new(read(&folder));
        Learned(Arc::new(Inner { folder, writing: Mutex::default(), known }))
    }

    /// What is known now, and whatever it becomes.
    pub fn known(&self) -> watch::Receiver<Progress> {
        self.0.known.subscribe()
    }

    /// Takes note of what was done, and returns when it is on disk. May block.
    ///
    /// # Errors
    /// The sentence to show if it could not be kept; it counts until the runner ends.
    pub fn take(&self, act: &Act) -> Result<(), String> {
        let _writing = self.writing();
        let mut progress = self.0.known.borrow().clone();
        if !progress.apply(act) {
            return Ok(());
        }
        let bytes = serde_json::to_vec_pretty(&progress).map_err(io::Error::other);
        let written = bytes.and_then(|bytes| write_whole(&self.0.folder, &file(&self.0.folder), &bytes));
        self.0.known.send_replace(progress);
        written.map_err(|error| {
            let file = file(&self.0.folder);
            format!(
                "Your progress is not kept: {} can't be written ({error}). Allow it or free some space, then do \
                 something again.",
                file.display()
            )
        })
    }

    fn writing(&self) -> MutexGuard<'_, ()> {
        // Whoever panicked left the old file or the new one.
        self.0.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("progress.json")
}

/// What the file holds. One that isn't ours is put aside, so that it isn't written over.
fn read(folder: &Path) -> Progress {
    let file = file(folder);
    let read = fs::read(&file).and_then(|bytes| serde_json::from_slice(&bytes).map_err(io::Error::from));
    read.unwrap_or_else(|error| {
        if error.kind() != io::ErrorKind::NotFound {
            let aside = folder.join("progress.unreadable.json");
            tracing::warn!(%error, file = %file.display(), "the progress can't be read and begins anew");
            if let Err(error) = fs::rename(&file, &aside) {
                tracing::warn!(%error, "it could not be put aside");
            }
        }
        Progress::default()
    })
}

#[cfg(test)]
mod tests {
    use shared::CellId;

    use super::*;

    fn seen() -> Act {
        Act::SeeSolution(CellId("primes".into()))
    }

    #[test]
    fn what_was_done_outlives_the_runner() {
        let folder = tempfile::tempdir().unwrap();
        let learned = Learned::open(folder.path());
        let mut known = learned.known();
        learned.take(&seen()).unwrap();
        assert!(known.has_changed().unwrap());
        assert!(known.borrow_and_update().of(&CellId("primes".into())).solution_seen);
        learned.take(&seen()).unwrap();
        assert!(!known.has_changed().unwrap(), "nothing was new");
        assert_eq!(*Learned::open(folder.path()).known().borrow(), *known.borrow());
    }

    #[test]
    fn an_older_file_is_read_and_a_foreign_one_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join(".virgil");
        fs::create_dir_all(&home).unwrap();
        fs::write(home.join("progress.json"), r#"{"cells": {"primes": {"hints": 1}}}"#).unwrap();
        let known = |learned: &Learned| learned.known().borrow().of(&CellId("primes".into())).hints;
        assert_eq!(known(&Learned::open(folder.path())), 1);
        fs::write(home.join("progress.json"), "not ours").unwrap();
        assert_eq!(known(&Learned::open(folder.path())), 0);
        assert_eq!(fs::read_to_string(home.join("progress.unreadable.json")).unwrap(), "not ours");
    }

    #[test]
    fn what_can_not_be_kept_is_said_and_counts_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".virgil"), "a file").unwrap();
        let learned = Learned::open(folder.path());
        let said = learned.take(&seen()).unwrap_err();
        assert!(said.contains("can't be written"), "{said}");
        assert!(learned.known().borrow().of(&CellId("primes".into())).solution_seen);
    }
}

//! The person's edits: a plain `.py` file for each cell in the workspace, replaced as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shared::{CellId, MAX_SOURCE_BYTES};

/// How many earlier texts of a cell are kept.
const VERSIONS: usize = 20;

/// How much time lies between two of them.
const BETWEEN_VERSIONS: Duration = Duration::from_secs(60);

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
                        self.versions_of(cell).display()
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

    fn versions_of(&self, cell: &CellId) -> PathBuf {
        self.folder.join(".virgil/versions").join(&cell.0)
    }

    /// Puts `text` on the disk as the cell's file.
    ///
    /// # Errors
    /// The sentence to show when it isn't there afterwards; the file is as before then.
    pub fn save(&self, cell: &CellId, text: &str) -> Result<(), String> {
        if text.len() > MAX_SOURCE_BYTES {
            let (is, most) = (text.len() / 1024, MAX_SOURCE_BYTES / 1024);
            return Err(format!("The code is too long to be saved, {is} KiB of at most {most}: shorten it."));
        }
        // A save that panicked left the old file or the new one: nothing is broken.
        let _saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.file(cell);
        self.replace(cell, &file, text).map_err(|error| self.sentence(&file, &error))
    }

    fn replace(&self, cell: &CellId, file: &Path, text: &str) -> io::Result<()> {
        let old = match fs::read(file) {
            Ok(old) if old == text.as_bytes() => return Ok(()),
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if let Some(old) = old {
            self.keep_version(cell, &old, text)?;
        }
        write_whole(&self.folder, file, text.as_bytes())
    }

    /// Keeps the text that is about to be replaced, if the last one that was kept is old, and in any case if most of
    /// it is about to go, since that may be a slip, or it is no UTF-8, since it can't be typed again.
    fn keep_version(&self, cell: &CellId, old: &[u8], new: &str) -> io::Result<()> {
        let folder = self.versions_of(cell);
        let mut kept = versions(&folder)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let due = kept.last().is_none_or(|last| now.saturating_sub(Duration::from_micros(*last)) > BETWEEN_VERSIONS);
        if !due && new.len() * 2 >= old.len() && std::str::from_utf8(old).is_ok() {
            return Ok(());
        }
        // Names never go back, even if the clock does.
        let name = kept.last().map_or(0, |last| last + 1).max(now.as_micros() as u64);
        write_whole(&folder, &version(&folder, name), old)?;
        kept.push(name);
        let surplus = kept.len().saturating_sub(VERSIONS);
        for name in &kept[..surplus] {
            fs::remove_file(version(&folder, *name))?;
        }
        Ok(())
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

fn version(folder: &Path, name: u64) -> PathBuf {
    folder.join(format!("{name}.py"))
}

/// The names of the versions in `folder`, which are microseconds since 1970; the oldest first.
fn versions(folder: &Path) -> io::Result<Vec<u64>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let name = |entry: fs::DirEntry| entry.file_name().to_str()?.strip_suffix(".py")?.parse().ok();
    let mut names: Vec<u64> = entries.flatten().filter_map(name).collect();
    names.sort_unstable();
    Ok(names)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cell() -> CellId {
        CellId("primes".into())
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().join("workspace"));
        (folder, store)
    }

    fn kept(store: &Store) -> Vec<String> {
        let folder = store.folder().join(".virgil/versions/primes");
        versions(&folder).unwrap().iter().map(|name| fs::read_to_string(version(&folder, *name)).unwrap()).collect()
    }

    /// As if all that was kept had been kept two minutes earlier.
    fn age(store: &Store) {
        let folder = store.folder().join(".virgil/versions/primes");
        for name in versions(&folder).unwrap() {
            fs::rename(version(&folder, name), version(&folder, name - 120_000_000)).unwrap();
        }
    }

    #[test]
    fn a_file_that_is_no_utf_8_is_shown_with_a_sentence_and_never_lost() {
        let (_folder, store) = store();
        fs::create_dir_all(store.folder()).unwrap();
        fs::write(store.file(&cell()), b"x = 1\ny = '\xe9'\n").unwrap();
        let Kept::Spoilt { text, sentence } = store.text(&cell()) else { panic!("{:?}", store.text(&cell())) };
        assert_eq!(text, "x = 1\ny = '\u{fffd}'\n");
        assert!(sentence.contains("primes.py is not in UTF-8 (line 2)"), "{sentence}");
        store.save(&cell(), &text).unwrap();
        let folder = store.versions_of(&cell());
        assert!(sentence.contains(&folder.display().to_string()), "{sentence}");
        let kept = versions(&folder).unwrap();
        assert_eq!(fs::read(version(&folder, kept[0])).unwrap(), b"x = 1\ny = '\xe9'\n");
    }

    #[test]
    fn a_file_that_can_t_be_read_is_told() {
        let (_folder, store) = store();
        fs::create_dir_all(store.file(&cell())).unwrap();
        let Kept::Unreadable { sentence } = store.text(&cell()) else { panic!("{:?}", store.text(&cell())) };
        assert!(sentence.contains("can't be read"), "{sentence}");
    }

    #[test]
    fn what_was_saved_is_read_and_nothing_else_lies_about() {
        let (_folder, store) = store();
        assert_eq!(store.text(&cell()), Kept::Nothing);
        store.save(&cell(), "print('é')\n").unwrap();
        store.save(&cell(), "print(2)\n").unwrap();
        assert_eq!(store.text(&cell()), Kept::Text("print(2)\n".into()));
        let mut names: Vec<_> = fs::read_dir(store.folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, [".virgil", "primes.py"]);
    }

    #[test]
    fn an_equal_text_is_not_written_again() {
        let (_folder, store) = store();
        store.save(&cell(), "a = 1\n").unwrap();
        let written = || fs::metadata(store.file(&cell())).unwrap().modified().unwrap();
        let before = written();
        std::thread::sleep(Duration::from_millis(20));
        store.save(&cell(), "a = 1\n").unwrap();
        assert_eq!(written(), before);
    }

    #[test]
    fn replaced_texts_are_kept_a_minute_apart() {
        let (_folder, store) = store();
        store.save(&cell(), "first").unwrap();
        assert_eq!(kept(&store), [""; 0]);
        store.save(&cell(), "second").unwrap();
        store.save(&cell(), "third").unwrap();
        assert_eq!(kept(&store), ["first"]);
        age(&store);
        store.save(&cell(), "fourth").unwrap();
        assert_eq!(kept(&store), ["first", "third"]);
    }

    #[test]
    fn a_text_that_is_deleted_by_a_slip_is_kept_at_once() {
        let (_folder, store) = store();
        store.save(&cell(), "a").unwrap();
        store.save(&cell(), "hours of work").unwrap();
        store.save(&cell(), "").unwrap();
        assert_eq!(kept(&store), ["a", "hours of work"]);
    }

    #[test]
    fn only_the_last_versions_are_kept() {
        let (_folder, store) = store();
        for number in 0..30 {
            store.save(&cell(), &format!("version {number}")).unwrap();
            age(&store);
        }
        let kept = kept(&store);
        assert_eq!((kept.len(), kept[0].as_str(), kept[19].as_str()), (20, "version 9", "version 28"));
    }

    #[cfg(unix)]
    #[test]
    fn the_files_own_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, store) = store();
        store.save(&cell(), "a").unwrap();
        let file = store.file(&cell());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();
        store.save(&cell(), "b").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o750);
    }

    #[test]
    fn what_can_not_be_saved_is_said_and_leaves_the_file() {
        let (folder, store) = store();
        store.save(&cell(), "good").unwrap();
        let long = "#".repeat(MAX_SOURCE_BYTES + 1);
        assert!(store.save(&cell(), &long).unwrap_err().contains("too long"));
        assert_eq!(store.text(&cell()), Kept::Text("good".into()));

        let file = folder.path().join("a-file");
        fs::write(&file, "").unwrap();
        let nowhere = Store::new(file.join("workspace"));
        for sentence in [nowhere.try_out().unwrap_err(), nowhere.save(&cell(), "a").unwrap_err()] {
            assert!(sentence.contains("a-file") && sentence.contains("virgil --workspace"), "{sentence}");
        }
    }
}

//! Decks that tests serve and check.

use std::fs;
use std::path::Path;

/// A deck on another topic than the workshop's.
pub const SORTING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/decks/sorting");

/// A copy of it, to be changed.
pub fn copied() -> tempfile::TempDir {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            let target = to.join(entry.file_name());
            match entry.file_type().unwrap().is_dir() {
                true => copy(&entry.path(), &target),
                false => drop(fs::copy(entry.path(), target).unwrap()),
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(SORTING), folder.path());
    folder
}

//! Files of runs, whatever is in them: they come from other people and from disks.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use proptest::collection::vec;
use proptest::prelude::*;
use shared::{CellId, RunId};

use super::file::{self, Packing};
use super::sample::whole;
use super::{Archive, files};
use crate::damage::damaged;

fn real() -> Vec<u8> {
    file::write(&whole(5, "primes"), Packing::Fast).unwrap()
}

/// A real file whose text was changed in some places, packed again.
fn edited() -> impl Strategy<Value = Vec<u8>> {
    let edit =
        (any::<prop::sample::Index>(), 0_usize..40, prop_oneof!["[ -~]{0,12}", ".{0,12}", "[\\[\\]{}\",:0-9\n]{0,6}"]);
    vec(edit, 1..6).prop_map(|edits| {
        let mut text = Vec::new();
        MultiGzDecoder::new(real().as_slice()).read_to_end(&mut text).unwrap();
        for (place, count, new) in edits {
            let from = place.index(text.len());
            let to = (from + count).min(text.len());
            text.splice(from..to, new.into_bytes());
            if text.is_empty() {
                text.push(b'x');
            }
        }
        file::packed(&text, Packing::Fast)
    })
}

fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let walked = walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    walked.map(|entry| (entry.path().display().to_string(), std::fs::read(entry.path()).unwrap())).collect()
}

/// Whatever comes of it, it is a run that can be written and read again, or a sentence; and what was there stays.
fn is_taken_or_refused(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(read) = file::read(bytes) {
        let again = file::read(&file::write(&read, Packing::Fast).unwrap()).unwrap();
        prop_assert_eq!(&again.moments, &read.moments);
    }
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path());
    archive.keep(whole(5, "primes")).unwrap();
    let before = content(folder.path());
    match archive.import(&CellId("primes".into()), "evil.virgil", bytes) {
        Ok(kept) => prop_assert!(archive.whole(kept.ticket.id).is_ok()),
        Err(sentence) => {
            prop_assert!(sentence.contains("evil.virgil") && sentence.len() < 1000, "{}", sentence);
            prop_assert_eq!(content(folder.path()), before.clone());
        }
    }
    let after = content(folder.path());
    prop_assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)), "a file was changed");
    // The same in the folder itself, as a disk may leave it.
    let path = files(&folder.path().join(".virgil/runs")).pop().unwrap();
    let name = path.file_name().unwrap().to_string_lossy().replace("5", "9");
    std::fs::write(path.with_file_name(name), bytes).unwrap();
    let before = content(folder.path());
    let again = Archive::open(folder.path());
    prop_assert!(again.whole(RunId(5)).is_ok());
    let _ = again.whole(RunId(9));
    prop_assert_eq!(content(folder.path()), before);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_a_run_or_refused(bytes in vec(any::<u8>(), 0..1500)) {
        is_taken_or_refused(&bytes)?;
    }

    #[test]
    fn any_lines_are_a_run_or_refused(text in "([ -~]{0,80}\n){0,6}") {
        is_taken_or_refused(&file::packed(text.as_bytes(), Packing::Fast))?;
    }

    #[test]
    fn a_damaged_file_is_a_run_or_refused(bytes in damaged(Just(real()))) {
        is_taken_or_refused(&bytes)?;
    }

    #[test]
    fn an_edited_file_is_a_run_or_refused(bytes in edited()) {
        is_taken_or_refused(&bytes)?;
    }
}

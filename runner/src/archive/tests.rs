use std::fs;

use shared::{CellId, Change, MAX_NAME, MOST_KEPT, Origin, RunId};

use super::file::{self, Packing};
use super::sample::whole;
use super::{Archive, MOST_PUT_AWAY, files};

fn archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::open(folder.path());
    (folder, archive)
}

fn cell(name: &str) -> CellId {
    CellId(name.into())
}

/// The runs of a cell by name and number, the newest first.
fn listed(archive: &Archive, name: &str) -> Vec<(u64, u32)> {
    archive.of(&cell(name)).runs.iter().map(|run| (run.ticket.id.0, run.number)).collect()
}

#[test]
fn runs_are_listed_by_cell_and_are_there_again_after_a_restart() {
    let (folder, archive) = archive();
    for (id, name) in [(5, "primes"), (7, "two-words"), (9, "primes")] {
        archive.keep(whole(id, name)).unwrap();
    }
    let again = Archive::open(folder.path());
    for archive in [&archive, &again] {
        assert_eq!(listed(archive, "primes"), [(9, 2), (5, 1)]);
        assert_eq!(listed(archive, "two-words"), [(7, 1)]);
        assert_eq!(archive.last(), Some(RunId(9)));
        let latest: Vec<u64> = archive.latest().iter().map(|ticket| ticket.id.0).collect();
        assert_eq!(latest, [7, 9]);
        let found = archive.whole(RunId(9)).unwrap();
        assert_eq!((found.kept.number, found.moments), (2, whole(9, "primes").moments));
        assert!(archive.whole(RunId(1)).unwrap_err().contains("not kept any more"));
    }
}

#[test]
fn a_run_that_goes_on_is_written_again_and_stays_what_it_is_called() {
    let (folder, archive) = archive();
    let mut half = whole(5, "primes");
    half.moments.truncate(2);
    archive.keep(half).unwrap();
    archive.change(RunId(5), &Change::Name("mine".into())).unwrap();
    assert_eq!(Archive::open(folder.path()).whole(RunId(5)).unwrap().moments.len(), 3, "with an ending");
    archive.keep(whole(5, "primes")).unwrap();
    let found = archive.whole(RunId(5)).unwrap();
    assert_eq!((found.kept.name.as_str(), found.moments.len()), ("mine", 5));
    assert_eq!(listed(&archive, "primes"), [(5, 1)]);
}

#[test]
fn the_newest_are_kept_and_what_has_a_name_or_came_from_elsewhere_besides() {
    let (folder, archive) = archive();
    for id in 1..=3 {
        archive.keep(whole(id, "primes")).unwrap();
    }
    archive.change(RunId(2), &Change::Name("the good one".into())).unwrap();
    let imported =
        archive.import(&cell("primes"), "x", &file::write(&whole(3, "other"), Packing::Fast).unwrap()).unwrap();
    for id in 11..11 + MOST_KEPT as u64 {
        archive.keep(whole(id, "primes")).unwrap();
    }
    archive.keep(whole(100, "other")).unwrap();
    for archive in [&archive, &Archive::open(folder.path())] {
        let ids: Vec<u64> = listed(archive, "primes").into_iter().map(|(id, _)| id).collect();
        assert_eq!((ids.len(), ids[0]), (MOST_KEPT + 2, imported.ticket.id.0));
        assert!(ids.contains(&2) && !ids.contains(&1) && !ids.contains(&3), "{ids:?}");
    }
}

#[test]
fn a_name_is_one_short_line_and_can_be_taken_away() {
    let (folder, archive) = archive();
    archive.keep(whole(5, "primes")).unwrap();
    let long = "x".repeat(100);
    for (asked, kept) in
        [("  before\nthe change ", "before the change"), (long.as_str(), &long[..MAX_NAME]), ("<b>&", "<b>&"), ("", "")]
    {
        assert_eq!(archive.change(RunId(5), &Change::Name(asked.into())), Ok(cell("primes")));
        assert_eq!(archive.run(RunId(5)).unwrap().name, kept);
        assert_eq!(Archive::open(folder.path()).whole(RunId(5)).unwrap().kept.name, kept);
    }
    assert!(archive.change(RunId(6), &Change::Name("x".into())).is_err());
}

#[test]
fn what_was_put_away_comes_back_as_long_as_it_is_there() {
    let (folder, archive) = archive();
    archive.keep(whole(5, "primes")).unwrap();
    archive.change(RunId(5), &Change::Remove).unwrap();
    assert_eq!(listed(&archive, "primes"), []);
    assert!(archive.whole(RunId(5)).is_err() && archive.change(RunId(5), &Change::Remove).is_err());
    let again = Archive::open(folder.path());
    assert_eq!(listed(&again, "primes"), []);
    assert_eq!(again.change(RunId(5), &Change::BringBack), Ok(cell("primes")));
    assert_eq!(listed(&again, "primes"), [(5, 1)]);
    assert!(again.change(RunId(5), &Change::BringBack).unwrap_err().contains("gone"));
    for id in 10..20 + MOST_PUT_AWAY as u64 {
        again.keep(whole(id, "primes")).unwrap();
        again.change(RunId(id), &Change::Remove).unwrap();
    }
    assert_eq!(files(&again.away()).len(), MOST_PUT_AWAY);
    assert!(again.change(RunId(19 + MOST_PUT_AWAY as u64), &Change::BringBack).is_ok(), "the last one");
}

#[test]
fn an_imported_run_is_one_of_the_cell_that_it_was_brought_to_and_never_the_latest() {
    let (folder, archive) = archive();
    archive.keep(whole(5, "primes")).unwrap();
    archive.change(RunId(5), &Change::Name("mine".into())).unwrap();
    let (name, bytes) = archive.export(RunId(5)).unwrap();
    assert_eq!(name, "primes-run1.virgil");
    let kept = archive.import(&cell("other"), &name, &bytes).unwrap();
    assert_eq!((kept.origin.clone(), kept.name.as_str()), (Origin::Imported { original: RunId(5) }, "mine"));
    let again = Archive::open(folder.path());
    assert_eq!(again.whole(kept.ticket.id).unwrap().kept, kept);
    assert_eq!(listed(&again, "other").len(), 1);
    assert_eq!(again.latest().len(), 1);
}

#[test]
fn a_file_that_can_not_be_read_is_told_and_changes_nothing() {
    let (folder, archive) = archive();
    archive.keep(whole(5, "primes")).unwrap();
    for bytes in [b"".as_slice(), b"not a run", &[0x1f, 0x8b, 8, 0, 1]] {
        let sentence = archive.import(&cell("primes"), "", bytes).unwrap_err();
        assert!(sentence.starts_with("The file is no run"), "{sentence}");
    }
    let runs = folder.path().join(".virgil/runs");
    fs::write(runs.join("primes-6.virgil"), "spoilt").unwrap();
    fs::write(runs.join("notes.txt"), "mine").unwrap();
    let again = Archive::open(folder.path());
    let kept = again.of(&cell("primes"));
    assert_eq!((kept.runs.len(), kept.unreadable.len()), (1, 1));
    assert!(kept.unreadable[0].contains("primes-6.virgil is no run"), "{:?}", kept.unreadable);
    assert_eq!(again.of(&cell("other")).unreadable.len(), 0);
}

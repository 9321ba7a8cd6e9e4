//! Recorded runs beside the cells that they are of.

use shared::{CellId, Mode, fingerprint};

use super::super::{Content, embedded, parse, parse_with};
use super::{good, with};
use crate::archive::sample;
use crate::recording::{Recordings, file_of, path};

/// The file of a run of this cell, when it had this code.
fn recording(cell: &str, source: &str) -> (String, Vec<u8>) {
    let mut whole = sample::whole(7, cell);
    whole.kept.ticket.fingerprint = fingerprint(source);
    (path(&CellId(cell.into())), file_of(whole).unwrap())
}

#[test]
fn every_cell_of_the_workshop_has_a_recorded_run_of_its_code() {
    let Content { deck, notes, recordings, recorded, .. } = embedded().unwrap();
    assert!(recorded, "slides/deck.toml says `recorded = true`");
    assert!(notes.is_empty(), "{}", notes.iter().map(|note| format!("\n{note}")).collect::<String>());
    for cell in &deck.cells {
        let whole = recordings[&cell.id].whole().unwrap();
        assert_eq!((&whole.request.source, whole.left_out), (&cell.starter, 0), "{}", cell.id);
        assert!(whole.run().is_over(), "{}", cell.id);
    }
    let size: usize = recordings.values().map(|recording| recording.file.len()).sum();
    assert!(size < 800 * 1024, "{size} bytes of recordings: they go into every copy of the program");
}

#[test]
fn a_cell_knows_the_modes_of_its_recorded_run_and_another_recording_makes_another_deck() {
    let recordings = Recordings::from([recording("01-lock-1", "a = 1 < 2\n")]);
    let content = parse_with(&good(), &recordings).unwrap();
    let modes: Vec<_> = content.deck.cells.iter().map(|cell| cell.recorded.as_slice()).collect();
    assert_eq!(modes, [&[Mode::Sequential][..], &[]]);
    assert_eq!((content.notes.len(), content.recordings.len()), (0, 1));
    assert_ne!(content.deck.version, parse(&good()).unwrap().deck.version);
}

#[test]
fn a_recording_of_other_code_is_noted_and_one_that_is_missing_only_where_all_are_wanted() {
    let outdated = Recordings::from([recording("race", "another\n")]);
    let notes = |files, recordings: &Recordings| -> Vec<String> {
        parse_with(&files, recordings).unwrap().notes.iter().map(ToString::to_string).collect()
    };
    let plain = notes(good(), &outdated);
    assert_eq!(plain.len(), 1);
    assert!(plain[0].starts_with("recordings/race.virgil:1: the code of `race` has changed since this"), "{plain:?}");
    assert!(plain[0].contains("run `cargo xtask record`"), "{plain:?}");
    let wanted = notes(with("slides/deck.toml", "title = \"Workshop\"\nrecorded = true\n"), &outdated);
    assert_eq!((wanted.len(), &wanted[0]), (2, &plain[0]));
    assert!(wanted[1].starts_with("slides/01-lock.md:1: `01-lock-1` has no recorded run: run `cargo"), "{wanted:?}");
}

#[test]
fn what_is_no_recording_of_a_cell_is_a_mistake() {
    let good_one = recording("race", "starter\n");
    for (file, said) in [
        (recording("gone", "x"), "recordings/gone.virgil:1: there is no cell `gone` whose run this could be"),
        (("recordings/race.virgil".into(), b"x".to_vec()), "recordings/race.virgil:1: the file is no run that Virgil"),
        (("recordings/race.txt".into(), good_one.1), "recordings/race.txt:1: recordings are files with the names"),
    ] {
        let mistakes = parse_with(&good(), &Recordings::from([file])).unwrap_err();
        assert!(mistakes.len() == 1 && mistakes[0].to_string().starts_with(said), "{mistakes:?}");
    }
    // A slide that can't be read may be the one with the cell: that is said once.
    let gone = Recordings::from([recording("gone", "x")]);
    let mistakes = parse_with(&with("slides/02-race.md", "no front matter"), &gone).unwrap_err();
    assert!(mistakes.iter().all(|mistake| mistake.file != "recordings/gone.virgil"), "{mistakes:?}");
}

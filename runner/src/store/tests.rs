//! What is kept, and what is never lost.

use std::time::Duration;

use shared::Occasion;

use super::*;

fn cell() -> CellId {
    CellId("primes".into())
}

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("workspace"));
    (folder, store)
}

/// Saves a text that was made of what is on the disk.
fn save(store: &Store, text: &str, occasion: Occasion) -> Result<Keeping, String> {
    let bases = match store.text(&cell()) {
        Kept::Text(text) | Kept::Spoilt { text, .. } => vec![fingerprint(&text)],
        Kept::Nothing | Kept::Unreadable { .. } => vec![],
    };
    store.save(&Edit { cell: cell(), text: text.into(), bases, occasion })
}

fn type_over(store: &Store, text: &str) {
    assert_eq!(save(store, text, Occasion::Typed).unwrap(), Keeping::Kept);
}

fn kept(store: &Store) -> Vec<(String, VersionKind)> {
    let versions = store.versions(&cell());
    versions.iter().map(|version| (store.version(&cell(), version.at).unwrap(), version.kind)).collect()
}

fn texts(store: &Store) -> Vec<String> {
    kept(store).into_iter().map(|(text, _)| text).collect()
}

/// As if all that was kept had been kept two minutes earlier.
fn age(store: &Store) {
    let folder = store.versions_of(&cell()).folder().to_owned();
    for entry in fs::read_dir(&folder).into_iter().flatten() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let digits = name.find(|character: char| !character.is_ascii_digit()).unwrap();
        let earlier = name[..digits].parse::<u64>().unwrap() - 120_000_000;
        fs::rename(folder.join(&name), folder.join(format!("{earlier}{}", &name[digits..]))).unwrap();
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
    type_over(&store, &text);
    let versions = store.versions_of(&cell());
    assert!(sentence.contains(&versions.folder().display().to_string()), "{sentence}");
    assert_eq!(versions.read(&versions.list().unwrap()[0]).unwrap(), b"x = 1\ny = '\xe9'\n");
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
    type_over(&store, "print('é')\n");
    type_over(&store, "print(2)\n");
    assert_eq!(store.text(&cell()), Kept::Text("print(2)\n".into()));
    let mut names: Vec<_> =
        fs::read_dir(store.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, [".virgil", "primes.py"]);
}

#[test]
fn an_equal_text_is_not_written_again() {
    let (_folder, store) = store();
    type_over(&store, "a = 1\n");
    let written = || fs::metadata(store.file(&cell())).unwrap().modified().unwrap();
    let before = written();
    std::thread::sleep(Duration::from_millis(20));
    // Whatever it was made of.
    let edit = Edit { cell: cell(), text: "a = 1\n".into(), bases: vec![], occasion: Occasion::Typed };
    assert_eq!(store.save(&edit).unwrap(), Keeping::Kept);
    assert_eq!(written(), before);
}

#[test]
fn texts_that_are_typed_over_are_kept_a_minute_apart() {
    let (_folder, store) = store();
    type_over(&store, "first");
    assert_eq!(kept(&store), []);
    type_over(&store, "second");
    type_over(&store, "third");
    assert_eq!(texts(&store), ["first"]);
    age(&store);
    type_over(&store, "fourth");
    assert_eq!(texts(&store), ["first", "third"]);
}

#[test]
fn a_text_that_is_deleted_by_a_slip_is_kept_at_once() {
    let (_folder, store) = store();
    type_over(&store, "a");
    type_over(&store, "hours of work");
    type_over(&store, "");
    assert_eq!(texts(&store), ["a", "hours of work"]);
}

#[test]
fn what_a_reset_or_a_restore_replaces_is_kept_whenever_it_was_typed() {
    let (_folder, store) = store();
    type_over(&store, "one");
    type_over(&store, "two");
    type_over(&store, "tri");
    save(&store, "zero", Occasion::Reset).unwrap();
    save(&store, "two", Occasion::Restored).unwrap();
    let expected = [
        ("one".to_owned(), VersionKind::Earlier),
        ("tri".to_owned(), VersionKind::BeforeReset),
        ("zero".to_owned(), VersionKind::BeforeRestore),
    ];
    assert_eq!(kept(&store), expected);
}

#[test]
fn a_file_that_was_changed_elsewhere_is_not_written_over_and_both_texts_are_kept() {
    let (_folder, store) = store();
    type_over(&store, "ours");
    fs::write(store.file(&cell()), "theirs").unwrap();
    let edit = |text: &str, bases: &[&str]| Edit {
        cell: cell(),
        text: text.into(),
        bases: bases.iter().map(|base| fingerprint(base)).collect(),
        occasion: Occasion::Typed,
    };
    let both = [("theirs".to_owned(), VersionKind::Elsewhere), ("ours, edited".to_owned(), VersionKind::Unsaved)];
    // However often it is tried.
    for _ in 0..3 {
        let keeping = store.save(&edit("ours, edited", &["ours"])).unwrap();
        assert_eq!(keeping, Keeping::Conflict { disk: "theirs".into() });
        assert_eq!(store.text(&cell()), Kept::Text("theirs".into()));
        assert_eq!(kept(&store), both);
    }
    // What this page has sent since is no change elsewhere, whether or not it heard that it was kept.
    assert_eq!(store.save(&edit("ours, edited", &["ours", "theirs"])).unwrap(), Keeping::Kept);
    assert_eq!(store.text(&cell()), Kept::Text("ours, edited".into()));
}

#[test]
fn only_the_last_versions_are_kept() {
    let (_folder, store) = store();
    for number in 0..30 {
        type_over(&store, &format!("version {number}"));
        age(&store);
    }
    let kept = texts(&store);
    assert_eq!((kept.len(), kept[0].as_str(), kept[19].as_str()), (20, "version 9", "version 28"));
    assert_eq!(store.version(&cell(), 7), None);
}

#[cfg(unix)]
#[test]
fn the_files_own_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, store) = store();
    type_over(&store, "a");
    let file = store.file(&cell());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o750)).unwrap();
    type_over(&store, "b");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o750);
}

#[test]
fn what_can_not_be_saved_is_said_and_leaves_the_file() {
    let (folder, store) = store();
    type_over(&store, "good");
    let long = "#".repeat(MAX_SOURCE_BYTES + 1);
    assert!(save(&store, &long, Occasion::Typed).unwrap_err().contains("too long"));
    assert_eq!(store.text(&cell()), Kept::Text("good".into()));

    let file = folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let nowhere = Store::new(file.join("workspace"));
    for sentence in [nowhere.try_out().unwrap_err(), save(&nowhere, "a", Occasion::Typed).unwrap_err()] {
        assert!(sentence.contains("a-file") && sentence.contains("virgil --workspace"), "{sentence}");
    }
}

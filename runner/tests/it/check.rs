//! `virgil check`, with the real binary.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::decks::{SORTING, copied};

/// The exit code, and what was printed.
fn check(from: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_virgil"));
    let output = command.arg("check").args(arguments).current_dir(from).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_workshop_and_a_deck_on_another_topic_have_no_mistakes() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (from, arguments, said) in [
        (project, &[][..], "has no mistakes: "),
        (
            Path::new(SORTING),
            &["."],
            "“Sorting by hand” has no mistakes: 2 slides for 10 minutes and 0 slides to read at home, 2 cells, of which 1 is an exercise, and 1 quiz.\n",
        ),
        (project, &["runner/tests/decks/sorting"], "“Sorting by hand” has no mistakes"),
    ] {
        let (code, stdout, stderr) = check(from, arguments);
        assert!(code == Some(0) && stdout.contains(said) && stderr.is_empty(), "{code:?} {stdout} {stderr}");
    }
}

#[test]
fn slides_that_do_not_fit_are_named_as_a_browser_shows_them() {
    let deck = copied();
    let (code, stdout, stderr) = check(deck.path(), &["--fit"]);
    assert!(code == Some(0) && stdout.starts_with("Every slide fits 1280 by 720 pixels"), "{code:?} {stdout} {stderr}");
    let slide = deck.path().join("slides/01-cards.md");
    let mut text = fs::read_to_string(&slide).unwrap();
    text += &"\nOne more paragraph, of which there are too many.\n".repeat(40);
    fs::write(slide, text).unwrap();
    let (code, stdout, stderr) = check(deck.path(), &["--fit"]);
    let said = "slides/01-cards.md:1: this slide doesn't fit 1280 by 720 pixels: it scrolls vertically by ";
    assert!(code == Some(1) && stdout.contains(said), "{code:?} {stdout} {stderr}");
    let hint = "shorten it, or write `tall = true`";
    assert!(stdout.contains(hint) && stderr == "1 mistake: correct it and check again.\n", "{stdout} {stderr}");
}

#[test]
fn a_deck_with_mistakes_is_not_served_and_none_in_the_workspace_of_another() {
    let (deck, home) = (copied(), tempfile::tempdir().unwrap());
    let serve = |workspace: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_virgil"));
        command.args(["serve", "--no-open", "--port", "0", "--deck", "."]).current_dir(deck.path());
        command.arg("--workspace").arg(workspace).env("VIRGIL_DATA", home.path());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let another = home.path().join("another");
    fs::create_dir_all(another.join(".virgil")).unwrap();
    fs::write(another.join(".virgil/progress.json"), "{}").unwrap();
    let (code, said) = serve(&another);
    assert!(code == Some(1) && said.contains("holds the edits of the workshop: name another folder"), "{said}");
    fs::remove_file(deck.path().join("exercises/insertion/check.py")).unwrap();
    let (code, said) = serve(&home.path().join("new"));
    assert!(code == Some(1) && said.contains("can't be served before it has no mistakes:\n"), "{said}");
    assert!(said.contains("exercises/insertion/check.py:1: "), "{said}");
}

#[test]
fn every_mistake_has_its_file_and_line() {
    let edits = [
        ("slides/deck.toml", "minutes = 8", "minutes = 9", "slides/deck.toml:14: `Practice` is planned with 9 minutes"),
        ("slides/deck.toml", "[[part]]", "[[part]", "slides/deck.toml:3: "),
        (
            "slides/01-cards.md",
            "section = \"Cards\"",
            "section = \"Card\"",
            "slides/01-cards.md:3: the section `Card` is not in",
        ),
        ("slides/01-cards.md", "minutes = 2", "minutes = -2", "slides/01-cards.md:4: `minutes` must be 0"),
        (
            "slides/01-cards.md",
            "python run",
            "python run modes=thread",
            "slides/01-cards.md:9: there is no mode `thread`",
        ),
        (
            "slides/01-cards.md",
            "01-insertion",
            "02-insertion",
            "slides/01-cards.md:16: there is no slide `02-insertion`",
        ),
        ("slides/01-insertion.md", "right = true", "right = yes", "slides/01-insertion.md:16: "),
        (
            "slides/01-insertion.md",
            "insertion\n```",
            "selection\n```",
            "slides/01-insertion.md:8: there is no folder exercises/selection",
        ),
        (
            "exercises/insertion/exercise.toml",
            "workers = [2]",
            "workers = [200]",
            "exercises/insertion/exercise.toml:4: 200 workers",
        ),
        (
            "exercises/insertion/exercise.toml",
            "    \"Go through",
            "    # \"Go through",
            "exercises/insertion/exercise.toml:5: an exercise has two hints or more",
        ),
        (
            "exercises/insertion/exercise.toml",
            "[[step]]\n",
            "[[step]]\nhome = true\n",
            "exercises/insertion/exercise.toml:13: all steps are for home",
        ),
    ];
    for (file, right, wrong, expected) in edits {
        let folder = copied();
        let path: PathBuf = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(right), "{file} has `{right}`");
        fs::write(&path, text.replacen(right, wrong, 1)).unwrap();
        let (code, stdout, stderr) = check(folder.path(), &[]);
        assert!(
            code == Some(1) && stdout.lines().any(|line| line.starts_with(expected)),
            "{expected}: {stdout}{stderr}"
        );
        assert!(stderr.contains("correct"), "{stderr}");
    }
}

#[test]
fn what_is_no_text_has_a_line_and_what_is_no_deck_is_said() {
    let folder = copied();
    fs::write(folder.path().join("exercises/insertion/check.py"), b"# one\n# \xff\n").unwrap();
    fs::write(folder.path().join("slides/.hidden.md"), "no slide").unwrap();
    let (code, stdout, _) = check(folder.path(), &[]);
    let said = "exercises/insertion/check.py:2: this is not UTF-8";
    assert!(code == Some(1) && stdout.lines().count() == 1 && stdout.starts_with(said), "{stdout}");
    let nothing = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = check(nothing.path(), &[]);
    assert!(code == Some(2) && stdout.is_empty() && stderr.contains("no folder `slides`"), "{stdout}{stderr}");
}

#[test]
fn an_outdated_recording_is_a_note_unless_the_deck_wants_all_and_an_orphan_is_a_mistake() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = copied();
    let recordings = folder.path().join("recordings");
    fs::create_dir(&recordings).unwrap();
    let any = fs::read_dir(project.join("recordings")).unwrap().next().unwrap().unwrap().path();
    fs::copy(&any, recordings.join("insertion.virgil")).unwrap();
    let (code, stdout, stderr) = check(folder.path(), &[]);
    let said = "recordings/insertion.virgil:1: the code of `insertion` has changed since this was recorded: run `cargo";
    assert!(code == Some(0) && stdout.starts_with(&format!("note: {said}")) && stderr.is_empty(), "{stdout}{stderr}");
    let plan = folder.path().join("slides/deck.toml");
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, format!("recorded = true\n{text}")).unwrap();
    let (code, stdout, stderr) = check(folder.path(), &[]);
    assert!(code == Some(1) && stdout.starts_with(said), "{stdout}");
    assert!(stdout.contains("slides/01-cards.md:1: `01-cards-1` has no recorded run: run `cargo"), "{stdout}");
    assert!(stderr.starts_with("2 mistakes"), "{stderr}");
    fs::rename(recordings.join("insertion.virgil"), recordings.join("selection.virgil")).unwrap();
    let (code, stdout, _) = check(folder.path(), &[]);
    assert!(code == Some(1) && stdout.contains("selection.virgil:1: there is no cell `selection`"), "{stdout}");
}

#[test]
fn lines_may_end_as_other_systems_end_them() {
    let folder = copied();
    let path = folder.path().join("slides/01-cards.md");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    let (code, stdout, stderr) = check(folder.path(), &[]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
}

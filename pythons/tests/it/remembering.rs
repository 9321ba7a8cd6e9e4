//! Who is asked again.

use std::fs;
use std::path::Path;

use pythons::{Look, Places, find};

use crate::machine::Machine;

fn times_asked(count: &Path) -> usize {
    fs::read_to_string(count).unwrap_or_default().lines().count()
}

#[test]
fn an_unchanged_python_is_asked_once() {
    let machine = Machine::new();
    let count = machine.path("count");
    machine.python_that("bin/python3.14", [3, 14, 1], &format!("echo asked >> '{}'", count.display()));
    let places = Places { path: vec![machine.path("bin")], ..machine.places() };
    let first = find(&places, machine.memory(Look::Remembered));
    for (look, asked) in [(Look::Remembered, 1), (Look::Remembered, 1), (Look::Afresh, 2), (Look::Remembered, 2)] {
        assert_eq!(find(&places, machine.memory(look)), first);
        assert_eq!(times_asked(&count), asked, "{look:?}");
    }
    fs::write(machine.path("memory/pythons.json"), "{").unwrap();
    assert_eq!(find(&places, machine.memory(Look::Remembered)), first);
    assert_eq!(times_asked(&count), 3, "what is kept can't be read");
}

#[test]
fn a_new_file_is_asked_again() {
    let machine = Machine::new();
    machine.python("old/python3.14", [3, 14, 1]);
    machine.python("new/python3.14", [3, 14, 2]);
    let places = Places { path: vec![machine.path("bin")], ..machine.places() };
    let version = |folder: &str| {
        let _ = fs::remove_file(machine.path("bin"));
        std::os::unix::fs::symlink(machine.path(folder), machine.path("bin")).unwrap();
        // The link in `bin` is to the same stand-in: only its time tells, as for a Python that was built anew.
        let found = find(&places, machine.memory(Look::Remembered));
        found[0].build().unwrap().python.micro
    };
    assert_eq!(version("old"), 1);
    fs::remove_file(machine.path("old/python3.14")).unwrap();
    assert_eq!(version("new"), 2, "what it led to is gone");
}

#[test]
fn what_gave_no_answer_is_not_asked_at_every_start() {
    let machine = Machine::new();
    let count = machine.path("count");
    machine.program("bin/python3.14", &format!("echo asked >> '{}'; exit 1", count.display()));
    let places = Places { path: vec![machine.path("bin")], ..machine.places() };
    for (look, asked) in [(Look::Remembered, 1), (Look::Remembered, 1), (Look::Afresh, 2)] {
        find(&places, machine.memory(look));
        assert_eq!(times_asked(&count), asked, "{look:?}");
    }
}

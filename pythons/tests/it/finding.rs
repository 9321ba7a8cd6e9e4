//! What is found where, in which order, and why something can't be used.

use std::fs;
use std::os::unix::fs::symlink;

use pythons::{Layout, Origin, Places, Root};

use crate::machine::{Machine, programs, refusal};

#[test]
fn every_place_is_looked_at() {
    for (origin, layout, root, program) in [
        (Origin::Pyenv, Layout::Installations, "pyenv/versions", "pyenv/versions/3.14.1/bin/python3.14"),
        (Origin::Uv, Layout::Installations, "uv", "uv/cpython-3.14.1-linux-x86_64-gnu/bin/python3.14"),
        (Origin::Uv, Layout::Installations, "uv", "uv/cpython-3.14.1+freethreaded-linux/bin/python3.14t"),
        (Origin::Conda, Layout::Installation, "miniconda3", "miniconda3/bin/python3"),
        (Origin::Conda, Layout::Installations, "miniconda3/envs", "miniconda3/envs/work/bin/python3"),
        (Origin::Homebrew, Layout::Kegs, "opt", "opt/python@3.14/bin/python3.14"),
        (Origin::Homebrew, Layout::Kegs, "opt", "opt/python-freethreading/bin/python3.14t"),
        (Origin::PythonOrg, Layout::Installations, "Versions", "Versions/3.14/bin/python3.14"),
        (Origin::System, Layout::Programs, "usr/bin", "usr/bin/python3"),
    ] {
        let machine = Machine::new();
        machine.python(program, [3, 14, 1]);
        let roots = vec![Root { origin, folder: machine.path(root), layout }];
        let found = machine.find(&Places { roots, ..machine.places() });
        assert_eq!(programs(&machine, &found), [program]);
        assert_eq!(found[0].origin, origin, "{program}");
        assert_eq!(found[0].build().map(|build| build.python.to_string()).as_deref(), Some("3.14.1"), "{program}");
    }
}

#[test]
fn homebrew_has_other_things_too() {
    let machine = Machine::new();
    machine.python("opt/virtualenv/bin/python3.14", [3, 14, 1]);
    let roots = vec![Root { origin: Origin::Homebrew, folder: machine.path("opt"), layout: Layout::Kegs }];
    assert_eq!(machine.find(&Places { roots, ..machine.places() }), []);
}

#[test]
fn a_person_names_a_program_a_folder_or_an_installation() {
    let machine = Machine::new();
    machine.python("here/bin/python3.14", [3, 14, 1]);
    for name in ["here/bin/python3.14", "here/bin", "here"] {
        let found = machine.find(&Places { named: vec![machine.path(name)], ..machine.places() });
        assert_eq!(programs(&machine, &found), ["here/bin/python3.14"], "{name}");
        assert_eq!(found[0].origin, Origin::Named);
    }
    fs::create_dir(machine.path("empty")).unwrap();
    for (name, words) in [("nowhere/python3.14", "does not exist"), ("empty", "no Python in it")] {
        let found = machine.find(&Places { named: vec![machine.path(name)], ..machine.places() });
        assert_eq!(programs(&machine, &found), [name]);
        let (reason, advice) = refusal(&found[0]);
        assert!(reason.contains(words) && advice.contains("VIRGIL_PYTHONS"), "{reason} {advice}");
    }
}

#[test]
fn a_program_of_any_name_can_be_named() {
    let machine = Machine::new();
    let named = vec![machine.python("mine/snake", [3, 13, 2])];
    assert_eq!(programs(&machine, &machine.find(&Places { named, ..machine.places() })), ["mine/snake"]);
}

#[test]
fn the_best_comes_first_and_what_is_unusable_last() {
    let machine = Machine::new();
    machine.program("a/python3", "exit 1");
    machine.python("b/python3.12", [3, 12, 1]);
    machine.python("c/python3.14t", [3, 14, 2]);
    machine.python("d/python3.15", [3, 15, 1]);
    machine.python("data/pythons/3.14/bin/python3.14", [3, 14, 2]);
    machine.python("data/pythons/.apt/bin/python3.14", [3, 14, 9]);
    let path = ["a", "b", "c", "d", "nowhere"].map(|folder| machine.path(folder)).to_vec();
    let named = vec![machine.path("gone")];
    let found = machine.find(&Places { path, named, ..machine.places() });
    let expected =
        ["data/pythons/3.14/bin/python3.14", "d/python3.15", "b/python3.12", "c/python3.14t", "gone", "a/python3"];
    assert_eq!(programs(&machine, &found), expected);
    assert_eq!((found[0].origin, found[1].origin), (Origin::Private, Origin::Path));
}

#[test]
fn one_build_is_listed_once_by_the_name_of_what_installed_it() {
    let machine = Machine::new();
    machine.python("uv/3.14/bin/python3.14", [3, 14, 1]);
    symlink("python3.14", machine.path("uv/3.14/bin/python3")).unwrap();
    symlink("python3.14.does", machine.path("uv/3.14/bin/python3.does")).unwrap();
    symlink(machine.path("uv/3.14"), machine.path("uv/3.14-link")).unwrap();
    let roots = vec![Root { origin: Origin::Uv, folder: machine.path("uv"), layout: Layout::Installations }];
    let path = vec![machine.path("uv/3.14/bin")];
    let found = machine.find(&Places { roots, path, ..machine.places() });
    assert_eq!(programs(&machine, &found), ["uv/3.14/bin/python3.14"]);
    assert_eq!(found[0].origin, Origin::Uv);
}

#[test]
fn of_a_virtual_environment_its_base_counts() {
    let machine = Machine::new();
    let base = machine.python("usr/bin/python3.14", [3, 14, 1]);
    let says = fs::read_to_string(base.with_file_name("python3.14.does")).unwrap();
    machine.program("venv/bin/python3", &says);
    let named = vec![machine.path("venv")];
    let path = vec![machine.path("usr/bin")];
    let found = machine.find(&Places { named, path, ..machine.places() });
    assert_eq!(programs(&machine, &found), ["usr/bin/python3.14"]);
}

#[test]
fn scripts_of_pyenv_that_choose_a_python_are_not_asked() {
    let machine = Machine::new();
    let asked = machine.path("asked");
    machine.python_that(".pyenv/shims/python3.14", [3, 14, 1], &format!("touch '{}'", asked.display()));
    let found = machine.find(&Places { path: vec![machine.path(".pyenv/shims")], ..machine.places() });
    assert!(found.is_empty() && !asked.exists());
}

#[test]
fn what_is_no_python_is_listed_with_what_it_did() {
    for (script, words) in [
        ("exit 3", "ended with exit status: 3"),
        ("echo 'no encodings' >&2; exit 1", "no encodings"),
        ("kill -SEGV $$", "signal: 11"),
        ("echo hello", "did not answer as a Python does"),
        ("echo '{\"implementation\": \"CPython\"}'", "did not answer as a Python does"),
    ] {
        let machine = Machine::new();
        machine.program("bin/python3.14", script);
        let found = machine.find(&Places { path: vec![machine.path("bin")], ..machine.places() });
        assert_eq!(programs(&machine, &found), ["bin/python3.14"]);
        assert_eq!(found[0].title, found[0].executable.display().to_string());
        let (reason, advice) = refusal(&found[0]);
        assert!(reason.contains(words) && advice.contains("uv python install 3.14"), "{script}: {reason} {advice}");
    }
}

#[test]
fn what_a_machine_prints_before_does_no_harm() {
    let machine = Machine::new();
    machine.python_that("bin/python3.14", [3, 14, 1], "echo 'Welcome to the cluster!'");
    let found = machine.find(&Places { path: vec![machine.path("bin")], ..machine.places() });
    assert!(found[0].build().is_some(), "{found:?}");
}

#[test]
fn a_file_that_may_not_be_started_is_listed() {
    let machine = Machine::new();
    fs::create_dir(machine.path("bin")).unwrap();
    fs::write(machine.path("bin/python3.14"), "").unwrap();
    let found = machine.find(&Places { path: vec![machine.path("bin")], ..machine.places() });
    assert!(refusal(&found[0]).0.contains("can't be started"), "{found:?}");
}

#[test]
fn a_library_that_goes_or_comes_back_is_seen_at_once() {
    let machine = Machine::new();
    let python = machine.python("bin/python3.14", [3, 14, 1]);
    let places = Places { path: vec![machine.path("bin")], ..machine.places() };
    let remembered = || pythons::find(&places, machine.memory(pythons::Look::Remembered));
    assert!(remembered()[0].build().is_some());
    let library = python.with_file_name("libpython.so");
    fs::remove_file(&library).unwrap();
    assert!(refusal(&remembered()[0]).0.contains("libpython.so is missing"));
    fs::write(library, "").unwrap();
    assert!(remembered()[0].build().is_some());
}

//! Modules that can't be loaded, or are not what they seem to be.

use std::fs;
use std::path::PathBuf;

use shared::{Ending, LapRequest, Mode};

use super::Answer::{Results, Says};
use super::Where::{Everywhere, InMain, Isolated};
use super::{Case, check, check_in, matches};
use crate::harness::{build, minor_of, modes, request, run_request, run_with};

#[test]
fn modules_that_refuse_to_be_in_several_interpreters() {
    check(&[
        Case(
            "import _curses\nITEMS = [1]\ndef work(item): return 1\n",
            &[
                (InMain, Results(&["1"])),
                (
                    Isolated,
                    Says(
                        "ImportError while worker … read the source, line 1: module _curses does not support loading in \
                         subinterpreters. The module `_curses` can't be loaded into interpreters beside the main one. \
                         That is the module's own limit, and no mistake of yours. The same code works in the modes \
                         sequential, threads and processes.",
                    ),
                ),
            ],
        ),
        Case(
            "ITEMS = [1]\ndef work(item):\n    import curses\n    return 1\n",
            &[
                (InMain, Results(&["1"])),
                (
                    Isolated,
                    Says(
                        "ImportError in task 0, line 3: module _curses does not support loading in subinterpreters. The \
                         module `curses` can't be loaded into interpreters beside the main one (its part `_curses` says \
                         so). That is the module's own limit, and no mistake of yours. The same code works in the modes \
                         sequential, threads and processes.",
                    ),
                ),
            ],
        ),
        Case(
            "import nowhere\nITEMS = [1]\ndef work(item): return 1\n",
            &[(Everywhere, Says("ModuleNotFoundError, line 1: No module named 'nowhere'."))],
        ),
    ]);
}

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = std::env::temp_dir().join(format!("virgil-inputs-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), text).unwrap();
        }
        Folder(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_file_that_takes_the_place_of_a_module_is_named() {
    const RANDOM: &str = "…`random.py` beside your source is imported instead of the standard library's module of that \
                          name: give the file another name.";
    let folder = Folder::with("random", &[("random.py", "print('mine')\n"), ("json.py", "broken = 1 / 0\n")]);
    check_in(
        &[
            Case(
                "import random\nITEMS = [1]\ndef work(item): return random.randint(1, 2)\n",
                &[(Everywhere, Says(RANDOM))],
            ),
            Case("from random import Random\nITEMS = [1]\ndef work(item): return 1\n", &[(Everywhere, Says(RANDOM))]),
            Case(
                "import json\nITEMS = [1]\ndef work(item): return 1\n",
                &[(
                    Everywhere,
                    Says(
                        "ZeroDivisionError, line 1: division by zero. `json.py` beside your source is imported instead \
                         of the standard library's module of that name: give the file another name.",
                    ),
                )],
            ),
            // It is nobody's business as long as nothing is missing.
            Case("import random\nITEMS = [1]\ndef work(item): return item\n", &[(Everywhere, Results(&["1"]))]),
        ],
        &folder.file("cell.py"),
    );
}

#[test]
fn a_source_that_is_named_like_a_module_raises_as_any_other() {
    let folder = Folder::with("named", &[]);
    check_in(
        &[Case(
            "ITEMS = [0]\ndef work(item): return 1 / item\n",
            &[(Everywhere, Says("ZeroDivisionError in task 0, line 2: division by zero."))],
        )],
        &folder.file("code.py"),
    );
}

#[test]
fn files_named_like_modules_that_the_kernel_needs_don_t_hurt() {
    let broken = "raise RuntimeError('the wrong one')\n";
    let names = ["linecache.py", "traceback.py", "tokenize.py", "textwrap.py", "ast.py", "_pickle.py", "threading.py"];
    let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, broken)).collect();
    let folder = Folder::with("shadows", &files);
    for mode in modes() {
        let source = "ITEMS = [[1]]\ndef work(item): return 1 / 0\n";
        let record = run_request(LapRequest { file: folder.file("cell.py"), ..request(source, mode, 2) });
        let raised = record.raised();
        assert_eq!((raised.exception.as_str(), raised.line), ("ZeroDivisionError", Some(2)), "{mode}: {raised:?}");
        assert!(raised.traceback.contains("return 1 / 0"), "{mode}: {}", raised.traceback);
    }
}

/// Packages that refuse: in an environment that is made for the tests.
#[test]
fn packages_that_refuse_are_named() {
    let Ok(environment) = std::env::var("VIRGIL_TEST_ENVIRONMENT") else {
        crate::harness::skipped(
            "there is no environment with numpy and psutil; VIRGIL_TEST_ENVIRONMENT names its python",
        );
        return;
    };
    if minor_of(&environment) != build().python.minor {
        crate::harness::skipped(&format!("{environment} is of another version than {}", crate::harness::python()));
        return;
    }
    for package in ["numpy", "psutil"] {
        for mode in modes() {
            let source = format!("import {package}\nITEMS = [1]\ndef work(item): return {package}.__name__\n");
            let record = run_with(&environment, request(&source, mode, 2));
            if !matches!(mode, Mode::Subinterpreters | Mode::SharedGil) {
                assert_eq!(record.results(), [format!("'{package}'")], "{mode}");
                continue;
            }
            let sentence = record.ending.as_ref().map(Ending::sentence).unwrap_or_default();
            let pattern = format!(
                "ImportError while worker … read the source, line 1: … The module `{package}` can't be loaded into \
                 interpreters beside the main one (its part `…` says so). That is the module's own limit, and no \
                 mistake of yours. The same code works in the modes sequential, threads and processes."
            );
            assert!(matches(&pattern, &sentence), "{sentence}");
        }
    }
}

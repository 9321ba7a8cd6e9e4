//! The module `virgil` of the exercises' environment, with every Python that has a kernel.

use std::process::{Command, Output, Stdio};

use runner::kernels::installed;
use shared::{Gil, InterpreterBuild};

/// What a learner could write, and what it says in every mode.
const FILE: &str = include_str!("module.py");
const SAID: &str = "\
results [0, 3, 12, 27] from another file 7
error 'three' within broken
progress 0.0..1.0 beside it, 1.0 after it
workers [0, 1] and None
cancelled True
shut down
back: returned
";

fn builds() -> Vec<InterpreterBuild> {
    let kernels = installed(&runner::config::data().unwrap());
    assert!(!kernels.is_empty(), "there is no kernel of this protocol: run `cargo xtask kernels`");
    kernels.into_iter().map(|kernel| kernel.build).collect()
}

fn modes(build: &InterpreterBuild) -> Vec<&'static str> {
    let mut modes = vec!["threads", "processes"];
    if (build.python.major, build.python.minor) >= (3, 14) {
        modes.push("subinterpreters");
    }
    if build.gil == Gil::Absent {
        modes.push("free-threaded");
    }
    modes
}

/// Runs the file, as its own main module, with a mode.
fn run(build: &InterpreterBuild, mode: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("learner.py");
    std::fs::write(&file, FILE).unwrap();
    let modules = folder.path().join("modules");
    std::fs::create_dir(&modules).unwrap();
    std::fs::write(modules.join("virgil.py"), include_str!("../../python/virgil.py")).unwrap();
    let mut python = Command::new(&build.executable);
    python.arg(&file).arg(mode).env("PYTHONPATH", &modules).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
    python.output().unwrap()
}

#[test]
fn a_learners_file_runs_with_plain_python_in_every_mode() {
    for build in builds() {
        for mode in modes(&build) {
            let output = run(&build, mode);
            let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(said, SAID, "{mode} with {}: {errors}", build.title());
        }
    }
}

#[test]
fn sequential_is_done_when_it_is_submitted() {
    for build in builds() {
        let output = run(&build, "sequential");
        let said =
            SAID.replace("workers [0, 1] and None", "workers [0] and 0").replace("0.0..1.0 beside", "1.0 beside");
        let said = said.replace("cancelled True", "cancelled False");
        assert_eq!(String::from_utf8_lossy(&output.stdout), said, "{}: {output:?}", build.title());
    }
}

#[test]
fn what_cannot_be_is_said_in_a_sentence() {
    for build in builds() {
        let mut wrong = vec![
            ("shared-gil", "RuntimeError: Interpreters that share one GIL are there within Virgil only"),
            ("nonsense", "ValueError: There is no mode 'nonsense'. There are: sequential, threads, subinterpreters"),
            ("none", "ValueError: A pool has at least one worker, not 0."),
        ];
        if build.gil == Gil::Present {
            wrong.push(("free-threaded", "RuntimeError: Free-threaded needs a Python whose GIL is off"));
        }
        if (build.python.major, build.python.minor) < (3, 14) {
            wrong.push(("subinterpreters", "RuntimeError: Subinterpreters need Python 3.14 or newer, and this is 3.1"));
        }
        for (mode, sentence) in wrong {
            let output = run(&build, mode);
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success() && errors.contains(sentence), "{mode}, {}: {errors}", build.title());
        }
    }
}

//! Making an environment with a Python that does what it is told, in `tests/stand_ins/python.sh`.

#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use runner::environment::{Control, Failure, Place, make, python};
use shared::{Environment, Gil, InterpreterBuild, Python};

/// A Python that behaves so, with folders of its own.
struct StandIn {
    folder: tempfile::TempDir,
    build: InterpreterBuild,
    place: Place,
}

impl StandIn {
    fn new(behaviour: &str) -> StandIn {
        let folder = tempfile::tempdir().unwrap();
        let executable = folder.path().join("python");
        let home = folder.path().display().to_string();
        fs::write(&executable, include_str!("../stand_ins/python.sh").replace("HOME_FOLDER", &home)).unwrap();
        fs::set_permissions(&executable, fs::Permissions::from_mode(0o755)).unwrap();
        let python = Python { major: 3, minor: 14, micro: 1 };
        let executable = executable.display().to_string();
        let build = InterpreterBuild { id: "3.14.1-test".into(), python, gil: Gil::Present, executable };
        let place = Place::of(&folder.path().join("data"), &build);
        let stand_in = StandIn { folder, build, place };
        stand_in.behave(behaviour);
        stand_in
    }

    fn behave(&self, behaviour: &str) {
        fs::write(self.folder.path().join("behaviour"), behaviour).unwrap();
    }

    fn make(&self) -> (Result<(), Failure>, Vec<Environment>) {
        let mut told = Vec::new();
        let made = make(&self.place, &self.build, &Control::default(), &mut |environment| told.push(environment));
        (made, told)
    }

    /// Makes it on another thread, and returns once pip works.
    fn make_beside(&self, control: &Control) -> thread::JoinHandle<Result<(), Failure>> {
        let (place, build, maker) = (self.place.clone(), self.build.clone(), control.clone());
        let making = thread::spawn(move || make(&place, &build, &maker, &mut |_| {}));
        soon("pip is called", || self.calls().contains("-m pip"));
        making
    }

    fn calls(&self) -> String {
        fs::read_to_string(self.folder.path().join("calls")).unwrap_or_default()
    }
}

fn soon(what: &str, is_true: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_true() {
        assert!(began.elapsed() < Duration::from_secs(20), "waited in vain until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Whether any process has this text in its command line.
fn runs(text: &str) -> bool {
    let lines =
        fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.into_iter().any(|line| String::from_utf8_lossy(&line).contains(text))
}

#[test]
fn it_is_made_once_with_progress_and_then_used() {
    let stand_in = StandIn::new("ordinary");
    let data = stand_in.folder.path().join("data");
    assert_eq!(python(&data, &stand_in.build), Path::new(&stand_in.build.executable));
    let (made, told) = stand_in.make();
    assert_eq!(made, Ok(()));
    let steps: Vec<String> = told
        .iter()
        .map(|environment| match environment {
            Environment::Making { step, done, of } => format!("{step} {done} of {of}"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(steps[0].starts_with("making a folder for them 0 of "), "{steps:?}");
    assert!(steps.iter().any(|step| step.starts_with("downloading 1 of ")), "{steps:?}");
    assert!(steps.last().unwrap().starts_with("installing "), "{steps:?}");
    assert_eq!(python(&data, &stand_in.build), stand_in.place.python());
    let calls = stand_in.calls();
    let pip = calls.lines().find(|line| line.contains("-m pip")).unwrap();
    for option in ["--require-hashes", "--only-binary :all:", "--no-input", "--disable-pip-version-check"] {
        assert!(pip.contains(option), "{pip}");
    }

    assert_eq!(stand_in.make(), (Ok(()), vec![]));
    assert_eq!(stand_in.calls(), calls, "it was made a second time");
}

#[test]
fn it_has_the_module_for_learners_files() {
    let stand_in = StandIn::new("ordinary");
    assert_eq!(stand_in.make().0, Ok(()));
    let module = stand_in.place.folder().join("lib/python3.14/site-packages/virgil.py");
    assert_eq!(fs::read_to_string(module).unwrap(), include_str!("../../python/virgil.py"));
}

#[test]
fn where_there_is_no_qt_all_others_are_installed() {
    let (with, without) = (StandIn::new("ordinary"), StandIn::new("no-qt"));
    assert_eq!((with.make().0, without.make().0), (Ok(()), Ok(())));
    assert!(without.place.is_whole());
    assert_eq!(without.calls().matches("-m pip").count(), 2);
    let names = |stand_in: &StandIn| -> Vec<String> {
        let packages = stand_in.place.packages().into_iter();
        packages.map(|package| package.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&with), ["flask", "hypercorn", "numpy", "psutil", "pyqt6"]);
    assert_eq!(names(&without), ["flask", "hypercorn", "numpy", "psutil"]);
}

#[test]
fn every_failure_is_a_sentence_and_nothing_half_made_is_used() {
    for (behaviour, said) in [
        ("no-venv", "sudo apt install python3.14-venv"),
        ("offline", "no way to the package index"),
        ("full", "free 600 MB"),
        ("no-wheel", "no ready-made numpy for CPython 3.14.1"),
        ("killed", "could not be installed"),
    ] {
        let stand_in = StandIn::new(behaviour);
        let (made, _) = stand_in.make();
        let Err(Failure::Because(sentence)) = made else { panic!("{behaviour}: {made:?}") };
        assert!(sentence.contains(said), "{behaviour}: {sentence}");
        assert!(!stand_in.place.is_whole(), "{behaviour}");
        assert!(stand_in.place.log().is_file());

        stand_in.behave("ordinary");
        assert_eq!(stand_in.make().0, Ok(()), "after {behaviour}");
        assert!(stand_in.place.is_whole());
    }
}

#[test]
fn a_python_that_is_not_there_is_named() {
    let mut stand_in = StandIn::new("ordinary");
    stand_in.build.executable = "/nowhere/python3".into();
    let (made, _) = stand_in.make();
    let Err(Failure::Because(sentence)) = made else { panic!("{made:?}") };
    assert!(sentence.contains("/nowhere/python3 can't be started"), "{sentence}");
}

#[test]
fn what_cannot_be_written_is_named() {
    let stand_in = StandIn::new("ordinary");
    let environments = stand_in.place.folder().parent().unwrap();
    fs::create_dir_all(environments.parent().unwrap()).unwrap();
    fs::write(environments, "a file").unwrap();
    let (made, _) = stand_in.make();
    let Err(Failure::Because(sentence)) = made else { panic!("{made:?}") };
    assert!(sentence.contains(&environments.display().to_string()), "{sentence}");
}

#[test]
fn it_ends_at_once_with_all_that_it_started_when_told() {
    let stand_in = StandIn::new("slow");
    let control = Control::default();
    let making = stand_in.make_beside(&control);
    control.end();
    assert_eq!(making.join().unwrap(), Err(Failure::Ended));
    let mark = stand_in.folder.path().display().to_string();
    soon("nothing of it runs", || !runs(&mark));
    assert!(!stand_in.place.is_whole());
    assert_eq!(make(&stand_in.place, &stand_in.build, &control, &mut |_| {}), Err(Failure::Ended));
}

#[test]
fn a_connection_that_was_lost_while_it_was_held_is_made_again() {
    let stand_in = StandIn::new("held-once");
    let control = Control::default();
    let making = stand_in.make_beside(&control);
    control.hold();
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(stand_in.calls().matches("-m pip").count(), 1, "it went on though it was held");
    assert!(!making.is_finished());
    control.go_on();
    assert_eq!(making.join().unwrap(), Ok(()));
    assert_eq!(stand_in.calls().matches("-m pip").count(), 2);
}

#[test]
fn one_waits_for_another_that_makes_the_same() {
    let stand_in = StandIn::new("ordinary");
    let folder = stand_in.place.folder().to_owned();
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    let name = format!("{}.lock", folder.file_name().unwrap().to_str().unwrap());
    let lock = File::create(folder.with_file_name(name)).unwrap();
    lock.lock().unwrap();
    let (place, build) = (stand_in.place.clone(), stand_in.build.clone());
    let (said, heard) = std::sync::mpsc::channel();
    let making = thread::spawn(move || {
        make(&place, &build, &Control::default(), &mut |environment| {
            // Nobody listens after the first.
            let _ = said.send(environment);
        })
    });
    let Environment::Making { step, .. } = heard.recv_timeout(Duration::from_secs(20)).unwrap() else { panic!() };
    assert!(step.contains("another Virgil"), "{step}");
    assert_eq!(stand_in.calls(), "");
    drop(lock);
    assert_eq!(making.join().unwrap(), Ok(()));
}

//! The exercises' packages: a page sees them come, a lap can use them.

#![expect(clippy::unwrap_used, reason = "what goes wrong in a test ends it")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use runner::environment::{Control, Failure, Place, make};
use shared::Limits;
use shared::{ClientMessage, Ending, Environment, Mode, RunEvent};

use crate::bench::{Bench, brief, installed_kernels, kernel};
use crate::site::Site;

/// A Python that does what the file `behaviour` in this folder says.
fn stand_in(folder: &Path) -> String {
    let path = folder.join("python");
    let text = include_str!("../stand_ins/python.sh").replace("HOME_FOLDER", &folder.display().to_string());
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_sees_a_failure_and_has_it_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let behave = |behaviour: &str| std::fs::write(folder.path().join("behaviour"), behaviour).unwrap();
    behave("offline");
    let mut scripted = kernel("ordinary");
    scripted.build.executable = stand_in(folder.path());
    let site = Site::with(scripted).await;
    assert!(!folder.path().join("calls").exists(), "it was begun before a page was open");
    let (mut page, _) = site.page().await;
    let failed = page.environment(|environment| matches!(environment, Environment::Failed { .. })).await;
    let Environment::Failed { sentence } = failed else { unreachable!("it was asked for") };
    assert!(sentence.contains("no way to the package index"), "{sentence}");

    behave("ordinary");
    page.say(&ClientMessage::MakeEnvironment).await;
    let ready = page.environment(|environment| matches!(environment, Environment::Ready { .. })).await;
    let (_, welcome) = site.page().await;
    assert_eq!(welcome.environment, ready);
    // The spare that was started before is replaced, and laps run as ever.
    let run = page.run("say works; ended").await;
    let (events, _) = page.events(run, 0, |events| matches!(events.last(), Some(RunEvent::Ended(_)))).await;
    assert!(brief(&events).contains(&"0 works".to_owned()), "{:?}", brief(&events));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_held_while_a_run_has_its_turn_and_ends_with_the_server() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("behaviour"), "slow").unwrap();
    let mut scripted = kernel("ordinary");
    scripted.build.executable = stand_in(folder.path());
    let site = Site::with(scripted).await;
    let mark = site.folder.path().join("environments").display().to_string();
    let (mut page, _) = site.page().await;
    page.environment(|environment| matches!(environment, Environment::Making { done: 1, .. })).await;
    let run = page.run("say on; sleep 100000; ended").await;
    let (seen, _) = page.events(run, 0, |events| brief(events).contains(&"0 on".to_owned())).await;
    become_so(&mark, "T").await;
    page.say(&ClientMessage::Stop(run)).await;
    page.events(run, seen.len() as u64, |events| matches!(events.last(), Some(RunEvent::Ended(_)))).await;
    // It goes on, and the sweep has not ended it.
    become_so(&mark, "S").await;
    site.stop().await;
    assert_eq!(states_of(&mark), [""; 0]);
}

/// Waits until the process with this in its command line is so.
async fn become_so(words: &str, state: &str) {
    for _ in 0..500 {
        let states = states_of(words);
        // Who has just started another program stays in state D as long as that one is held.
        let held =
            state == "T" && states.iter().any(|one| one == "T") && states.iter().all(|one| one == "T" || one == "D");
        if states == [state] || held {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it is {:?} instead of {state}", states_of(words));
}

/// How the processes with this in their command line are: `S` asleep, `T` held.
fn states_of(words: &str) -> Vec<String> {
    let named = |path: &PathBuf| {
        let line = std::fs::read(path.join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(words)
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()).filter(named);
    let stats = processes.filter_map(|path| std::fs::read_to_string(path.join("stat")).ok());
    stats.filter_map(|stat| Some(stat.rsplit_once(") ")?.1[..1].to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn numpy_works_in_threads_and_is_refused_by_name_in_interpreters() {
    let data = runner::config::data().unwrap();
    let build = installed_kernels().remove(0).build;
    let place = Place::of(&data, &build);
    match make(&place, &build, &Control::default(), &mut |_| {}) {
        Ok(()) => {}
        Err(Failure::Because(sentence)) if sentence.contains("no way to the package index") => {
            return crate::bench::skipped(&sentence);
        }
        Err(failure) => panic!("{failure:?}"),
    }
    let bench = Bench::with_kernels(Limits::default(), installed_kernels()).await;
    let source = "import sys\nimport numpy\nITEMS = [3]\n\ndef work(item):\n    print(sys.prefix)\n    return int(numpy.arange(item).sum())\n";
    for (mode, said) in [(Mode::Threads, None), (Mode::Processes, None), (Mode::Subinterpreters, Some("numpy"))] {
        let run = bench.submit_source(&[mode], source, None).await;
        let events = bench.events(run).await;
        let ending = events.iter().find_map(|event| match event {
            RunEvent::LapEnded { ending, .. } => Some(ending.clone()),
            _ => None,
        });
        match (ending, said) {
            (Some(Ending::Completed { .. }), None) => {
                let prefix = format!("0 {}", place.folder().display());
                assert!(brief(&events).contains(&prefix), "{mode}: {:?}", brief(&events));
            }
            (Some(Ending::Raised(raised)), Some(module)) => {
                assert_eq!(raised.exception.rsplit('.').next(), Some("ImportError"), "{raised:?}");
                let words = format!("{} {}", raised.message, raised.traceback);
                assert!(words.contains(module) && words.contains("subinterpreters"), "{words}");
            }
            (ending, _) => panic!("{mode}: {ending:?}"),
        }
    }
    bench.close().await;
}

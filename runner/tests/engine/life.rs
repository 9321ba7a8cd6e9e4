//! Scripts and the events that come of them.

use std::time::Duration;

use shared::{Mode, RunEvent};

use crate::bench::{Bench, brief, children};

#[tokio::test(flavor = "multi_thread")]
async fn a_script_becomes_these_events() {
    let bench = Bench::new().await;
    for (script, events) in [
        (
            "workload; ready 0 1; ready 1 2; began 2 3; span 0 0 3 4; span 1 1 3 5; ended 2",
            "0 started threads, 0 Workload, 0 ready 0, 0 ready 1, 0 began 2, 0 spans 0 1, 0 spans 1 1, 0 completed, Completed",
        ),
        ("say hello; ended", "0 started threads, 0 hello, 0 completed, Completed"),
        ("ended; say too late; raised again", "0 started threads, 0 completed, Completed"),
        ("raised no", "0 started threads, 0 raised ValueError, AsLap(0)"),
        ("say last words; exit 3", "0 started threads, 0 last words, 0 died Exit(3), AsLap(0)"),
        ("exit 0", "0 started threads, 0 died Exit(0), AsLap(0)"),
        ("signal 11", "0 started threads, 0 died Signal(11), AsLap(0)"),
        ("signal 9", "0 started threads, 0 died Signal(9), AsLap(0)"),
        ("say before; rubbish; ignore", "0 started threads, 0 before, 0 died Unheard, AsLap(0)"),
        ("broken; ignore", "0 started threads, 0 died Unheard, AsLap(0)"),
        ("close", "0 started threads, 0 died Unheard, AsLap(0)"),
        ("ready 99 1; span 99 0 1 2; ended", "0 started threads, 0 ready 99, 0 spans 99 1, 0 completed, Completed"),
    ] {
        assert_eq!(bench.play(script).await.join(", "), events, "{script}");
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn laps_follow_each_other_and_the_first_that_fails_is_the_last() {
    let bench = Bench::new().await;
    let all = [Mode::Sequential, Mode::Threads, Mode::Subinterpreters];
    for (script, events) in [
        (
            "ended",
            "0 started sequential, 0 completed, 1 started threads, 1 completed, 2 started subinterpreters, 2 completed, Completed",
        ),
        ("raised no", "0 started sequential, 0 raised ValueError, AsLap(0)"),
        ("script; ended", "0 started sequential, 0 Script, 0 completed, Completed"),
    ] {
        let run = bench.submit(&all, script).await;
        assert_eq!(brief(&bench.events(run).await).join(", "), events, "{script}");
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn death_is_explained_by_all_that_is_known() {
    let bench = Bench::new().await;
    let run = bench.submit(&[Mode::Threads], "began 4 1; running 1 3 2; memory 300; say almost there; signal 11").await;
    let events = bench.events(run).await;
    let Some(RunEvent::LapEnded { ending, .. }) = events.get(events.len() - 2) else { panic!("{events:?}") };
    let sentence = ending.sentence();
    for part in ["segmentation fault", "in task 3", "“almost there”", " MB at most"] {
        assert!(sentence.contains(part), "{sentence}");
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kernel_gets_nothing_of_the_runner_s() {
    let bench = Bench::new().await;
    let said = bench.play("descriptors; environment; ended").await.join("\n");
    // 4 is its way to write below Python, 5 the script's own copy of 3.
    assert!(said.contains("[0, 1, 2, 3, 4, 5] in true"), "{said}");
    assert!(!said.contains("VIRGIL_"), "{said}");
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_wait_for_each_other_and_know_their_place() {
    let bench = Bench::new().await;
    let first = bench.submit(&[Mode::Threads], "say here; hang").await;
    bench.printed(first, "here").await;
    let second = bench.submit(&[Mode::Threads], "ended").await;
    let third = bench.submit(&[Mode::Threads], "ended").await;
    let fourth = bench.submit(&[Mode::Threads], "ended").await;
    bench.until(fourth, |events| brief(events) == ["queued 3"]).await;
    bench.engine.stop(third);
    assert_eq!(brief(&bench.events(third).await).join(", "), "queued 2, stopping Asked, Withdrawn");
    bench.until(fourth, |events| brief(events) == ["queued 3", "queued 2"]).await;
    bench.engine.stop(first);
    assert_eq!(brief(&bench.events(second).await).join(", "), "queued 1, 0 started threads, 0 completed, Completed");
    assert_eq!(
        brief(&bench.events(fourth).await).join(", "),
        "queued 3, queued 2, queued 1, 0 started threads, 0 completed, Completed"
    );
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn much_text_is_kept_whole_in_few_events_and_replayed_from_any_number() {
    let bench = Bench::new().await;
    let run = bench.submit(&[Mode::Threads], "print 200000 line; ended").await;
    let events = bench.events(run).await;
    assert!(events.len() < 20_000, "{} events", events.len());
    let said = brief(&events).join("\n");
    assert_eq!(said.matches("line ").count(), 200_000);
    let log = bench.engine.log(run).unwrap();
    for since in [0, 1, 7, events.len() / 2, events.len() - 1, events.len()] {
        assert_eq!(log.read(since as u64, usize::MAX).events, events[since..]);
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lap_is_taken_by_the_spare_that_stands_ready() {
    let bench = Bench::with(Default::default(), "slow").await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    let spare = numbers(&children());
    assert_eq!(spare.len(), 1);
    let run = bench.submit(&[Mode::Threads], "ready 0 1; hang").await;
    bench.until(run, |events| events.len() >= 2).await;
    assert_eq!(numbers(&children()), spare, "no other is started while it is measured");
    bench.engine.stop(run);
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_quick_runs_leave_nothing_behind() {
    let bench = Bench::new().await;
    let descriptors = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    bench.play("ended").await;
    let before = descriptors();
    for number in 0..200 {
        let script = if number % 10 == 0 { "stray; children 2; exit 1" } else { "ready 0 1; ended" };
        bench.play(script).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(descriptors() <= before + 4, "{before} descriptors became {}", descriptors());
    assert_eq!(bench.engine.tickets().len(), 50);
    bench.close().await;
}

/// The numbers of these processes.
fn numbers(processes: &[String]) -> Vec<String> {
    processes.iter().filter_map(|stat| stat.split(' ').next()).map(str::to_owned).collect()
}

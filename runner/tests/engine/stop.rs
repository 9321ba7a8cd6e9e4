//! Stop always stops, and nothing is left within a second.

use std::time::{Duration, Instant};

use shared::Mode;

use crate::bench::{Bench, brief, children};

/// One second is promised; a busy machine gets some more.
const SOON: Duration = Duration::from_secs(3);

/// Stops a run with this script once it has said `here`; returns its last events and how long it took.
async fn stopped(bench: &Bench, script: &str) -> (String, Duration) {
    let run = bench.submit(&[Mode::Threads, Mode::Processes], script).await;
    bench.printed(run, "here").await;
    let pressed = Instant::now();
    bench.engine.stop(run);
    let events = brief(&bench.events(run).await);
    let took = pressed.elapsed();
    println!("{script}: {took:?}");
    let from = events.iter().position(|event| event.starts_with("stopping")).expect("it was stopped");
    (events[from..].join(", "), took)
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_can_be_interrupted_stops_softly() {
    let bench = Bench::new().await;
    let (events, took) = stopped(&bench, "say here; hang").await;
    assert_eq!(events, "stopping Asked, 0 stopped Asked, AsLap(0)");
    assert!(took < SOON, "{took:?}");
    assert_eq!(bench.play("ended").await.last().unwrap(), "Completed");
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_does_not_react_is_killed_with_all_it_started() {
    let bench = Bench::new().await;
    for script in [
        "say here; ignore",
        "stray; children 3; escapees 3; say here; ignore",
        "children 200; escapees 100; say here; ignore",
        "bomb 6; say here; ignore",
        "say here; spin 5000",
    ] {
        let (events, took) = stopped(&bench, script).await;
        assert!(events.starts_with("stopping Asked, "), "{events}");
        assert!(events.ends_with("stopping Killing, 0 stopped Killing, AsLap(0)"), "{events}");
        assert!(took < SOON, "{script}: {took:?}");
        // The next spare at most.
        assert!(children().len() <= 1, "{:?}", children());
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_ends_its_process_when_interrupted_was_stopped() {
    let bench = Bench::new().await;
    let (events, _) = stopped(&bench, "say here; sleep 100; exit 1").await;
    assert_eq!(events, "stopping Asked, 0 stopped Asked, AsLap(0)");
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_does_not_hold_up_stop() {
    let limits = shared::Limits { output: u64::MAX, ..Default::default() };
    let bench = Bench::with(limits, "ordinary").await;
    let run = bench.submit(&[Mode::Threads], "flood 100000").await;
    bench.until(run, |events| events.len() > 10).await;
    let pressed = Instant::now();
    bench.engine.stop(run);
    let log = bench.engine.log(run).unwrap();
    while !log.is_over() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(pressed.elapsed() < SOON, "{:?}", pressed.elapsed());
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_completed_lap_left_is_gone_before_it_is_over() {
    let bench = Bench::new().await;
    let run = bench.submit(&[Mode::Threads], "stray; children 5; escapees 5; sleep 50; ended").await;
    let events = bench.until(run, |events| brief(events).iter().any(|event| event.ends_with("completed"))).await;
    assert!(brief(&events).contains(&"0 completed".to_owned()));
    assert!(children().len() <= 1, "{:?}", children());
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_ends_everything() {
    let bench = Bench::new().await;
    let first = bench.submit(&[Mode::Threads], "stray; escapees 3; say here; ignore").await;
    let second = bench.submit(&[Mode::Threads], "ended").await;
    bench.printed(first, "here").await;
    let logs = [first, second].map(|run| bench.engine.log(run).unwrap());
    let engine = bench.engine.clone();
    let start = Instant::now();
    bench.close().await;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    let [first, second] = logs.map(|log| brief(&log.read(0, usize::MAX).events).join(", "));
    assert!(first.ends_with("stopping Killing, 0 stopped Killing, AsLap(0)"), "{first}");
    assert_eq!(second, "queued 1, stopping Asked, Withdrawn");
    engine.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_engine_ends_at_once_whatever_a_lap_is_at() {
    for pause in 0..20 {
        let bench = Bench::new().await;
        let run =
            bench.submit(&[Mode::Sequential, Mode::Threads, Mode::Processes], "escapees 20; say here; ended").await;
        bench.printed(run, "here").await;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let start = Instant::now();
        bench.engine.shut_down().await;
        assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
        let last = brief(&bench.events(run).await).pop();
        assert!(
            ["Completed", "Withdrawn", "AsLap(0)", "AsLap(1)", "AsLap(2)"]
                .contains(&last.as_deref().unwrap_or_default()),
            "{last:?}"
        );
        assert_eq!(children(), Vec::<String>::new());
    }
}

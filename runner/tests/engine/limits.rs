//! What a lap uses too much of.

use std::time::{Duration, Instant};

use runner::engine::Limits;

use crate::bench::{Bench, children};

#[tokio::test(flavor = "multi_thread")]
async fn a_lap_that_reaches_a_limit_is_ended_and_says_which() {
    let limits = Limits { wall: Duration::from_millis(700), processes: 40, output: 200_000, ..Limits::default() };
    let bench = Bench::with(limits, "ordinary").await;
    for (script, ending) in [
        ("say x; ignore", "0 timed out"),
        ("sleep 50; hang", "0 timed out"),
        ("children 60; ignore", "0 Processes { limit: 40 }"),
        ("escapees 60; ignore", "0 Processes { limit: 40 }"),
        ("bomb 7; ignore", "0 Processes { limit: 40 }"),
        ("flood 1000; ignore", "0 Output { limit: 200000 }"),
        ("children 30; sleep 250; ended", "0 completed"),
    ] {
        let start = Instant::now();
        let events = bench.play(script).await;
        assert_eq!(events[events.len() - 2], ending, "{script}");
        assert!(start.elapsed() < Duration::from_secs(10), "{script}: {:?}", start.elapsed());
        assert!(children().len() <= 1, "{:?}", children());
        let text: usize = events.iter().map(String::len).sum();
        assert!(text < 600_000, "{script}: {text} bytes kept");
    }
    bench.close().await;
}

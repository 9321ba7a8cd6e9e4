//! Hundreds of thousands of printed lines: how long the page stalls, and how soon it stops.

use crate::figures::{WATCH_STOP, noted};
use crate::harness::Bench;

/// Notes every task of the page that takes 50 ms or more, and the longest time between two frames.
const WATCH_STALLS: &str = "
    window.stalls = [];
    window.watched?.disconnect();
    window.watched = new PerformanceObserver(list => window.stalls.push(...list.getEntries().map(entry => Math.round(entry.duration))));
    window.watched.observe({type: 'longtask'});
    window.gap = 0;
    let last = performance.now();
    const frame = now => { window.gap = Math.max(window.gap, now - last); last = now; window.frames = requestAnimationFrame(frame); };
    cancelAnimationFrame(window.frames);
    window.frames = requestAnimationFrame(now => { last = now; frame(now); });";

async fn stalls(bench: &Bench) -> (Vec<f64>, f64) {
    let read = "return [window.stalls, Math.round(window.gap)]";
    bench.driver.execute(read, vec![]).await.unwrap().convert().unwrap()
}

#[tokio::test]
#[ignore = "a measurement"]
async fn stalls_of_the_page_while_200_000_lines_are_printed() {
    let bench = Bench::at_primes().await;
    for (how, mode, items, flush) in [
        ("by one worker", "sequential", "[200_000]", "False"),
        ("by one worker, each flushed", "sequential", "[200_000]", "True"),
        ("by two threads, each flushed", "threads", "[100_000] * 2", "True"),
        ("by two interpreters, each flushed", "subinterpreters", "[100_000] * 2", "True"),
    ] {
        let source = format!(
            "ITEMS = {items}\n\ndef work(item):\n    for number in range(item):\n        print('line', number, flush={flush})\n"
        );
        bench.write(&source).await;
        bench.choose(&[mode], &["2"]).await;
        for _ in 0..3 {
            bench.driver.execute(WATCH_STALLS, vec![]).await.unwrap();
            let began = std::time::Instant::now();
            bench.run().await;
            assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
            let took = began.elapsed();
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            let (stalls, gap) = stalls(&bench).await;
            let longest = stalls.iter().copied().fold(0.0, f64::max);
            println!(
                "200,000 lines {how}: {took:.1?}; longest stall {longest} ms, longest frame {gap} ms; over 50 ms: {stalls:?}"
            );
        }
    }
    bench.close().await;
}

#[tokio::test]
#[ignore = "a measurement"]
async fn from_stop_to_the_end_of_a_flood() {
    let bench = Bench::at_primes().await;
    for flush in ["False", "True"] {
        let source = format!(
            "ITEMS = [1, 2]\n\ndef work(item):\n    while True:\n        print('a line of text', item, flush={flush})\n"
        );
        bench.write(&source).await;
        bench.choose(&["threads"], &["2"]).await;
        let mut times = Vec::new();
        for _ in 0..5 {
            bench.run().await;
            bench.find("[data-cell=primes] .hidden-lines").await;
            bench.driver.execute(WATCH_STOP, vec![]).await.unwrap();
            bench.press("Stop").await;
            times.push(noted(&bench).await);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "from Stop to the end of two threads that print, flush={flush}, ms: {times:.1?}; median {:.1}",
            times[2]
        );
    }
    bench.close().await;
}

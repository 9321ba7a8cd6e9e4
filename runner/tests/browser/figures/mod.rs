//! Figures to quote, not to pass or fail: `cargo test --release -p runner --test browser -- --ignored --nocapture --test-threads=1`.

mod flood;
mod latency;
mod notebook;
mod ready;
mod talk;
mod turn;

use std::time::Duration;

use crate::harness::Bench;

/// The milliseconds that a note says, once it does.
async fn noted(bench: &Bench) -> f64 {
    let wait = "const done = arguments[0]; window.first.then(done);";
    bench.driver.execute_async(wait, vec![]).await.unwrap().convert().unwrap()
}

/// Notes when Run was pressed, and when the page first showed something that a worker did.
const WATCH: &str = "
    const cell = document.querySelector('[data-cell=primes]');
    const before = cell.dataset.run;
    window.first = new Promise(resolve => {
        cell.querySelector('button.run').addEventListener('click', () => { window.pressed = performance.now(); }, {once: true, capture: true});
        const look = () => {
            const line = cell.querySelector('.progress .words').textContent;
            const worked = cell.dataset.run !== before && (line.includes(' of ') && !line.includes('starting') || cell.dataset.phase === 'ended');
            if (worked) { observer.disconnect(); resolve(performance.now() - window.pressed); }
        };
        const observer = new MutationObserver(look);
        observer.observe(cell, {subtree: true, childList: true, attributes: true, characterData: true});
    });";

#[tokio::test]
#[ignore = "a measurement"]
async fn from_run_to_the_first_sign_of_a_worker() {
    let bench = Bench::at_primes().await;
    bench.write("import time\nITEMS = [1]\n\ndef work(item):\n    time.sleep(0.2)\n").await;
    bench.choose(&["subinterpreters"], &["1"]).await;
    let mut times = Vec::new();
    for _ in 0..15 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        bench.driver.execute(WATCH, vec![]).await.unwrap();
        bench.run().await;
        times.push(noted(&bench).await);
        bench.ending().await;
    }
    times.sort_by(f64::total_cmp);
    println!("from Run to the first sign of one own-GIL worker on the page, ms: {times:.1?}; median {:.1}", times[7]);
    bench.close().await;
}

/// Notes when Stop was pressed, and when the run was shown to be over.
const WATCH_STOP: &str = "
    const cell = document.querySelector('[data-cell=primes]');
    window.first = new Promise(resolve => {
        cell.querySelector('button.stop').addEventListener('click', () => { window.pressed = performance.now(); }, {once: true, capture: true});
        const observer = new MutationObserver(() => {
            if (cell.dataset.phase === 'ended') { observer.disconnect(); resolve(performance.now() - window.pressed); }
        });
        observer.observe(cell, {attributes: true});
    });";

#[tokio::test]
#[ignore = "a measurement"]
async fn from_stop_to_the_end_of_an_endless_loop() {
    let bench = Bench::at_primes().await;
    bench.write("ITEMS = [1, 2]\n\ndef work(item):\n    print('begun')\n    while True:\n        pass\n").await;
    for mode in ["sequential", "threads", "subinterpreters", "processes"] {
        bench.choose(&[mode], &["2"]).await;
        let mut times = Vec::new();
        for _ in 0..7 {
            bench.run().await;
            bench.find_text("[role=log] .line", "begun").await;
            bench.driver.execute(WATCH_STOP, vec![]).await.unwrap();
            bench.press("Stop").await;
            times.push(noted(&bench).await);
        }
        times.sort_by(f64::total_cmp);
        println!("from Stop to the end in {mode}, ms: {times:.1?}; median {:.1}", times[3]);
    }
    bench.close().await;
}

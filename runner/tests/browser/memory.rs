use serde_json::{Value, json};

use crate::harness::Bench;

/// Presses Run so often, each time when the run before is over.
const RUNS: &str = "
    const [times, done] = arguments;
    const cell = document.querySelector('[data-cell=primes]');
    let left = times, run = cell.dataset.run;
    const next = () => {
        const over = cell.dataset.phase === 'ended' && cell.dataset.run !== run;
        if (!over && left < times) return;
        run = cell.dataset.run;
        if (left === 0) { observer.disconnect(); done(cell.dataset.ending); return; }
        left -= 1;
        // Everything that is shown of the end is shown first.
        requestAnimationFrame(() => setTimeout(() => cell.querySelector('button.run').click()));
    };
    const observer = new MutationObserver(next);
    observer.observe(cell, {attributes: true});
    next();";

/// What the page holds once its garbage is collected.
#[derive(Debug)]
struct Held {
    /// Bytes of JavaScript objects.
    heap: f64,
    nodes: f64,
    listeners: f64,
    /// Bytes of the program's own memory.
    memory: f64,
}

async fn held(bench: &Bench) -> Held {
    let tools = bench.driver.cdp();
    for _ in 0..2 {
        tools.send_raw("HeapProfiler.collectGarbage", json!({})).await.unwrap();
    }
    let said = tools.send_raw("Performance.getMetrics", json!({})).await.unwrap();
    let metric = |name: &str| {
        let metrics = said["metrics"].as_array().into_iter().flatten();
        let found = metrics.filter(|metric| metric["name"] == name).find_map(|metric| metric["value"].as_f64());
        found.unwrap_or_else(|| panic!("no {name} in {said}"))
    };
    let size = "const done = arguments[0];
        import(document.querySelector('link[rel=modulepreload]').href).then(page => done(page.initSync().memory.buffer.byteLength));";
    let memory = bench.driver.execute_async(size, vec![]).await.unwrap().convert().unwrap();
    Held { heap: metric("JSHeapUsedSize"), nodes: metric("Nodes"), listeners: metric("JSEventListeners"), memory }
}

#[tokio::test]
async fn many_runs_leave_nothing_behind() {
    let bench = Bench::at_primes().await;
    bench.driver.cdp().send_raw("Performance.enable", json!({})).await.unwrap();
    let source = "ITEMS = range(20)\n\ndef work(item):\n    for line in range(20):\n        print(f'\\x1b[1mline\\x1b[0m {line}')\n    return item\n";
    bench.write(source).await;
    bench.choose(&["sequential", "threads"], &["2"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find("[data-cell=primes] figure[data-chart=speed-up]").await;
    let runs = async |times: u32| {
        for _ in 0..times / 5 {
            let ending = bench.driver.execute_async(RUNS, vec![Value::from(5)]).await.unwrap();
            assert_eq!(ending.convert::<String>().unwrap(), "completed");
        }
        held(&bench).await
    };
    // Caches fill first, and what is fetched late is shown; a leak would go on.
    let mut before = runs(5).await;
    for _ in 0..4 {
        let now = runs(5).await;
        let settled = now.nodes < before.nodes + 15.0;
        before = now;
        if settled {
            break;
        }
    }
    let after = runs(20).await;
    println!("before {before:?}, after 20 runs {after:?}");
    // One row of the log that stays after each run would be 80 nodes. The program once kept 90 bytes of every row:
    // that was 1.5 MB.
    assert!(after.nodes < before.nodes + 60.0, "{before:?}, {after:?}");
    assert!(after.listeners < before.listeners + 15.0, "{before:?}, {after:?}");
    assert!(after.heap < before.heap + 2e6, "{before:?}, {after:?}");
    assert!(after.memory < before.memory + 1e6, "{before:?}, {after:?}");
    bench.close().await;
}

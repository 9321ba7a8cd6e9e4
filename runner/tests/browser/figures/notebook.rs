//! How soon the notebook can be read and used, and how it is to scroll through all of it.

use std::time::Duration;

use crate::harness::Bench;

/// Notes when a first cell can be edited, what the longest task was, and how long frames took.
const WATCH: &str = "
    window.noted = {live: null, tasks: [], frames: []};
    new PerformanceObserver(list => noted.tasks.push(...list.getEntries().map(it => Math.round(it.duration)))).observe({type: 'longtask', buffered: true});
    const look = new MutationObserver(() => {
        if (!document.querySelector('.cell[data-phase] .cm-content')) return;
        look.disconnect();
        noted.live = Math.round(performance.now());
    });
    look.observe(document, {subtree: true, childList: true});";

/// Scrolls as a quick reader does, a screen in a third of a second, to the end.
const SCROLL: &str = "
    const done = arguments[0];
    noted.tasks.length = 0;
    let last = performance.now();
    const frame = now => {
        noted.frames.push(Math.round(now - last));
        const passed = Math.min(now - last, 100);
        last = now;
        const before = scrollY;
        scrollBy({top: Math.max(1, passed * innerHeight / 333), behavior: 'instant'});
        if (scrollY > before) requestAnimationFrame(frame);
        else done([noted.frames.length, Math.max(...noted.frames), noted.frames.filter(it => it > 100).length, Math.max(0, ...noted.tasks), noted.tasks.filter(it => it > 100).length, document.querySelectorAll('.cell[data-phase]').length, document.body.scrollHeight]);
    };
    requestAnimationFrame(frame);";

#[tokio::test]
#[ignore = "a measurement"]
async fn the_notebook_is_read_live_and_scrolled() {
    let bench = Bench::open().await;
    let tools = bench.driver.cdp();
    tools.send_raw("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({"source": WATCH})).await.unwrap();
    tools.send_raw("Performance.enable", serde_json::json!({})).await.unwrap();
    let heap = async || {
        tools.send_raw("HeapProfiler.collectGarbage", serde_json::json!({})).await.unwrap();
        let script = "return performance.memory.usedJSHeapSize / 1e6";
        bench.driver.execute(script, vec![]).await.unwrap().convert::<f64>().unwrap()
    };
    for round in 0..3 {
        bench.driver.goto("about:blank").await.unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
        bench.driver.goto(format!("{}/notebook", bench.address)).await.unwrap();
        bench.find(".cell[data-phase] .cm-content").await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let script = "const [page] = performance.getEntriesByType('navigation');
            return [page.encodedBodySize, page.decodedBodySize, Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime), noted.live, Math.max(0, ...noted.tasks)]";
        let [sent, whole, readable, live, longest]: [i64; 5] =
            bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
        let before = heap().await;
        let [frames, slowest, slow, task, tasks, cells, height]: [i64; 7] =
            bench.driver.execute_async(SCROLL, vec![]).await.unwrap().convert().unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
        println!(
            "round {round}: {sent} B of {whole} B sent; readable after {readable} ms, first cell live after {live} ms, \
             longest task until then {longest} ms; scrolled {height} px in {frames} frames, the slowest {slowest} ms, \
             {slow} above 100 ms; longest task {task} ms, {tasks} above 100 ms; {cells} cells live; heap {before:.1} MB \
             before, {:.1} MB after",
            heap().await
        );
    }
    bench.close().await;
}

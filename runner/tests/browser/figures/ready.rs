//! How soon a slide with a cell can be read, and edited and run, on a quiet machine and on one whose two cores are
//! busy.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::Bench;

/// Notes when the cell can be edited and Run be pressed.
const WATCH: &str = "
    window.ready = null;
    const look = new MutationObserver(() => {
        const cell = document.querySelector('.cell[data-phase]');
        const run = cell && [...cell.querySelectorAll('button')].find(it => it.textContent.trim().startsWith('Run'));
        if (!run || run.disabled || !cell.querySelector('.cm-content')) return;
        look.disconnect();
        ready = Math.round(performance.now());
    });
    look.observe(document, {subtree: true, childList: true, attributes: true});";

/// A program that keeps a core busy until it is dropped.
struct Busy(Child);

impl Busy {
    fn start() -> Busy {
        let mut command = Command::new("sh");
        command.args(["-c", "while :; do :; done"]).stdin(Stdio::null());
        Busy(command.spawn().unwrap())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn median(mut values: Vec<i64>) -> i64 {
    values.sort_unstable();
    values[values.len() / 2]
}

#[tokio::test]
#[ignore = "a measurement"]
async fn a_slide_is_read_and_ready() {
    let bench = Bench::open().await;
    let tools = bench.driver.cdp();
    tools.send_raw("Page.addScriptToEvaluateOnNewDocument", serde_json::json!({"source": WATCH})).await.unwrap();
    for busy in [0, 2] {
        let load: Vec<Busy> = (0..busy).map(|_| Busy::start()).collect();
        for cache in ["first visit", "second visit"] {
            let (mut readable, mut ready) = (Vec::new(), Vec::new());
            for _ in 0..7 {
                bench.driver.goto("about:blank").await.unwrap();
                if cache == "first visit" {
                    tools.send_raw("Network.clearBrowserCache", serde_json::json!({})).await.unwrap();
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
                bench.go("04-count-primes").await;
                bench.cell().await;
                let script = "const done = arguments[0];
                    const look = () => ready === null ? setTimeout(look, 50) : done([
                        Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime), ready]);
                    look();";
                let [first, then]: [i64; 2] =
                    bench.driver.execute_async(script, vec![]).await.unwrap().convert().unwrap();
                readable.push(first);
                ready.push(then - first);
                // Its late part is fetched, which the next round is not to pay for.
                tokio::time::sleep(Duration::from_secs(3)).await;
            }
            println!(
                "{busy} busy loops, {cache}: readable after {} ms (worst {}), ready {} ms later (worst {})",
                median(readable.clone()),
                readable.iter().max().unwrap(),
                median(ready.clone()),
                ready.iter().max().unwrap()
            );
        }
        drop(load);
    }
    bench.close().await;
}

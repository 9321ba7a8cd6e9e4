//! How soon a result is seen: after a key press, after a crash, after the network was cut.

use std::time::Duration;

use thirtyfour::prelude::*;

use crate::figures::noted;
use crate::harness::Bench;
use crate::wire::Wire;

/// Gives the page `painted(then)`, which calls back once that can be seen which the caller has just found changed: what
/// changes in a frame's own callbacks is painted with that frame, all else with the next, and the first task after that
/// is the moment.
const PAINTED: &str = "
    if (window.painted) return;
    const frame = window.requestAnimationFrame.bind(window);
    const soon = then => { const channel = new MessageChannel(); channel.port1.onmessage = then; channel.port2.postMessage(0); };
    let inFrame = false;
    window.requestAnimationFrame = act => frame(time => {
        inFrame = true;
        soon(() => { inFrame = false; });
        act(time);
    });
    window.painted = then => { inFrame ? soon(then) : frame(() => soon(then)); };";

/// Notes when a key was pressed, and when the cell first shows an element like this with a text that it didn't show
/// before.
const WATCH_KEY: &str = "
    const [selector] = arguments;
    const cell = document.querySelector('[data-cell=primes]');
    const texts = () => [...cell.querySelectorAll(selector)].map(found => found.textContent);
    const before = texts();
    window.first = new Promise(resolve => {
        cell.addEventListener('keydown', event => { if (event.key === 'Enter') window.pressed = performance.now(); }, {capture: true});
        const observer = new MutationObserver(() => {
            if (texts().every(text => before.includes(text))) return;
            observer.disconnect();
            window.painted(() => resolve(performance.now() - window.pressed));
        });
        observer.observe(cell, {subtree: true, childList: true, attributes: true, characterData: true});
    });";

#[tokio::test]
#[ignore = "a measurement"]
async fn from_a_key_press_to_the_result_of_tiny_work() {
    let bench = Bench::at_primes().await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.driver.execute(PAINTED, vec![]).await.unwrap();
    for (kind, source, selector) in [
        ("a script", "import time\nprint(time.time_ns())\n", ".line .words"),
        (
            "a workload",
            "import time\nITEMS = [1]\n\ndef work(item):\n    return time.time_ns()\n",
            ".returned .values li code",
        ),
    ] {
        bench.write(source).await;
        let editor = bench.cell().await;
        let mut times = Vec::new();
        for _ in 0..21 {
            // Meanwhile the next spare gets ready.
            tokio::time::sleep(Duration::from_millis(700)).await;
            bench.driver.execute(WATCH_KEY, vec![selector.into()]).await.unwrap();
            editor.send_keys(Key::Shift + Key::Enter).await.unwrap();
            times.push(noted(&bench).await);
            bench.ending().await;
        }
        times.sort_by(f64::total_cmp);
        println!(
            "from the key press to the result of {kind}, ms: {times:.1?}; median {:.1}, p95 {:.1}",
            times[10], times[19]
        );
    }
    bench.close().await;
}

/// Presses Run as soon as the crash is shown, with this text in the editor, and notes when its line is seen.
const RUN_AFTER_THE_CRASH: &str = "
    const [source] = arguments;
    const cell = document.querySelector('[data-cell=primes]');
    const run = cell.querySelector('button.run');
    window.first = new Promise(resolve => {
        run.addEventListener('click', () => { window.pressed = performance.now(); }, {once: true, capture: true});
        let crash = null;
        const observer = new MutationObserver(() => {
            const lines = [...cell.querySelectorAll('.line .words')].map(line => line.textContent);
            if (crash === null && cell.dataset.ending === 'died' && lines.includes('before the crash')) {
                crash = performance.now() - window.pressed;
                const editor = cell.querySelector('.cm-content');
                editor.focus();
                document.getSelection().selectAllChildren(editor);
                const paste = new DataTransfer();
                paste.setData('text/plain', source);
                setTimeout(() => {
                    editor.dispatchEvent(new ClipboardEvent('paste', {clipboardData: paste, bubbles: true, cancelable: true}));
                    run.click();
                });
            }
            if (crash === null || !lines.includes('after the crash')) return;
            observer.disconnect();
            window.painted(() => resolve([crash, performance.now() - window.pressed]));
        });
        observer.observe(cell, {subtree: true, childList: true, attributes: true, characterData: true});
        setTimeout(() => run.click());
    });";

#[tokio::test]
#[ignore = "a measurement"]
async fn from_a_crash_to_the_next_result() {
    let bench = Bench::at_primes().await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.driver.execute(PAINTED, vec![]).await.unwrap();
    let (mut shown, mut next) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        bench.write("import ctypes\nprint('before the crash', flush=True)\nctypes.string_at(0)\n").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        bench.driver.execute(RUN_AFTER_THE_CRASH, vec!["print('after the crash')\n".into()]).await.unwrap();
        let wait = "const done = arguments[0]; window.first.then(done);";
        let (crash, after): (f64, f64) = bench.driver.execute_async(wait, vec![]).await.unwrap().convert().unwrap();
        bench.ending().await;
        shown.push(crash);
        next.push(after);
    }
    shown.sort_by(f64::total_cmp);
    next.sort_by(f64::total_cmp);
    println!("from Run to the crash with all that was printed, ms: {shown:.1?}; median {:.1}", shown[4]);
    println!("from Run of the crash to the next result, ms: {next:.1?}; median {:.1}", next[4]);
    bench.close().await;
}

#[tokio::test]
#[ignore = "a measurement"]
async fn from_a_mended_network_or_a_reload_to_every_line() {
    let wire = Wire::open().await;
    let bench = Bench::open_through(&wire).await;
    bench.go("04-count-primes").await;
    bench.write("import time\nfor number in range(400):\n    print('line', number)\n    time.sleep(0.05)\n").await;
    bench.choose(&["sequential"], &["1"]).await;
    let caught_up = async |since: usize| {
        let began = std::time::Instant::now();
        bench.wait("the lines of meanwhile", async || bench.lines().await.len() > since).await;
        began.elapsed()
    };
    bench.run().await;
    for _ in 0..3 {
        let before = bench.lines().await.len();
        wire.cut();
        tokio::time::sleep(Duration::from_secs(2)).await;
        wire.mend();
        println!("after 2 s without network every line was there {:?} later", caught_up(before + 39).await);
    }
    for _ in 0..3 {
        let before = bench.lines().await.len();
        let began = std::time::Instant::now();
        bench.driver.refresh().await.unwrap();
        caught_up(before).await;
        println!("from a reload to every line: {:?}", began.elapsed());
    }
    bench.press("Stop").await;
    bench.ending().await;
    bench.driver.browser_log().await.unwrap();
    bench.close().await;
}

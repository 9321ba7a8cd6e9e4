use thirtyfour::{Key, TypingData};

use crate::harness::Bench;

/// Work on one core for a while, so that two threads take turns at the GIL.
const BUSY: &str = "\
import time

ITEMS = [0.5, 0.5]

def work(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
";

/// A list that the lanes publish: `lap.worker=what`.
async fn published(bench: &Bench, attribute: &str) -> Vec<(String, String)> {
    let lanes = bench.find("[data-cell=primes] figure[data-chart=lanes]").await;
    let text = lanes.attr(attribute).await.unwrap().unwrap_or_default();
    let pairs = text.split_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.map(|(lane, what)| (lane.to_owned(), what.to_owned())).collect()
}

/// Presses keys where the focus is.
async fn press(bench: &Bench, keys: impl Into<TypingData>) {
    bench.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

#[tokio::test]
async fn lanes_show_who_waits_and_who_has_which_key_and_zoom_by_keyboard() {
    let bench = Bench::at_primes().await;
    bench.write(BUSY).await;
    bench.choose(&["threads", "subinterpreters"], &["2"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);

    let states = published(&bench, "data-states").await;
    let of =
        |lane: &str| states.iter().find(|(name, _)| name == lane).map(|(_, seen)| seen.as_str()).unwrap_or_default();
    for lane in ["0.0", "0.1"] {
        assert!(of(lane).contains("with-gil+") && of(lane).contains("waiting-for-gil"), "lane {lane}: {states:?}");
    }
    let keys = published(&bench, "data-keys").await;
    let of = |lane: &str| keys.iter().find(|(name, _)| name == lane).map(|(_, lock)| lock.clone());
    let (one, other) = (of("1.0"), of("1.1"));
    assert!(one.is_some() && other.is_some() && one != other, "two interpreters, two keys: {keys:?}");

    let caption = bench.texts("[data-cell=primes] figure[data-chart=lanes] figcaption").await.concat();
    assert!(caption.contains("waiting for the GIL: threads"), "{caption}");

    // Zoomed in far enough, the one key of the threads is seen to go back and forth.
    bench.choose(&["threads"], &["2"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find("[data-cell=primes] figure[data-chart=lanes] .canvas").await.focus().await.unwrap();
    press(&bench, "+".repeat(6)).await;
    bench.find("figure[data-chart=lanes][data-zoom]").await;
    let mut seen = Vec::new();
    // On a busy machine one of them may have the GIL for long.
    for _ in 0..120 {
        seen.extend(published(&bench, "data-keys").await);
        if ["0.0", "0.1"].iter().all(|lane| seen.contains(&((*lane).to_owned(), "0".to_owned()))) {
            break;
        }
        press(&bench, Key::Shift + Key::Right).await;
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    }
    let lanes = |lane: &str| seen.iter().any(|(of, lock)| of == lane && lock == "0");
    assert!(lanes("0.0") && lanes("0.1"), "the key was seen here: {seen:?}");
    bench.picture("lanes-zoomed-in").await;
    press(&bench, Key::Right + "").await;
    bench.find_text("figure[data-chart=lanes] .lane-tip", "Task").await;
    bench.find_text("figure[data-chart=lanes] [role=status]", "Its thread").await;
    press(&bench, "0").await;
    bench.find("figure[data-chart=lanes]:not([data-zoom])").await;
    let words = async || bench.texts("[data-cell=primes] [aria-label='The lanes in words'] li").await;
    bench.wait("two lanes in words", async || words().await.len() == 2).await;
    bench.close().await;
}

/// Counts frames, and how often the lanes are drawn anew, from the first task that is seen to the end of the run.
const FRAMES: &str = "
    const cell = document.querySelector('[data-cell=primes]');
    const before = cell.dataset.run;
    window.figures = new Promise(resolve => {
        let frames = 0, drawn = 0, longest = 0, began = 0, last = 0, shown = '';
        const frame = now => {
            const lanes = cell.querySelector('figure[data-chart=lanes]');
            const spans = lanes?.dataset.spans ?? '0';
            if (cell.dataset.run !== before && spans !== '0') {
                if (began === 0) began = now; else { frames += 1; longest = Math.max(longest, now - last); }
                if (spans !== shown) { drawn += 1; shown = spans; }
                if (cell.dataset.phase === 'ended') {
                    const seconds = (now - began) / 1000;
                    return resolve([seconds, frames / seconds, drawn / seconds, longest, Number(spans)]);
                }
            }
            last = now;
            requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
    });";

#[tokio::test]
#[ignore = "a measurement"]
async fn frames_while_spans_arrive() {
    let bench = Bench::at_primes().await;
    for (what, source) in [
        ("1,000,000 tasks that do nothing", "ITEMS = range(1_000_000)\n\ndef work(item):\n    pass\n"),
        (
            "10,000 tasks of about half a millisecond",
            "ITEMS = range(10_000)\n\ndef work(item):\n    sum(range(20_000))\n",
        ),
    ] {
        bench.write(source).await;
        for mode in ["threads", "subinterpreters"] {
            bench.choose(&[mode], &["2"]).await;
            bench.driver.execute(FRAMES, vec![]).await.unwrap();
            bench.run().await;
            bench.ending().await;
            let wait = "const done = arguments[0]; window.figures.then(done);";
            let figures: Vec<f64> = bench.driver.execute_async(wait, vec![]).await.unwrap().convert().unwrap();
            println!(
                "{what}, {mode}: {:.1} s, {:.0} frames/s, drawn anew {:.0} times/s, longest frame {:.0} ms, {} spans",
                figures[0], figures[1], figures[2], figures[3], figures[4]
            );
        }
    }
    bench.close().await;
}

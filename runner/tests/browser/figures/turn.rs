//! How soon the next slide is seen.

use std::time::Duration;

use crate::figures::noted;
use crate::harness::Bench;

/// Presses a key until another slide is shown, and notes of that press how long it was until the second frame after it
/// began, and whether the slide was seen in the first.
const TURN: &str = "
    const [key] = arguments;
    const shown = () => document.querySelector('.slide:not([hidden])');
    window.first = new Promise(resolve => {
        let presses = 0;
        const press = () => {
            presses += 1;
            const before = shown();
            const began = performance.now();
            document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
            const handled = performance.now();
            requestAnimationFrame(() => {
                const after = shown();
                requestAnimationFrame(() => {
                    // It was a step.
                    if (after === before && presses < 9) return setTimeout(press, 100);
                    window.handled = handled - began;
                    window.cells = after.querySelectorAll('.cell').length;
                    resolve(after === before ? -1 : performance.now() - began);
                });
            });
        };
        // At any moment between two frames.
        setTimeout(press, Math.random() * 17);
    });";

/// A frame at 60 Hz, in milliseconds.
const FRAME: f64 = 1000.0 / 60.0;

#[derive(Default)]
struct Turns {
    all: Vec<f64>,
    handled: Vec<f64>,
    with_cells: Vec<f64>,
}

async fn turn(bench: &Bench, key: &str, turns: &mut Turns) {
    bench.driver.execute(TURN, vec![key.into()]).await.unwrap();
    let took = noted(bench).await;
    assert!(took > 0.0, "the next slide was not seen in the first frame");
    let read = "return [window.handled, window.cells]";
    let (handled, cells): (f64, f64) = bench.driver.execute(read, vec![]).await.unwrap().convert().unwrap();
    turns.all.push(took);
    turns.handled.push(handled);
    if cells > 0.0 {
        turns.with_cells.push(took);
    }
}

fn tell(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let within = times.iter().filter(|time| **time <= 2.0 * FRAME).count();
    println!(
        "{what}: {} turns, median {:.1} ms = {:.1} frames, p95 {:.1}, longest {:.1} ms; within two frames {within}",
        times.len(),
        at(0.5),
        at(0.5) / FRAME,
        at(0.95) / FRAME,
        at(1.0)
    );
}

#[tokio::test]
#[ignore = "a measurement"]
async fn from_a_key_press_to_the_second_frame_with_the_next_slide() {
    let bench = Bench::open().await;
    let slides = runner::content::embedded().unwrap().deck.slides.len();
    for (pause, what) in [(0, "at once"), (1500, "after 1.5 s")] {
        bench.go("01-one-lock").await;
        bench.find(".connection[data-state=open]").await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        for (key, visit) in [("PageDown", "first visit"), ("PageUp", "second visit")] {
            let mut turns = Turns::default();
            for _ in 1..slides {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                turn(&bench, key, &mut turns).await;
            }
            tell(&format!("{visit}, next key {what}"), turns.all);
            tell("  of them with cells", turns.with_cells);
            tell("  in the handler alone", turns.handled);
        }
    }
    bench.close().await;
}

//! How soon the windows of a talk agree.

use crate::harness::Bench;
use crate::presenter::{Talk, to};

/// Notes when a slide or a step of it is painted, by the clock that both windows have.
const WATCH: &str = "
    window.painted = [];
    const place = () => location.pathname + location.search + (document.querySelector('#deck > .slide:not([hidden])')?.dataset.at ?? '');
    let before = place();
    const look = () => {
        if (place() !== before) { before = place(); const [port, channel] = [0, new MessageChannel()];
            channel.port1.onmessage = () => window.painted.push(performance.timeOrigin + performance.now()); channel.port2.postMessage(port); }
        requestAnimationFrame(look);
    };
    look();";
/// Presses a key, and says when.
const PRESS: &str = "const now = performance.timeOrigin + performance.now();
    document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'PageDown', bubbles: true, cancelable: true}));
    return now";

#[tokio::test]
#[ignore = "a measurement"]
async fn from_a_key_press_in_one_window_to_the_paint_in_the_other() {
    let bench = Bench::open().await;
    let Talk { room, presenter } = Talk::begin(&bench, "15-why-a-lock").await;
    for window in [&room, &presenter] {
        to(&bench, window).await;
        bench.driver.execute(WATCH, vec![]).await.unwrap();
    }
    let mut times = Vec::new();
    for round in 0..21 {
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        to(&bench, &presenter).await;
        let pressed: f64 = bench.driver.execute(PRESS, vec![]).await.unwrap().convert().unwrap();
        // Both are seen, as on two screens; a driver that turns to one of them would only hide the other.
        to(&bench, &room).await;
        let count = "return window.painted.length";
        let painted = async || bench.driver.execute(count, vec![]).await.unwrap().convert::<usize>().unwrap();
        bench.wait("the room to follow", async || painted().await > round).await;
        let at: f64 = bench.driver.execute("return window.painted.at(-1)", vec![]).await.unwrap().convert().unwrap();
        times.push(at - pressed);
    }
    times.sort_by(f64::total_cmp);
    println!("from the key in one window to the paint in the other, ms: {times:.0?}; median {:.1}", times[10]);
    bench.close().await;
}

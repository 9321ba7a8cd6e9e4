//! Recorded runs: what is seen of a cell where nothing can be executed.

use thirtyfour::TypingData;
use thirtyfour::prelude::*;

use crate::harness::Bench;
use crate::pictures::VIEWS;

const CELL: &str = ".cell[data-cell=primes]";
const BANNER: &str = ".cell[data-cell=primes] .opened.recorded";

async fn is_seen(bench: &Bench, selector: &str) -> bool {
    let script = "return document.querySelector(arguments[0])?.checkVisibility() ?? false";
    bench.driver.execute(script, vec![selector.into()]).await.unwrap().convert().unwrap()
}

async fn is_shown(bench: &Bench) {
    bench.find_text(&format!("{BANNER} p"), "Recorded on ").await;
    bench.find_text(&format!("{BANNER} p"), ": not run here.").await;
    bench.find(&format!("{CELL}[data-phase=ended][data-ending=completed]")).await;
    bench.find_text(&format!("{CELL} .laps"), "Sequential").await;
    bench.wait("the lanes", async || bench.chart("lanes", "data-spans").await > 0).await;
}

async fn is_gone(bench: &Bench) {
    bench.wait("the recorded run to go", async || bench.driver.find(By::Css(BANNER)).await.is_err()).await;
}

async fn press_key(bench: &Bench) {
    // Who listens comes with the button, some seconds after the start.
    bench.find(&format!("{CELL} button.recorded")).await;
    let page = bench.find("body").await;
    let keys: TypingData = Key::Alt + "r";
    page.send_keys(keys).await.unwrap();
}

#[tokio::test]
async fn without_a_kernel_the_recorded_run_is_the_next_step() {
    let data = tempfile::tempdir().unwrap();
    let bench = Bench::open_with(&[("VIRGIL_DATA", &data.path().display().to_string())]).await;
    bench.go("04-count-primes").await;
    bench.cell().await;
    bench.find_text(&format!("{CELL} .status .refusal"), "no Python with a kernel").await;
    assert!(!bench.find(&format!("{CELL} button.run")).await.is_enabled().await.unwrap());
    let offer = format!("{CELL} .offer:not([hidden]) button");
    bench.find(&offer).await.click().await.unwrap();
    is_shown(&bench).await;
    assert!(!is_seen(&bench, &offer).await, "it is offered though it is shown");
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.find(BANNER).await.scroll_into_view().await.unwrap();
        bench.picture(&format!("recorded-{name}")).await;
    }
    bench.view(1280, 720, "light").await;
    // By key too, back and forth, and by the button beside Run.
    press_key(&bench).await;
    is_gone(&bench).await;
    bench.find(&format!("{CELL}[data-phase=idle]")).await;
    press_key(&bench).await;
    is_shown(&bench).await;
    bench.press("Put it away").await;
    is_gone(&bench).await;
    bench.press("Recorded run").await;
    is_shown(&bench).await;
    bench.close().await;
}

#[tokio::test]
async fn a_live_run_takes_the_place_of_the_recorded_one() {
    let bench = Bench::at_primes().await;
    press_key(&bench).await;
    is_shown(&bench).await;
    assert!(!is_seen(&bench, &format!("{CELL} .offer")).await, "there is no need to offer it");
    bench.write("ITEMS = [1]\n\ndef work(item):\n    print('live')\n").await;
    bench.find_text(&format!("{CELL} .stale-note:not([hidden])"), "earlier version of the code").await;
    bench.choose(&["sequential"], &[]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    is_gone(&bench).await;
    assert_eq!(bench.lines().await, ["live"]);
    // The way back leads to one's own run.
    bench.press("Recorded run").await;
    is_shown(&bench).await;
    bench.press("Back to your latest run").await;
    is_gone(&bench).await;
    assert_eq!(bench.lines().await, ["live"]);
    bench.close().await;
}

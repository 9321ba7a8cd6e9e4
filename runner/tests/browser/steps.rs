//! A slide's steps: revealed one by one, kept in the address, and all seen where nothing reveals them.

use std::fs;

use thirtyfour::prelude::*;

use crate::decks::copied;
use crate::harness::Bench;

/// A slide with two steps, and the one after it.
const SLIDE: &str = "15-why-a-lock";
const NEXT: &str = "16-hand-over";

/// What follows the host in the address.
pub async fn address(bench: &Bench) -> String {
    let url = bench.driver.current_url().await.unwrap();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    url.path().trim_start_matches("/slide/").to_owned() + query.as_str()
}

/// Waits until the page is at this address.
pub async fn arrived(bench: &Bench, expected: &str) {
    bench.wait(&format!("the address {expected}"), async || address(bench).await == expected).await;
    let slug = expected.split('?').next().unwrap_or_default();
    bench.find(&format!(".slide[data-slide='{slug}']:not([hidden])")).await;
}

/// Presses a key wherever the focus is.
pub async fn press_key(bench: &Bench, key: impl Into<TypingData>) {
    bench.driver.active_element().await.unwrap().send_keys(key).await.unwrap();
}

/// Of each step of the shown slide, whether it is seen.
async fn seen(bench: &Bench) -> Vec<bool> {
    let script = "return [...document.querySelectorAll('.slide:not([hidden]) .step')]
        .map(step => getComputedStyle(step).visibility === 'visible')";
    bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

async fn until_seen(bench: &Bench, expected: &[bool]) {
    bench.wait(&format!("the steps {expected:?}"), async || seen(bench).await == expected).await;
}

/// What a reader of the screen gets of the shown slide.
async fn told(bench: &Bench) -> String {
    let script = "return document.querySelector('.slide:not([hidden])').innerText";
    bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

/// How far from the top each block of the shown slide is.
async fn tops(bench: &Bench) -> Vec<i64> {
    let script = "return [...document.querySelectorAll('.slide:not([hidden]) :is(h1, p, small, .diagram)')]
        .map(block => Math.round(block.getBoundingClientRect().top + scrollY))";
    bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
}

async fn is_left(bench: &Bench, steps: &str) {
    bench.find(&format!("nav.slides .position [aria-label='{steps} left']")).await;
}

#[tokio::test]
async fn next_reveals_the_steps_of_a_slide_first_and_nothing_moves() {
    let bench = Bench::open().await;
    bench.go(SLIDE).await;
    bench.find(".connection[data-state=open]").await;
    until_seen(&bench, &[false, false]).await;
    is_left(&bench, "2 steps").await;
    let before = tops(&bench).await;
    assert!(!told(&bench).await.contains("One lock for all of it"));

    press_key(&bench, Key::PageDown).await;
    until_seen(&bench, &[true, false]).await;
    arrived(&bench, "15-why-a-lock?step=1").await;
    is_left(&bench, "1 step").await;
    assert!(!told(&bench).await.contains("One lock for all of it"));
    bench.find("a[rel=next]").await.click().await.unwrap();
    until_seen(&bench, &[true, true]).await;
    assert!(told(&bench).await.contains("One lock for all of it"));
    assert_eq!(bench.texts("nav.slides .steps-left").await, Vec::<String>::new());
    assert_eq!(tops(&bench).await, before, "something has moved");

    // On to the next slide at its beginning, back to this one with all that it has, and back by a step.
    press_key(&bench, Key::Right).await;
    arrived(&bench, NEXT).await;
    until_seen(&bench, &[false, false]).await;
    press_key(&bench, Key::Left).await;
    arrived(&bench, "15-why-a-lock?step=2").await;
    until_seen(&bench, &[true, true]).await;
    bench.find("a[rel=prev]").await.click().await.unwrap();
    arrived(&bench, "15-why-a-lock?step=1").await;
    until_seen(&bench, &[true, false]).await;
    bench.close().await;
}

#[tokio::test]
async fn an_address_leads_to_a_slide_and_a_step() {
    let bench = Bench::open().await;
    bench.go("15-why-a-lock?step=1").await;
    until_seen(&bench, &[true, false]).await;
    press_key(&bench, Key::PageDown).await;
    arrived(&bench, "15-why-a-lock?step=2").await;
    bench.driver.refresh().await.unwrap();
    bench.find(".connection[data-state=open]").await;
    until_seen(&bench, &[true, true]).await;
    is_at(&bench, "15-why-a-lock?step=2").await;

    // Steps are no places to go back to; slides are.
    press_key(&bench, Key::PageDown).await;
    arrived(&bench, NEXT).await;
    press_key(&bench, Key::PageDown).await;
    arrived(&bench, "16-hand-over?step=1").await;
    bench.driver.back().await.unwrap();
    arrived(&bench, "15-why-a-lock?step=2").await;
    until_seen(&bench, &[true, true]).await;
    bench.driver.forward().await.unwrap();
    arrived(&bench, "16-hand-over?step=1").await;
    until_seen(&bench, &[true, false]).await;

    // There are no more steps than there are, also in the address.
    for (asked, shown) in [("?step=99", "?step=2"), ("?step=x", ""), ("?step=0", "")] {
        bench.go(&format!("{SLIDE}{asked}")).await;
        arrived(&bench, &format!("{SLIDE}{shown}")).await;
        until_seen(&bench, if shown.is_empty() { &[false, false] } else { &[true, true] }).await;
    }
    bench.close().await;
}

async fn is_at(bench: &Bench, expected: &str) {
    assert_eq!(address(bench).await, expected);
}

#[tokio::test]
async fn all_steps_are_seen_without_javascript_on_paper_and_in_a_notebook() {
    let bench = Bench::open().await;
    bench.go(SLIDE).await;
    until_seen(&bench, &[false, false]).await;
    let tools = bench.driver.cdp();
    for (media, expected) in [("print", [true, true]), ("", [false, false])] {
        tools.send_raw("Emulation.setEmulatedMedia", serde_json::json!({"media": media})).await.unwrap();
        until_seen(&bench, &expected).await;
    }
    bench.driver.execute("document.getElementById('deck').classList.add('notebook')", vec![]).await.unwrap();
    until_seen(&bench, &[true, true]).await;
    tools.send_raw("Emulation.setScriptExecutionDisabled", serde_json::json!({"value": true})).await.unwrap();
    bench.go(SLIDE).await;
    let shown = bench.find(".slide").await.text().await.unwrap();
    assert!(shown.contains("One lock for all of it"), "{shown}");
    bench.close().await;
}

#[tokio::test]
async fn a_cell_can_stand_in_a_step() {
    let deck = copied();
    let file = deck.path().join("slides/01-cards.md");
    let text = fs::read_to_string(&file).unwrap().replace("```python run", "<!-- step -->\n\n```python run");
    fs::write(&file, text).unwrap();
    let bench = Bench::open_deck(deck.path()).await;
    bench.find(".connection[data-state=open]").await;
    bench.find(".cell[data-cell='01-cards-1'][data-phase] .cm-content").await;
    until_seen(&bench, &[false]).await;
    assert!(!bench.find("button.run").await.is_displayed().await.unwrap(), "a cell that isn't reached can be run");
    press_key(&bench, Key::PageDown).await;
    until_seen(&bench, &[true]).await;
    let run = bench.find("button.run").await;
    run.click().await.unwrap();
    bench.find(".cell[data-phase=ended][data-ending=completed]").await;
    bench.close().await;
}

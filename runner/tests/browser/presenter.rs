//! A talk in two windows: the presenter's, with notes and what comes next, and the one before the room.

use thirtyfour::prelude::*;

use crate::harness::Bench;
use crate::pictures::VIEWS;
use crate::steps::{arrived, press_key};

/// The two windows of a talk, both at the same place.
pub struct Talk {
    /// Before the room: the one that was there first.
    pub room: WindowHandle,
    /// With the notes.
    pub presenter: WindowHandle,
}

impl Talk {
    /// Begins one at this slide, and leaves the presenter's window in front.
    pub async fn begin(bench: &Bench, slug: &str) -> Talk {
        bench.go(slug).await;
        bench.find(".connection[data-state=open]").await;
        let room = bench.driver.window().await.unwrap();
        press_key(bench, "p").await;
        bench.wait("the presenter's window", async || bench.driver.windows().await.unwrap().len() == 2).await;
        let presenter = bench.driver.windows().await.unwrap().into_iter().find(|window| *window != room).unwrap();
        to(bench, &presenter).await;
        bench.view(1280, 720, "light").await;
        bench.find("body[data-window=presenter] .presenter .presenter-notes").await;
        bench.find(".connection[data-state=open]").await;
        arrived(bench, slug).await;
        Talk { room, presenter }
    }
}

/// Goes to a window.
pub async fn to(bench: &Bench, window: &WindowHandle) {
    bench.driver.switch_to_window(window.clone()).await.unwrap();
}

/// Waits until this is seen, or isn't any more.
async fn until_seen(bench: &Bench, selector: &str, expected: bool) {
    let script = "return document.querySelector(arguments[0])?.checkVisibility() ?? false";
    let seen = async || *bench.driver.execute(script, vec![selector.into()]).await.unwrap().json() == expected;
    bench.wait(&format!("{selector} to be seen: {expected}"), seen).await;
}

#[tokio::test]
async fn both_windows_show_the_same_step_and_the_presenter_sees_what_comes_next() {
    let bench = Bench::open().await;
    let Talk { room, presenter } = Talk::begin(&bench, "15-why-a-lock").await;
    bench.find_text(".presenter-next h2", "2 steps of this slide, then: How the lock goes round").await;
    bench.find_text(".presenter-preview", "How the lock goes round").await;
    let notes = bench.texts(".presenter-notes").await.concat();
    assert!(notes.len() > 60 && !notes.contains("There are no notes"), "{notes}");
    bench.find_text(".presenter-plan", "This slide: ").await;
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.picture(&format!("presenter-{name}")).await;
        assert!(bench.page_width().await <= width, "too wide at {width}");
    }
    bench.view(1280, 720, "light").await;

    press_key(&bench, Key::PageDown).await;
    arrived(&bench, "15-why-a-lock?step=1").await;
    to(&bench, &room).await;
    arrived(&bench, "15-why-a-lock?step=1").await;
    bench.find("body[data-window=room]").await;
    assert!(bench.texts(".presenter").await.is_empty(), "the room sees the notes");
    // Whoever stands at the other window leads as well.
    for place in ["15-why-a-lock?step=2", "16-hand-over"] {
        press_key(&bench, Key::PageDown).await;
        arrived(&bench, place).await;
    }
    to(&bench, &presenter).await;
    arrived(&bench, "16-hand-over").await;
    bench.find_text(".presenter-next h2", "of this slide, then: ").await;
    // A reload comes back to the talk.
    bench.driver.refresh().await.unwrap();
    bench.find(".presenter .presenter-notes").await;
    arrived(&bench, "16-hand-over").await;
    bench.close().await;
}

#[tokio::test]
async fn a_run_of_either_window_is_seen_in_both() {
    let bench = Bench::open().await;
    let Talk { room, presenter } = Talk::begin(&bench, "04-count-primes").await;
    for (from, other, words) in [(&presenter, &room, "from the presenter"), (&room, &presenter, "from the room")] {
        to(&bench, from).await;
        bench.write(&format!("ITEMS = [1]\n\ndef work(item):\n    print('{words}')\n    return item\n")).await;
        bench.choose(&["sequential"], &["1"]).await;
        bench.run().await;
        assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
        to(&bench, other).await;
        bench.find_text("[data-cell=primes] .line .words", words).await;
        bench.find_text("[data-cell=primes] .cm-content", words).await;
    }
    bench.close().await;
}

#[tokio::test]
async fn the_room_sees_nothing_or_what_is_pointed_at_as_the_presenter_wants() {
    let bench = Bench::open().await;
    let Talk { room, presenter } = Talk::begin(&bench, "15-why-a-lock").await;
    press_key(&bench, "b").await;
    until_seen(&bench, ".curtain-drawn", true).await;
    until_seen(&bench, ".curtain", false).await;
    bench.picture("presenter-blank").await;
    to(&bench, &room).await;
    until_seen(&bench, ".curtain", true).await;
    bench.picture("room-blank").await;
    // A clicker's key, in whatever window has the focus.
    press_key(&bench, ".").await;
    until_seen(&bench, ".curtain", false).await;

    to(&bench, &presenter).await;
    until_seen(&bench, ".curtain-drawn", false).await;
    let point = "//aside//button[.='Point with the mouse']";
    bench.driver.find(By::XPath(point)).await.unwrap().click().await.unwrap();
    let heading = bench.find("#deck > .slide:not([hidden]) h1").await;
    bench.driver.action_chain().move_to_element_center(&heading).perform().await.unwrap();
    until_seen(&bench, ".pointer", true).await;
    to(&bench, &room).await;
    until_seen(&bench, ".pointer", true).await;
    let over = "const dot = document.querySelector('.pointer').getBoundingClientRect();
        const box = document.querySelector('#deck > .slide:not([hidden]) h1').getBoundingClientRect();
        const y = dot.top + dot.height / 2;
        return dot.left > box.left && dot.right < box.right && y > box.top - 8 && y < box.bottom + 8";
    let is_over = async || *bench.driver.execute(over, vec![]).await.unwrap().json() == true;
    bench.wait("the dot to be over the same word", is_over).await;
    bench.picture("room-pointer").await;
    // It goes with the slide.
    press_key(&bench, Key::End).await;
    until_seen(&bench, ".pointer", false).await;
    bench.close().await;
}

#[tokio::test]
async fn all_code_goes_back_to_the_starters_and_that_is_undone() {
    let bench = Bench::open().await;
    let Talk { room, presenter } = Talk::begin(&bench, "04-count-primes").await;
    let starter = bench.text().await;
    bench.write("# for this audience\n").await;
    bench.find("#tools .all-saved[data-state=saved]").await;
    let button = "//aside//button[starts-with(., 'All code back') or starts-with(., 'Undo: ')]";
    let press = async || bench.driver.find(By::XPath(button)).await.unwrap().click().await.unwrap();
    let is = async |text: &str| {
        let has = async || bench.text().await.trim() == text.trim();
        bench.wait(&format!("the text {text:?}"), has).await;
    };
    press().await;
    is(&starter).await;
    to(&bench, &room).await;
    is(&starter).await;
    to(&bench, &presenter).await;
    bench.find_text(".presenter-switches button", "Undo: bring 1 cell back").await;
    press().await;
    is("# for this audience").await;
    // By its key as well, outside of the code.
    bench.driver.execute("document.activeElement.blur()", vec![]).await.unwrap();
    press_key(&bench, "r").await;
    is(&starter).await;
    bench.find("#tools .all-saved[data-state=saved]").await;
    let on_disk = std::fs::read_to_string(bench.workspace.join("primes.py")).unwrap();
    assert_eq!(on_disk.trim(), starter.trim());
    bench.close().await;
}

#[tokio::test]
async fn the_clock_goes_in_the_runner_and_a_talk_ends_in_all_windows() {
    let bench = Bench::open().await;
    let Talk { room, presenter } = Talk::begin(&bench, "16-hand-over").await;
    bench.find_text(".presenter-standing", "Start the clock").await;
    let press = async |name: &str| {
        let path = format!("//aside//button[.='{name}']");
        bench.driver.find(By::XPath(path)).await.unwrap().click().await.unwrap();
    };
    press("Start the clock").await;
    bench.find_text(".presenter-clock", "0:01").await;
    bench.find_text(".presenter-standing", "ahead").await;
    // It has gone on while the window was away.
    bench.driver.refresh().await.unwrap();
    bench.find_text(".presenter-clock", "0:03").await;
    press("Pause").await;
    press("From 0:00").await;
    bench.find_text(".presenter-clock", "0:00").await;

    press("End presenting").await;
    to(&bench, &room).await;
    bench.find("body[data-window=alone]").await;
    bench.wait("the presenter's window to close", async || bench.driver.windows().await.unwrap().len() == 1).await;
    assert!(!bench.driver.windows().await.unwrap().contains(&presenter));
    // From here on nobody is led.
    press_key(&bench, Key::Home).await;
    arrived(&bench, "01-one-lock").await;
    bench.close().await;
}

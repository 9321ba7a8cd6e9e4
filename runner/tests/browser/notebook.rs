//! The notebook as people read it: the whole deck as one scroll, live, and without the program too.

use std::time::Duration;

use thirtyfour::prelude::*;

use crate::harness::Bench;
use crate::pictures::VIEWS;
use crate::steps::press_key;

const QUIZ: &str = ".quiz[data-quiz=who-can-run]";
/// How far below the top of the window a slide begins, in pixels; far away if there is none.
const TOP: &str = "return document.getElementById(arguments[0])?.getBoundingClientRect().top ?? 1e6";

async fn open(bench: &Bench, place: &str) {
    // From elsewhere: an address that differs in its place only would not be loaded.
    bench.driver.goto("about:blank").await.unwrap();
    bench.driver.goto(format!("{}/notebook{place}", bench.address)).await.unwrap();
}

/// The same, once all that is near is alive.
async fn open_live(bench: &Bench, place: &str) {
    open(bench, place).await;
    bench.find(".connection[data-state=open]").await;
    settled(bench).await;
}

/// Waits until everything in the window is alive.
async fn settled(bench: &Bench) {
    let script =
        "const seen = it => { const box = it.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight };
        const places = [...document.querySelectorAll('.cell, .quiz')].filter(seen);
        return places.every(it => it.matches('[data-phase]') || it.querySelector('.quiz-live'))";
    let alive = async || *bench.driver.execute(script, vec![]).await.unwrap().json() == true;
    bench.wait("what is seen to be alive", alive).await;
}

async fn top(bench: &Bench, slug: &str) -> f64 {
    bench.driver.execute(TOP, vec![slug.into()]).await.unwrap().convert().unwrap()
}

async fn until_at(bench: &Bench, slug: &str) {
    bench.wait(&format!("{slug} to be at the top"), async || (0.0..160.0).contains(&top(bench, slug).await)).await;
    let here = async || bench.driver.current_url().await.unwrap().fragment() == Some(slug);
    bench.wait(&format!("the address to lead to {slug}"), here).await;
}

/// Whether it is seen.
async fn is_seen(bench: &Bench, selector: &str) -> bool {
    let script = "return document.querySelector(arguments[0])?.checkVisibility() ?? false";
    *bench.driver.execute(script, vec![selector.into()]).await.unwrap().json() == true
}

#[tokio::test]
async fn it_is_read_without_the_program() {
    let bench = Bench::open().await;
    let allow = async |scripts: bool| {
        let tools = bench.driver.cdp();
        tools.send_raw("Emulation.setScriptExecutionDisabled", serde_json::json!({"value": !scripts})).await.unwrap();
    };
    allow(false).await;
    open(&bench, "#03-who-can-run").await;
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.picture(&format!("notebook-no-script-{name}")).await;
    }
    // The tests look by scripts of their own; those of the page are not run any more.
    allow(true).await;
    bench.view(1280, 720, "light").await;
    let deck = runner::content::embedded().unwrap().deck;
    assert_eq!(bench.texts("#notebook .slide > h3").await.len(), deck.slides.len());
    assert!(bench.texts("#tools button, .cm-content").await.is_empty(), "the program ran");
    for seen in ["#outline", ".needs", ".explanation", "#notebook .cell pre.code", ".as-slide"] {
        assert!(is_seen(&bench, seen).await, "{seen}");
    }
    let meaning = ".explanation .term .meaning";
    assert!(!is_seen(&bench, meaning).await);
    let term = bench.find(".explanation .term").await;
    term.scroll_into_view().await.unwrap();
    bench.driver.action_chain().move_to_element_center(&term).perform().await.unwrap();
    bench.wait("the meaning", async || is_seen(&bench, meaning).await).await;
    bench.close().await;
}

#[tokio::test]
async fn a_cell_and_a_quiz_are_live_in_it() {
    let bench = Bench::open().await;
    open_live(&bench, "#04-count-primes").await;
    bench.cell().await;
    bench.write("ITEMS = [1]\n\ndef work(item):\n    print('from the notebook')\n    return item\n").await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find_text("[data-cell=primes] .line .words", "from the notebook").await;

    bench.find("#outline a[href='#03-who-can-run']").await.click().await.unwrap();
    until_at(&bench, "03-who-can-run").await;
    let answer = bench.find(&format!("{QUIZ} .quiz-live input[value='1']")).await;
    answer.click().await.unwrap();
    bench.find(&format!("{QUIZ} .quiz-live button[type=submit]")).await.click().await.unwrap();
    bench.find_text(&format!("{QUIZ} .quiz-said"), "Right.").await;
    bench.find("#outline li[data-slide='03-who-can-run'][data-standing=done]").await;

    // It is done on the slide as well, and what was typed and run is there.
    bench.find("#\\30 3-who-can-run .as-slide").await.click().await.unwrap();
    bench.find(&format!("#deck {QUIZ} .quiz-live[data-told=yes]")).await;
    bench.go("04-count-primes").await;
    bench.find_text("[data-cell=primes] .line .words", "from the notebook").await;
    bench.close().await;
}

#[tokio::test]
async fn address_and_outline_follow_the_reader() {
    let bench = Bench::open().await;
    let deck = runner::content::embedded().unwrap().deck;
    let (early, late) = (&deck.slides[2].slug, &deck.slides[deck.slides.len() / 2].slug);
    open_live(&bench, &format!("#{late}")).await;
    until_at(&bench, late).await;
    // Those around it have come to life, and nothing moved.
    tokio::time::sleep(Duration::from_secs(1)).await;
    until_at(&bench, late).await;
    bench.find(&format!("#outline a[href='#{late}'][aria-current]")).await;

    let before = deck.slides.len();
    bench.find(&format!("#outline a[href='#{early}']")).await.click().await.unwrap();
    until_at(&bench, early).await;
    settled(&bench).await;
    bench.driver.back().await.unwrap();
    until_at(&bench, late).await;
    // Keys scroll, as in any page.
    let start = top(&bench, late).await;
    press_key(&bench, Key::PageDown).await;
    bench.wait("the page to be scrolled", async || top(&bench, late).await < start - 300.0).await;
    assert_eq!(bench.driver.current_url().await.unwrap().path(), "/notebook");
    assert_eq!(bench.texts("#notebook .slide").await.len(), before);

    // A reload leads to the same line.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let left = top(&bench, late).await;
    bench.driver.refresh().await.unwrap();
    bench.find(".connection[data-state=open]").await;
    bench.wait("the line to be there again", async || (top(&bench, late).await - left).abs() < 60.0).await;

    // From slide to notebook and back.
    bench.go(early).await;
    bench.find(".connection[data-state=open]").await;
    bench.find("a[rel=next]").await.click().await.unwrap();
    let next = &deck.slides[3].slug;
    bench.find(&format!("a.other-view[href='/notebook#{next}']")).await.click().await.unwrap();
    bench.find(".connection[data-state=open]").await;
    until_at(&bench, next).await;
    bench.find(&format!("a.other-view[href='/slide/{next}']")).await;
    bench.close().await;
}

#[tokio::test]
async fn what_a_term_means_is_shown_and_hidden_by_keyboard() {
    let bench = Bench::open().await;
    open_live(&bench, "").await;
    let first = ".term .meaning";
    let script = "document.querySelector('.term').focus()";
    bench.driver.execute(script, vec![]).await.unwrap();
    assert!(is_seen(&bench, first).await);
    let described = "const term = document.querySelector('.term');
        return document.getElementById(term.getAttribute('aria-describedby')).textContent";
    let described: String = bench.driver.execute(described, vec![]).await.unwrap().convert().unwrap();
    assert_eq!(bench.texts(first).await[0], described);
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench
            .driver
            .execute("document.querySelector('.term').scrollIntoView({block: 'center'})", vec![])
            .await
            .unwrap();
        bench.picture(&format!("notebook-term-{name}")).await;
        let wide = bench.page_width().await;
        assert!(wide <= width, "{wide} px wide at {width}");
    }
    bench.driver.active_element().await.unwrap().send_keys(Key::Escape + "").await.unwrap();
    bench.wait("it to be hidden", async || !is_seen(&bench, first).await).await;
    bench.driver.execute("document.activeElement.blur()", vec![]).await.unwrap();
    bench.driver.execute(script, vec![]).await.unwrap();
    bench.wait("it to be shown again", async || is_seen(&bench, first).await).await;

    // On a narrow window the outline is behind a button.
    assert!(!is_seen(&bench, "#outline").await);
    bench.find(".to-outline").await.click().await.unwrap();
    bench.wait("the outline", async || is_seen(&bench, "#outline").await).await;
    bench.picture("notebook-outline-phone").await;
    let slug = &runner::content::embedded().unwrap().deck.slides[4].slug;
    bench.find(&format!("#outline a[href='#{slug}']")).await.click().await.unwrap();
    until_at(&bench, slug).await;
    assert!(!is_seen(&bench, "#outline").await);
    bench.close().await;
}

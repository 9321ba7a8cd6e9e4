//! Another deck than the workshop, as its author sees it: what is saved is shown, and what is wrong with it.

use std::fs;
use std::path::Path;

use crate::decks::copied;
use crate::harness::Bench;
use crate::pictures::VIEWS;

/// Saves a file of the deck with something else in it.
fn change(deck: &Path, file: &str, before: &str, after: &str) {
    let text = fs::read_to_string(deck.join(file)).unwrap();
    assert!(text.contains(before), "{text}");
    fs::write(deck.join(file), text.replace(before, after)).unwrap();
}

/// Whether it is seen, with this text in it.
async fn is_shown(bench: &Bench, selector: &str, text: &str) -> bool {
    let script = "const found = [...document.querySelectorAll(arguments[0])];
        return found.some(found => found.checkVisibility() && found.innerText.includes(arguments[1]))";
    let found = bench.driver.execute(script, vec![selector.into(), text.into()]).await;
    found.is_ok_and(|found| *found.json() == true)
}

async fn until_shown(bench: &Bench, selector: &str, text: &str) {
    bench.wait(&format!("{text} in {selector}"), async || is_shown(bench, selector, text).await).await;
}

#[tokio::test]
async fn what_is_saved_is_shown_at_its_slide_and_mistakes_are_named() {
    let deck = copied();
    let deck = deck.path();
    let bench = Bench::open_deck(deck).await;
    until_shown(&bench, "h1", "Cards in a hand").await;
    bench.go("01-insertion").await;
    until_shown(&bench, ".cell[data-phase]", "Insertion sort").await;
    bench.find(".connection[data-state=open]").await;

    // What is typed at that moment is kept.
    let editor = bench.find(".cm-content").await;
    editor.click().await.unwrap();
    editor.send_keys("mine").await.unwrap();
    change(deck, "slides/01-insertion.md", "title = \"Insertion sort\"", "title = \"Sorting a hand\"");
    until_shown(&bench, "h1", "Sorting a hand").await;
    until_shown(&bench, ".cm-content", "mine").await;
    bench
        .wait("the edit to be kept", async || {
            fs::read_to_string(bench.workspace.join("insertion.py")).is_ok_and(|text| text.contains("mine"))
        })
        .await;

    change(deck, "slides/01-cards.md", "minutes = 2", "minutes = 3");
    let mistakes = ".notice.mistakes";
    until_shown(&bench, mistakes, "The deck was saved with a mistake, so you see it as it was before.").await;
    until_shown(&bench, mistakes, "slides/deck.toml:9: `Cards` is planned with 2 minutes").await;
    until_shown(&bench, "h1", "Sorting a hand").await;
    // Whoever comes later is told as well.
    bench.go("01-insertion").await;
    until_shown(&bench, mistakes, "slides/deck.toml:9: ").await;
    bench.find(".notice.mistakes button").await.click().await.unwrap();
    bench.wait("it to be put away", async || !is_shown(&bench, mistakes, "").await).await;
    change(deck, "slides/01-cards.md", "minutes = 3", "minutes = 2 oh");
    until_shown(&bench, mistakes, "slides/01-cards.md:4: ").await;
    for (name, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.picture(&format!("deck-mistakes-{name}")).await;
    }
    change(deck, "slides/01-cards.md", "minutes = 2 oh", "minutes = 2");
    bench.wait("all to be right again", async || !is_shown(&bench, mistakes, "").await).await;

    // A slide that is no longer there leads to the first.
    fs::rename(deck.join("slides/01-insertion.md"), deck.join("slides/01-by-hand.md")).unwrap();
    change(deck, "slides/01-cards.md", "/slide/01-insertion", "/slide/01-by-hand");
    until_shown(&bench, "h1", "Cards in a hand").await;
    bench.close().await;
}

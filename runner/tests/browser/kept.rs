//! Nothing on the page is lost: conflicts, versions, choices, undo, and a second tab.

use thirtyfour::TypingData;
use thirtyfour::prelude::*;

use crate::harness::Bench;

const CELL: &str = ".cell[data-cell=primes]";

/// Waits until the exercise's file holds this.
async fn on_disk(bench: &Bench, text: &str) {
    let file = bench.workspace.join("primes.py");
    let holds = async || std::fs::read_to_string(&file).unwrap_or_default().contains(text);
    bench.wait(&format!("`{text}` on disk"), holds).await;
}

async fn saved(bench: &Bench) {
    bench.find(&format!("{CELL} .save-state[data-state=saved]")).await;
    bench.find("#tools .all-saved[data-state=saved]").await;
}

async fn typed(bench: &Bench, keys: impl Into<TypingData>) {
    let editor = bench.cell().await;
    editor.scroll_into_view().await.unwrap();
    editor.click().await.unwrap();
    editor.send_keys(keys).await.unwrap();
}

async fn pictures(bench: &Bench, name: &str) {
    for (view, width, height, colours) in
        [("wide-light", 1280, 720, "light"), ("wide-dark", 1280, 720, "dark"), ("phone-light", 390, 844, "light")]
    {
        bench.view(width, height, colours).await;
        bench.picture(&format!("{name}-{view}")).await;
    }
    bench.view(1280, 720, "light").await;
}

#[tokio::test]
async fn a_conflict_loses_neither_text_and_every_version_can_be_had_again() {
    let bench = Bench::at_primes().await;
    bench.write("# one\n").await;
    saved(&bench).await;
    on_disk(&bench, "# one").await;
    std::fs::write(bench.workspace.join("primes.py"), "# theirs\n").unwrap();
    typed(&bench, Key::Control + Key::End).await;
    typed(&bench, "# mine").await;
    bench.find_text(&format!("{CELL} .conflict [role=alert]"), "was changed elsewhere").await;
    bench.find_text("#tools .all-saved", "NOT SAVED").await;
    bench.find_text(&format!("{CELL} .conflict .change.gone .words"), "# theirs").await;
    bench.find_text(&format!("{CELL} .conflict .change.new .words"), "# mine").await;
    let title = bench.driver.title().await.unwrap();
    assert!(title.starts_with("NOT SAVED · "), "{title}");
    pictures(&bench, "conflict").await;
    // A reload in the middle of it loses nothing either.
    bench.driver.refresh().await.unwrap();
    bench.cell().await;
    bench.find_text(&format!("{CELL} .conflict .change.new .words"), "# mine").await;
    on_disk(&bench, "# theirs").await;
    bench.press("Keep my edits").await;
    saved(&bench).await;
    on_disk(&bench, "# mine").await;
    assert!(!bench.driver.title().await.unwrap().contains("NOT SAVED"));

    bench.press("Versions").await;
    let list = format!("{CELL} dialog[open] .version-list button");
    bench.find_text(&list, "changed outside of this page").await;
    bench.find_text(&list, "unsaved edits").await;
    let theirs = bench.driver.query(By::XPath("//dialog[@open]//button[contains(., 'changed outside')]"));
    theirs.first().await.unwrap().click().await.unwrap();
    bench.find_text(&format!("{CELL} dialog[open] .change.gone .words"), "# theirs").await;
    pictures(&bench, "versions").await;
    bench.press("Restore this version").await;
    on_disk(&bench, "# theirs").await;
    assert_eq!(bench.text().await.trim(), "# theirs");
    // It is an edit like any other.
    typed(&bench, Key::Control + "z").await;
    on_disk(&bench, "# mine").await;
    saved(&bench).await;
    bench.close().await;
}

#[tokio::test]
async fn choices_and_undo_outlive_a_reload() {
    let bench = Bench::at_primes().await;
    let starter = bench.text().await;
    bench.write("ITEMS = [1]\n\ndef work(item):\n    return item\n").await;
    bench.choose(&["processes"], &["3"]).await;
    let repeats = bench.find(&format!("{CELL} input[name=repeats]")).await;
    repeats.send_keys(Key::Control + "a").await.unwrap();
    repeats.send_keys("4" + Key::Tab).await.unwrap();
    saved(&bench).await;
    bench.driver.refresh().await.unwrap();
    bench.cell().await;
    let script = "return [...document.querySelectorAll(arguments[0])].filter(box => box.checked).map(box => box.value)";
    let boxes = format!("{CELL} input[type=checkbox]");
    bench
        .wait("what was chosen", async || {
            let chosen = bench.driver.execute(script, vec![boxes.as_str().into()]).await.unwrap();
            chosen.convert::<Vec<String>>().unwrap() == ["processes", "3"]
        })
        .await;
    let repeats = bench.find(&format!("{CELL} input[name=repeats]")).await;
    assert_eq!(repeats.prop("value").await.unwrap().as_deref(), Some("4"));
    typed(&bench, Key::Control + "z").await;
    bench.wait("the starter to be back", async || bench.text().await == starter).await;
    bench.close().await;
}

#[tokio::test]
async fn a_second_tab_is_told_and_may_take_over() {
    let bench = Bench::at_primes().await;
    let notice = ".other-tab:not([hidden])";
    let first = bench.driver.window().await.unwrap();
    let second = bench.driver.new_tab().await.unwrap();
    bench.driver.switch_to_window(second.clone()).await.unwrap();
    bench.go("04-count-primes").await;
    bench.find_text(notice, "open in another tab").await;
    pictures(&bench, "second-tab").await;

    bench.driver.switch_to_window(first.clone()).await.unwrap();
    bench.write("# of the first\n").await;
    saved(&bench).await;
    // A reload is no second tab.
    bench.driver.refresh().await.unwrap();
    bench.cell().await;
    assert!(bench.driver.find(By::Css(notice)).await.is_err());

    bench.driver.switch_to_window(second.clone()).await.unwrap();
    bench.wait("the other tab's edit", async || bench.text().await.trim() == "# of the first").await;
    typed(&bench, Key::Control + Key::End).await;
    typed(&bench, "# of the second").await;
    bench.find_text(&format!("{CELL} .save-reason"), "Take over").await;
    bench.driver.query(By::XPath("//button[.='Take over']")).first().await.unwrap().click().await.unwrap();
    saved(&bench).await;
    on_disk(&bench, "# of the second").await;

    bench.driver.switch_to_window(first.clone()).await.unwrap();
    bench.find_text(notice, "Another tab has taken over").await;
    bench.wait("the edit of the one that took over", async || bench.text().await.contains("# of the second")).await;
    // Runs are seen in both.
    bench.driver.switch_to_window(second).await.unwrap();
    bench.write("ITEMS = [1]\n\ndef work(item):\n    print('seen in both')\n").await;
    bench.choose(&["sequential"], &[]).await;
    bench.run().await;
    bench.ending().await;
    bench.driver.close_window().await.unwrap();
    bench.driver.switch_to_window(first).await.unwrap();
    bench.find_text("[role=log] .line .words", "seen in both").await;
    // The one that drove is gone.
    bench.wait("the notice to go", async || bench.driver.find(By::Css(notice)).await.is_err()).await;
    typed(&bench, "# again").await;
    on_disk(&bench, "# again").await;
    bench.close().await;
}

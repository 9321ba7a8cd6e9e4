//! Keys: those of clickers always turn slides, all others belong to what has the focus, and Escape loses nothing.

use thirtyfour::prelude::*;

use crate::find::pictures;
use crate::harness::Bench;
use crate::steps::{address, arrived, press_key};

const SLIDE: &str = "18-given-back";
const BEFORE: &str = "17-your-code-is-not-safe";
const CELL: &str = ".cell[data-cell='18-given-back-1']";

async fn at_cell() -> Bench {
    let bench = Bench::open().await;
    bench.go(SLIDE).await;
    bench.find(".connection[data-state=open]").await;
    bench.find(&format!("{CELL} .cm-content")).await;
    bench
}

/// Presses Page Up and then Page Down, with the focus in what this finds each time.
async fn turns(bench: &Bench, selector: &str) {
    let element = bench.find(selector).await;
    let script = "arguments[0].focus(); return document.activeElement === arguments[0]";
    let focused = bench.driver.execute(script, vec![element.to_json().unwrap()]).await.unwrap();
    assert_eq!(*focused.json(), true, "{selector} can't have the focus");
    press_key(bench, Key::PageUp).await;
    arrived(bench, BEFORE).await;
    press_key(bench, Key::PageDown).await;
    arrived(bench, SLIDE).await;
}

#[tokio::test]
async fn page_keys_turn_slides_from_wherever_the_focus_is() {
    let bench = at_cell().await;
    let editor = bench.find(&format!("{CELL} .cm-content")).await;
    editor.click().await.unwrap();
    editor.send_keys("# mine").await.unwrap();
    let text = editor.text().await.unwrap();
    assert!(text.contains("# mine"), "{text}");
    turns(&bench, &format!("{CELL} .cm-content")).await;
    assert_eq!(bench.find(&format!("{CELL} .cm-content")).await.text().await.unwrap(), text);
    turns(&bench, &format!("{CELL} select")).await;
    turns(&bench, &format!("{CELL} input[type=checkbox]")).await;
    // In a dialog: it is closed.
    for (key, dialog) in [("o", "overview"), ("?", "shortcuts")] {
        press_key(&bench, key).await;
        bench.find(&format!("dialog.{dialog}[open]")).await;
        press_key(&bench, Key::PageUp).await;
        arrived(&bench, BEFORE).await;
        assert_eq!(bench.texts("dialog[open]").await.len(), 0, "{dialog} is open still");
        press_key(&bench, Key::PageDown).await;
        arrived(&bench, SLIDE).await;
    }
    bench.press_in_bar("button.doctor").await;
    bench.find("dialog.checkup[open]").await;
    press_key(&bench, Key::PageUp).await;
    arrived(&bench, BEFORE).await;
    assert_eq!(bench.texts("dialog[open]").await.len(), 0);
    bench.close().await;
}

#[tokio::test]
async fn output_is_scrolled_by_arrows_and_left_by_the_keys_of_clickers() {
    let bench = Bench::open().await;
    bench.go("11-reference-counts").await;
    bench.find(".connection[data-state=open]").await;
    bench.find("[data-cell='11-reference-counts-1'] button.run").await.click().await.unwrap();
    bench.find_text("[data-cell='11-reference-counts-1'] .output .words", "a second name").await;
    let output = bench.find("[data-cell='11-reference-counts-1'] .output").await;
    for key in [Key::Right, Key::Left, Key::Home, Key::End] {
        output.send_keys(key + "").await.unwrap();
    }
    assert_eq!(address(&bench).await, "11-reference-counts");
    output.send_keys(Key::PageUp + "").await.unwrap();
    arrived(&bench, "10-source-to-bytecode").await;
    bench.close().await;
}

#[tokio::test]
async fn a_slider_keeps_its_arrows_but_not_the_keys_of_clickers() {
    let bench = Bench::open().await;
    bench.find(".connection[data-state=open]").await;
    let slider = bench.find(".cell input[type=range]").await;
    let value = async || slider.prop("value").await.unwrap();
    let first = value().await;
    slider.send_keys(Key::Right + "").await.unwrap();
    bench.wait("the slider to move", async || value().await != first).await;
    assert_eq!(address(&bench).await, "01-one-lock");
    let moved = value().await;
    slider.send_keys(Key::PageDown + "").await.unwrap();
    arrived(&bench, "02-an-interpreter-each").await;
    assert_eq!(value().await, moved);
    bench.close().await;
}

#[tokio::test]
async fn escape_leaves_the_code_or_a_dialog_and_nothing_else() {
    let bench = at_cell().await;
    let editor = bench.find(&format!("{CELL} .cm-content")).await;
    editor.click().await.unwrap();
    editor.send_keys("x").await.unwrap();
    let text = editor.text().await.unwrap();
    for key in [Key::Right, Key::Left, Key::Home, Key::End] {
        editor.send_keys(key + "").await.unwrap();
    }
    // Letters that are keys elsewhere are typed.
    editor.send_keys("gob?/.").await.unwrap();
    assert_eq!(bench.texts("dialog[open]").await.len(), 0);
    assert_eq!(address(&bench).await, SLIDE);
    let typed = editor.text().await.unwrap();
    assert_ne!(typed, text);
    press_key(&bench, Key::Escape).await;
    let focused = "return document.activeElement.closest('.cm-editor') === null && document.activeElement.innerText";
    let told: String = bench.driver.execute(focused, vec![]).await.unwrap().convert().unwrap();
    assert_eq!(told, "Outside of the code: Tab goes on, arrow keys turn slides.");
    bench.picture("editor-left").await;
    // Again, and nothing happens.
    press_key(&bench, Key::Escape).await;
    press_key(&bench, "b").await;
    press_key(&bench, ".").await;
    assert_eq!(address(&bench).await, SLIDE);
    assert_eq!(bench.texts("dialog[open]").await.len(), 0);
    press_key(&bench, Key::Shift + Key::Tab).await;
    let inside: bool = bench
        .driver
        .execute("return document.activeElement.closest('.cm-editor') !== null", vec![])
        .await
        .unwrap()
        .convert()
        .unwrap();
    assert!(inside, "Shift+Tab doesn't lead back");
    press_key(&bench, Key::Escape).await;
    press_key(&bench, Key::Left).await;
    arrived(&bench, BEFORE).await;
    press_key(&bench, Key::Right).await;
    arrived(&bench, SLIDE).await;
    assert_eq!(bench.find(&format!("{CELL} .cm-content")).await.text().await.unwrap(), typed);
    bench.close().await;
}

#[tokio::test]
async fn a_sheet_tells_all_keys() {
    let bench = Bench::open().await;
    bench.find(".connection[data-state=open]").await;
    press_key(&bench, "?").await;
    let sheet = "//dialog[@open][@aria-labelledby='shortcuts-title']";
    bench.find("dialog.shortcuts[open]").await;
    let text = bench.driver.find(By::XPath(sheet)).await.unwrap().text().await.unwrap();
    for part in ["Keys", "SLIDES", "PAGE DOWN", "GO TO A SLIDE", "IN A CELL'S CODE", "SHIFT + ENTER", "DIALOGS"] {
        assert!(text.to_uppercase().contains(&part.to_uppercase()), "{part}: {text}");
    }
    pictures(&bench, "keys").await;
    press_key(&bench, Key::Escape).await;
    bench.wait("the sheet to close", async || bench.texts("dialog[open]").await.is_empty()).await;
    // There is a way without the key.
    bench.press_in_bar("button.learned").await;
    let button = "//dialog[@open]//button[normalize-space(.)='All keys']";
    let button = bench.driver.query(By::XPath(button)).first().await.unwrap();
    button.click().await.unwrap();
    bench.find("dialog.shortcuts[open]").await;
    assert_eq!(bench.texts("dialog[open]").await.len(), 1);
    bench.close().await;
}

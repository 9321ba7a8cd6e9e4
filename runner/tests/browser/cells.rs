//! Cells: undo, parameters, time and place while they run, run all above, and results of an earlier code.

use thirtyfour::prelude::*;

use crate::harness::Bench;

/// A slide before the next one, and its cell.
const FIRST_SLIDE: &str = "01-one-lock";
const FIRST_CELL: &str = "[data-cell='01-one-lock-1']";

/// A slide whose cell has a parameter, and that cell.
const SLIDE: &str = "02-an-interpreter-each";
const CELL: &str = "[data-cell='02-an-interpreter-each-1']";

/// Ends as soon as it is stopped.
const LONG: &str = "import time\nITEMS = [1]\n\ndef work(item):\n    while True:\n        time.sleep(0.01)\n";

/// The slide with the parameter, ready to run.
async fn at_parameter() -> Bench {
    let bench = Bench::open().await;
    at(&bench, SLIDE, CELL).await;
    bench
}

/// Goes to a slide, and waits until its cell can be run.
async fn at(bench: &Bench, slide: &str, cell: &str) {
    bench.go(slide).await;
    bench.find(&format!(".cell{cell}[data-phase]")).await;
    bench.find(".connection[data-state=open]").await;
}

/// What stands in that cell's editor.
async fn code(bench: &Bench) -> String {
    bench.texts(&format!("{CELL} .cm-line")).await.join("\n")
}

/// Waits until its code holds this line.
async fn has_line(bench: &Bench, line: &str) {
    bench.wait(&format!("the line `{line}`"), async || code(bench).await.lines().any(|it| it == line)).await;
}

async fn slide_by_key(bench: &Bench, key: Key) {
    // Nothing that takes the arrows for itself may have the focus.
    bench.driver.execute("document.activeElement.blur()", vec![]).await.unwrap();
    bench.driver.active_element().await.unwrap().send_keys(key + "").await.unwrap();
}

#[tokio::test]
async fn undo_outlives_a_reset_and_a_look_at_another_slide() {
    let bench = Bench::at_primes().await;
    let starter = bench.text().await;
    bench.write("# mine\n").await;
    bench.press("Reset").await;
    assert_eq!(bench.text().await, starter);
    slide_by_key(&bench, Key::Left).await;
    bench.find(".slide:not([data-slide='04-count-primes'], [hidden])").await;
    slide_by_key(&bench, Key::Right).await;
    bench.find(".slide[data-slide='04-count-primes']:not([hidden])").await;
    let editor = bench.cell().await;
    editor.click().await.unwrap();
    editor.send_keys(Key::Control + "z").await.unwrap();
    assert_eq!(bench.text().await.trim(), "# mine");
    editor.send_keys(Key::Control + "z").await.unwrap();
    assert_eq!(bench.text().await, starter);
    bench.close().await;
}

#[tokio::test]
async fn a_slider_writes_its_value_into_the_code_by_keyboard_and_undo_takes_it_back() {
    let bench = at_parameter().await;
    let before = code(&bench).await;
    let slider = bench.find(&format!("{CELL} .parameter input[type=range]")).await;
    assert_eq!(slider.value().await.unwrap().as_deref(), Some("250000"));
    slider.send_keys(Key::Right + "").await.unwrap();
    has_line(&bench, "SIZE = 300_000").await;
    assert_eq!(code(&bench).await, before.replace("SIZE = 250_000", "SIZE = 300_000"), "only the value has changed");
    assert!(bench.driver.current_url().await.unwrap().path().ends_with(SLIDE), "the arrow went to another slide");
    // What is typed moves the slider.
    let editor = bench.find(&format!("{CELL} .cm-content")).await;
    editor.click().await.unwrap();
    editor.send_keys(Key::Control + "z").await.unwrap();
    has_line(&bench, "SIZE = 250_000").await;
    bench.wait("the slider to follow", async || slider.prop("value").await.unwrap().as_deref() == Some("250000")).await;
    // Without its line there is nothing to move.
    editor.send_keys(Key::Control + "a").await.unwrap();
    editor.send_keys("ITEMS = [1]").await.unwrap();
    bench.find_text(&format!("{CELL} .parameter-trouble"), "SIZE = …").await;
    assert!(!slider.is_enabled().await.unwrap());
    bench.close().await;
}

#[tokio::test]
async fn what_is_chosen_is_what_runs_and_an_edit_fades_the_result() {
    let bench = at_parameter().await;
    let source = "SIZE = 250_000\nITEMS = [SIZE]\n\ndef work(item):\n    print(item)\n";
    let editor = bench.find(&format!("{CELL} .cm-content")).await;
    editor.click().await.unwrap();
    editor.send_keys(Key::Control + "a").await.unwrap();
    paste(&bench, &editor, source).await;
    let slider = bench.find(&format!("{CELL} .parameter input[type=range]")).await;
    slider.send_keys(Key::Home + "").await.unwrap();
    has_line(&bench, "SIZE = 50_000").await;
    bench.find(&format!("{CELL} .run")).await.click().await.unwrap();
    bench.find(&format!(".cell{CELL}[data-ending=completed]")).await;
    bench.find_text(&format!("{CELL} [role=log] .line .words"), "50000").await;
    let stale = format!("{CELL} .columns.stale");
    assert!(bench.driver.find(By::Css(&stale)).await.is_err(), "faded though nothing has changed");
    slider.send_keys(Key::Right + "").await.unwrap();
    bench.find(&stale).await;
    bench.wait("the label", async || is_shown(&bench, &format!("{CELL} .stale-note")).await).await;
    slider.send_keys(Key::Left + "").await.unwrap();
    bench.find(&format!("{CELL} .columns:not(.stale)")).await;
    bench.close().await;
}

async fn is_shown(bench: &Bench, selector: &str) -> bool {
    let found = bench.driver.find_all(By::Css(selector)).await.unwrap();
    for element in found {
        if element.is_displayed().await.unwrap() {
            return true;
        }
    }
    false
}

/// As the clipboard would.
async fn paste(bench: &Bench, editor: &WebElement, text: &str) {
    let script = "const paste = new DataTransfer(); paste.setData('text/plain', arguments[1]);
        arguments[0].dispatchEvent(new ClipboardEvent('paste', {clipboardData: paste, bubbles: true, cancelable: true}));";
    bench.driver.execute(script, vec![editor.to_json().unwrap(), text.into()]).await.unwrap();
}

#[tokio::test]
async fn a_run_shows_its_time_and_its_place_in_the_queue() {
    let bench = Bench::open().await;
    // The first cell ends no more than the second: it is still there when all above are stopped.
    for (slide, cell) in [(FIRST_SLIDE, FIRST_CELL), (SLIDE, CELL)] {
        at(&bench, slide, cell).await;
        let editor = bench.find(&format!("{cell} .cm-content")).await;
        editor.click().await.unwrap();
        editor.send_keys(Key::Control + "a").await.unwrap();
        paste(&bench, &editor, LONG).await;
        bench.find(&format!("{cell} .save-state[data-state=saved]")).await;
    }
    bench.find(&format!("{CELL} .run")).await.click().await.unwrap();
    bench.find(&format!(".cell{CELL}[data-phase=running]")).await;
    let elapsed = async || bench.texts(&format!("{CELL} .elapsed")).await.concat();
    bench.wait("the time", async || elapsed().await.ends_with("s since Run")).await;
    let first = elapsed().await;
    bench.wait("the time to go on", async || elapsed().await != first).await;

    bench.go("04-count-primes").await;
    bench.cell().await;
    bench.run().await;
    bench.find_text("[data-cell=primes] .progress .words", "Queued: 1 other run first").await;
    bench.find_text("[data-cell=primes] .elapsed", "since Run").await;
    bench.picture("queued-wide-light").await;
    bench.press("Stop").await;
    assert_eq!(bench.ending().await, "stopped");
    assert_eq!(bench.texts("[data-cell=primes] .elapsed").await, [""], "the clock goes on after the end");
    // One of those above runs already, the others are queued behind it, or have not been accepted yet.
    bench.press("Run all above").await;
    bench.press("Stop all above").await;
    bench.find_text("[data-cell=primes] .above-state", "Look at One lock, An interpreter each").await;
    bench.close().await;
}

#[tokio::test]
async fn all_above_run_with_their_own_choices_and_are_counted() {
    let bench = Bench::open().await;
    bench.go("07-ask-them").await;
    let third = ".cell[data-cell='07-ask-them-1']";
    bench.find(&format!("{third}[data-phase]")).await;
    bench.find(".connection[data-state=open]").await;
    let path = "//*[@data-cell='07-ask-them-1']//button[normalize-space(.)='Run all above']";
    bench.driver.query(By::XPath(path)).and_clickable().first().await.unwrap().click().await.unwrap();
    bench.find_text(&format!("{third} .above-state"), "Above: 2 cells completed.").await;
    // The one that runs it has not run.
    assert_eq!(bench.find(third).await.attr("data-phase").await.unwrap().as_deref(), Some("idle"));
    bench.go(SLIDE).await;
    bench.find(&format!(".cell{CELL}[data-ending=completed]")).await;
    bench.close().await;
}

#[tokio::test]
async fn repeats_are_a_cell_s_own() {
    let bench = Bench::at_primes().await;
    bench.write("ITEMS = [1]\n\ndef work(item):\n    return item\n").await;
    bench.choose(&["sequential"], &[]).await;
    let repeats = bench.find("[data-cell=primes] input[name=repeats]").await;
    repeats.send_keys(Key::Control + "a").await.unwrap();
    repeats.send_keys("3" + Key::Tab).await.unwrap();
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let rows = bench.texts("[data-cell=primes] .laps tbody tr").await;
    assert_eq!((rows.len(), rows[0].contains("not counted")), (3 + 1, true), "the first only warms up: {rows:?}");
    repeats.send_keys(Key::Control + "a").await.unwrap();
    repeats.send_keys("1000" + Key::Tab).await.unwrap();
    assert_eq!(repeats.prop("value").await.unwrap().as_deref(), Some("100"));
    bench.close().await;
}

#[tokio::test]
async fn the_lines_of_an_exception_are_marked_until_they_are_edited() {
    let bench = Bench::at_primes().await;
    let source = "ITEMS = [1]\n\ndef inner(item):\n    return item / 0\n\ndef work(item):\n    return inner(item)\n";
    bench.write(source).await;
    bench.choose(&["subinterpreters"], &["1"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "raised");
    bench.find_text("[data-cell=primes] .cm-failed", "return item / 0").await;
    bench.find_text("[data-cell=primes] .cm-caller", "return inner(item)").await;
    bench.find_text("[data-cell=primes] .cm-failed-sign", "✗").await;
    bench.find_text("[data-cell=primes] .trouble .advice", "divided by zero").await;
    for (name, width, height, colours) in
        [("wide-light", 1280, 720, "light"), ("wide-dark", 1280, 720, "dark"), ("phone-light", 390, 844, "light")]
    {
        bench.view(width, height, colours).await;
        bench.picture(&format!("raised-{name}")).await;
    }
    bench.view(1280, 720, "light").await;
    bench.press("Go to line 4").await;
    bench.driver.active_element().await.unwrap().send_keys("#").await.unwrap();
    bench
        .wait("the marks to go", async || {
            bench.texts("[data-cell=primes] :is(.cm-failed, .cm-caller)").await.is_empty()
        })
        .await;
    assert!(bench.text().await.contains("    #return item / 0"), "{}", bench.text().await);
    // What is marked is again what was run.
    bench.driver.active_element().await.unwrap().send_keys(Key::Control + "z").await.unwrap();
    bench.find_text("[data-cell=primes] .cm-failed", "return item / 0").await;
    bench.close().await;
}

#[tokio::test]
async fn code_is_kept_as_it_was_typed_to_the_last_byte() {
    let bench = Bench::open().await;
    let odd = "x=[ 1,2 ]   \r\n\tif  x :\r\n";
    let file = bench.workspace.join("primes.py");
    std::fs::write(&file, odd).unwrap();
    bench.go("04-count-primes").await;
    let editor = bench.cell().await;
    editor.click().await.unwrap();
    editor.send_keys(Key::Control + Key::End).await.unwrap();
    editor.send_keys("# é").await.unwrap();
    let expected = format!("{odd}# é");
    bench.wait("the file to be written", async || std::fs::read_to_string(&file).unwrap() == expected).await;
    bench.close().await;
}

//! Quizzes, predictions, hints, steps and the solution, as people use them; and that they are kept.

use thirtyfour::prelude::*;

use crate::harness::{Bench, PATIENCE};
use crate::pictures::VIEWS;

const QUIZ: &str = ".quiz[data-quiz=who-can-run]";
const ASK: &str = "[data-cell=primes] form.ask";

/// The quiz, once it can be answered.
async fn at_quiz(bench: &Bench) {
    bench.go("03-who-can-run").await;
    bench.find(".connection[data-state=open]").await;
    bench.find(&format!("{QUIZ} .quiz-live")).await;
}

/// Something with this name that can be pressed or chosen, in the whole page.
async fn named(bench: &Bench, role: &str, name: &str) -> WebElement {
    let path = match role {
        "button" => format!("//button[normalize-space(.)='{name}' or @aria-label='{name}']"),
        _ => format!(
            "//label[normalize-space(.)='{name}' or contains(normalize-space(.), '{name}')]/input[@type='{role}']"
        ),
    };
    let query =
        bench.driver.query(By::XPath(path)).wait(PATIENCE, std::time::Duration::from_millis(25)).and_displayed();
    query.first().await.unwrap_or_else(|error| panic!("no {role} `{name}`: {error}"))
}

async fn press(bench: &Bench, name: &str) {
    let button = named(bench, "button", name).await;
    button.scroll_into_view().await.unwrap();
    button.click().await.unwrap();
}

/// Waits until the bar says that so many are done, of all that the deck has.
async fn progress(bench: &Bench, done: usize) {
    let deck = runner::content::embedded().unwrap().deck;
    let of = deck.quizzes.len() + deck.cells.iter().filter(|cell| cell.exercise.is_some()).count();
    bench.find(&format!("#tools button[aria-label='All slides. Progress: {done} of {of} done']")).await;
}

/// Waits until the file of the progress holds this.
async fn kept(bench: &Bench, text: &str) {
    let file = bench.workspace.join(".virgil/progress.json");
    let holds = async || std::fs::read_to_string(&file).unwrap_or_default().contains(text);
    bench.wait(&format!("`{text}` to be kept"), holds).await;
}

async fn pictures(bench: &Bench, name: &str) {
    for (view, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.picture(&format!("{name}-{view}")).await;
        let wide = bench.page_width().await;
        assert!(wide <= width, "{name} is {wide} px wide at {width}");
    }
    bench.view(1280, 720, "light").await;
}

#[tokio::test]
async fn a_quiz_is_answered_explained_and_tried_again() {
    let mut bench = Bench::open().await;
    at_quiz(&bench).await;
    progress(&bench, 0).await;
    pictures(&bench, "quiz").await;
    // By keyboard alone: the first answer is chosen with the space bar, the next ones with arrows.
    let first = named(&bench, "radio", "One").await;
    first.send_keys(" ").await.unwrap();
    first.send_keys(Key::Down + "").await.unwrap();
    let second = bench.driver.active_element().await.unwrap();
    assert_eq!(second.value().await.unwrap().as_deref(), Some("1"));
    second.send_keys(Key::Down + "").await.unwrap();
    bench.driver.active_element().await.unwrap().send_keys(Key::Enter + "").await.unwrap();
    bench.find_text(&format!("{QUIZ} [role=status]"), "Not right yet.").await;
    bench.find_text(&format!("{QUIZ} [data-state=wrong] .explained"), "share its one GIL").await;
    assert_eq!(bench.texts(&format!("{QUIZ} .answer[data-state=right]")).await.len(), 0, "the right one is told");
    press(&bench, "Explain all answers").await;
    bench.find_text(&format!("{QUIZ} [data-state=right] .explained"), "One thread for each lock").await;
    pictures(&bench, "quiz-explained").await;
    press(&bench, "Try again").await;
    assert_eq!(bench.texts(&format!("{QUIZ} .answer[data-state=open]")).await.len(), 4);
    let right = named(&bench, "radio", "Two").await;
    bench.driver.execute("arguments[0].click()", vec![right.to_json().unwrap()]).await.unwrap();
    press(&bench, "Check").await;
    bench.find(&format!("{QUIZ} .quiz-said[data-right=true]")).await;
    progress(&bench, 1).await;
    bench.find("nav.slides .position[data-standing=done]").await;
    kept(&bench, "\"solved\": true").await;
    // A new runner, and with it another origin, of which the browser knows nothing.
    bench.restart().await;
    at_quiz(&bench).await;
    bench.find(&format!("{QUIZ} .quiz-said[data-right=true]")).await;
    progress(&bench, 1).await;
    bench.close().await;
}

#[tokio::test]
async fn run_asks_first_and_shows_the_prediction_beside_the_truth() {
    let bench = Bench::open_new().await;
    bench.go("04-count-primes").await;
    bench.write("ITEMS = [1, 2]\n\ndef work(item):\n    return sum(range(3_000_000))\n").await;
    bench.choose(&["sequential", "threads", "subinterpreters"], &["2"]).await;
    bench.press("Run").await;
    bench.find(ASK).await;
    assert_eq!(bench.driver.active_element().await.unwrap().attr("type").await.unwrap().as_deref(), Some("radio"));
    pictures(&bench, "predict").await;
    press(&bench, "Predict and run").await;
    bench.find_text(&format!("{ASK} [role=status]"), "Choose something first.").await;
    for row in bench.driver.find_all(By::Css(format!("{ASK} fieldset"))).await.unwrap() {
        let twice = row.find_all(By::Css("label")).await.unwrap().pop().unwrap();
        assert_eq!(twice.text().await.unwrap(), "2×");
        twice.click().await.unwrap();
    }
    press(&bench, "Predict and run").await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    assert!(bench.driver.find(By::Css(ASK)).await.is_err(), "it is asked still");
    let told = "[data-cell=primes] section.predicted:not([hidden]) li";
    bench.find_text(told, "Threads with 2 workers: you predicted 2×. Measured: ").await;
    bench.find_text(told, "Subinterpreters with 2 workers: you predicted 2×. Measured: ").await;
    bench.driver.execute("document.querySelector('[data-cell=primes]').scrollIntoView()", vec![]).await.unwrap();
    pictures(&bench, "predicted").await;
    kept(&bench, "SpeedUps").await;
    // It is asked once.
    bench.run().await;
    assert_eq!(bench.ending().await, "completed");
    bench.close().await;
}

#[tokio::test]
async fn nobody_must_predict() {
    let bench = Bench::open_new().await;
    bench.go("04-count-primes").await;
    bench.write("ITEMS = [1, 2]\n\ndef work(item):\n    return item\n").await;
    bench.choose(&["sequential", "threads"], &["2"]).await;
    bench.press("Run").await;
    bench.find(ASK).await;
    press(&bench, "Run without predicting").await;
    assert_eq!(bench.ending().await, "completed");
    kept(&bench, "Skipped").await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed");
    // What has nothing to compare asks nothing.
    let bench = {
        bench.close().await;
        Bench::open_new().await
    };
    bench.go("04-count-primes").await;
    bench.write("print('a script')\n").await;
    bench.choose(&["sequential"], &["1"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed");
    bench.close().await;
}

#[tokio::test]
async fn hints_come_one_at_a_time_and_the_solution_with_its_reason() {
    let bench = Bench::at_primes().await;
    let mine = bench.text().await;
    let hints = "[data-cell=primes] .hints li";
    bench.press("Hint").await;
    bench.find_text("[data-cell=primes] .help", "1 of 2 shown").await;
    assert_eq!(bench.texts(hints).await.len(), 1);
    bench.press("Next hint").await;
    bench.find_text("[data-cell=primes] .help", "2 of 2 shown").await;
    assert_eq!(bench.texts(hints).await.len(), 2);
    bench.press("Solution").await;
    bench.press("Show it").await;
    bench.find_text("[data-cell=primes] .solution code", "PIECES = 64").await;
    bench.find_text("[data-cell=primes] .why-it-works", "A worker that is done takes the next piece").await;
    let script = "document.querySelector('[data-cell=primes] .help').scrollIntoView()";
    bench.driver.execute(script, vec![]).await.unwrap();
    pictures(&bench, "solution").await;
    bench.press("Put it into the editor").await;
    bench.wait("the solution", async || bench.text().await.contains("PIECES = 64")).await;
    bench.press("Bring my code back").await;
    bench.wait("the code from before", async || bench.text().await == mine).await;
    kept(&bench, "\"solution_seen\": true").await;
    bench.driver.refresh().await.unwrap();
    bench.cell().await;
    bench.find_text("[data-cell=primes] .help", "2 of 2 shown").await;
    // Who has seen it is not asked again.
    bench.press("Solution").await;
    bench.find("[data-cell=primes] .solution code").await;
    bench.close().await;
}

#[tokio::test]
async fn steps_are_ticked_and_an_exercise_begun_anew_in_both_tabs() {
    let bench = Bench::at_primes().await;
    let starter = bench.text().await;
    let ticked = "[data-cell=primes] .step-row input:checked";
    let count = async || {
        let script = "return document.querySelectorAll(arguments[0]).length";
        bench.driver.execute(script, vec![ticked.into()]).await.unwrap().convert::<usize>().unwrap()
    };
    let first = bench.driver.window().await.unwrap();
    let second = bench.driver.new_tab().await.unwrap();
    bench.driver.switch_to_window(second.clone()).await.unwrap();
    bench.go("04-count-primes").await;
    bench.cell().await;
    bench.driver.switch_to_window(first.clone()).await.unwrap();
    for step in ["run it as it is", "10 000 pieces"] {
        named(&bench, "checkbox", step).await.click().await.unwrap();
    }
    bench.find("nav.slides .position[data-standing=begun]").await;
    bench.driver.switch_to_window(second).await.unwrap();
    bench.wait("the ticks of the other tab", async || count().await == 2).await;
    bench.driver.close_window().await.unwrap();
    bench.driver.switch_to_window(first).await.unwrap();
    pictures(&bench, "steps").await;
    bench.write("# mine\n").await;
    bench.press("Start over").await;
    bench.wait("no ticks", async || count().await == 0).await;
    bench.wait("the starter", async || bench.text().await == starter).await;
    bench.press("Undo start over").await;
    bench.wait("the ticks again", async || count().await == 2).await;
    bench.wait("the code again", async || bench.text().await.trim() == "# mine").await;
    bench.close().await;
}

#[tokio::test]
async fn all_is_listed_and_can_be_begun_anew() {
    let bench = Bench::at_primes().await;
    let solution = include_str!("../../../exercises/primes/solution.py");
    bench.write(solution).await;
    bench.choose(&["sequential", "threads"], &["2"]).await;
    bench.run().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find("[data-cell=primes] .verdict[data-verdict=passed]").await;
    progress(&bench, 1).await;
    bench.press_in_bar("button.learned").await;
    let row = |standing: &str| format!("dialog.overview[open] [role=option][data-standing={standing}]");
    bench.find_text(&row("done"), "Count the primes").await;
    bench.find_text(&row("open"), "Who can run?").await;
    pictures(&bench, "overview").await;
    press(&bench, "Begin all anew").await;
    pictures(&bench, "overview-sure").await;
    press(&bench, "Forget all").await;
    bench.find_text(&row("open"), "Count the primes").await;
    progress(&bench, 0).await;
    // The run that passed is there still, and was before the beginning.
    bench.driver.refresh().await.unwrap();
    bench.cell().await;
    bench.find("[data-cell=primes] .verdict[data-verdict=passed]").await;
    progress(&bench, 0).await;
    bench.press_in_bar("button.learned").await;
    press(&bench, "Bring all back").await;
    progress(&bench, 1).await;
    // A slide in the list is a way there.
    let link = bench.driver.query(By::XPath("//dialog[@open]//a[contains(., 'Read the lanes')]"));
    // By keyboard: the list may be scrolled so that its head covers the row.
    link.first().await.unwrap().send_keys(Key::Enter + "").await.unwrap();
    bench.find(".slide[data-slide='03-read-the-lanes']:not([hidden])").await;
    bench.wait("the dialog to close", async || bench.texts("dialog.overview[open]").await.is_empty()).await;
    bench.close().await;
}

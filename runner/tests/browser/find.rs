//! All slides in one dialog: gone to by number, found by words, chosen by arrow keys.

use std::fs;

use thirtyfour::prelude::*;

use crate::decks::copied;
use crate::harness::Bench;
use crate::pictures::VIEWS;
use crate::steps::{address, arrived, press_key};

/// The field of the open dialog, once it has the focus.
async fn field(bench: &Bench) -> WebElement {
    let path = "//dialog[@open]//label[normalize-space(.)='Number or words']/input[@role='combobox']";
    let query =
        bench.driver.query(By::XPath(path)).wait(crate::harness::PATIENCE, std::time::Duration::from_millis(25));
    let field = query.first().await.unwrap_or_else(|error| panic!("no field to search in: {error}"));
    let script = "return document.activeElement === arguments[0]";
    let focused = async || {
        let found = bench.driver.execute(script, vec![field.to_json().unwrap()]).await.unwrap();
        found.convert().unwrap()
    };
    bench.wait("the field to have the focus", focused).await;
    field
}

/// What the rows say, in order.
async fn rows(bench: &Bench) -> Vec<String> {
    let texts = bench.texts("dialog[open] [role=listbox] [role=option]").await;
    texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// What the row says that Enter takes, as readers of the screen are told.
async fn active(bench: &Bench) -> String {
    let script = "const field = document.querySelector('dialog[open] [role=combobox]');
        const row = document.getElementById(field.getAttribute('aria-activedescendant'));
        if (row?.getAttribute('aria-selected') !== 'true') return '';
        if (document.querySelectorAll('dialog[open] [aria-selected=true]').length !== 1) return 'several';
        const [list, dialog] = [row.getBoundingClientRect(), row.closest('dialog').getBoundingClientRect()];
        return list.top >= dialog.top && list.bottom <= dialog.bottom ? row.textContent : 'out of sight'";
    let text: String = bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn closed(bench: &Bench) {
    bench.wait("the dialog to close", async || bench.texts("dialog[open]").await.is_empty()).await;
}

/// The number of a slide in the deck, which the bar shows, and how many there are.
fn code(slug: &str) -> (usize, usize) {
    let slides = runner::content::embedded().unwrap().deck.slides;
    (slides.iter().position(|slide| slide.slug == slug).unwrap() + 1, slides.len())
}

#[tokio::test]
async fn g_a_number_and_enter_lead_to_the_slide_of_that_number() {
    let bench = Bench::open().await;
    bench.find(".connection[data-state=open]").await;
    let (number, of) = code("16-hand-over");
    press_key(&bench, "g").await;
    let field = field(&bench).await;
    field.send_keys(number.to_string()).await.unwrap();
    let starts = format!("{number} ");
    bench.wait("its row to be first", async || rows(&bench).await[0].starts_with(&starts)).await;
    assert!(active(&bench).await.contains("How the lock goes round"), "{}", active(&bench).await);
    field.send_keys(Key::Enter + "").await.unwrap();
    arrived(&bench, "16-hand-over").await;
    closed(&bench).await;
    bench.find_text("nav.slides .position", &format!("{number} / {of}")).await;
    let heading: String =
        bench.driver.execute("return document.activeElement.textContent", vec![]).await.unwrap().convert().unwrap();
    assert_eq!(heading, "How the lock goes round");

    // No such number: a sentence says which there are.
    press_key(&bench, "g").await;
    press_key(&bench, "999").await;
    let sentence = format!("No slide has “999”. Try fewer words, or the number of a slide, from 1 to {of}.");
    bench.find_text("dialog[open] [role=status]", &sentence).await;
    assert_eq!(rows(&bench).await, Vec::<String>::new());
    press_key(&bench, Key::Enter).await;
    press_key(&bench, Key::Escape).await;
    closed(&bench).await;
    assert_eq!(address(&bench).await, "16-hand-over");
    bench.close().await;
}

#[tokio::test]
async fn words_are_found_in_titles_first_whatever_their_case_and_accents() {
    let bench = Bench::open().await;
    bench.find(".connection[data-state=open]").await;
    press_key(&bench, "/").await;
    let field = field(&bench).await;
    field.send_keys("Ímmortal OBJECTS").await.unwrap();
    bench
        .wait("the title to be first", async || active(&bench).await.contains("Some never go: immortal objects"))
        .await;
    assert_eq!(bench.texts("dialog[open] [role=option]:first-child mark").await[..2], ["immortal", "objects"]);
    // Others have the words in their text: it is shown around them.
    bench.find_text("dialog[open] .excerpt mark", "immortal").await;
    pictures(&bench, "search").await;
    let found = rows(&bench).await;
    assert!(found.len() > 1 && found.len() < 20, "{found:#?}");
    bench.find_text("dialog[open] [role=status]", &format!("{} slides.", found.len())).await;
    field.send_keys(Key::Down + "").await.unwrap();
    assert_eq!(active(&bench).await, found[1]);
    field.send_keys(Key::Up + Key::Up).await.unwrap();
    assert_eq!(active(&bench).await, found[found.len() - 1]);
    field.send_keys(Key::Down + Key::Enter).await.unwrap();
    arrived(&bench, "12-immortal-objects").await;
    closed(&bench).await;

    // What stands only in the text of a slide, and in a section's name.
    for (words, title) in [("setswitchinterval protect", "What does it protect?"), ("break purpose dies", "Who dies?")]
    {
        press_key(&bench, "/").await;
        press_key(&bench, words).await;
        bench.wait(title, async || rows(&bench).await.iter().any(|row| row.contains(title))).await;
        press_key(&bench, Key::Escape).await;
        closed(&bench).await;
    }
    press_key(&bench, "/").await;
    press_key(&bench, "kangaroo").await;
    bench.find_text("dialog[open] [role=status]", "No slide has “kangaroo”. Try fewer words").await;
    pictures(&bench, "search-empty").await;
    bench.close().await;
}

#[tokio::test]
async fn all_slides_are_listed_with_their_number_time_and_standing() {
    let bench = Bench::open().await;
    bench.go("12-immortal-objects").await;
    bench.find(".connection[data-state=open]").await;
    press_key(&bench, "o").await;
    field(&bench).await;
    let slides = runner::content::embedded().unwrap().deck.slides;
    let rows = rows(&bench).await;
    assert_eq!(rows.len(), slides.len());
    for (row, (number, slide)) in rows.iter().zip((1..).zip(&slides)) {
        assert!(row.starts_with(&format!("{number} ")) && row.contains(&slide.title), "{row}");
        let time = if slide.home { "at home".to_owned() } else { format!("{} min", slide.minutes) };
        assert!(slide.minutes == 0.0 || row.ends_with(&time), "{row}: {time}");
    }
    assert!(rows.iter().any(|row| row.contains("to do: Mend it with a lock")), "{rows:#?}");
    // One begins at the slide that is shown.
    let (number, _) = code("12-immortal-objects");
    assert!(active(&bench).await.starts_with(&format!("{number} ")), "{}", active(&bench).await);
    pictures(&bench, "all-slides").await;
    press_key(&bench, Key::Down + Key::Enter).await;
    arrived(&bench, &slides[number].slug).await;
    closed(&bench).await;

    // By the button in the bar, and by a click.
    let name = "//button[starts-with(@aria-label, 'All slides')]";
    bench.driver.find(By::XPath(name)).await.unwrap().click().await.unwrap();
    field(&bench).await;
    let row = bench.driver.find(By::XPath("//dialog[@open]//*[@role='option'][contains(., 'Read the lanes')]")).await;
    row.unwrap().click().await.unwrap();
    arrived(&bench, "03-read-the-lanes").await;
    closed(&bench).await;
    bench.driver.find(By::XPath(name)).await.unwrap().click().await.unwrap();
    field(&bench).await;
    bench.driver.find(By::XPath("//dialog[@open]//button[.='Close']")).await.unwrap().click().await.unwrap();
    closed(&bench).await;
    assert_eq!(address(&bench).await, "03-read-the-lanes");
    bench.close().await;
}

#[tokio::test]
async fn a_deck_with_nothing_to_learn_has_the_list_as_well() {
    let deck = copied();
    fs::remove_dir_all(deck.path().join("exercises")).unwrap();
    let slide = "+++\ntitle = \"Insertion sort\"\nsection = \"Practice\"\nminutes = 8\n+++\n\nCards.\n";
    fs::write(deck.path().join("slides/01-insertion.md"), slide).unwrap();
    let bench = Bench::open_deck(deck.path()).await;
    bench.find(".connection[data-state=open]").await;
    bench.find("#tools button[aria-label='All slides']").await.click().await.unwrap();
    field(&bench).await.send_keys("cards insertion").await.unwrap();
    bench.wait("both slides", async || rows(&bench).await.len() == 2).await;
    assert!(!bench.texts("dialog[open] button").await.contains(&"Begin all anew".to_owned()));
    press_key(&bench, "2").await;
    bench.close().await;
}

/// Pictures for people to look at.
pub async fn pictures(bench: &Bench, name: &str) {
    for (view, width, height, colours) in VIEWS {
        bench.view(width, height, colours).await;
        bench.picture(&format!("{name}-{view}")).await;
        let script = "const dialog = document.querySelector('dialog[open]');
            return [document.documentElement.scrollWidth, dialog.scrollWidth - dialog.clientWidth]";
        let [page, over]: [i64; 2] = bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
        assert!(
            page <= i64::from(width) && over <= 0,
            "{name} is {page} px wide at {width}, its dialog {over} too wide"
        );
    }
    bench.view(1280, 720, "light").await;
}

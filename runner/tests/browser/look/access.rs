use std::path::Path;

use thirtyfour::Key;

use super::{THEMES, choose, go, open_at, run, slugs};
use crate::harness::Bench;
use crate::presenter::Talk;

/// What axe-core finds that is serious or critical, in the part of the page that is named.
const FIND: &str = "const [part] = arguments, done = arguments[arguments.length - 1];
    const rules = {resultTypes: ['violations'], preload: false};
    axe.run(document.querySelector(part), rules).then(({violations}) => done(violations
        .filter(it => ['serious', 'critical'].includes(it.impact))
        .flatMap(it => it.nodes.map(node => `${it.id} (${it.impact}): ${node.target.join(' ')}: ${node.failureSummary.split('\\n')[1]?.trim()}`))));";

/// Puts axe-core into the page, as the page's own policy lets no script do it.
async fn bring_axe(bench: &Bench) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../frontend/js/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(path).expect("axe-core is there (`cargo xtask serve` fetches it)");
    bench.driver.execute(format!("{source}; window.axe = axe;"), vec![]).await.unwrap();
}

async fn find(bench: &Bench, part: &str) -> Vec<String> {
    bench.driver.execute_async(FIND, vec![part.into()]).await.unwrap().convert().unwrap()
}

/// Slides with one of each: a run, an exercise, a quiz, a drawing, a table, and words alone.
const SAMPLE: [&str; 6] =
    ["01-one-lock", "04-count-primes", "03-who-can-run", "06-what-they-share", "60-why-not-faster", "35-what-is-true"];

#[tokio::test]
async fn axe_finds_nothing_serious_on_any_slide() {
    let bench = Bench::open().await;
    let slugs = slugs();
    bench.view(1280, 720, "light").await;
    open_at(&bench, &slugs[0]).await;
    bring_axe(&bench).await;
    let mut wrong = Vec::new();
    let mut look = async |where_: &str, part: &str| {
        wrong.extend(find(&bench, part).await.into_iter().map(|found| format!("{where_}: {found}")));
    };
    // All slides in one theme: what is on them is the same in the others, and takes as long again.
    choose(&bench, "projector").await;
    for slug in &slugs {
        go(&bench, slug).await;
        look(slug, ".slide:not([hidden])").await;
    }
    for theme in ["light", "dark"] {
        choose(&bench, theme).await;
        for slug in SAMPLE {
            go(&bench, slug).await;
            look(&format!("{slug} in {theme}"), "html").await;
        }
    }
    choose(&bench, "light").await;
    bench.view(390, 844, "light").await;
    for slug in SAMPLE {
        go(&bench, slug).await;
        look(&format!("{slug} on a phone"), "html").await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    bench.close().await;
}

/// The dialogs of the bar and of a cell: the button that opens it, and what it is.
const DIALOGS: [(&str, &str); 4] = [
    ("#tools .theme", "dialog.look-menu[open]"),
    ("#tools .learned", "dialog.overview[open]"),
    ("#tools .doctor", "dialog.checkup[open]:not(.overview, [data-state=looking])"),
    (".slide:not([hidden]) .toolbar button[title^=Earlier]", "dialog.versions[open]"),
];

#[tokio::test]
async fn axe_finds_nothing_serious_in_a_run_and_in_dialogs_and_charts_are_put_into_words() {
    let bench = Bench::open().await;
    bench.view(1280, 720, "light").await;
    open_at(&bench, "02-an-interpreter-each").await;
    bring_axe(&bench).await;
    run(&bench, "ended").await;
    bench.find(".slide:not([hidden]) figure[data-chart=lanes]:not([data-spans='0'])").await;
    let mut wrong = Vec::new();
    for theme in ["light", "dark", "projector"] {
        choose(&bench, theme).await;
        wrong.extend(find(&bench, "html").await.into_iter().map(|found| format!("a run in {theme}: {found}")));
        for (button, dialog) in DIALOGS {
            bench.driver.execute("document.querySelector(arguments[0]).click()", vec![button.into()]).await.unwrap();
            bench.find(dialog).await;
            wrong.extend(find(&bench, dialog).await.into_iter().map(|found| format!("{dialog} in {theme}: {found}")));
            bench.driver.active_element().await.unwrap().send_keys(Key::Escape + "").await.unwrap();
            let closed = async || bench.driver.find_all(thirtyfour::By::Css("dialog[open]")).await.unwrap().is_empty();
            bench.wait("the dialog to be closed by Escape", closed).await;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Every canvas says what its sentence says.
    let script = "return [...document.querySelectorAll('.slide:not([hidden]) figure.chart')].map(figure => {
        const drawn = figure.querySelector('.canvas'), words = document.getElementById(drawn.getAttribute('aria-describedby'));
        return drawn.getAttribute('aria-label') && words?.closest('figure') === figure ? words.textContent : '';
    })";
    let words: Vec<String> = bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
    assert!(words.len() == 2 && words.iter().all(|words| words.len() > 40), "{words:?}");
    bench.close().await;
}

#[tokio::test]
async fn axe_finds_nothing_serious_in_the_notebook_and_the_presenters_window() {
    let bench = Bench::open().await;
    bench.view(1280, 720, "light").await;
    let mut wrong = Vec::new();
    let mut look = async |view: &str, parts: &[&str]| {
        bench.find(".connection[data-state=open]").await;
        bring_axe(&bench).await;
        for theme in THEMES {
            choose(&bench, theme).await;
            for part in parts {
                let found = find(&bench, part).await;
                wrong.extend(found.into_iter().map(|found| format!("{view} in {theme}: {found}")));
            }
        }
    };
    bench.driver.goto(format!("{}/notebook", bench.address)).await.unwrap();
    // The first chapter has one of each; all of them would take minutes.
    look("the notebook", &[".bar", "#outline", "#notebook .chapter"]).await;
    Talk::begin(&bench, "04-count-primes").await;
    bench.cell().await;
    look("the presenter's window", &["html"]).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    bench.close().await;
}

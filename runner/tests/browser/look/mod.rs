//! How every slide looks: in each theme, on a projector, on a phone and on paper.

mod access;
mod fit;
mod paper;
mod type_size;

use crate::harness::Bench;

/// The themes that can be chosen, by their names in the page.
const THEMES: [&str; 3] = ["light", "dark", "projector"];

/// Goes to a slide as its link does, without loading the page again, and waits for its editors and quizzes.
const GO: &str = "const [slug] = arguments, done = arguments[arguments.length - 1];
    const slide = () => document.querySelector(`.slide[data-slide='${slug}']:not([hidden])`);
    if (!slide()) {
        const link = document.body.appendChild(document.createElement('a'));
        link.href = '/slide/' + slug;
        link.click();
        link.remove();
    }
    const parts = [['.cell', '.cm-content'], ['.quiz', '.quiz-live']];
    const ready = () => slide() && parts.every(([part, inner]) =>
        [...slide().querySelectorAll(part)].every(it => it.querySelector(inner)));
    const wait = () => ready() ? requestAnimationFrame(() => requestAnimationFrame(() => done(true))) : setTimeout(wait, 10);
    wait();";

/// Every slide's slug.
fn slugs() -> Vec<String> {
    runner::content::embedded().unwrap().deck.slides.into_iter().map(|slide| slide.slug).collect()
}

/// Goes to a slide within the page.
async fn go(bench: &Bench, slug: &str) {
    bench.driver.execute_async(GO, vec![slug.into()]).await.unwrap();
}

/// Opens the page at a slide with everything there that is fetched later.
async fn open_at(bench: &Bench, slug: &str) {
    bench.go(slug).await;
    bench.find(".connection[data-state=open]").await;
    go(bench, slug).await;
}

/// Chooses a theme, as a person does.
async fn choose(bench: &Bench, theme: &str) {
    bench.driver.execute("document.querySelector('#tools .theme').click()", vec![]).await.unwrap();
    let radio = format!(".look-menu[open] input[value={theme}]");
    bench.find(&radio).await.click().await.unwrap();
    bench.find(&format!("html[data-theme={theme}]")).await;
    bench.driver.execute("document.querySelector('.look-menu').close()", vec![]).await.unwrap();
}

/// Runs the cell of the slide that is shown, and waits until the run is in this phase.
async fn run(bench: &Bench, phase: &str) {
    let cell = ".slide:not([hidden]) .cell";
    bench.find(&format!("{cell} .run:not(:disabled)")).await.click().await.unwrap();
    bench.find(&format!("{cell}[data-phase={phase}]")).await;
}

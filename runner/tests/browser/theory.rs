//! The slides of the theory: what is to be read, drawn and typed is seen at once.

use std::path::Path;

use crate::harness::Bench;
use crate::pictures::VIEWS;

/// What is wrong in a window that is as large as a projector's.
const MISFITS: &str = "const slide = document.querySelector('.slide:not([hidden])');
    const bottom = it => Math.floor(it.getBoundingClientRect().bottom + scrollY);
    const editor = slide.querySelector('.editor'), code = slide.querySelector('.cm-scroller');
    // What follows a cell is read after its run; a quiz grows with its answers.
    const blocks = [...slide.querySelectorAll(':scope > :not(.step), :scope > .step > *')];
    const shown = blocks.filter(it => !it.matches('.cell, .cell ~ *, .cell ~ .step > *, .quiz, .quiz ~ *, .quiz ~ .step > *'));
    const misfits = shown.concat(editor ?? []).filter(it => bottom(it) > 720).map(it => `${it.className || it.tagName} ends at ${bottom(it)}`);
    if (code && code.scrollWidth > code.clientWidth) misfits.push('code that is too wide');
    return misfits";

/// The slides before the practice, by their numbers; the exercise is none of them.
fn slugs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../slides");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut slugs: Vec<_> = names
        .filter_map(|name| Some(name.strip_suffix(".md")?.to_owned()))
        .filter(|slug| slug.as_str() < "40" && slug != "04-count-primes")
        .collect();
    slugs.sort();
    slugs
}

#[tokio::test]
async fn the_slides_of_the_theory_fit() {
    let bench = Bench::open().await;
    let slugs = slugs();
    assert!(slugs.len() > 20, "{slugs:?}");
    let mut wrong = Vec::new();
    for slug in slugs {
        bench.view(1280, 720, "light").await;
        bench.go(&slug).await;
        bench.find(".connection[data-state=open]").await;
        let cells = ".slide:not([hidden]) .cell";
        let ready =
            format!("return [...document.querySelectorAll('{cells}')].every(it => it.querySelector('.cm-content'))");
        let ready = async || bench.driver.execute(&ready, vec![]).await.unwrap().convert().unwrap();
        bench.wait("the editors", ready).await;
        let misfits: Vec<String> = bench.driver.execute(MISFITS, vec![]).await.unwrap().convert().unwrap();
        wrong.extend(misfits.into_iter().map(|misfit| format!("{slug}: {misfit}")));
        for (name, width, height, colours) in VIEWS {
            bench.view(width, height, colours).await;
            bench.picture(&format!("{slug}-{name}")).await;
            let wide = bench.page_width().await;
            if wide > width {
                wrong.push(format!("{slug}: {wide} px wide at {width}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    bench.close().await;
}

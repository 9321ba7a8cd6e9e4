use std::path::Path;

use super::{choose, open_at, run};
use crate::harness::Bench;

/// What of the slide is to be seen on paper.
const SEEN: &str = "const slide = document.querySelector('.slide:not([hidden])');
    const is_seen = it => slide.querySelector(it)?.checkVisibility() ?? false;
    const cut = [...slide.querySelectorAll('*')].filter(it => it.checkVisibility() && !it.closest('.unseen, svg')
        && /auto|scroll|hidden/.test(getComputedStyle(it).overflowY) && it.scrollHeight > it.clientHeight + 1);
    return {
        code: slide.querySelector('.code-on-paper').textContent,
        ground: getComputedStyle(document.body).getPropertyValue('--card').trim(),
        seen: ['h1', '.code-on-paper', '.ending', '.output', 'figure[data-chart=lanes] canvas', 'figcaption'].filter(is_seen),
        hidden: ['.run', '.editor', '.tabs', '.save', '.picker'].filter(is_seen).concat(
            document.querySelector('.bar').checkVisibility() ? ['.bar'] : []),
        cut: cut.map(it => it.className), wide: document.documentElement.scrollWidth,
    }";

#[derive(Debug, serde::Deserialize)]
struct Seen {
    code: String,
    ground: String,
    seen: Vec<String>,
    hidden: Vec<String>,
    cut: Vec<String>,
    wide: u32,
}

#[tokio::test]
async fn a_printed_slide_has_all_code_output_and_charts_and_nothing_to_press() {
    let bench = Bench::open().await;
    bench.view(1280, 720, "light").await;
    let slug = "46-the-whole-ladder";
    open_at(&bench, slug).await;
    choose(&bench, "dark").await;
    run(&bench, "ended").await;
    bench.find(".slide:not([hidden]) figure[data-chart=lanes]:not([data-spans='0']) canvas").await;
    let tools = bench.driver.cdp();
    // A4 has so many pixels between its margins.
    let paper = serde_json::json!({"width": 718, "height": 1016, "deviceScaleFactor": 1, "mobile": false});
    tools.send_raw("Emulation.setDeviceMetricsOverride", paper).await.unwrap();
    tools.send_raw("Emulation.setEmulatedMedia", serde_json::json!({"media": "print"})).await.unwrap();
    let seen: Seen = bench.driver.execute(SEEN, vec![]).await.unwrap().convert().unwrap();
    bench.picture("paper").await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../slides/{slug}.md"));
    let text = std::fs::read_to_string(file).unwrap();
    let (_, code) = text.split_once("```python").unwrap();
    let code = code.split_once('\n').unwrap().1.split("```").next().unwrap();
    assert_eq!(seen.code, code, "not all of the code is there");
    assert_eq!(seen.seen.len(), 6, "{seen:?}");
    assert!(seen.hidden.is_empty() && seen.cut.is_empty(), "{seen:?}");
    assert!(seen.ground == "#ffffff" && seen.wide <= 718, "{seen:?}");
    tools.send_raw("Emulation.setEmulatedMedia", serde_json::json!({"media": ""})).await.unwrap();
    bench.view(1280, 720, "light").await;
    let options = serde_json::json!({"printBackground": true, "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": false});
    let printed = tools.send_raw("Page.printToPDF", options).await.unwrap();
    let count = "return atob(arguments[0]).match(/\\/Type ?\\/Page\\b(?!s)/g).length";
    let pages: usize = bench.driver.execute(count, vec![printed["data"].clone()]).await.unwrap().convert().unwrap();
    assert!((2..=4).contains(&pages), "{pages} pages");
    bench.close().await;
}

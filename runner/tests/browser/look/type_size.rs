use thirtyfour::prelude::*;

use super::{choose, go, open_at, run, slugs};
use crate::harness::Bench;

/// Words on the slide that is shown, and in the bar, that are smaller than they may be; drawings are measured as they
/// are seen.
const SMALL: &str = "
    const [least] = arguments, small = [];
    const look = (it, words) => {
        const size = parseFloat(getComputedStyle(it).fontSize) * (it.ownerSVGElement ? it.getScreenCTM().a : 1);
        if (size < least - 0.01) small.push(`${size} px: ${it.localName}.${it.getAttribute('class') ?? ''} “${words.trim().slice(0, 30)}”`);
    };
    for (const root of document.querySelectorAll('.bar, #notice, .slide:not([hidden])')) {
        const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const it = texts.currentNode, parent = it.parentElement;
            if (it.data.trim() && parent.checkVisibility() && !parent.closest('.unseen, option, style, title, desc')) look(parent, it.data);
        }
        for (const it of root.querySelectorAll('select, button, input:not([type=checkbox], [type=radio], [type=range])')) if (it.checkVisibility()) look(it, it.value);
    }
    return small";

/// Notes the size of everything that is written on a canvas.
const LISTEN: &str = "window.written = [];
    const fill = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...more) {
        const {a, b} = this.getTransform(); // words may be turned
        const size = parseFloat(this.font.match(/([\\d.]+)px/)[1]) * Math.hypot(a, b) / devicePixelRatio;
        window.written.push([size, String(text)]);
        return fill.call(this, text, ...more);
    };";

async fn listen(bench: &Bench) {
    let source = serde_json::json!({"source": LISTEN});
    bench.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", source).await.unwrap();
}

/// What was written on canvases, at a slide that has run, in every chart: the size in pixels and the words.
async fn written(bench: &Bench) -> Vec<(f64, String)> {
    bench.driver.execute("window.written = []", vec![]).await.unwrap();
    for tab in ["time", "memory", "topology", "speed-up"] {
        let script = "document.querySelector(`.slide:not([hidden]) [role=tab][id$=tab-${arguments[0]}]`).click()";
        bench.driver.execute(script, vec![tab.into()]).await.unwrap();
        bench
            .find(&format!(".slide:not([hidden]) [role=tabpanel] figure[data-chart={tab}]:not([data-points='0'])"))
            .await;
        let drawn = async || {
            let count = "return window.written.length";
            bench.driver.execute(count, vec![]).await.unwrap().convert::<usize>().unwrap()
        };
        bench.wait("the chart to be drawn", async || drawn().await > 0).await;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    bench.driver.execute("return window.written", vec![]).await.unwrap().convert().unwrap()
}

#[tokio::test]
async fn nothing_is_small_on_a_projector_charts_included() {
    let bench = Bench::open().await;
    let slugs = slugs();
    bench.view(1280, 720, "light").await;
    listen(&bench).await;
    open_at(&bench, "02-an-interpreter-each").await;
    choose(&bench, "projector").await;
    let mut wrong = Vec::new();
    run(&bench, "running").await;
    bench.find(".slide:not([hidden]) .cell[data-phase=ended] figure[data-chart=lanes]:not([data-spans='0'])").await;
    let charts = written(&bench).await;
    assert!(charts.len() > 50, "{charts:?}");
    let small = charts.iter().filter(|(size, _)| *size < 20.0);
    wrong.extend(small.map(|(size, words)| format!("a chart: {size} px: {words}")));
    for tab in ["lanes", "speed-up"] {
        bench.find(&format!(".slide:not([hidden]) figure[data-chart={tab}]")).await;
    }
    for slug in &slugs {
        go(&bench, slug).await;
        let small = bench.driver.execute(SMALL, vec![20.into()]).await.unwrap().convert::<Vec<String>>().unwrap();
        wrong.extend(small.into_iter().map(|words| format!("{slug}: {words}")));
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
    bench.close().await;
}

/// The size of prose, of code, and of a chart's words.
async fn sizes(bench: &Bench) -> (f64, f64, f64) {
    let script = "const size = it => parseFloat(getComputedStyle(document.querySelector('.slide:not([hidden]) ' + it)).fontSize);
        return [size('p'), size('.cm-content')]";
    let (prose, code) = bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap();
    let charts = written(bench).await;
    (prose, code, charts.into_iter().map(|(size, _)| size).fold(f64::INFINITY, f64::min))
}

#[tokio::test]
async fn keys_and_buttons_change_the_size_of_all_type_and_the_browser_keeps_it() {
    let bench = Bench::open().await;
    bench.view(1280, 720, "light").await;
    listen(&bench).await;
    open_at(&bench, "02-an-interpreter-each").await;
    run(&bench, "ended").await;
    bench.driver.execute("document.activeElement.blur()", vec![]).await.unwrap();
    let before = sizes(&bench).await;
    assert!(before.1 >= before.0, "code is smaller than prose: {before:?}");
    let body = bench.driver.active_element().await.unwrap();
    for key in ["+", "+", "-"] {
        body.send_keys(key).await.unwrap();
    }
    let larger = sizes(&bench).await;
    for (before, after) in [(before.0, larger.0), (before.1, larger.1), (before.2, larger.2)] {
        assert!((1.05..1.2).contains(&(after / before)), "{before} became {after}");
    }
    // Where something is typed they are letters.
    let editor = bench.find(".slide:not([hidden]) .cm-content").await;
    editor.click().await.unwrap();
    editor.send_keys("+").await.unwrap();
    assert_eq!(sizes(&bench).await.0, larger.0);
    editor.send_keys(Key::Backspace + "").await.unwrap();
    bench.find(".save-state[data-state=saved]").await;
    open_at(&bench, "02-an-interpreter-each").await;
    bench.find(".slide:not([hidden]) .cell[data-phase=ended]").await;
    assert_eq!(sizes(&bench).await.0, larger.0, "it was not kept");
    bench.press_in_bar(".theme").await;
    bench.find(".look-menu[open] .type-size button").await.click().await.unwrap();
    bench.find_text(".look-menu[open] output", "100 %").await;
    bench.close().await;
}

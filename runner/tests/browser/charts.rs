use std::path::{Path, PathBuf};

use thirtyfour::prelude::*;

use crate::harness::{Bench, PATIENCE};

/// Eight pieces of about 30 ms each.
const QUICK: &str = "\
ITEMS = [200_000] * 8

def work(item):
    total = 0
    for number in range(item * 3):
        total += number & 3
    return total
";

/// Tab, chart, what its sentence says of this run, and how many rows its numbers have at least.
const CHARTS: [(&str, &str, &str, usize); 4] = [
    ("Speed-up", "speed-up", "as sequential", 6),
    ("Time", "time", "Sequential: ", 4),
    ("Memory", "memory", "Private memory of a worker at its peak", 4),
    ("Topology", "topology", "one process, one interpreter with one GIL", 4),
];

async fn tab(bench: &Bench, name: &str) -> WebElement {
    let path = format!("//*[@data-cell='primes']//*[@role='tablist']/*[@role='tab'][normalize-space(.)='{name}']");
    bench.driver.query(By::XPath(path)).wait(PATIENCE, std::time::Duration::from_millis(25)).first().await.unwrap()
}

/// Waits for a file that the browser has saved, and reads it. Until it is whole, an empty one may have its name.
async fn saved(bench: &Bench, folder: &Path, ending: &str) -> Vec<u8> {
    let find = || {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let is_whole = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|data| data.len() > 0);
        files.into_iter().find(|path| path.to_string_lossy().ends_with(ending) && is_whole(path))
    };
    bench.wait(&format!("a file that ends with {ending}"), async || find().is_some()).await;
    let path = find().unwrap();
    let name = path.file_name().unwrap().to_string_lossy();
    assert!(name.starts_with("primes-run"), "{name}");
    std::fs::read(&path).unwrap()
}

#[tokio::test]
async fn every_chart_shows_a_run_puts_it_into_words_and_is_saved() {
    let bench = Bench::at_primes().await;
    let folder = tempfile::tempdir().unwrap();
    let allow = serde_json::json!({"behavior": "allow", "downloadPath": folder.path()});
    bench.driver.cdp().send_raw("Browser.setDownloadBehavior", allow).await.unwrap();
    bench.write(QUICK).await;
    bench.choose(&["sequential", "threads", "subinterpreters", "processes"], &["1", "2"]).await;
    bench.run().await;
    // By keyboard: the lanes above grow with every lap that begins.
    tab(&bench, "Topology").await.send_keys(Key::Enter + "").await.unwrap();
    bench.find("figure[data-chart=topology]:not([data-points='0'])").await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);

    for (name, chart, said, rows) in CHARTS {
        tab(&bench, name).await.click().await.unwrap();
        bench.find(&format!("[role=tabpanel] figure[data-chart={chart}]:not([data-points='0'])")).await;
        assert_eq!(tab(&bench, name).await.attr("aria-selected").await.unwrap().as_deref(), Some("true"));
        bench.find_text(&format!("figure[data-chart={chart}] figcaption"), said).await;
        bench.press(&format!("Save {name} as CSV")).await;
        let text = String::from_utf8(saved(&bench, folder.path(), &format!("-{chart}.csv")).await).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let columns = lines[0].split(',').count();
        assert!(lines.len() > rows, "{chart}: {text}");
        assert!(lines.iter().all(|line| line.contains('"') || line.split(',').count() == columns), "{chart}: {text}");
        bench.press(&format!("Save {name} as PNG")).await;
        let image = saved(&bench, folder.path(), &format!("-{chart}.png")).await;
        // The signature of a PNG, then its width: two pixels for each of 960, and margins.
        assert_eq!(&image[..8], b"\x89PNG\r\n\x1a\n", "{chart}");
        assert_eq!(u32::from_be_bytes(image[16..20].try_into().unwrap()), 2 * (960 + 2 * 28), "{chart}");
        assert!(image.len() > 10_000, "{chart}: {} bytes are hardly a picture with words", image.len());
    }

    // Keys go round, and the choice is kept while the page lives.
    tab(&bench, "Topology").await.send_keys(Key::Right + "").await.unwrap();
    bench.find("[role=tabpanel] figure[data-chart=speed-up]").await;
    let focused = bench.driver.active_element().await.unwrap().text().await.unwrap();
    assert_eq!(focused, "Speed-up");
    tab(&bench, "Speed-up").await.send_keys(Key::Left + Key::Left).await.unwrap();
    bench.find("[role=tabpanel] figure[data-chart=memory]").await;
    bench.find(".slides .prev").await.click().await.unwrap();
    bench.find(".slides .next").await.click().await.unwrap();
    bench.find("[data-cell=primes] [role=tabpanel] figure[data-chart=memory]:not([data-points='0'])").await;
    bench.close().await;
}

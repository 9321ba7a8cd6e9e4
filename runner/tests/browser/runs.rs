//! Runs that are kept: listed, opened, named, put away, compared, replayed, taken elsewhere and brought back.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use thirtyfour::prelude::*;

use crate::harness::Bench;

/// What would run if any of it were taken for HTML.
const HOSTILE: &str = "<img src=x onerror=\"window.hacked=1\">";

impl Bench {
    /// A button, link or field of this name, wherever it is.
    pub async fn named(&self, name: &str) -> WebElement {
        self.find(&format!("[aria-label='{name}']:not([disabled])")).await
    }

    pub async fn click(&self, name: &str) {
        let element = self.named(name).await;
        element.scroll_into_view().await.unwrap();
        element.click().await.unwrap();
    }

    /// The titles of the kept runs, the newest first.
    async fn kept(&self) -> Vec<String> {
        self.texts("[data-cell=primes] .kept-run b").await
    }

    pub async fn kept_are(&self, titles: &[&str]) {
        self.wait(&format!("{titles:?} to be listed"), async || self.kept().await == titles).await;
    }

    /// Pictures for people to look at, of what this selector finds: wide and light, narrow and dark.
    async fn pictures(&self, selector: &str, name: &str) {
        for (width, height, colours) in [(390, 844, "dark"), (1280, 720, "light")] {
            self.view(width, height, colours).await;
            self.find(selector).await.scroll_into_view().await.unwrap();
            self.picture(&format!("{name}-{width}-{colours}")).await;
        }
    }

    /// Runs this in two modes and waits until it is listed.
    async fn keep(&self, source: &str, listed: &[&str]) {
        self.write(source).await;
        self.run().await;
        assert_eq!(self.ending().await, "completed", "{}", self.sentence().await);
        self.kept_are(listed).await;
    }
}

fn source(word: &str) -> String {
    format!("ITEMS = range(4)\n\ndef work(item):\n    print('{word}', item)\n    return item\n")
}

#[tokio::test]
async fn runs_are_listed_opened_named_deleted_compared_and_replayed() {
    let bench = Bench::at_primes().await;
    bench.choose(&["sequential", "threads"], &["2"]).await;
    bench.press("Runs").await;
    bench.find_text("[data-cell=primes] .runs-note:not([hidden])", "No run is kept yet").await;
    bench.keep(&source("first"), &["Run 1"]).await;
    bench.keep(&source("second"), &["Run 2", "Run 1"]).await;

    bench.click("Open Run 1").await;
    bench.find_text(".opened[role=region]", "You are looking at Run 1").await;
    bench.find_text("[role=log] .line", "first 0").await;
    bench.find(".columns.stale").await;
    bench.pictures(".opened", "run-opened").await;
    bench.press("Put this code into the editor").await;
    bench.wait("its code", async || bench.text().await.contains("'first'")).await;
    bench.cell().await.send_keys(Key::Control + "z").await.unwrap();
    bench.wait("my code", async || bench.text().await.contains("'second'")).await;
    bench.press("Back to the latest run").await;
    bench.find_text("[role=log] .line", "second 0").await;
    assert_eq!(bench.texts(".opened").await.concat(), "");

    bench.click("Rename Run 1").await;
    let field = bench.named("Name of run 1").await;
    field.send_keys("the good one").await.unwrap();
    field.send_keys(Key::Enter + "").await.unwrap();
    bench.kept_are(&["Run 2", "Run 1, “the good one”"]).await;
    bench.click("Delete Run 2").await;
    bench.kept_are(&["Run 1, “the good one”"]).await;
    bench.press("Undo").await;
    bench.kept_are(&["Run 2", "Run 1, “the good one”"]).await;

    bench.click("Compare Run 1, “the good one”").await;
    bench.click("Compare Run 2").await;
    bench.pictures(".runs", "runs-listed").await;
    bench.press("Compare Run 1, “the good one” of primes with Run 2 of primes").await;
    bench.find_text(".compare .told li", "The code differs in 1 line from line 4 on.").await;
    bench.find_text(".compare [data-change=times]", "Threads × 2: ").await;
    bench.find(".compare .side:nth-child(2) [data-chart=lanes][data-spans='8']").await;
    bench.pictures(".compare", "runs-compared").await;
    bench.find(".compare header button").await.click().await.unwrap();

    bench.click("Replay Run 2").await;
    let slider = bench.named("Moment of the run").await;
    let lines = async || bench.texts(".replay [role=log] .line").await.len();
    bench.wait("all lines of the replay", async || lines().await == 8).await;
    slider.send_keys(Key::Home + "").await.unwrap();
    bench.wait("no lines at its beginning", async || lines().await == 0).await;
    bench.find(".replay [data-chart=lanes][data-spans='0']").await;
    slider.send_keys(Key::End + "").await.unwrap();
    bench.wait("all lines at its end", async || lines().await == 8).await;
    bench.find(".replay [data-chart=lanes][data-spans='8']").await;
    bench.pictures(".replay", "run-replayed").await;
    bench.find(".replay header button").await.click().await.unwrap();
    bench.close().await;
}

#[tokio::test]
async fn a_run_is_exported_imported_without_being_believed_and_there_after_a_restart() {
    let mut bench = Bench::at_primes().await;
    bench.choose(&["sequential", "threads"], &["2"]).await;
    bench.press("Runs").await;
    let hostile = HOSTILE.replace('"', "\\x22");
    bench.keep(&source(&format!("\\x1b[31m{hostile}")), &["Run 1"]).await;

    let link = bench.named("Export Run 1").await.attr("href").await.unwrap().unwrap();
    let script = "const reply = await fetch(arguments[0]); return [...new Uint8Array(await reply.arrayBuffer())]";
    let exported: Vec<u8> = bench.driver.execute(script, vec![link.into()]).await.unwrap().convert().unwrap();
    let changed = edited(&exported, |text| {
        let text = text.replacen("\"name\":\"\"", &format!("\"name\":{}", serde_json::json!(HOSTILE)), 1);
        text.replacen("\"builds\":[", &format!("\"builds\":[{},", serde_json::json!(HOSTILE)), 1)
    });
    import(&bench, "evil.virgil", &changed).await;
    let title = format!("Run 2, “{HOSTILE}”");
    bench.kept_are(&[&title, "Run 1"]).await;
    bench.find_text(".runs-said", "It is shown, never executed.").await;
    bench.find_text(".imported", "imported, measured on").await;
    bench.find(".kept-run .kept-buttons button").await.click().await.unwrap();
    bench.find_text(".opened", HOSTILE).await;
    bench.find_text("[role=log] .line", &format!("{HOSTILE} 0")).await;
    import(&bench, "notes.virgil", b"not a run").await;
    bench.find_text(".runs-said", "notes.virgil is no run that Virgil has kept").await;
    bench.kept_are(&[&title, "Run 1"]).await;
    let hacked = bench.driver.execute("return String(window.hacked)", vec![]).await.unwrap();
    assert_eq!(hacked.convert::<String>().unwrap(), "undefined");
    assert_eq!(bench.texts("img").await.len(), 0);
    bench.pictures(".runs", "run-imported").await;

    bench.restart().await;
    // The browser has complained of the file that was refused, and of the runner that was gone.
    bench.driver.browser_log().await.unwrap();
    bench.go("04-count-primes").await;
    bench.cell().await;
    assert_eq!(bench.ending().await, "completed", "the latest that ran here");
    bench.find_text("[role=log] .line", &format!("{HOSTILE} 0")).await;
    bench.find("[data-cell=primes] [data-chart=lanes][data-spans='8']").await;
    bench.press("Runs").await;
    bench.kept_are(&[&title, "Run 1"]).await;
    bench.write(&source("later")).await;
    bench.find(".columns.stale").await;
    bench.keep(&source("third"), &["Run 3", &title, "Run 1"]).await;
    bench.close().await;
}

/// The same file with another text in it.
pub fn edited(file: &[u8], edit: impl Fn(String) -> String) -> Vec<u8> {
    let mut text = String::new();
    MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let new = edit(text.clone());
    assert_ne!(new, text);
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(new.as_bytes()).unwrap();
    packer.finish().unwrap()
}

/// Chooses a file as a person does in the browser's own dialog, which tests can't use.
pub async fn import(bench: &Bench, name: &str, bytes: &[u8]) {
    let input = bench.named("Files of runs").await;
    let script = "const files = new DataTransfer();
        files.items.add(new File([new Uint8Array(arguments[1])], arguments[2]));
        arguments[0].files = files.files;
        arguments[0].dispatchEvent(new Event('change', {bubbles: true}));";
    let arguments = vec![input.to_json().unwrap(), serde_json::json!(bytes), name.into()];
    bench.driver.execute(script, arguments).await.unwrap();
}

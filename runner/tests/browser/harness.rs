//! Starts Virgil and a browser for one test, and finds things on the page as a person does.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use thirtyfour::prelude::*;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::wire::Wire;

/// Two tests at a time: most of a test is waiting, and more than two browsers would make two cores too busy.
static TURNS: Semaphore = Semaphore::const_new(2);

/// How long anything may take that isn't itself a measurement.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How often the page is asked while something is awaited.
const INTERVAL: Duration = Duration::from_millis(25);

/// The progress of somebody who has run the cells without predicting anything: Run does so at once then.
const SKIPPED: &str = r#"{"cells": {"primes": {"prediction": "Skipped"}, "01-one-lock-1": {"prediction": "Skipped"}}}"#;

/// Chromium without a sandbox (tests may run as root), a GPU, or any wish to talk to the outside.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,720",
];

/// A child process that ends with its owner.
struct Owned(Child);

impl Drop for Owned {
    fn drop(&mut self) {
        // Politely, so that it can clean up. It may be gone already: then there is nothing to do.
        let _ =
            nix::sys::signal::kill(nix::unistd::Pid::from_raw(self.0.id().cast_signed()), nix::sys::signal::SIGTERM);
        for _ in 0..100 {
            if !matches!(self.0.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The browser with this profile, which ends with its owner, also if a test panics: its driver, ended from outside,
/// leaves it running.
struct Browser(PathBuf);

impl Drop for Browser {
    fn drop(&mut self) {
        let flag = format!("--user-data-dir={}", self.0.display());
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        for process in processes {
            let is_of_it = std::fs::read(process.path().join("cmdline"))
                .is_ok_and(|line| line.split(|byte| *byte == 0).any(|argument| argument == flag.as_bytes()));
            let number = process.file_name().to_str().and_then(|name| name.parse().ok());
            if let Some(number) = number.filter(|_| is_of_it) {
                // It may have ended meanwhile.
                let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(number), nix::sys::signal::SIGKILL);
            }
        }
    }
}

/// Reads a child's standard output until a line holds `before`, and returns what follows it up to white space.
fn read_until(output: ChildStdout, before: &str) -> String {
    let mut lines = BufReader::new(output).lines();
    let found = lines.by_ref().map_while(Result::ok).find_map(|line| {
        let (_, rest) = line.split_once(before)?;
        Some(rest.split_whitespace().next().unwrap_or_default().to_owned())
    });
    // Whatever it prints later must not block it.
    std::thread::spawn(move || lines.for_each(drop));
    found.unwrap_or_else(|| panic!("the child ended without saying `{before}`"))
}

/// Virgil and a browser on its first page. Dropping it ends both.
pub struct Bench {
    pub driver: WebDriver,
    pub workspace: PathBuf,
    pub address: String,
    virgil: Owned,
    _chromedriver: Owned,
    _browser: Browser,
    _folders: [tempfile::TempDir; 2],
    _turn: SemaphorePermit<'static>,
}

impl Bench {
    /// Starts everything and opens the start link.
    pub async fn open() -> Bench {
        Bench::open_with(&[]).await
    }

    /// The same, with these variables in Virgil's environment.
    pub async fn open_with(variables: &[(&str, &str)]) -> Bench {
        Bench::start(variables, &[], SKIPPED, None).await
    }

    /// The same for somebody who has never been here: cells ask what they ask before their first run.
    pub async fn open_new() -> Bench {
        Bench::start(&[], &[], "{}", None).await
    }

    /// The same with another deck.
    pub async fn open_deck(deck: &Path) -> Bench {
        Bench::start(&[], &[], "{}", Some(deck)).await
    }

    /// The same, with all that the browser asks for going this way.
    pub async fn open_through(wire: &Wire) -> Bench {
        Bench::start(&[], &wire.flags(), SKIPPED, None).await
    }

    async fn start(variables: &[(&str, &str)], flags: &[String], progress: &str, deck: Option<&Path>) -> Bench {
        let turn = TURNS.acquire().await.expect("it is never closed");
        let workspace = tempfile::tempdir().unwrap();
        let profile = tempfile::tempdir().unwrap();
        std::fs::create_dir(workspace.path().join(".virgil")).unwrap();
        std::fs::write(workspace.path().join(".virgil/progress.json"), progress).unwrap();
        if let Some(deck) = deck {
            std::fs::write(workspace.path().join(".virgil/deck"), deck.to_str().unwrap()).unwrap();
        }
        let (virgil, link) = serve("0", workspace.path(), variables, deck);
        let browser = Browser(profile.path().to_owned());
        let mut chromedriver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is on PATH (`cargo xtask test` installs it where it can)");
        let output = chromedriver.stdout.take().expect("standard output is a pipe");
        let chromedriver = Owned(chromedriver);
        let port = read_until(output, "started successfully on port ");
        let driver = driver(port.trim_end_matches('.'), profile.path(), flags).await;
        driver.goto(&link).await.unwrap();
        let address = driver.current_url().await.unwrap().origin().ascii_serialization();
        Bench {
            driver,
            workspace: workspace.path().to_owned(),
            address,
            virgil,
            _chromedriver: chromedriver,
            _browser: browser,
            _folders: [workspace, profile],
            _turn: turn,
        }
    }

    /// Ends Virgil, starts another one in the same workspace, and opens its link.
    pub async fn restart(&mut self) {
        // Away from the first one's page, which may not have fetched all of its parts yet.
        self.driver.goto("about:blank").await.unwrap();
        self.stop_runner();
        let (virgil, link) = serve("0", &self.workspace, &[], None);
        self.virgil = virgil;
        self.driver.goto(&link).await.unwrap();
        self.address = self.driver.current_url().await.unwrap().origin().ascii_serialization();
    }

    /// Ends the runner, as Ctrl+C does.
    pub fn stop_runner(&mut self) {
        let pid = nix::unistd::Pid::from_raw(self.runner().cast_signed());
        nix::sys::signal::kill(pid, nix::sys::signal::SIGTERM).unwrap();
        self.virgil.0.wait().unwrap();
    }

    /// Starts it again where it was, and returns its new link.
    pub fn start_runner(&mut self) -> String {
        let (_, port) = self.address.rsplit_once(':').expect("the address has a port");
        let (virgil, link) = serve(port, &self.workspace, &[], None);
        self.virgil = virgil;
        link
    }

    /// Starts everything and goes to the exercise.
    pub async fn at_primes() -> Bench {
        let bench = Bench::open().await;
        bench.go("04-count-primes").await;
        bench.cell().await;
        bench
    }

    /// Loads a slide.
    pub async fn go(&self, slug: &str) {
        self.driver.goto(format!("{}/slide/{slug}", self.address)).await.unwrap();
    }

    /// The runner's process id.
    pub fn runner(&self) -> u32 {
        self.virgil.0.id()
    }

    /// The exercise's cell, once it can be run.
    pub async fn cell(&self) -> WebElement {
        self.find(".cell[data-cell=primes][data-phase]").await;
        self.find(".connection[data-state=open]").await;
        self.find(".cell[data-cell=primes] .cm-content").await
    }

    /// The first element for a selector, awaited.
    pub async fn find(&self, selector: &str) -> WebElement {
        let query = self.driver.query(By::Css(selector)).wait(PATIENCE, INTERVAL);
        query.first().await.unwrap_or_else(|error| panic!("`{selector}` never came: {error}"))
    }

    /// Waits until an element for a selector has a text that holds `text`.
    pub async fn find_text(&self, selector: &str, text: &str) {
        let found = async || self.texts(selector).await.iter().any(|shown| shown.contains(text));
        self.wait(&format!("`{text}` in `{selector}`"), found).await;
    }

    /// A button in the exercise's cell, by its name.
    pub async fn press(&self, name: &str) {
        let path = format!("//*[@data-cell='primes']//button[normalize-space(.)='{name}' or @aria-label='{name}']");
        let query = self.driver.query(By::XPath(path)).wait(PATIENCE, INTERVAL).and_displayed().and_enabled();
        let button = query.first().await.unwrap_or_else(|error| panic!("no button `{name}`: {error}"));
        button.scroll_into_view().await.unwrap();
        button.click().await.unwrap();
    }

    /// A button in the bar.
    pub async fn press_in_bar(&self, selector: &str) {
        self.find(&format!("#tools {selector}")).await.click().await.unwrap();
    }

    /// Replaces the editor's text: selects all by keyboard, pastes as the clipboard would.
    pub async fn write(&self, source: &str) {
        let editor = self.cell().await;
        editor.scroll_into_view().await.unwrap();
        editor.click().await.unwrap();
        editor.send_keys(Key::Control + "a").await.unwrap();
        let script = "const paste = new DataTransfer(); paste.setData('text/plain', arguments[1]);
            arguments[0].dispatchEvent(new ClipboardEvent('paste', {clipboardData: paste, bubbles: true, cancelable: true}));";
        self.driver.execute(script, vec![editor.to_json().unwrap(), source.into()]).await.unwrap();
    }

    /// What stands in the editor, as far as it is rendered.
    pub async fn text(&self) -> String {
        self.texts("[data-cell=primes] .cm-line").await.join("\n")
    }

    /// Chooses exactly these modes and worker counts.
    pub async fn choose(&self, modes: &[&str], workers: &[&str]) {
        for (name, wanted) in [("mode", modes), ("workers", workers)] {
            let selector = format!("[data-cell=primes] input[type=checkbox][name={name}]");
            for input in self.driver.find_all(By::Css(selector)).await.unwrap() {
                let value = input.value().await.unwrap().unwrap_or_default();
                if input.is_selected().await.unwrap() != wanted.contains(&value.as_str()) {
                    input.scroll_into_view().await.unwrap();
                    // The input itself may be drawn by its label.
                    self.driver.execute("arguments[0].click()", vec![input.to_json().unwrap()]).await.unwrap();
                }
            }
        }
    }

    /// Presses Run and waits until the page shows the run that this started.
    pub async fn run(&self) {
        let before = self.shown_run().await;
        self.press("Run").await;
        self.wait("the new run to be shown", async || self.shown_run().await != before).await;
    }

    async fn shown_run(&self) -> Option<String> {
        self.find(".cell[data-cell=primes][data-run]").await.attr("data-run").await.unwrap()
    }

    /// Waits for the run's ending and returns which it was.
    pub async fn ending(&self) -> String {
        let cell = self.find(".cell[data-cell=primes][data-phase=ended][data-ending]").await;
        cell.attr("data-ending").await.unwrap().unwrap()
    }

    /// The sentence that says how the run ended.
    pub async fn sentence(&self) -> String {
        let text = async || self.texts("[data-cell=primes] .ending[role=status]").await.concat();
        self.wait("the run's ending to be said", async || !text().await.is_empty()).await;
        text().await
    }

    /// Asks until it is true.
    pub async fn wait(&self, what: &str, is_true: impl AsyncFn() -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !is_true().await {
            assert!(tokio::time::Instant::now() < deadline, "waited in vain for {what}");
            tokio::time::sleep(INTERVAL).await;
        }
    }

    /// The texts of all elements for a selector, as they are in one moment.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)";
        self.driver.execute(script, vec![selector.into()]).await.unwrap().convert().unwrap()
    }

    /// How wide the page is, in pixels: more than its window if it scrolls sideways.
    pub async fn page_width(&self) -> u32 {
        let script = "return document.documentElement.scrollWidth";
        self.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
    }

    /// Waits until the cell is in this phase.
    pub async fn phase(&self, phase: &str) {
        self.find(&format!(".cell[data-cell=primes][data-phase={phase}]")).await;
    }

    /// A number that a chart publishes.
    pub async fn chart(&self, chart: &str, attribute: &str) -> usize {
        let script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? '0'";
        let selector = format!("[data-cell=primes] figure[data-chart={chart}]");
        let value = self.driver.execute(script, vec![selector.into(), attribute.into()]).await.unwrap();
        value.convert::<String>().unwrap().parse().unwrap()
    }

    /// Every printed line that the page shows, in order.
    pub async fn lines(&self) -> Vec<String> {
        self.texts("[data-cell=primes] [role=log] .line .words").await
    }

    /// Sets the viewport and the preferred colours.
    pub async fn view(&self, width: u32, height: u32, colours: &str) {
        let tools = self.driver.cdp();
        let metrics =
            serde_json::json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        tools.send_raw("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
        let media = serde_json::json!({"features": [{"name": "prefers-color-scheme", "value": colours}]});
        tools.send_raw("Emulation.setEmulatedMedia", media).await.unwrap();
    }

    /// Writes a picture for people to look at.
    pub async fn picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/pictures");
        std::fs::create_dir_all(&folder).unwrap();
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await.unwrap();
    }

    /// Ends the test: nothing severe may stand in the browser's console.
    pub async fn close(self) {
        self.close_after(&[]).await;
    }

    /// The same, but for what the test did to the network.
    pub async fn close_after(self, troubles: &[&str]) {
        let entries = self.driver.browser_log().await.unwrap();
        let severe: Vec<_> =
            entries.iter().filter(|entry| entry.level == "SEVERE").map(|entry| &entry.message).collect();
        let unexpected = |message: &&&String| !troubles.iter().any(|trouble| message.contains(trouble));
        let severe: Vec<_> = severe.iter().filter(unexpected).collect();
        assert!(severe.is_empty(), "the console says: {severe:#?}");
        self.driver.clone().quit().await.unwrap();
    }
}

/// Starts a runner; returns it with its link once it has said it.
fn serve(port: &str, workspace: &Path, variables: &[(&str, &str)], deck: Option<&Path>) -> (Owned, String) {
    let mut virgil = Command::new(env!("CARGO_BIN_EXE_virgil"))
        .args(["serve", "--no-open", "--port", port, "--workspace"])
        .arg(workspace)
        .args(deck.into_iter().flat_map(|deck| ["--deck".as_ref(), deck.as_os_str()]))
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = virgil.stdout.take().expect("standard output is a pipe");
    let virgil = Owned(virgil);
    let link = format!("http://{}", read_until(output, "http://"));
    (virgil, link)
}

async fn driver(port: &str, profile: &Path, flags: &[String]) -> WebDriver {
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in FLAGS.into_iter().chain(flags.iter().map(String::as_str)) {
        capabilities.add_arg(flag).unwrap();
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display())).unwrap();
    capabilities.set_browser_log_level(thirtyfour::LoggingPrefsLogLevel::All).unwrap();
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities).await.unwrap();
    driver.set_script_timeout(PATIENCE).await.unwrap();
    driver
}

/// Says that a test can't run here. Not by `println!`, which the test runner keeps to itself.
pub fn skipped(why: &str) {
    use std::io::Write;
    let mut aloud = std::io::stdout();
    writeln!(aloud, "SKIPPED: {why}").unwrap();
}

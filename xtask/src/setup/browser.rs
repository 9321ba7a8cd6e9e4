//! Chromium and its driver, for the tests that use the page as people do.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::project::on_path;
use crate::report::{Report, Stage};

const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-dejavu-core"];

/// Installs them where the system's packages are known, else says what is missing.
pub fn ensure(report: &Report) -> Result<()> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    if chromium.is_some() && on_path("chromedriver").is_some() {
        return Ok(());
    }
    if !Path::new("/etc/debian_version").exists() {
        bail!(
            "The browser tests need Chromium and its chromedriver on PATH, of the same version. \
             Install both (Fedora: `sudo dnf install chromium chromedriver`, macOS: `brew install --cask chromium \
             chromedriver`), then run this again. `cargo xtask serve` needs neither."
        );
    }
    let by_hand = format!("sudo apt-get update && sudo apt-get install --no-install-recommends {}", PACKAGES.join(" "));
    let Some(prefix) = as_root() else {
        bail!(
            "The browser tests need Chromium and its driver, and installing them needs root: run\n    {by_hand}\nand this again."
        );
    };
    let stage = Stage {
        name: "Chromium for the browser tests".into(),
        usual: Duration::from_secs(40),
        advice: format!("look at the network, or run\n    {by_hand}"),
    };
    report.stage(&stage, |log| {
        log.run(apt(prefix).arg("update"))?;
        log.run(apt(prefix).args(["install", "-y", "--no-install-recommends"]).args(PACKAGES))
    })
}

/// What to put before a command so that root runs it; none if that can't be had without asking.
fn as_root() -> Option<&'static [&'static str]> {
    let answers = |program: &str, arguments: &[&str]| Command::new(program).args(arguments).output().ok();
    let is_root = answers("id", &["-u"]).is_some_and(|output| output.stdout.trim_ascii() == b"0");
    if is_root {
        return Some(&[]);
    }
    answers("sudo", &["-n", "true"]).filter(|output| output.status.success()).map(|_| ["sudo", "-n"].as_slice())
}

fn apt(prefix: &[&str]) -> Command {
    let mut words = prefix.iter().chain(&["apt-get"]);
    let mut command = Command::new(words.next().unwrap_or(&"apt-get"));
    command.args(words);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

//! Packages of Debian, for what tests need of the system.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::report::{Report, Stage};

/// What is wanted of the system.
pub struct Wish<'a> {
    /// What it is and what for: `Chromium for the browser tests`.
    pub name: &'a str,
    /// The packages with it.
    pub packages: &'a [&'a str],
    /// How long it usually takes.
    pub usual: Duration,
    /// What to do where there are no packages of Debian.
    pub elsewhere: String,
}

/// Installs it where Debian's packages can be had without asking, else says what to do.
pub fn install(report: &Report, wish: &Wish) -> Result<()> {
    let Wish { name, packages, usual, elsewhere } = wish;
    if !Path::new("/etc/debian_version").exists() {
        bail!("{elsewhere}");
    }
    let by_hand = format!("sudo apt-get update && sudo apt-get install --no-install-recommends {}", packages.join(" "));
    let Some(prefix) = as_root() else {
        bail!("{name}: installing that needs root. Run\n    {by_hand}\nand this again.");
    };
    let advice = format!("look at the network, or run\n    {by_hand}");
    let stage = Stage { name: (*name).into(), usual: *usual, advice };
    report.stage(&stage, |log| {
        log.run(apt(prefix).arg("update"))?;
        log.run(apt(prefix).args(["install", "-y", "--no-install-recommends"]).args(*packages))
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

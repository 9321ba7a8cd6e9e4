//! Node.js and what the page's JavaScript is bundled from.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::fingerprint::{self, Stamp};
use crate::project::{Project, on_path};
use crate::report::{Report, Stage};

const OLDEST: u32 = 20;

/// Says at once what would fail later.
pub fn look(project: &Project) -> Result<()> {
    let found = Command::new("node").arg("--version").output().ok();
    let version = found.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let problem = match major(&version) {
        Some(major) if major >= OLDEST && on_path("npm").is_some() => return Ok(()),
        Some(major) if major >= OLDEST => format!("Node.js {version} is here, but npm is not"),
        Some(_) => format!("Node.js {version} is too old"),
        None => "Node.js is missing".to_owned(),
    };
    let stamp = libraries(project)?;
    let reason = if stamp.is_current() { "" } else { " (npm fetches it)" };
    bail!(
        "{problem}: the page's JavaScript is bundled{reason} with Node.js {OLDEST} or newer and npm.\n\
         What to do: {}, then run this again.",
        advice()
    )
}

/// Fetches what the page's JavaScript is bundled from.
pub fn ensure(project: &Project, report: &Report) -> Result<()> {
    let stamp = libraries(project)?;
    if stamp.is_current() {
        return Ok(());
    }
    let stage = Stage {
        name: "JavaScript libraries (npm ci)".into(),
        usual: Duration::from_secs(10),
        advice: "look at the network, and that frontend/js/package-lock.json is as in the repository.".into(),
    };
    report.stage(&stage, |log| {
        let mut npm = project.command("npm");
        log.run(npm.current_dir(project.root.join("frontend/js")).args(["ci", "--no-audit", "--no-fund"]))?;
        stamp.set()
    })
}

fn libraries(project: &Project) -> Result<Stamp> {
    let inputs = fingerprint::of(project, &["frontend/js/package.json", "frontend/js/package-lock.json"])?;
    Ok(Stamp::new(project, "node", inputs, project.root.join("frontend/js/node_modules/.package-lock.json")))
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn advice() -> &'static str {
    if cfg!(target_os = "macos") {
        "`brew install node`"
    } else if on_path("dnf").is_some() {
        "`sudo dnf install nodejs npm`"
    } else if on_path("pacman").is_some() {
        "`sudo pacman -S nodejs npm`"
    } else if on_path("apt-get").is_some() {
        "`sudo apt-get install nodejs npm` if that is new enough for you (Debian 13, Ubuntu 25.04), \
         else https://nodejs.org/en/download"
    } else {
        "https://nodejs.org/en/download"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(major("v20.20.1"), Some(20));
        assert_eq!(major(""), None);
    }
}

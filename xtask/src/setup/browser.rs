//! Chromium and its driver, for the tests that use the page as people do.

use std::time::Duration;

use anyhow::Result;

use super::apt::{Wish, install};
use crate::project::on_path;
use crate::report::Report;

const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-dejavu-core"];

/// Installs them where the system's packages are known, else says what is missing.
pub fn ensure(report: &Report) -> Result<()> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    if chromium.is_some() && on_path("chromedriver").is_some() {
        return Ok(());
    }
    let elsewhere = "The browser tests need Chromium and its chromedriver on PATH, of the same version. \
                     Install both (Fedora: `sudo dnf install chromium chromedriver`, macOS: `brew install --cask \
                     chromium chromedriver`), then run this again. `cargo xtask serve` needs neither.";
    install(
        report,
        &Wish {
            name: "Chromium for the browser tests",
            packages: &PACKAGES,
            usual: Duration::from_secs(40),
            elsewhere: elsewhere.into(),
        },
    )
}

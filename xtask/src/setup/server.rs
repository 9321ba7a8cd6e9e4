//! The `virgil` binary, with page and content inside.

use std::time::Duration;

use anyhow::Result;

use crate::fingerprint::{self, Stamp};
use crate::project::Project;
use crate::report::{Report, Stage};

const INPUTS: [&str; 10] =
    ["runner", "load", "pythons", "shared", "slides", "exercises", "recordings", "Cargo.toml", "Cargo.lock", "dist"];

/// Builds it if any of its sources, the page or the content is new.
pub fn ensure(project: &Project, report: &Report) -> Result<()> {
    let stamp = Stamp::new(project, "server", fingerprint::of(project, &INPUTS)?, project.virgil());
    if stamp.is_current() {
        return Ok(());
    }
    let stage = Stage {
        name: "server".into(),
        usual: Duration::from_secs(if project.virgil().exists() { 20 } else { 120 }),
        advice: "if it is an error in runner/ or shared/, correct it. If a download failed, look at the network."
            .into(),
    };
    report.stage(&stage, |log| {
        log.run(project.cargo("").args(["build", "--release", "--package", "runner"]))?;
        stamp.set()
    })
}

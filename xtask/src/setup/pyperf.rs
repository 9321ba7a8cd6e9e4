//! The real pyperf, for the tests that have it read what `virgil bench` writes.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use shared::InterpreterBuild;

use crate::fingerprint::{self, Stamp};
use crate::project::Project;
use crate::report::{Report, Stage};

const REQUIREMENTS: &str = "xtask/requirements/pyperf.txt";

/// The python that has it, in a venv of the target folder, which is made of this build if it is not there.
pub fn ensure(project: &Project, report: &Report, build: &InterpreterBuild) -> Result<PathBuf> {
    let folder = project.target.join("pyperf");
    let python = folder.join("bin/python");
    let inputs = format!("{} {}", fingerprint::of(project, &[REQUIREMENTS])?, build.id);
    let stamp = Stamp::new(project, "pyperf", inputs, python.clone());
    if stamp.is_current() {
        return Ok(python);
    }
    let stage = Stage {
        name: "pyperf for the tests".into(),
        usual: Duration::from_secs(20),
        advice: "look at the network; the test that needs it is skipped.".into(),
    };
    report.stage(&stage, |log| {
        log.run(project.command(&build.executable).args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut pip = project.command(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]);
        log.run(pip.args(["--only-binary", ":all:", "--requirement", REQUIREMENTS]))
    })?;
    stamp.set()?;
    Ok(python)
}

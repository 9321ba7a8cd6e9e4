//! The environment with the packages that exercises use, as `virgil` itself makes it.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use shared::InterpreterBuild;

use crate::project::Project;
use crate::report::{Report, Stage};

/// The python of the environment of this build, which is made if it is not there.
pub fn ensure(project: &Project, report: &Report, build: &InterpreterBuild) -> Result<PathBuf> {
    let stage = Stage {
        name: format!("packages for the exercises, {}", build.title()),
        usual: Duration::from_secs(60),
        advice: "do as the line above says; the tests that need no package run without.".into(),
    };
    report.stage(&stage, |_| {
        let mut virgil = project.command(project.virgil());
        virgil.args(["environment", "--build", &build.id]).env("VIRGIL_DATA", &project.data).stderr(Stdio::inherit());
        let output = virgil.output().context("`virgil` could not be started.")?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            bail!("`virgil environment` ended with {}.", output.status);
        }
        let folder = said.lines().next().context("`virgil environment` did not say where it is.")?;
        Ok(PathBuf::from(folder).join("bin/python"))
    })
}

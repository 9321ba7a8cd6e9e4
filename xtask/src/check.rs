//! Formatter, linter and house rules.

use std::time::Duration;

use anyhow::Result;

use crate::invariants;
use crate::project::Project;
use crate::report::{Report, Stage};
use crate::setup::kernels;

const STRICT: [&str; 3] = ["--", "-D", "warnings"];

/// All of them.
pub fn check(project: &Project, report: &Report) -> Result<()> {
    let kernel = kernels::preferred(project)?;
    let stage = |name: &str, seconds, advice: &str| Stage {
        name: name.into(),
        usual: Duration::from_secs(seconds),
        advice: advice.into(),
    };
    report.stage(&stage("formatting", 2, "run `cargo fmt --all`."), |log| {
        log.run(project.cargo("").args(["fmt", "--all", "--check"]))
    })?;
    report.stage(&stage("house rules", 1, "each sentence says what to do; ARCHITECTURE.md says why."), |_| {
        invariants::check(project)
    })?;
    let lints = "correct what the lines above name, or `#[expect(lint, reason = \"…\")]` it.";
    report.stage(&stage("lints: shared, runner, xtask", 90, lints), |log| {
        let mut clippy = project.cargo("");
        clippy.args(["clippy", "--locked", "--all-targets", "-p", "shared", "-p", "runner", "-p", "xtask"]);
        log.run(clippy.args(STRICT))
    })?;
    report.stage(&stage("lints: frontend", 60, lints), |log| {
        let mut clippy = project.cargo("page");
        clippy.args(["clippy", "--locked", "--target", "wasm32-unknown-unknown", "-p", "frontend"]);
        log.run(clippy.args(STRICT))
    })?;
    report.stage(&stage("lints: kernel", 20, lints), |log| {
        let mut clippy = project.cargo(&kernel.target());
        clippy.args(["clippy", "--locked", "--all-targets", "-p", "kernel"]).args(STRICT);
        log.run(clippy.env("PYO3_PYTHON", &kernel.build.executable))
    })
}

//! Formatter, linter and house rules.

use std::env::consts::EXE_EXTENSION;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::project::Project;
use crate::report::{Report, Stage, all_causes};
use crate::setup::kernels;
use crate::{invariants, portability, setup};

const LINTS: &str = "correct what the lines above name, or `#[expect(lint, reason = \"…\")]` it.";

/// All of them, also after one that fails.
pub fn check(project: &Project, report: &Report) -> Result<()> {
    let kernel = kernels::preferred(project)?;
    let mut format = project.cargo("");
    format.args(["fmt", "--all", "--check"]);
    let mut page = project.cargo("page");
    clippy(&mut page, &["-p", "frontend", "--target", "wasm32-unknown-unknown"]);
    let mut embedding = project.cargo(&kernel.target());
    clippy(&mut embedding, &["-p", "kernel", "--all-targets"]).env("PYO3_PYTHON", &kernel.build.executable);
    let mut others = project.cargo("");
    clippy(
        &mut others,
        &["-p", "shared", "-p", "pythons", "-p", "load", "-p", "runner", "-p", "xtask", "--all-targets"],
    );

    let rules =
        Stage { name: "house rules".into(), usual: Duration::from_secs(1), advice: "do as each sentence says.".into() };
    all_causes([
        report.stage(&rules, |_| invariants::check(project)),
        run(report, "formatting", 2, "run `cargo fmt --all`.", &mut format),
        run(report, "lints: shared, pythons, load, runner, xtask", 90, LINTS, &mut others),
        run(report, "lints: frontend", 60, LINTS, &mut page),
        run(report, "lints: kernel", 20, LINTS, &mut embedding),
        libraries(project, report),
        portability::free_threaded(project, report),
        portability::systems(project, report),
    ])
}

/// The licences of all libraries, where they come from, and those that must not be among them: `deny.toml` says which.
fn libraries(project: &Project, report: &Report) -> Result<()> {
    setup::auditor(project, report)?;
    let mut deny = project.command(project.tools().join("cargo-deny").with_extension(EXE_EXTENSION));
    deny.args(["--locked", "check", "bans", "licenses", "sources"]);
    run(
        report,
        "libraries: licences, sources, bans",
        5,
        "see deny.toml; take another library, or say there why.",
        &mut deny,
    )
}

fn run(report: &Report, name: &str, seconds: u64, advice: &str, command: &mut Command) -> Result<()> {
    let stage = Stage { name: name.into(), usual: Duration::from_secs(seconds), advice: advice.into() };
    report.stage(&stage, |log| log.run(command))
}

fn clippy<'a>(cargo: &'a mut Command, what: &[&str]) -> &'a mut Command {
    cargo.args(["clippy", "--locked"]).args(what).args(["--", "-D", "warnings"])
}

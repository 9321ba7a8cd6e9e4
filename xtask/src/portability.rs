//! What can be said here of CPythons and systems that are not here: that Virgil compiles for them.

use std::time::Duration;

use anyhow::Result;

use crate::project::{Project, on_path};
use crate::report::{Report, Stage, all_causes, sentences};

/// Type-checking needs no linker and no C compiler of the other system: no library of these crates has C in it.
const TARGETS: [&str; 2] = ["x86_64-pc-windows-gnu", "x86_64-apple-darwin"];
/// All but `kernel`, which is for Linux only so far, and `frontend`, which runs in browsers.
const CRATES: [&str; 5] = ["shared", "pythons", "load", "runner", "xtask"];
/// Tells PyO3 about a CPython that need not be there: 3.14, free-threaded.
const FREE_THREADED: &str = "xtask/free-threaded.txt";

/// Type-checks the kernel for a CPython without a GIL.
pub fn free_threaded(project: &Project, report: &Report) -> Result<()> {
    let stage = Stage {
        name: "kernel for a free-threaded CPython".into(),
        usual: Duration::from_secs(20),
        advice: "the kernel must compile with and without a GIL: correct what the lines above name, perhaps with \
                 `cfg(Py_GIL_DISABLED)`."
            .into(),
    };
    report.stage(&stage, |log| {
        let mut cargo = project.cargo("free-threaded");
        cargo.args(["check", "--locked", "--package", "kernel"]);
        log.run(cargo.env("PYO3_CONFIG_FILE", project.root.join(FREE_THREADED)).env_remove("PYO3_PYTHON"))
    })
}

/// Type-checks for other systems; says loudly which it could not.
pub fn systems(project: &Project, report: &Report) -> Result<()> {
    all_causes(TARGETS.map(|target| match add(project, report, target) {
        Ok(()) => check(project, report, target),
        Err(error) => {
            report.warn(&format!("NOT CHECKED for {target}: {}", sentences(&error)));
            Ok(())
        }
    }))
}

fn check(project: &Project, report: &Report, target: &str) -> Result<()> {
    let stage = Stage {
        name: format!("{} for {target}", CRATES.join(", ")),
        usual: Duration::from_secs(60),
        advice: "what is particular to a system belongs in a file of `system/`; a library that is for one system only \
                 belongs under `[target.'cfg(…)'.dependencies]`."
            .into(),
    };
    report.stage(&stage, |log| {
        let mut cargo = project.cargo("systems");
        cargo.args(["check", "--locked", "--target", target]);
        log.run(cargo.args(CRATES.iter().flat_map(|name| ["--package", name])))
    })
}

/// Makes sure of the target's standard library.
fn add(project: &Project, report: &Report, target: &str) -> Result<()> {
    if project.has_target(target)? {
        return Ok(());
    }
    let by_hand = format!("rustup target add {target}");
    anyhow::ensure!(on_path("rustup").is_some(), "There is no rustup to add this target: add it as you added Rust.");
    let stage = Stage {
        name: format!("Rust's {target}"),
        usual: Duration::from_secs(10),
        advice: format!("look at the network, or add it yourself: `{by_hand}`."),
    };
    report.stage(&stage, |log| log.run(project.command("rustup").args(["target", "add", target])))
}

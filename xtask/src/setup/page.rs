//! The page: built by Trunk into `dist`, its program split in two, then compressed once and for all.

use std::env;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{compress, program};
use crate::fingerprint::{self, Stamp};
use crate::project::Project;
use crate::report::{Report, Stage};

const INPUTS: [&str; 6] = ["frontend", "shared", "Trunk.toml", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"];

/// What to set once the page is built; none if it is.
pub fn due(project: &Project) -> Result<Option<Stamp>> {
    let stamp = Stamp::new(project, "page", fingerprint::of(project, &INPUTS)?, project.root.join("dist"));
    Ok(if stamp.is_current() { None } else { Some(stamp) })
}

/// Builds it.
pub fn build(project: &Project, report: &Report, stamp: &Stamp) -> Result<()> {
    let path = env::var_os("PATH").unwrap_or_default();
    let first = [project.tools(), project.root.join("frontend/js/node_modules/.bin")];
    let path = env::join_paths(first.into_iter().chain(env::split_paths(&path)))
        .context("The checkout's path has a character that PATH can't hold: move the checkout.")?;
    let stage = Stage {
        name: "page (compiled to WASM)".into(),
        usual: Duration::from_secs(130),
        advice: "if it is an error in frontend/, correct it. If a download failed, look at the network.".into(),
    };
    report.stage(&stage, |log| {
        let mut trunk = project.command(project.tools().join("trunk"));
        trunk.args(["build", "--release", "--cargo-profile", "wasm-release"]);
        trunk.env("PATH", path).env("CARGO_TARGET_DIR", project.target.join("page"));
        // Trunk takes only `true` and `false` for it and refuses the usual `1`.
        // Its own backtrace would hide what the compiler says.
        log.run(trunk.env_remove("NO_COLOR").env_remove("RUST_BACKTRACE"))
    })?;
    let stage = Stage {
        name: "page, its program split".into(),
        usual: Duration::from_secs(20),
        advice: "remove target/tools and run this again: the tools may not be whole.".into(),
    };
    report.stage(&stage, |log| program::split(project, log))?;
    let stage = Stage {
        name: "page, compressed".into(),
        usual: Duration::from_secs(8),
        advice: "look at the free space on the disk.".into(),
    };
    report.stage(&stage, |_| {
        compress::folder(&project.root.join("dist"))?;
        stamp.set()
    })
}

//! What the page is built with: the compiler's WASM target, Trunk, wasm-bindgen, and what splits a module; and what
//! looks at the project's libraries.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::project::{Project, on_path};
use crate::report::{Report, Stage};

const TARGET: &str = "wasm32-unknown-unknown";
const TRUNK: &str = "0.21.14";
/// Reads what `wasm_split_helpers` 0.2 writes.
const SPLIT: &str = "0.2.4";
const DENY: &str = "0.20.2";
/// Where the tools are compiled; of no use once they are installed.
const SCRAPS: &str = "tools-build";

/// Says at once what would fail later.
pub fn look(project: &Project) -> Result<()> {
    if project.has_target(TARGET)? || on_path("rustup").is_some() {
        return Ok(());
    }
    bail!(
        "The page is compiled for {TARGET}, which this Rust toolchain lacks, and there is no rustup to add it. \
         Install Rust with rustup (https://rustup.rs), or your distribution's package of the WASM standard library \
         (Debian: libstd-rust-dev-wasm32, Fedora: rust-std-static-wasm32-unknown-unknown), then run this again."
    )
}

/// Installs what is missing, in the project's own folder.
pub fn ensure(project: &Project, report: &Report) -> Result<()> {
    if !project.has_target(TARGET)? {
        let stage = Stage {
            name: format!("Rust's {TARGET}"),
            usual: Duration::from_secs(10),
            advice: "look at the network, or add it yourself: `rustup target add wasm32-unknown-unknown`.".into(),
        };
        report.stage(&stage, |log| log.run(project.command("rustup").args(["target", "add", TARGET])))?;
    }
    let bindgen = locked_version(&fs::read_to_string(project.root.join("Cargo.lock"))?, "wasm-bindgen")
        .context("Cargo.lock names no version of wasm-bindgen: the page needs it. Restore Cargo.lock.")?;
    // wasm-bindgen-cli's own lock file names a version of webpki-roots that can't be had.
    for tool in [
        Tool {
            package: "trunk",
            version: TRUNK,
            seconds: 210,
            options: &["--locked", "--no-default-features"],
            level: "0",
        },
        Tool {
            package: "wasm_split_cli_support",
            version: SPLIT,
            seconds: 60,
            options: &["--locked", "--features", "build-binary"],
            level: "0",
        },
        Tool { package: "wasm-bindgen-cli", version: &bindgen, seconds: 130, options: &[], level: "1" },
    ] {
        tool.ensure(project, report)?;
    }
    sweep(project)
}

/// Installs what looks at the licences and the origins of all libraries: tests need it, people who serve don't.
pub fn ensure_auditor(project: &Project, report: &Report) -> Result<()> {
    // Without what asks for advisories, which needs a network and git.
    Tool {
        package: "cargo-deny",
        version: DENY,
        seconds: 90,
        options: &["--locked", "--no-default-features"],
        level: "0",
    }
    .ensure(project, report)?;
    sweep(project)
}

fn sweep(project: &Project) -> Result<()> {
    let scraps = project.target.join(SCRAPS);
    if scraps.exists() {
        fs::remove_dir_all(&scraps).with_context(|| format!("{} could not be removed.", scraps.display()))?;
    }
    Ok(())
}

struct Tool<'a> {
    package: &'static str,
    version: &'a str,
    seconds: u64,
    options: &'static [&'static str],
    level: &'static str,
}

impl Tool<'_> {
    fn ensure(&self, project: &Project, report: &Report) -> Result<()> {
        let Tool { package, version, seconds, options, level } = self;
        let folder = project.target.join("tools");
        let installed = fs::read_to_string(folder.join(".crates.toml")).unwrap_or_default();
        if installed.contains(&format!("\"{package} {version} ")) {
            return Ok(());
        }
        let stage = Stage {
            name: format!("build tool {package} {version}"),
            usual: Duration::from_secs(*seconds),
            advice: "look at the network and the free space on the disk; what was compiled is kept, so that the next \
                     try is shorter."
                .into(),
        };
        report.stage(&stage, |log| {
            // Built once and used for seconds: quick to compile matters more than quick to run.
            let mut cargo = project.cargo(SCRAPS);
            cargo.args(["install", "--debug", "--force", package, "--version", version]).args(*options);
            cargo.arg("--root").arg(&folder);
            cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_PROFILE_DEV_OPT_LEVEL", level);
            log.run(cargo.env("CARGO_INCREMENTAL", "0"))
        })
    }
}

/// The version of a package in a Cargo.lock.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let lock: toml::Table = lock.parse().ok()?;
    let packages = lock.get("package")?.as_array()?;
    let found = packages.iter().find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))?;
    found.get("version")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_exactly_this_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }
}

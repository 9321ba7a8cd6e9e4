//! Starting the server.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::Args;

use crate::project::Project;
use crate::system;

/// What the server is told.
#[derive(Args)]
pub struct Options {
    /// Listen on this port; 0 for any that is free.
    #[arg(long)]
    port: Option<u16>,
    /// Open no browser.
    #[arg(long)]
    no_open: bool,
    /// Keep edits in this folder.
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
}

/// Becomes the server.
pub fn serve(project: &Project, options: &Options) -> Result<ExitCode> {
    let mut virgil = Command::new(project.virgil());
    virgil.arg("serve").args(arguments(options));
    clean(&mut virgil, project);
    system::become_it(virgil)
}

fn arguments(options: &Options) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    if let Some(port) = options.port {
        arguments.extend(["--port".into(), port.to_string().into()]);
    }
    if options.no_open {
        arguments.push("--no-open".into());
    }
    if let Some(workspace) = &options.workspace {
        arguments.extend(["--workspace".into(), workspace.into()]);
    }
    arguments
}

/// Removes what Cargo put into the environment for this program: the learner's code shall not see it.
fn clean(command: &mut Command, project: &Project) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text == "CARGO" || text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    if let Some(libraries) = env::var_os("LD_LIBRARY_PATH") {
        let sysroot = project.sysroot().unwrap_or_default();
        let of_cargo = |path: &PathBuf| path.starts_with(&project.root) || path.starts_with(&sysroot);
        let kept: Vec<PathBuf> = env::split_paths(&libraries).filter(|path| !of_cargo(path)).collect();
        match env::join_paths(&kept) {
            Ok(kept) if !kept.is_empty() => command.env("LD_LIBRARY_PATH", kept),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_said_is_passed_on() {
        let options = Options { port: Some(0), no_open: true, workspace: Some("/w".into()) };
        assert_eq!(arguments(&options), ["--port", "0", "--no-open", "--workspace", "/w"]);
        assert!(arguments(&Options { port: None, no_open: false, workspace: None }).is_empty());
    }
}

//! Records the workshop's runs anew, through the `virgil` of this checkout.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::project::Project;
use crate::report::Report;
use crate::setup::{environment, kernels};

/// What is recorded.
#[derive(Args)]
pub struct Options {
    /// The cells to record [default: those that have no recorded run, or one of an earlier version of their code].
    #[arg(value_name = "CELL", conflicts_with = "all")]
    cells: Vec<String>,
    /// Record every cell.
    #[arg(long)]
    all: bool,
}

/// Runs `virgil record` in the checkout.
pub fn record(project: &Project, report: &Report, options: &Options) -> Result<ExitCode> {
    let kernel = kernels::preferred(project);
    if let Err(error) = kernel.and_then(|kernel| environment::ensure(project, report, &kernel.build)) {
        // Few cells need a package: a recording of another would be lost with theirs.
        report
            .warn(&format!("{}\nCells that need a package are recorded without it.", crate::report::sentences(&error)));
    }
    let mut virgil = project.command(project.virgil());
    virgil.arg("record").args(&options.cells).args(options.all.then_some("--all")).env("VIRGIL_DATA", &project.data);
    let status = virgil.status().context("`virgil` could not be started.")?;
    match status.code().and_then(|code| u8::try_from(code).ok()) {
        Some(code) => Ok(ExitCode::from(code)),
        None => bail!("`virgil record` ended with {status}."),
    }
}

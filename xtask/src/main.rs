//! The project's commands: `cargo xtask serve` sets up what is missing and starts Virgil; see `cargo xtask help`.

mod project;

mod command;
mod fingerprint;
mod report;

mod setup;

mod kernel;
mod system;

mod bench;
mod check;
mod claims;
mod content;
mod invariants;
mod portability;
mod record;
mod serve;
mod soak;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use project::Project;
use report::Report;
use setup::kernels::Wanted;

/// Virgil's commands. Each does the set-up that it needs first, and skips what is done.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up what is missing, and start Virgil.
    Serve(serve::Options),
    /// Set up what is missing, and run every check and test.
    Test,
    /// Set up what is missing, and run formatter, linter and house rules.
    Check,
    /// Run every cell and exercise of the content through the kernel.
    Content,
    /// Set up what is missing, run the cells of the slides and keep the runs in recordings/, to be shown where none can
    /// be executed.
    Record(record::Options),
    /// List every Python of this machine, and say why some are of no use.
    Pythons,
    /// Build the kernels of the preferred CPython and of a free-threaded one, after a new look at which there are.
    Kernels {
        /// Build those of all usable CPythons.
        #[arg(long)]
        all: bool,
    },
    /// Measure how fast the engine is, beside native threads and the executors of the standard library.
    Bench(bench::Options),
    /// Run laps of good and bad inputs for minutes, and see that nothing is left of them.
    Soak(soak::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\n{}", report::sentences(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    let project = Project::open()?;
    let report = Report::new(&project);
    match task {
        Task::Serve(options) => {
            setup::everything(&project, &report)?;
            serve::serve(&project, &options)
        }
        Task::Test => {
            setup::everything(&project, &report)?;
            setup::browser::ensure(&report)?;
            setup::qt::ensure(&report)?;
            test::test(&project, &report)
        }
        Task::Check => {
            setup::everything(&project, &report)?;
            check::check(&project, &report).map(|()| ExitCode::SUCCESS)
        }
        Task::Content => {
            // It makes the environment for the exercises.
            if !project.virgil().is_file() {
                setup::everything(&project, &report)?;
            }
            let kernel = setup::kernel(&project, &report)?;
            content::stage(&project, &report, &kernel).map(|()| ExitCode::SUCCESS)
        }
        Task::Record(options) => {
            setup::everything(&project, &report)?;
            record::record(&project, &report, &options)
        }
        Task::Pythons => {
            setup::pythons::list(&project);
            Ok(ExitCode::SUCCESS)
        }
        Task::Kernels { all } => {
            let wanted = if all { Wanted::All } else { Wanted::Usual };
            setup::kernels_afresh(&project, &report, wanted).map(|()| ExitCode::SUCCESS)
        }
        Task::Bench(options) => {
            let kernel = setup::kernel(&project, &report)?;
            bench::bench(&project, &kernel, &options).map(|()| ExitCode::SUCCESS)
        }
        Task::Soak(options) => {
            let preferred = setup::kernel(&project, &report)?;
            let kernels =
                if options.is_of_every_build() { setup::kernels::installed(&project)? } else { vec![preferred] };
            kernels.iter().try_for_each(|kernel| soak::soak(&project, kernel, &options)).map(|()| ExitCode::SUCCESS)
        }
    }
}

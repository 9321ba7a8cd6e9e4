//! What `virgil bench` can be asked.

use std::path::PathBuf;

use shared::{Class, MAX_REPEATS};

use crate::command::arguments::{Modes, Workers};
use crate::limits::LimitArguments;

/// What stands under the options in `--help`.
pub const AFTER_HELP: &str = "\
Every workload runs in every mode with every number of workers, and all of that again in each round, so that all modes \
meet the same machine. The first round warms up and counts in nothing. Each result says how exact it is, and a verdict \
is given for each class of workload, or refused with the reason: nothing can be concluded on a busy machine. Close \
other programs first, and plug a laptop in.

A file of yours is a workload if it defines `work(item)` and `ITEMS`. What it prints is not shown: `virgil run` shows it. A lap may take ten minutes here, unless --time-limit says less.

The tables and the verdicts go to standard output, the bar and every message to standard error.

Exit codes:
  0    everything was measured, also if no verdict could be given
  1    a workload raised an exception in every mode, or modes returned different results
  2    wrong usage: the options, or a file that can't be run
  3    no kernel could be started, or a file couldn't be written
  129, 130, 143  stopped by a closed terminal, by Ctrl+C, by SIGTERM
  141  stopped, since nobody read what was printed

Ctrl+C keeps what was measured, and prints it; `virgil bench --resume` goes on where it was.";

/// The arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct BenchArguments {
    /// Files of your own to measure [default: the suite of Virgil].
    #[arg(value_name = "FILE", conflicts_with_all = ["only", "resume"])]
    pub files: Vec<PathBuf>,
    /// Smaller work and fewer rounds: an answer in less than two minutes on two cores.
    #[arg(long)]
    pub quick: bool,
    /// Only these workloads of the suite, with commas between them.
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// What kind of work the files do: cpu, hash, io, transfer, dispatch or start [default: cpu].
    #[arg(long, value_name = "CLASS", requires = "files")]
    pub class: Option<Class>,
    /// The modes to compare, with commas between them, or `all`: also the standard library's executors, and
    /// interpreters that share a GIL [default: sequential, threads, subinterpreters, processes and free-threaded, where
    /// there is a build for them].
    #[arg(long, value_name = "a,b|all")]
    pub modes: Option<Modes>,
    /// The numbers of workers to compare, with commas between them. `auto`: 1, 2, 4 and so on, up to the number of cores
    /// [default: auto, with --quick the number of cores].
    #[arg(long, value_name = "2,4|auto")]
    pub workers: Option<Workers>,
    /// The CPythons to compare, with commas between them: versions or ids of interpreter builds, or `all` [default: the
    /// preferred one, and the best without a GIL if there is one].
    #[arg(long, value_name = "3.14,3.15|all", value_delimiter = ',')]
    pub builds: Vec<String>,
    /// How many rounds count [default: 5, with --quick as many as fit into the time, 3 to 10].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_REPEATS)))]
    pub rounds: Option<u32>,
    /// Go on with the measurement that was stopped, as it was asked for then.
    #[arg(long, conflicts_with_all = ["quick", "only", "modes", "workers", "builds", "rounds"])]
    pub resume: bool,
    /// Where results go.
    #[command(flatten)]
    pub exports: ExportsArguments,
    /// What a lap may use.
    #[command(flatten)]
    pub limits: LimitArguments,
}

/// Where results go.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Results as files")]
pub struct ExportsArguments {
    /// Write everything as JSON to this file. `-`: to standard output, and the tables to standard error.
    #[arg(long, value_name = "FILE|-")]
    pub json: Option<PathBuf>,
    /// Write a line for each lap as CSV to this file.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Write a file for pyperf for each mode, number of workers and build into this folder.
    #[arg(long, value_name = "DIR")]
    pub pyperf: Option<PathBuf>,
    /// Write a report as Markdown to this file.
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Write a report as one HTML page, which needs nothing else, to this file.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

impl ExportsArguments {
    /// Whether the JSON is what is written to standard output.
    pub fn json_is_output(&self) -> bool {
        self.json.as_ref().is_some_and(|file| file.as_os_str() == "-")
    }
}

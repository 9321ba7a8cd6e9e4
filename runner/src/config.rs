//! Every knob, read once: from the command line and the environment.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Parser;
use shared::LimitChoice;

use crate::check::CheckArguments;
use crate::command::{BenchArguments, LoadArguments, RunArguments};
use crate::export::ExportArguments;
use crate::limits::LimitArguments;
use crate::recording::command::RecordArguments;
use crate::system::machine;

/// The port that is tried first.
pub const DEFAULT_PORT: u16 = 8765;

/// The folder of edits, in the home folder.
pub const DEFAULT_WORKSPACE: &str = "virgil";

/// What stands before the name of a deck's folder in that of the folder of its edits.
const WORKSPACE_OF_DECK: &str = "virgil-";

/// How many hours nobody may use a server before it ends itself.
pub const DEFAULT_IDLE_HOURS: f64 = 12.0;

/// What is logged: warnings and errors.
pub const DEFAULT_LOG: &str = "warn";

/// What `virgil run` logs: what stands in the way of the engine is told by the run's ending.
pub const DEFAULT_RUN_LOG: &str = "warn,runner::engine::desk=error";

/// All that can be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// What to do.
    pub task: Task,
    /// Kernels, Pythons and what running servers leave for `virgil link`. `VIRGIL_DATA`; default: `virgil` in the
    /// system's folder for data, on Linux `~/.local/share/virgil`.
    pub data: PathBuf,
    /// What is logged to stderr, in tracing's filter syntax. `VIRGIL_LOG`; default: [`DEFAULT_LOG`], or
    /// [`DEFAULT_RUN_LOG`].
    pub log: String,
}

/// What `virgil` was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Serve the workshop, until stopped.
    Serve(Serve),
    /// Print a new start link of a running server.
    Link {
        /// Of the one with this port; default: of every one.
        port: Option<u16>,
    },
    /// Say whether this machine is ready.
    Doctor {
        /// For programs. `--json`.
        json: bool,
        /// Where edits would be kept. `--workspace`.
        workspace: PathBuf,
    },
    /// Name the mistakes of a deck.
    Check(CheckArguments),
    /// Install the exercises' packages.
    Environment {
        /// For the build of this id or version; default: for the preferred one. `--build`.
        build: Option<String>,
    },
    /// Write a deck as files that need no runner.
    Export(ExportArguments),
    /// Run the cells of a deck, and keep the runs beside its slides.
    Record(RecordArguments),
    /// Run a file and print how it went.
    Run(RunArguments),
    /// Put load on a file's service and print how it went.
    Load(LoadArguments),
    /// Measure workloads in all modes, and give a verdict.
    Bench(Box<BenchArguments>),
}

/// How to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serve {
    /// The first port to try, 0 for any. `--port`; default: [`DEFAULT_PORT`].
    pub port: u16,
    /// Whether to open a browser. `--no-open` says no; default: where there is a display (on Linux `DISPLAY` or
    /// `WAYLAND_DISPLAY`).
    pub open: bool,
    /// Where edits are kept. `--workspace`; default: [`DEFAULT_WORKSPACE`] in the home folder, or, for another deck, a
    /// folder that is named after the deck's.
    pub workspace: PathBuf,
    /// The folder of the deck to serve in place of the workshop. `--deck`.
    pub deck: Option<PathBuf>,
    /// How long nobody may use the server before it ends itself; none: for ever. `--idle-exit`; default:
    /// [`DEFAULT_IDLE_HOURS`].
    pub idle_exit: Option<Duration>,
    /// What laps may use. `--time-limit`, `--cpu-limit`, `--memory-limit`, `--output-limit`, `--open-files`,
    /// `--processes`; default: see [`Limits::new`](shared::Limits::new).
    pub limits: LimitChoice,
}

#[derive(Parser)]
#[command(
    name = "virgil",
    version,
    about = "Virgil guides you through the GIL.",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Subcommand>,
    #[command(flatten)]
    serve: ServeArguments,
}

#[derive(clap::Subcommand)]
enum Subcommand {
    /// Serve the workshop and open it in a browser (what `virgil` alone does).
    Serve(ServeArguments),
    /// Print a new link to the Virgil that is running.
    Link {
        /// The port of the one that is meant, if several are running.
        #[arg(long)]
        port: Option<u16>,
    },
    /// Say whether this machine is ready for the workshop; exit code 0: yes, 1: something is missing.
    Doctor {
        /// Print all that was found as JSON.
        #[arg(long)]
        json: bool,
        /// The folder in which your edits are kept [default: ~/virgil].
        #[arg(long, value_name = "DIR")]
        workspace: Option<PathBuf>,
    },
    /// Name the file and the line of each mistake in a deck; exit code 0: there is none, 1: there are, 2: it can't be read.
    Check(CheckArguments),
    /// Install the packages that exercises use, into a folder of their own.
    Environment {
        /// For this build, by version or id [default: the preferred one].
        #[arg(long)]
        build: Option<String>,
    },
    /// Write the slides, the notebook and the recorded runs as files that any web server shows, and that need no Virgil.
    Export(ExportArguments),
    /// Run the cells of a deck as the page would, and keep the runs in its folder `recordings`, to be shown where none
    /// can be executed.
    Record(RecordArguments),
    /// Run a file in one or several modes and print how long each takes.
    Run(RunArguments),
    /// Serve a file's `app` in one or several modes, put load on it, and print what its clients see.
    Load(LoadArguments),
    /// Measure a suite of workloads, or files of yours, in all modes, and give a verdict in words.
    Bench(Box<BenchArguments>),
}

#[derive(clap::Args)]
struct ServeArguments {
    /// The port to serve at; if it is taken, the next free one. 0: any.
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Don't open a browser.
    #[arg(long)]
    no_open: bool,
    /// The folder in which your edits are kept [default: ~/virgil, or ~/virgil-DECK for another deck].
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// Serve the deck in this folder, with `slides` and `exercises`, and show what is saved there at once.
    #[arg(long, value_name = "DIR")]
    deck: Option<PathBuf>,
    /// End it when nobody has used it for so long; 0: never.
    #[arg(long, value_name = "HOURS", default_value_t = DEFAULT_IDLE_HOURS, value_parser = hours)]
    idle_exit: f64,
    #[command(flatten)]
    limits: LimitArguments,
}

impl Config {
    /// Reads the command line and the environment. Ends the process itself for `--help` and arguments that don't exist.
    ///
    /// # Errors
    /// The sentence to show when a folder can't be determined.
    pub fn read() -> Result<Config, String> {
        let arguments = Arguments::parse();
        let task = match arguments.command {
            Some(Subcommand::Link { port }) => Task::Link { port },
            Some(Subcommand::Doctor { json, workspace }) => {
                Task::Doctor { json, workspace: workspace_or_home(workspace, DEFAULT_WORKSPACE)? }
            }
            Some(Subcommand::Check(check)) => Task::Check(check),
            Some(Subcommand::Environment { build }) => Task::Environment { build },
            Some(Subcommand::Export(export)) => Task::Export(export),
            Some(Subcommand::Record(record)) => Task::Record(record),
            Some(Subcommand::Run(run)) => Task::Run(run),
            Some(Subcommand::Load(load)) => Task::Load(load),
            Some(Subcommand::Bench(bench)) => Task::Bench(bench),
            Some(Subcommand::Serve(serve)) => Task::Serve(serve.complete()?),
            None => Task::Serve(arguments.serve.complete()?),
        };
        let log =
            if matches!(task, Task::Run(_) | Task::Load(_) | Task::Bench(_)) { DEFAULT_RUN_LOG } else { DEFAULT_LOG };
        Ok(Config { task, data: data()?, log: set("VIRGIL_LOG").unwrap_or_else(|| log.into()) })
    }
}

impl ServeArguments {
    fn complete(self) -> Result<Serve, String> {
        let deck = self.deck.map(|folder| existing(&folder)).transpose()?;
        let default = deck.as_deref().map_or_else(|| DEFAULT_WORKSPACE.to_owned(), workspace_of);
        let workspace = workspace_or_home(self.workspace, &default)?;
        let open = !self.no_open && machine::display().is_some();
        let idle_exit = (self.idle_exit > 0.0).then(|| Duration::from_secs_f64(self.idle_exit * 3600.0));
        Ok(Serve { port: self.port, open, workspace, deck, idle_exit, limits: self.limits.choice() })
    }
}

fn hours(text: &str) -> Result<f64, String> {
    let hours = text.parse().ok().filter(|hours: &f64| (0.0..=8760.0).contains(hours));
    hours.ok_or_else(|| "say how many hours, as in 12 or 0.5; 0 is never".into())
}

/// What the folder of a deck's edits is called.
fn workspace_of(deck: &Path) -> String {
    let name = deck.file_name().map(|name| name.to_string_lossy().into_owned());
    format!("{WORKSPACE_OF_DECK}{}", name.unwrap_or_else(|| "deck".into()))
}

/// A folder that must be there, by its one name.
fn existing(folder: &Path) -> Result<PathBuf, String> {
    folder.canonicalize().map_err(|error| format!("{} can't be read as a folder: {error}.", folder.display()))
}

fn workspace_or_home(named: Option<PathBuf>, default: &str) -> Result<PathBuf, String> {
    let workspace = named
        .or_else(|| Some(dirs::home_dir()?.join(default)))
        .ok_or("This account has no home folder: say with --workspace where to keep your edits.")?;
    absolute(workspace)
}

/// The folder of kernels and Pythons: `VIRGIL_DATA`, else `virgil` in the user's data folder.
///
/// # Errors
/// The sentence to show when it can't be determined.
pub fn data() -> Result<PathBuf, String> {
    let data = set("VIRGIL_DATA")
        .map(PathBuf::from)
        .or_else(|| Some(dirs::data_dir()?.join("virgil")))
        .ok_or("This account has no folder for data: set VIRGIL_DATA to one.")?;
    absolute(data)
}

/// Kernels get these paths and have a working directory of their own.
fn absolute(folder: PathBuf) -> Result<PathBuf, String> {
    std::path::absolute(&folder).map_err(|error| format!("{} can't be used as a folder: {error}.", folder.display()))
}

/// An environment variable that is set to nothing counts as not set.
fn set(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(line: &str) -> ServeArguments {
        let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
        match arguments.command {
            Some(Subcommand::Serve(serve)) => serve,
            Some(_) => panic!("{line} is not to serve"),
            None => arguments.serve,
        }
    }

    #[test]
    fn serving_is_what_virgil_does() {
        for (line, port, no_open) in [
            ("virgil", DEFAULT_PORT, false),
            ("virgil serve", DEFAULT_PORT, false),
            ("virgil --port 0 --no-open", 0, true),
            ("virgil serve --no-open --port 9000", 9000, true),
        ] {
            let serve = serve(line);
            assert_eq!((serve.port, serve.no_open), (port, no_open), "{line}");
        }
    }

    #[test]
    fn a_server_that_nobody_uses_ends_itself_unless_told_otherwise() {
        for (line, seconds) in
            [("virgil", Some(12 * 3600)), ("virgil --idle-exit 0.5", Some(1800)), ("virgil --idle-exit 0", None)]
        {
            let idle = serve(line).complete().unwrap().idle_exit;
            assert_eq!(idle.map(|idle| idle.as_secs()), seconds, "{line}");
        }
        for wrong in ["-1", "x", "NaN", "1e9"] {
            assert!(Arguments::try_parse_from(["virgil", &format!("--idle-exit={wrong}")]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_deck_has_its_edits_in_a_folder_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let deck = folder.path().join("sorting");
        std::fs::create_dir(&deck).unwrap();
        let served = |line: &str| serve(&format!("virgil serve {line}")).complete();
        let found = served(&format!("--deck {}/../sorting", deck.display())).unwrap();
        assert_eq!(found.deck.as_deref().and_then(Path::file_name), deck.file_name());
        assert_eq!(found.workspace.file_name().unwrap(), "virgil-sorting");
        let named = served(&format!("--deck {} --workspace /w", deck.display())).unwrap();
        assert_eq!(named.workspace, Path::new("/w"));
        assert!(served("--deck /no/such/deck").unwrap_err().starts_with("/no/such/deck can't be read as a folder"));
        assert_eq!(served("--port 0").unwrap().deck, None);
        assert_eq!(workspace_of(Path::new("/")), "virgil-deck");
    }

    #[test]
    fn servers_and_runs_have_the_same_limits() {
        for line in ["virgil --memory-limit 2G", "virgil serve --memory-limit 2G"] {
            assert_eq!(serve(line).limits.memory_limit, Some(2_000_000_000), "{line}");
        }
        let arguments = Arguments::try_parse_from("virgil run x.py --memory-limit 2G".split(' ')).unwrap();
        let Some(Subcommand::Run(run)) = arguments.command else { panic!("it is to run") };
        assert_eq!(run.limits.memory_limit, Some(2_000_000_000));
    }

    #[test]
    fn a_link_may_be_of_one_port() {
        for (line, expected) in [("virgil link", None), ("virgil link --port 9000", Some(9000))] {
            let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert!(matches!(arguments.command, Some(Subcommand::Link { port }) if port == expected), "{line}");
        }
    }
}

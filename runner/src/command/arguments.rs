//! What `virgil run` can be asked.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use shared::{MAX_REPEATS, MAX_WORKERS, Mode};

/// How long a lap may take, unless the command line says otherwise.
const DEFAULT_TIME_LIMIT: u64 = 120;
/// A day: whoever wants more measures something else.
const LONGEST_TIME_LIMIT: u64 = 86_400;

/// What stands under the options in `--help`.
pub const AFTER_HELP: &str = "\
A file that defines `work(item)` and `ITEMS` is a workload: it runs in every mode with every number of workers. Any \
other file is a script: it runs once, from top to bottom, in its own folder.

The table is all that is written to standard output, so that it can be kept. What the code prints, the progress bar \
and every message go to standard error; with several workers each line begins with who printed it. With `--json -` \
the JSON is all that is written to standard output, and the table goes to standard error.

Exit codes:
  0    every lap completed, and the check passed
  1    the code raised an exception, or the check failed
  2    wrong usage: the options, or a file that can't be run
  3    the kernel died, none could be started, or the JSON couldn't be written
  124  a lap reached its time limit, or another limit
  129, 130, 143  stopped by a closed terminal, by Ctrl+C, by SIGTERM
  141  stopped, since nobody read what was printed

Ctrl+C stops softly, and keeps the table and the JSON as far as they have come. A second Ctrl+C ends at once.";

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct RunArguments {
    /// The Python file. `-`: what comes on standard input.
    pub file: PathBuf,
    /// The modes to compare, with commas between them, or `all`: also the standard library's executors [default: all
    /// of Virgil's own that can be run here].
    #[arg(long, value_name = "a,b|all")]
    pub modes: Option<Modes>,
    /// The numbers of workers to compare, with commas between them. `auto`: 1, 2, 4 and so on, up to the number of
    /// cores.
    #[arg(long, value_name = "2,4|auto", default_value = "auto")]
    pub workers: Workers,
    /// How often every lap is run, in rounds.
    #[arg(long, value_name = "N", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_REPEATS)))]
    pub repeat: u32,
    /// The CPython to run it with: a version, `3.13` or `3.14t`, or the id of an interpreter build [default: the
    /// preferred one].
    #[arg(long, value_name = "3.13|ID")]
    pub build: Option<String>,
    /// Write the whole result as JSON to this file. `-`: to standard output.
    #[arg(long, value_name = "FILE|-")]
    pub json: Option<PathBuf>,
    /// A Python file that defines `check(results, lap)`: it is called with the results of every lap.
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
    /// How long a lap may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_TIME_LIMIT,
        value_parser = clap::value_parser!(u64).range(1..=LONGEST_TIME_LIMIT))]
    pub time_limit: u64,
}

/// The modes that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Modes {
    /// Every one that suits the source and can be run here.
    All,
    /// These.
    Named(Vec<Mode>),
}

/// The numbers of workers that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Workers {
    /// By the number of cores.
    Auto,
    /// These.
    Counts(Vec<u32>),
}

impl RunArguments {
    /// How long a lap may take.
    pub fn wall(&self) -> Duration {
        Duration::from_secs(self.time_limit)
    }

    /// Whether the JSON is what is written to standard output.
    pub fn json_is_output(&self) -> bool {
        self.json.as_ref().is_some_and(|file| file.as_os_str() == "-")
    }
}

impl FromStr for Modes {
    type Err = String;

    fn from_str(text: &str) -> Result<Modes, String> {
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        if names.contains(&"all") {
            return Ok(Modes::All);
        }
        let modes = names.into_iter().map(str::parse).collect::<Result<_, String>>();
        modes.map(Modes::Named).map_err(|sentence| format!("{sentence}; or `all`"))
    }
}

impl FromStr for Workers {
    type Err = String;

    fn from_str(text: &str) -> Result<Workers, String> {
        if text.trim() == "auto" {
            return Ok(Workers::Auto);
        }
        let count = |count: &str| {
            let fits = |count: &u32| (1..=MAX_WORKERS).contains(count);
            count.trim().parse().ok().filter(fits).ok_or_else(|| {
                format!("`{count}` is no number of workers: choose 1 to {MAX_WORKERS}, as in 2,4, or `auto`")
            })
        };
        text.split(',').map(count).collect::<Result<_, String>>().map(Workers::Counts)
    }
}

impl Workers {
    /// The numbers, where there are so many cores to use.
    pub fn counts(&self, cores: u32) -> Vec<u32> {
        match self {
            Workers::Counts(counts) => counts.clone(),
            Workers::Auto => {
                let most = cores.clamp(1, MAX_WORKERS);
                let powers = std::iter::successors(Some(1), |count| Some(count * 2));
                powers.take_while(|&count| count < most).chain([most]).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_named_or_all() {
        assert_eq!("all".parse(), Ok(Modes::All));
        assert_eq!("threads, processes".parse(), Ok(Modes::Named(vec![Mode::Threads, Mode::Processes])));
        for wrong in ["", "fibers", "threads,,processes"] {
            let sentence = wrong.parse::<Modes>().unwrap_err();
            assert!(sentence.contains("there is no mode") && sentence.contains("subinterpreters"), "{sentence}");
        }
    }

    #[test]
    fn workers_are_counted_or_follow_the_cores() {
        for (text, cores, counts) in [
            ("auto", 1, vec![1]),
            ("auto", 2, vec![1, 2]),
            ("auto", 6, vec![1, 2, 4, 6]),
            ("auto", 8, vec![1, 2, 4, 8]),
            ("auto", 1000, vec![1, 2, 4, 8, 16, 32, 64]),
            ("3, 1", 8, vec![3, 1]),
        ] {
            assert_eq!(text.parse::<Workers>().unwrap().counts(cores), counts, "{text} of {cores}");
        }
        for wrong in ["", "0", "65", "two", "1,", "-1"] {
            assert!(wrong.parse::<Workers>().unwrap_err().contains("choose 1 to 64"), "{wrong}");
        }
    }
}

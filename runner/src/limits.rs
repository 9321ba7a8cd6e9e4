//! What laps may use: the options of the command line, and what this machine allows where they say nothing.

use clap::Args;
use shared::{LimitChoice, Limits, Nanos};

use crate::system::machine;

/// The options that set limits, of `virgil serve` and of `virgil run`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Limits of a lap")]
pub struct LimitArguments {
    /// How long it may take, in seconds [default: 120].
    #[arg(long, value_name = "SECONDS", value_parser = shared::seconds)]
    pub time_limit: Option<Nanos>,
    /// How much CPU time its processes may take together, in seconds [default: the time limit on every core].
    #[arg(long, value_name = "SECONDS", value_parser = shared::seconds)]
    pub cpu_limit: Option<Nanos>,
    /// How much memory its processes may hold together, in bytes: 500M, 2G [default: three quarters of what there is].
    #[arg(long, value_name = "BYTES", value_parser = shared::memory_bytes)]
    pub memory_limit: Option<u64>,
    /// How much it may print, in bytes: 100K, 10M [default: 64M].
    #[arg(long, value_name = "BYTES", value_parser = shared::output_bytes)]
    pub output_limit: Option<u64>,
    /// About how many files each of its processes may have open [default: 4096].
    #[arg(long, value_name = "N", value_parser = shared::open_files)]
    pub open_files: Option<u32>,
    /// How many processes it may have at once [default: 512].
    #[arg(long, value_name = "N", value_parser = shared::processes)]
    pub processes: Option<u32>,
}

impl LimitArguments {
    /// What the options set.
    pub fn choice(&self) -> LimitChoice {
        LimitChoice {
            wall: self.time_limit,
            cpu: self.cpu_limit,
            memory: self.memory_limit,
            output: self.output_limit,
            open_files: self.open_files,
            processes: self.processes,
        }
    }
}

/// The limits on this machine, as chosen.
pub fn on_this_machine(chosen: LimitChoice) -> Limits {
    let memory = machine::memory().map(|memory| memory.total.min(memory.limit.unwrap_or(u64::MAX)));
    Limits::new(chosen, machine::cores().usable(), memory)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        limits: LimitArguments,
    }

    fn parse(line: &str) -> Result<LimitChoice, String> {
        let line = Line::try_parse_from(["virgil"].into_iter().chain(line.split_whitespace()));
        line.map(|line| line.limits.choice()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_limit_has_an_option() {
        assert_eq!(parse(""), Ok(LimitChoice::default()));
        let all = "--time-limit 30 --cpu-limit 60 --memory-limit 2G --output-limit 100K --open-files 256 --processes 9";
        let choice = LimitChoice {
            wall: Some(Nanos(30_000_000_000)),
            cpu: Some(Nanos(60_000_000_000)),
            memory: Some(2_000_000_000),
            output: Some(100_000),
            open_files: Some(256),
            processes: Some(9),
        };
        assert_eq!(parse(all), Ok(choice));
        for (line, said) in [
            ("--time-limit 0", "whole seconds"),
            ("--memory-limit 1", "`500M` or `2G`"),
            ("--output-limit x", "`100K` or `10M`"),
            ("--processes none", "from 1"),
        ] {
            let error = parse(line).expect_err(line);
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn this_machine_s_limits_leave_it_room() {
        let limits = on_this_machine(LimitChoice::default());
        let memory = machine::memory().expect("this system says how much memory there is");
        assert!(limits.memory < memory.total && limits.memory >= memory.total.min(1_000_000_000) / 16, "{limits:?}");
        assert!(limits.cpu >= limits.wall, "{limits:?}");
    }
}

//! `virgil load`: a file's `app` served in each mode, and put under load.

use std::path::PathBuf;

use shared::{LoadRequest, LoadWish, MAX_REPEATS, Nanos, WishedPace};

use super::arguments::{Modes, RunArguments, Workers};
use super::exit::Refusal;
use crate::limits::LimitArguments;

/// A lap's time for all but the load, where no limit was named.
const AROUND: Nanos = Nanos(60_000_000_000);

/// What stands under the options in `--help`.
const AFTER_HELP: &str = "\
The file defines `app`, a WSGI or ASGI application, such as Flask's. In each mode Hypercorn serves it on 127.0.0.1 with \
that many workers, which get the connections in turn.

What load to put on it, the file may say itself, as in `LOAD = {'paths': {'/': 9, '/slow': 1}, 'clients': 8,
'seconds': 5}`; what is said here counts more.

With `--rate` requests are sent at moments that are fixed before, and latencies count from there: whoever waits in a \
queue is counted. With `--clients` each client sends its next request when it has its answer, so a slow service is asked \
less. Requests that fail are counted by kind and are in no latency.

Exit codes are those of `virgil run`.";

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct LoadArguments {
    /// The Python file. `-`: what comes on standard input.
    pub file: PathBuf,
    /// The modes to compare, with commas between them [default: all that can serve here].
    #[arg(long, value_name = "a,b")]
    pub modes: Option<Modes>,
    /// The numbers of workers to compare, with commas between them. `auto`: 1, 2, 4 and so on, up to the number of
    /// cores.
    #[arg(long, value_name = "2,4|auto", default_value = "2")]
    pub workers: Workers,
    /// How often every lap is run, in rounds.
    #[arg(long, value_name = "N", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_REPEATS)))]
    pub repeat: u32,
    /// Requests a second, whatever becomes of those before.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate: Option<u32>,
    /// Over at most so many connections, with --rate [default: 64].
    #[arg(long, value_name = "N", requires = "rate", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub connections: Option<u32>,
    /// Clients that each wait for their answer [default: 8].
    #[arg(long, value_name = "N", conflicts_with = "rate", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub clients: Option<u32>,
    /// For how long each lap is under load [default: 5].
    #[arg(long, value_name = "SECONDS", value_parser = shared::seconds)]
    pub seconds: Option<Nanos>,
    /// For how long before that, which counts in no figure; 0: not at all [default: 1].
    #[arg(long, value_name = "SECONDS", value_parser = seconds_or_none)]
    pub warm_up: Option<Nanos>,
    /// How long an answer may take [default: 10].
    #[arg(long, value_name = "SECONDS", value_parser = shared::seconds)]
    pub timeout: Option<Nanos>,
    /// What to ask for [default: /]; may be named several times, with how often before it, as in `9:/` and
    /// `1:/fibonacci?n=30`.
    #[arg(long = "path", value_name = "[N:]PATH", value_parser = request)]
    pub paths: Vec<LoadRequest>,
    /// What one more client asks for in the second half, again and again: how long the others wait beside it is said.
    #[arg(long, value_name = "PATH", value_parser = request)]
    pub neighbour: Option<LoadRequest>,
    /// A new connection for every request.
    #[arg(long)]
    pub no_keep_alive: bool,
    /// The CPython to serve it with: a version, `3.13` or `3.14t`, or the id of an interpreter build [default: the
    /// preferred one].
    #[arg(long, value_name = "3.13|ID")]
    pub build: Option<String>,
    /// Write the whole result as JSON to this file. `-`: to standard output.
    #[arg(long, value_name = "FILE|-")]
    pub json: Option<PathBuf>,
    /// What a lap may use.
    #[command(flatten)]
    pub limits: LimitArguments,
}

impl LoadArguments {
    /// The load that they mean.
    ///
    /// # Errors
    /// What can't be asked.
    pub fn wish(&self) -> Result<LoadWish, Refusal> {
        let open = self.rate.map(|rate| WishedPace::Open(rate, self.connections));
        let wish = LoadWish {
            pace: open.or(self.clients.map(WishedPace::Closed)),
            warm_up: self.warm_up,
            duration: self.seconds,
            timeout: self.timeout,
            keep_alive: self.no_keep_alive.then_some(false),
            mix: (!self.paths.is_empty()).then(|| self.paths.clone()),
            neighbour: self.neighbour.clone(),
        };
        let plan = wish.plan();
        let whole = Nanos(plan.warm_up.0 + plan.duration.0);
        if let Some(limit) = self.limits.time_limit.filter(|limit| *limit <= whole) {
            let (limit, whole) = (shared::duration(limit), shared::duration(whole));
            let sentence =
                format!("a lap may take {limit}, and its load takes {whole}: raise --time-limit, or leave it out.");
            return Err(Refusal::usage(sentence));
        }
        load::check(&plan).map_err(|unfit| Refusal::usage(format!("{unfit}.")))?;
        Ok(wish)
    }

    /// What they mean for the run.
    pub fn run(&self) -> RunArguments {
        let given = |time: Option<Nanos>| time.unwrap_or(Nanos(0)).0;
        let enough = Nanos(given(self.warm_up) + given(self.seconds) + AROUND.0);
        let time_limit = self.limits.time_limit.unwrap_or(enough.max(shared::USUAL_WALL));
        RunArguments {
            file: self.file.clone(),
            modes: self.modes.clone(),
            workers: self.workers.clone(),
            repeat: self.repeat,
            // Each load has its own.
            warm_up: Some(0),
            build: self.build.clone(),
            json: self.json.clone(),
            check: None,
            results_may_differ: true,
            limits: LimitArguments { time_limit: Some(time_limit), ..self.limits.clone() },
        }
    }
}

fn seconds_or_none(text: &str) -> Result<Nanos, String> {
    if text.trim() == "0" { Ok(Nanos(0)) } else { shared::seconds(text) }
}

/// `3:/path`: a GET, three times as often as those with 1.
fn request(text: &str) -> Result<LoadRequest, String> {
    let weighted = text.split_once(':').and_then(|(weight, path)| Some((weight.parse().ok()?, path)));
    let (weight, path) = weighted.unwrap_or((1, text));
    Ok(LoadRequest::get(path, weight))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use shared::Pace;

    use super::*;
    use crate::command::exit::Exit;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        load: LoadArguments,
    }

    fn parse(line: &str) -> Result<LoadArguments, String> {
        let line = ["load", "app.py"].into_iter().chain(line.split_whitespace());
        Line::try_parse_from(line).map(|line| line.load).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_asked_for_is_the_plan() {
        let second = 1_000_000_000;
        assert_eq!(parse("").unwrap().wish().unwrap(), LoadWish::default());
        let plan = parse(
            "--rate 500 --seconds 10 --warm-up 0 --path 9:/ --path /fib?n=3 --no-keep-alive --timeout 2 --neighbour /slow",
        );
        let plan = plan.unwrap().wish().unwrap().plan();
        assert_eq!(plan.pace, Pace::Open { rate: 500, connections: 64 });
        assert_eq!((plan.warm_up.0, plan.duration.0, plan.timeout.0), (0, 10 * second, 2 * second));
        assert_eq!(plan.mix, [LoadRequest::get("/", 9), LoadRequest::get("/fib?n=3", 1)]);
        assert!(!plan.keep_alive);
        assert_eq!(plan.neighbour, Some(LoadRequest::get("/slow", 1)));
    }

    #[test]
    fn what_cannot_be_asked_is_refused() {
        for line in ["--rate 0", "--clients 0", "--rate 5 --clients 5", "--connections 5", "--seconds 0"] {
            assert!(parse(line).is_err(), "{line}");
        }
        for (line, said) in [
            ("--path a", "a path begins with `/`"),
            ("--path 0:/", "there is nothing to ask"),
            ("--neighbour b", "`GET b` can't be asked"),
        ] {
            let refusal = parse(line).unwrap().wish().unwrap_err();
            assert!(refusal.exit == Exit::Usage && refusal.sentence.contains(said), "{refusal:?}");
        }
    }
}

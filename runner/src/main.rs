//! The command that people run: `virgil`.

use std::process::ExitCode;

use runner::config::{Config, Task};
use runner::{check, command, doctor, environment, export, link, recording, server};
use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The crates whose logs are known to hold no secret.
const OURS: [&str; 5] = ["virgil", "runner", "shared", "pythons", "load"];

fn main() -> ExitCode {
    let ended = Config::read().and_then(|config| {
        show_logs(&config.log);
        match &config.task {
            Task::Serve(serve) => done(server::run(serve, &config.data)),
            Task::Link { port } => done(link::print_new(&config.data, *port)),
            Task::Run(arguments) => Ok(command::run(arguments, &config.data)),
            Task::Load(arguments) => Ok(command::load(arguments, &config.data)),
            Task::Bench(arguments) => Ok(command::bench::run(arguments, &config.data)),
            Task::Doctor { json, workspace } => doctor::run(&config.data, workspace, *json),
            Task::Record(arguments) => recording::command::run(arguments, &config.data),
            Task::Export(arguments) => done(export::run(arguments)),
            Task::Check(arguments) => Ok(check::run(arguments)),
            Task::Environment { build } => done(environment::run(&config.data, build.as_deref())),
        }
    });
    match ended {
        Ok(code) => code,
        Err(sentence) => {
            eprintln!("virgil: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// What is done is done well.
fn done(result: Result<(), String>) -> Result<ExitCode, String> {
    result.map(|()| ExitCode::SUCCESS)
}

/// Logs go to stderr. Only this project's parts say more than warnings, whatever the filter: the web server's traces
/// show whole requests, with their cookies.
fn show_logs(filter: &str) {
    let is_ours = |target: &str| OURS.iter().any(|name| target.split("::").next() == Some(name));
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // It would panic where nobody reads stderr any more.
        .log_internal_errors(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(EnvFilter::new(filter))
        .with(filter_fn(move |metadata| *metadata.level() <= Level::WARN || is_ours(metadata.target())))
        .init();
}

//! The command that people run: `virgil`.

use std::process::ExitCode;

use runner::config::{Config, Task};
use runner::{command, link, server};

fn main() -> ExitCode {
    let done = Config::read().and_then(|config| {
        show_logs(&config.log);
        match &config.task {
            Task::Serve(serve) => server::run(serve, &config.data).map(|()| ExitCode::SUCCESS),
            Task::Link { port } => link::print_new(&config.data, *port).map(|()| ExitCode::SUCCESS),
            Task::Run(arguments) => Ok(command::run(arguments, &config.data)),
        }
    });
    match done {
        Ok(code) => code,
        Err(sentence) => {
            eprintln!("virgil: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Logs go to stderr. The web server's own are capped, since its traces show whole requests with their cookies.
fn show_logs(filter: &str) {
    let filter = format!("{filter},actix_http=warn,actix_web=warn,actix_server=warn");
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        // It would panic where nobody reads stderr any more.
        .log_internal_errors(false)
        .init();
}

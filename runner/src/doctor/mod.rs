//! Is this machine ready? Finds the facts; what they mean is said by [`shared::Checkup`].

mod desktop;
mod facts;
mod remote;
mod text;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

pub use facts::check;
pub use remote::ask;

/// `virgil doctor`: tells what was found, and ends with 0 if nothing is missing that the workshop needs, else with 1.
///
/// # Errors
/// The sentence to show if the result can't be written.
pub fn run(data: &Path, workspace: &Path, json: bool) -> Result<ExitCode, String> {
    let checkup = check(data, workspace);
    let text = if json {
        let text = serde_json::to_string_pretty(&checkup.report());
        text.map_err(|error| format!("The result can't be put into words: {error}."))? + "\n"
    } else {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        text::render(&checkup, std::io::stdout().is_terminal() && !plain)
    };
    // Whoever closed our output doesn't want to read this.
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(if checkup.is_ready() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

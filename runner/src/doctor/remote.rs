//! The doctor for a running server: a `virgil doctor` of its own, since the sweep after a lap would end the Pythons
//! that the server itself asks.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use shared::Checkup;

use crate::system;

/// What `virgil`, that program, finds. Blocks.
///
/// # Errors
/// The sentence to show if it says nothing.
pub fn ask(virgil: &Path, data: &Path, workspace: &Path) -> Result<Checkup, String> {
    let mut command = Command::new(virgil);
    command.args(["doctor", "--json", "--workspace"]).arg(workspace).env("VIRGIL_DATA", data);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let failed =
        |error: String| format!("The machine could not be looked at ({error}). Try `virgil doctor` in a terminal.");
    let mut child = system::start_helper(&mut command).map_err(|error| failed(error.to_string()))?;
    let mut text = String::new();
    let read = child.stdout.take().map_or(Ok(0), |mut output| output.read_to_string(&mut text));
    // It says itself what it thinks of the machine; how it ends repeats that.
    let _ = child.wait();
    read.map_err(|error| failed(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
}

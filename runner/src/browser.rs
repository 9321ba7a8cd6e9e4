//! Opens the person's browser.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::system::BROWSER_MARK;

/// A launcher that ran longer than this showed something: no other is tried when it ends.
const LAUNCHED: Duration = Duration::from_secs(3);

/// Opens `link` in the background, by the first of the system's launchers that can, and says so if none can.
pub fn open(link: String) {
    thread::spawn(move || {
        if !open::commands(&link).into_iter().any(launches) {
            eprintln!("No browser could be started: open the link above in yours.");
        }
    });
}

fn launches(mut command: Command) -> bool {
    command.env(BROWSER_MARK, "1").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl+C in the terminal is for Virgil, not for the browser.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let start = Instant::now();
    match command.status() {
        Ok(status) => status.success() || start.elapsed() > LAUNCHED,
        Err(_) => false,
    }
}

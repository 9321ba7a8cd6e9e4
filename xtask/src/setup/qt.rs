//! The system's libraries that PyQt6 needs, for the tests of desktop programs.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use shared::Installer;

use super::apt::{Wish, install};
use crate::report::Report;

/// Without these Qt draws no window, also not offscreen.
const NEEDED: [&str; 7] = [
    "libGL.so.1",
    "libEGL.so.1",
    "libxkbcommon.so.0",
    "libdbus-1.so.3",
    "libfontconfig.so.1",
    "libglib-2.0.so.0",
    "libX11.so.6",
];

/// Installs them where the system's packages are known, else says what is missing.
pub fn ensure(report: &Report) -> Result<()> {
    // Systems without it (macOS, Windows) have what Qt needs.
    let Ok(output) = Command::new("/sbin/ldconfig").arg("-p").output() else { return Ok(()) };
    let missing = missing(&String::from_utf8_lossy(&output.stdout));
    if !output.status.success() || missing.is_empty() {
        return Ok(());
    }
    let elsewhere = format!(
        "The tests of desktop programs need {} of the system. Install {} (Fedora: `sudo dnf install {}`), then run \
         this again. `cargo xtask serve` needs none of it.",
        missing.join(", "),
        if missing.len() == 1 { "it" } else { "them" },
        Installer::Dnf.packages_for_qt().collect::<Vec<_>>().join(" ")
    );
    let packages: Vec<&str> = Installer::Apt.packages_for_qt().collect();
    let name = "libraries of Qt for the tests of desktop programs";
    install(report, &Wish { name, packages: &packages, usual: Duration::from_secs(20), elsewhere })
}

/// Those that the loader's list doesn't have.
fn missing(list: &str) -> Vec<&'static str> {
    let there = |library: &str| list.lines().any(|line| line.split_whitespace().next() == Some(library));
    NEEDED.into_iter().filter(|library| !there(library)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_loader_knows_is_not_missing() {
        let list = "2 libs found in cache `/etc/ld.so.cache'\n\tlibGL.so.1 (libc6,x86-64) => /lib/libGL.so.1\n\t\
                    libX11.so.6 (libc6,x86-64) => /lib/libX11.so.6\n";
        let missing = missing(list);
        assert_eq!(missing.len(), NEEDED.len() - 2);
        assert!(missing.contains(&"libEGL.so.1") && !missing.contains(&"libGL.so.1"));
    }
}

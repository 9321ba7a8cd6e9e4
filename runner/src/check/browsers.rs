//! Where a Chromium may be, on each system.

use std::path::PathBuf;

use crate::programs::{folders_of_path, on_path};

/// Their names on the path: Debian's and Fedora's, Google's, Microsoft's.
const NAMES: [&str; 6] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
/// Where macOS and Windows keep them, which have none on the path.
const PLACES: [&str; 5] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
];

/// The first that is there.
pub fn installed() -> Option<PathBuf> {
    let folders = folders_of_path();
    let named = NAMES.iter().find_map(|name| on_path(&folders, name));
    named.or_else(|| PLACES.iter().map(PathBuf::from).find(|place| place.is_file()))
}

/// What it needs to be told here: root has no sandbox.
pub fn flags() -> &'static [&'static str] {
    #[cfg(unix)]
    if nix::unistd::Uid::effective().is_root() {
        return &["--no-sandbox"];
    }
    &[]
}

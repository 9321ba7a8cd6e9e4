//! The exact command for what is missing, on this system.

use serde::{Deserialize, Serialize};

/// An operating system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// `linux`, `macos` or `windows`.
    pub family: String,
    /// Its name as people know it: `Debian GNU/Linux 12 (bookworm)`.
    pub name: String,
    /// What can install something on it.
    pub installers: Vec<Installer>,
}

/// A program that installs others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Installer {
    /// uv, which brings Pythons into the home folder.
    Uv,
    /// Homebrew.
    Brew,
    /// Fedora and its kin.
    Dnf,
    /// Debian and its kin.
    Apt,
    /// Windows' own.
    Winget,
}

impl Installer {
    /// All, in the order in which they are asked for a Python: those first that bring just what is needed.
    pub const ALL: [Installer; 5] = [Installer::Uv, Installer::Brew, Installer::Dnf, Installer::Apt, Installer::Winget];

    /// The program's name.
    pub fn program(self) -> &'static str {
        match self {
            Installer::Uv => "uv",
            Installer::Brew => "brew",
            Installer::Dnf => "dnf",
            Installer::Apt => "apt-get",
            Installer::Winget => "winget",
        }
    }

    fn python(self) -> Option<&'static str> {
        match self {
            Installer::Uv => Some("uv python install 3.14"),
            Installer::Brew => Some("brew install python@3.14"),
            Installer::Dnf => Some("sudo dnf install python3.14"),
            Installer::Winget => Some("winget install --id Python.Python.3.14"),
            // Few releases have a 3.14, but the set-up takes one from Debian's packages into a folder of its own.
            Installer::Apt => None,
        }
    }

    fn free_threaded(self) -> Option<&'static str> {
        match self {
            Installer::Uv => Some("uv python install 3.14t"),
            Installer::Brew => Some("brew install python-freethreading"),
            Installer::Dnf => Some("sudo dnf install python3.14-freethreading"),
            Installer::Apt | Installer::Winget => None,
        }
    }

    fn browser(self) -> Option<&'static str> {
        match self {
            Installer::Brew => Some("brew install --cask firefox"),
            Installer::Dnf => Some("sudo dnf install firefox"),
            Installer::Apt => Some("sudo apt install firefox-esr || sudo apt install firefox"),
            Installer::Winget => Some("winget install --id Mozilla.Firefox"),
            Installer::Uv => None,
        }
    }
}

/// Builds the kernels for what was just installed.
const KERNELS: &str = "cargo xtask kernels --all";

impl System {
    /// Gets a CPython 3.14 and a kernel for it.
    pub(super) fn python(&self) -> String {
        match self.first(Installer::python) {
            Some(command) => format!("{command} && {KERNELS}"),
            None if self.installers.contains(&Installer::Apt) => "cargo xtask kernels".into(),
            None => format!("{} && uv python install 3.14 && {KERNELS}", self.uv()),
        }
    }

    /// Gets a CPython without a GIL and a kernel for it.
    pub(super) fn free_threaded(&self) -> String {
        match self.first(Installer::free_threaded) {
            Some(command) => format!("{command} && {KERNELS}"),
            None => format!("{} && uv python install 3.14t && {KERNELS}", self.uv()),
        }
    }

    /// Builds what is missing of kernels.
    pub(super) fn kernels(&self) -> String {
        KERNELS.into()
    }

    /// Gets a browser, if one of the installers can.
    pub(super) fn browser(&self) -> Option<String> {
        self.first(Installer::browser).map(str::to_owned)
    }

    /// Gets uv, as its makers say.
    fn uv(&self) -> &'static str {
        match self.family.as_str() {
            "windows" => "winget install --id=astral-sh.uv -e",
            _ => "curl -LsSf https://astral.sh/uv/install.sh | sh && . ~/.local/bin/env",
        }
    }

    fn first(&self, command: impl Fn(Installer) -> Option<&'static str>) -> Option<&'static str> {
        Installer::ALL.into_iter().filter(|installer| self.installers.contains(installer)).find_map(command)
    }
}

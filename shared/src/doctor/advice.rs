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
    /// Arch's and its kin's.
    Pacman,
    /// Windows' own.
    Winget,
}

/// Debian's packages with what Qt needs of the system: to draw windows, to open them with X11, and with Wayland.
const QT_FOR_DEBIAN: &str = "libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libx11-6 \
                             libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-randr0 \
                             libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1 \
                             libwayland-client0 libwayland-cursor0 libwayland-egl1";

impl Installer {
    /// All, in the order in which they are asked for a Python: those first that bring just what is needed.
    pub const ALL: [Installer; 6] =
        [Installer::Uv, Installer::Brew, Installer::Dnf, Installer::Apt, Installer::Pacman, Installer::Winget];

    /// The program's name.
    pub fn program(self) -> &'static str {
        match self {
            Installer::Uv => "uv",
            Installer::Brew => "brew",
            Installer::Dnf => "dnf",
            Installer::Apt => "apt-get",
            Installer::Pacman => "pacman",
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
            // Arch has one Python, whichever it is.
            Installer::Pacman => None,
        }
    }

    fn free_threaded(self) -> Option<&'static str> {
        match self {
            Installer::Uv => Some("uv python install 3.14t"),
            Installer::Brew => Some("brew install python-freethreading"),
            Installer::Dnf => Some("sudo dnf install python3.14-freethreading"),
            Installer::Apt | Installer::Pacman | Installer::Winget => None,
        }
    }

    fn browser(self) -> Option<&'static str> {
        match self {
            Installer::Brew => Some("brew install --cask firefox"),
            Installer::Dnf => Some("sudo dnf install firefox"),
            Installer::Apt => Some("sudo apt install firefox-esr || sudo apt install firefox"),
            Installer::Pacman => Some("sudo pacman -S firefox"),
            Installer::Winget => Some("winget install --id Mozilla.Firefox"),
            Installer::Uv => None,
        }
    }

    /// What installs the libraries that Qt needs, and their packages. macOS and Windows have all of it.
    fn qt(self) -> Option<(&'static str, &'static str)> {
        match self {
            Installer::Dnf => Some((
                "sudo dnf install",
                "libglvnd-glx libglvnd-egl libxkbcommon dbus-libs fontconfig freetype glib2 libX11 libX11-xcb libxcb \
                 xcb-util xcb-util-cursor xcb-util-wm xcb-util-keysyms xcb-util-image xcb-util-renderutil \
                 libxkbcommon-x11 libwayland-client libwayland-cursor libwayland-egl",
            )),
            Installer::Apt => Some(("sudo apt-get install --no-install-recommends", QT_FOR_DEBIAN)),
            Installer::Pacman => Some((
                "sudo pacman -S --needed",
                "libglvnd libxkbcommon dbus fontconfig freetype2 glib2 libx11 libxcb xcb-util xcb-util-cursor \
                 xcb-util-wm xcb-util-keysyms xcb-util-image xcb-util-renderutil libxkbcommon-x11 wayland",
            )),
            Installer::Uv | Installer::Brew | Installer::Winget => None,
        }
    }

    /// The packages with the system's libraries that Qt needs, for those who can install them themselves.
    pub fn packages_for_qt(self) -> impl Iterator<Item = &'static str> {
        self.qt().into_iter().flat_map(|(_, packages)| packages.split(' '))
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

    /// Gets what Qt needs of the system, if one of the installers can.
    pub(super) fn qt(&self) -> Option<String> {
        if self.family != "linux" {
            return None;
        }
        let (command, packages) = self.first(Installer::qt)?;
        Some(format!("{command} {packages}"))
    }

    /// Gets uv, as its makers say.
    fn uv(&self) -> &'static str {
        match self.family.as_str() {
            "windows" => "winget install --id=astral-sh.uv -e",
            _ => "curl -LsSf https://astral.sh/uv/install.sh | sh && . ~/.local/bin/env",
        }
    }

    fn first<T>(&self, command: impl Fn(Installer) -> Option<T>) -> Option<T> {
        Installer::ALL.into_iter().filter(|installer| self.installers.contains(installer)).find_map(command)
    }
}

//! Why a Python can't be embedded, and what to do about it, in words.

use std::path::PathBuf;

use shared::Python;

use crate::Origin;
use crate::places::Family;

/// Why a kernel can't embed a Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It said nothing; this sentence says why.
    Silent(String),
    /// `VIRGIL_PYTHONS` names something that is not there, as this sentence says.
    Misnamed(String),
    /// It is another implementation.
    Other(String),
    /// It is too old.
    Old(Python),
    /// It is an alpha, a beta or a candidate.
    Unfinished,
    /// It is for another processor: its platform, and the size of its pointers in bits.
    Foreign(String, u32),
    /// It was built without a shared library.
    Static(Python),
    /// This file is missing.
    Library(PathBuf, Python),
}

impl Trouble {
    /// Why, in one sentence.
    pub fn reason(&self) -> String {
        match self {
            Trouble::Silent(sentence) | Trouble::Misnamed(sentence) => sentence.clone(),
            Trouble::Other(name) => format!("It is {name}, and kernels embed CPython."),
            Trouble::Old(_) => "It is older than 3.12, where interpreters got a GIL each.".into(),
            Trouble::Unfinished => "It is a pre-release, whose insides may still change.".into(),
            Trouble::Foreign(platform, bits) => {
                format!("It is for another processor ({platform}, {bits} bits) than Virgil.")
            }
            Trouble::Static(_) => "It was built without a shared libpython, which kernels link.".into(),
            Trouble::Library(file, _) => format!("Its shared library {} is missing.", file.display()),
        }
    }
}

/// What to do about it, in one sentence.
pub fn of(trouble: &Trouble, origin: Origin, family: Family) -> String {
    match (trouble, origin, family) {
        (Trouble::Misnamed(_), ..) => {
            "Correct VIRGIL_PYTHONS: it takes programs, folders of programs and installations, separated like PATH."
                .into()
        }
        (Trouble::Silent(_), ..) => format!("See what it does when you start it, or {}.", another(origin)),
        (Trouble::Static(python), Origin::Pyenv, _) => {
            format!("Build it again: `PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install --force {python}`.")
        }
        (Trouble::Library(_, python), Origin::System, Family::Debian) => {
            format!("Install it: `sudo apt install libpython{}.{}-dev`.", python.major, python.minor)
        }
        (Trouble::Library(_, python), Origin::System, Family::Fedora) => {
            format!("Install it: `sudo dnf install python{}.{}-devel`, or `python3-devel`.", python.major, python.minor)
        }
        (Trouble::Library(..), ..) => format!("Install this Python again, or {}.", another(origin)),
        (Trouble::Other(_) | Trouble::Old(_) | Trouble::Unfinished | Trouble::Foreign(..) | Trouble::Static(_), ..) => {
            let mut words = another(origin);
            words[..1].make_ascii_uppercase();
            words + "."
        }
    }
}

/// How to get one that can be embedded, by the means that brought this one.
fn another(origin: Origin) -> String {
    let command = match origin {
        Origin::Pyenv => "PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3.14",
        Origin::Conda => "conda create --name python3.14 python=3.14",
        Origin::Homebrew => "brew install python@3.14",
        Origin::PythonOrg => return "get CPython 3.14 from https://www.python.org/downloads/".into(),
        Origin::Named | Origin::Private | Origin::Path | Origin::Uv | Origin::System => "uv python install 3.14",
    };
    format!("get CPython 3.14: `{command}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_the_command() {
        let python = Python { major: 3, minor: 12, micro: 4 };
        let library = || Trouble::Library("/lib/libpython3.12.so".into(), python);
        for (trouble, origin, family, command) in [
            (Trouble::Static(python), Origin::Pyenv, Family::Other, "--enable-shared pyenv install --force 3.12.4"),
            (Trouble::Static(python), Origin::System, Family::Debian, "Get CPython 3.14: `uv python install 3.14`."),
            (library(), Origin::System, Family::Debian, "apt install libpython3.12-dev"),
            (library(), Origin::System, Family::Fedora, "dnf install python3.12-devel"),
            (library(), Origin::System, Family::Other, "uv python install 3.14"),
            (library(), Origin::Homebrew, Family::Debian, "brew install python@3.14"),
            (Trouble::Old(python), Origin::Conda, Family::Other, "conda create --name python3.14 python=3.14"),
            (Trouble::Silent("It hangs.".into()), Origin::Path, Family::Other, "when you start it"),
            (Trouble::Misnamed("It is gone.".into()), Origin::Named, Family::Other, "Correct VIRGIL_PYTHONS"),
        ] {
            let advice = of(&trouble, origin, family);
            assert!(advice.contains(command), "{trouble:?}, {origin:?}: {advice}");
            assert!(advice.ends_with('.'), "{advice}");
        }
    }
}

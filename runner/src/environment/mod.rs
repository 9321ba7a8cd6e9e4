//! The environment of the exercises: a venv with exactly the locked packages, one for each interpreter build.
//!
//! It is made beside the work of the page, and is whole or of no use: [`Place`] knows which.

mod lock;
mod pip;

mod control;
mod make;

mod command;
mod keeper;

use std::fs;
use std::path::{Path, PathBuf};

use shared::{Gil, InterpreterBuild};

pub use command::run;
pub use control::Control;
pub use keeper::Keeper;
pub use make::{Failure, make};

/// Written last, so that an environment without it is not whole.
const MARK: &str = "virgil-complete";

/// Where the environment of a build is, or will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
    /// Where its modules are, below it.
    modules: PathBuf,
}

impl Place {
    /// That of this build below `data`. Other packages or another build: another place.
    pub fn of(data: &Path, build: &InterpreterBuild) -> Place {
        let (major, minor) = (build.python.major, build.python.minor);
        let threads = if build.gil == Gil::Absent { "t" } else { "" };
        let modules = match cfg!(windows) {
            true => "Lib/site-packages".into(),
            false => format!("lib/python{major}.{minor}{threads}/site-packages").into(),
        };
        Place { folder: data.join("environments").join(format!("{}-{}", build.id, lock::hash())), modules }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its python, whether or not it is there.
    pub fn python(&self) -> PathBuf {
        if cfg!(windows) { self.folder.join("Scripts").join("python.exe") } else { self.folder.join("bin/python") }
    }

    /// The packages that it has and the exercises use themselves, as `flask 3.1.3`.
    pub fn packages(&self) -> Vec<String> {
        fs::read_to_string(self.list()).map_or_else(|_| vec![], |list| lock::wanted(&list))
    }

    /// Whether all of it is there.
    pub fn is_whole(&self) -> bool {
        self.folder.join(MARK).is_file() && self.python().is_file()
    }

    /// The file beside it that holds all that was said while it was made.
    pub fn log(&self) -> PathBuf {
        self.beside("log")
    }

    /// The lock file that it was made of.
    fn list(&self) -> PathBuf {
        self.folder.join("requirements.lock")
    }

    /// Where the module `virgil` is.
    fn module(&self) -> PathBuf {
        self.folder.join(&self.modules).join("virgil.py")
    }

    /// The file beside it that is locked by who makes it.
    fn lock(&self) -> PathBuf {
        self.beside("lock")
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.folder.file_name().unwrap_or_default().to_owned();
        name.push(".");
        name.push(ending);
        self.folder.with_file_name(name)
    }

    fn mark(&self) -> std::io::Result<()> {
        fs::write(self.folder.join(MARK), "")
    }
}

/// The python that kernels of a build show their code as its own: that of its environment once it is whole.
pub fn python(data: &Path, build: &InterpreterBuild) -> PathBuf {
    let place = Place::of(data, build);
    if place.is_whole() { place.python() } else { build.executable.clone().into() }
}

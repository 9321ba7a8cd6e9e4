//! A machine in a temporary folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use pythons::{Found, Look, Memory, Places, Verdict, find};
use serde_json::json;
use tempfile::TempDir;

const STAND_IN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand_ins/stand_in.sh");

/// A folder with programs that stand in for Pythons.
pub struct Machine(TempDir);

impl Machine {
    pub fn new() -> Machine {
        Machine(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(path)
    }

    /// A program that does what the script says.
    pub fn program(&self, path: &str, script: &str) -> PathBuf {
        let program = self.path(path);
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        fs::write(self.path(&format!("{path}.does")), script).unwrap();
        symlink(STAND_IN, &program).unwrap();
        program
    }

    /// A CPython that can be embedded, with its library in the folder above.
    pub fn python(&self, path: &str, version: [u8; 3]) -> PathBuf {
        self.python_that(path, version, "")
    }

    /// The same, but it runs this first.
    pub fn python_that(&self, path: &str, version: [u8; 3], first: &str) -> PathBuf {
        let program = self.path(path);
        let library = program.with_file_name("libpython.so");
        let answer = json!({
            "implementation": "CPython", "own_version": version, "version": version, "level": "final", "serial": 0,
            "gil": !path.ends_with('t'), "library": library, "executable": program, "platform": "any", "bits": usize::BITS,
        });
        self.program(path, &format!("{first}\necho '{answer}'\n"));
        fs::write(library, "").unwrap();
        program
    }

    /// Nothing but a data folder.
    pub fn places(&self) -> Places {
        Places { data: self.path("data"), ..Places::default() }
    }

    pub fn memory(&self, look: Look) -> Memory {
        Memory { folder: self.path("memory"), look }
    }

    pub fn find(&self, places: &Places) -> Vec<Found> {
        find(places, self.memory(Look::Afresh))
    }
}

/// The reason and the advice.
pub fn refusal(found: &Found) -> (&str, &str) {
    match &found.verdict {
        Verdict::Usable(build) => panic!("{} is usable", build.id),
        Verdict::Unusable { reason, advice } => (reason, advice),
    }
}

/// The programs, as seen from the machine's folder.
pub fn programs<'a>(machine: &Machine, found: &'a [Found]) -> Vec<&'a str> {
    let top = machine.path("");
    let short = |found: &'a Found| found.executable.strip_prefix(&top).unwrap_or(Path::new("elsewhere"));
    found.iter().map(|found| short(found).to_str().unwrap()).collect()
}

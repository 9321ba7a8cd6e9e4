//! Which CPythons there are, and getting one where none will do.
//!
//! Where to look is [`candidates`]; what is found there is judged by [`judge`]. Nothing else knows about places.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use shared::{Gil, InterpreterBuild, Python};

use crate::project::{Project, on_path};
use crate::report::{Report, Stage};

const PROBE: &str = include_str!("../../../pythons/python/probe.py");
/// The oldest version whose interpreters can have a GIL each.
const OLDEST: (u8, u8) = (3, 12);
/// The oldest version where that is sound.
const SOUND: (u8, u8) = (3, 14);
/// What is installed where nothing sound is found.
const INSTALLED: &str = "3.14";

/// How fresh an answer must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Ask every Python that was found.
    Afresh,
    /// What an unchanged file said last time still holds.
    Remembered,
}

/// What the probe prints.
#[derive(Deserialize)]
struct Answer {
    implementation: String,
    version: (u8, u8, u8),
    release: bool,
    gil: bool,
    libpython: Option<String>,
    executable: String,
}

/// The usable builds, the preferred one first; at least one.
pub fn ensure(project: &Project, report: &Report, look: Look) -> Result<Vec<InterpreterBuild>> {
    let builds = discover(project, look)?;
    if builds.iter().any(is_sound) {
        return Ok(builds);
    }
    if can_install() {
        install(project, report)?;
        return discover(project, look);
    }
    if builds.is_empty() {
        bail!(
            "No CPython was found that can be embedded: Virgil needs 3.12 or newer, better 3.14, with a shared libpython.\n\
             What to do: get one, for example with `uv python install 3.14`, and say where it is:\n    \
             VIRGIL_PYTHONS=$(uv python find 3.14) cargo xtask serve"
        );
    }
    eprintln!(
        "Only {} was found. It works, but own-GIL interpreters are sound from CPython 3.14 on.",
        builds[0].title()
    );
    Ok(builds)
}

fn discover(project: &Project, look: Look) -> Result<Vec<InterpreterBuild>> {
    let memory = project.notes().join("pythons.json");
    let known: BTreeMap<String, String> = match look {
        Look::Afresh => BTreeMap::new(),
        Look::Remembered => {
            fs::read(&memory).ok().and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
        }
    };
    let mut answers = BTreeMap::new();
    for candidate in candidates(project) {
        if let Some(key) = identity(&candidate) {
            let answer = known.get(&key).cloned().unwrap_or_else(|| ask(&candidate));
            answers.insert(key, answer);
        }
    }
    if answers != known {
        fs::create_dir_all(project.notes())?;
        fs::write(&memory, serde_json::to_vec_pretty(&answers)?)
            .with_context(|| format!("{} could not be written.", memory.display()))?;
    }
    let mut builds: Vec<InterpreterBuild> = answers.values().filter_map(|answer| judge(answer)).collect();
    builds.sort_by_key(InterpreterBuild::preference);
    builds.dedup_by(|one, other| one.id == other.id);
    Ok(builds)
}

/// Where Pythons may be: named ones, Virgil's own, and those on PATH.
fn candidates(project: &Project) -> Vec<PathBuf> {
    let named: Vec<PathBuf> = env::split_paths(&env::var_os("VIRGIL_PYTHONS").unwrap_or_default())
        .flat_map(|path| if path.is_dir() { in_folder(&path.join("bin")) } else { vec![path] })
        .collect();
    let own = fs::read_dir(project.data.join("pythons")).into_iter().flatten().flatten();
    let own = own.flat_map(|entry| in_folder(&entry.path().join("bin")));
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).flat_map(|folder| in_folder(&folder)).collect::<Vec<_>>();
    named.into_iter().chain(own).chain(found).collect()
}

/// `python3` and `python3.N` of a folder.
fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let suffixes = ["", "t"].into_iter();
    let names = suffixes.flat_map(|suffix| (OLDEST.1..=19).map(move |minor| format!("python3.{minor}{suffix}")));
    let paths = names.chain(["python3".to_owned()]).map(|name| folder.join(name + env::consts::EXE_SUFFIX));
    paths.filter(|path| path.is_file()).collect()
}

/// Path, size and time of what a path leads to, so that a new file is asked again.
fn identity(path: &Path) -> Option<String> {
    let data = fs::metadata(path).ok()?;
    let modified = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{} {} {modified}", path.display(), data.len()))
}

/// Runs the probe; empty if it can't be run.
fn ask(python: &Path) -> String {
    let mut command = Command::new(python);
    command.args(["-I", "-c", PROBE]).stdin(Stdio::null());
    let output = command.output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}

/// The build that an answer describes; none if no kernel can embed it.
fn judge(answer: &str) -> Option<InterpreterBuild> {
    let answer: Answer = serde_json::from_str(answer).ok()?;
    let (major, minor, micro) = answer.version;
    let usable = answer.implementation == "CPython" && answer.release && (major, minor) >= OLDEST;
    if !usable || answer.libpython.is_none() {
        return None;
    }
    let python = Python { major, minor, micro };
    let (gil, letter) = if answer.gil { (Gil::Present, "") } else { (Gil::Absent, "t") };
    let place = blake3::hash(answer.executable.as_bytes()).to_hex();
    Some(InterpreterBuild {
        id: format!("{python}{letter}-{}", &place[..8]),
        python,
        gil,
        executable: answer.executable,
    })
}

fn is_sound(build: &InterpreterBuild) -> bool {
    build.gil == Gil::Present && (build.python.major, build.python.minor) >= SOUND
}

fn can_install() -> bool {
    let sources = Path::new("/etc/apt/sources.list.d/debian.sources");
    sources.is_file() && on_path("apt-get").is_some() && cfg!(any(target_arch = "x86_64", target_arch = "aarch64"))
}

fn install(project: &Project, report: &Report) -> Result<()> {
    let folder = project.data.join("pythons");
    let stage = Stage {
        name: format!("CPython {INSTALLED} in a folder of its own"),
        usual: Duration::from_secs(40),
        advice: "look at the network, or get a CPython 3.14 with a shared libpython another way, for example with \
                 `uv python install 3.14`, and name it: VIRGIL_PYTHONS=/path/to/python3.14 cargo xtask serve"
            .into(),
    };
    report.stage(&stage, |log| {
        let mut script = project.command("bash");
        script.arg("xtask/debian/install-pythons.sh").arg(INSTALLED);
        log.run(script.env("PYTHONS_ROOT", folder))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(version: &str, implementation: &str, libpython: &str) -> String {
        format!(
            r#"{{"implementation": "{implementation}", "version": {version}, "release": true, "gil": true,
                "libpython": {libpython}, "executable": "/p/python", "prefix": "/p"}}"#
        )
    }

    #[test]
    fn only_what_can_be_embedded_is_usable() {
        for (version, implementation, libpython, usable) in [
            ("[3, 14, 10]", "CPython", r#""/lib/libpython3.14.so""#, true),
            ("[3, 12, 0]", "CPython", r#""/lib/libpython3.12.so""#, true),
            ("[3, 11, 7]", "CPython", r#""/lib/libpython3.11.so""#, false),
            ("[3, 14, 10]", "PyPy", r#""/lib/libpypy3.so""#, false),
            ("[3, 14, 10]", "CPython", "null", false),
        ] {
            let build = judge(&answer(version, implementation, libpython));
            assert_eq!(build.is_some(), usable, "{version} {implementation} {libpython}");
        }
        assert!(judge("").is_none());
    }

    #[test]
    fn a_build_is_named_by_version_and_place() {
        let build = judge(&answer("[3, 14, 10]", "CPython", r#""/l""#)).unwrap();
        assert!(build.id.starts_with("3.14.10-"), "{}", build.id);
        assert_eq!(build.id.len(), "3.14.10-".len() + 8);
    }
}

//! From places to programs: every file that may be a Python, each real file once.

use std::collections::BTreeSet;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};

use crate::places::{Layout, Places};
use crate::{Origin, system};

/// The minor versions of 3 that have names of their own. Older ones are found as `python3`, to say that they are old.
const MINORS: std::ops::RangeInclusive<u8> = 12..=29;

/// A program that may be a Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The program; no link to it, if that can be told.
    pub program: PathBuf,
    /// Where it was found first.
    pub origin: Origin,
}

/// What places hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// To be asked, in the order of the places.
    pub programs: Vec<Candidate>,
    /// What was named and is not there, with a sentence about it.
    pub missing: Vec<(PathBuf, String)>,
}

/// All that places hold, each file once, whatever links lead to it.
pub fn candidates(places: &Places) -> Candidates {
    let mut candidates = Candidates::default();
    let mut programs = Vec::new();
    for path in &places.named {
        match named(path) {
            Ok(found) => programs.extend(found.into_iter().map(|program| (program, Origin::Named))),
            Err(sentence) => candidates.missing.push((path.clone(), sentence)),
        }
    }
    let own = in_folder(&places.data.join("pythons"), Layout::Installations);
    programs.extend(own.into_iter().map(|program| (program, Origin::Private)));
    for root in &places.roots {
        programs.extend(in_folder(&root.folder, root.layout).into_iter().map(|program| (program, root.origin)));
    }
    // Last, so that what a tool installed goes by the tool's name.
    let path = places.path.iter().filter(|folder| !is_shims(folder));
    programs.extend(path.flat_map(|folder| in_folder(folder, Layout::Programs)).map(|it| (it, Origin::Path)));

    let mut known = BTreeSet::new();
    for (program, origin) in programs.into_iter().filter(|(program, _)| !system::is_trap(program)) {
        let program = real(program);
        if known.insert(program.clone()) {
            candidates.programs.push(Candidate { program, origin });
        }
    }
    candidates
}

/// A person may name a program, a folder of programs or an installation.
fn named(path: &Path) -> Result<Vec<PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.exists() {
        return Err("VIRGIL_PYTHONS names it, but it does not exist.".into());
    }
    let mut found = in_folder(path, Layout::Installation);
    found.extend(in_folder(path, Layout::Programs));
    if found.is_empty() {
        return Err("VIRGIL_PYTHONS names this folder, but there is no Python in it or in its programs' folder.".into());
    }
    Ok(found)
}

fn in_folder(folder: &Path, layout: Layout) -> Vec<PathBuf> {
    match layout {
        Layout::Programs => {
            let programs = names().map(|name| folder.join(name));
            programs.filter(|program| program.is_file()).collect()
        }
        Layout::Installation => {
            let folders = system::programs_of(folder);
            folders.iter().flat_map(|folder| in_folder(folder, Layout::Programs)).collect()
        }
        Layout::Installations => below(folder, |name| !name.starts_with('.')),
        Layout::Kegs => below(folder, |name| name.starts_with("python@3.") || name == "python-freethreading"),
    }
}

fn below(folder: &Path, wanted: fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut installations: Vec<PathBuf> =
        entries.filter(|entry| wanted(&entry.file_name().to_string_lossy())).map(|entry| entry.path()).collect();
    installations.sort();
    installations.iter().flat_map(|installation| in_folder(installation, Layout::Installation)).collect()
}

fn names() -> impl Iterator<Item = String> {
    let versions = MINORS.flat_map(|minor| [format!("python3.{minor}"), format!("python3.{minor}t")]);
    let plain = if cfg!(windows) { "python" } else { "python3" };
    versions.chain([plain.to_owned()]).map(|name| name + EXE_SUFFIX)
}

/// pyenv's folders of scripts, which only choose one of its Pythons: those are found themselves.
fn is_shims(folder: &Path) -> bool {
    folder.ends_with("shims")
        && folder.components().any(|part| {
            let name = part.as_os_str().to_string_lossy();
            name.contains("pyenv")
        })
}

/// The file that a path leads to, so that an environment that is broken hides no base that is not; the path itself if
/// that file doesn't go by the name of a Python: other programs know by the name of the link what they are to be.
fn real(program: PathBuf) -> PathBuf {
    let real = system::real(&program);
    let name = real.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    if ["python", "pypy"].iter().any(|start| name.starts_with(start)) { real } else { program }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_to_what_is_a_python() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let make = |path: &str| {
            fs::create_dir_all(top.join(path).parent().unwrap()).unwrap();
            fs::write(top.join(path), "").unwrap();
        };
        make("usr/bin/python3.14");
        make("tool/chooser");
        fs::create_dir_all(top.join("venv/bin")).unwrap();
        for (link, target) in [
            ("usr/bin/python3", "python3.14"),
            // An environment's own settings may be broken: its base is asked itself.
            ("venv/bin/python3", "../../usr/bin/python3.14"),
            // These two are one program, which is a Python only by the name of the link.
            ("tool/python3.13", "chooser"),
            ("tool/python3.12", "chooser"),
            ("tool/python3", "gone"),
        ] {
            symlink(target, top.join(link)).unwrap();
        }
        let path = ["venv/bin", "usr/bin", "tool"].map(|folder| top.join(folder)).to_vec();
        let found = candidates(&Places { path, ..Places::default() });
        let programs: Vec<_> = found.programs.iter().map(|it| it.program.strip_prefix(&top).unwrap()).collect();
        assert_eq!(programs, ["usr/bin/python3.14", "tool/python3.12", "tool/python3.13"].map(Path::new));
    }
}

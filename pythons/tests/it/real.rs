//! The real Pythons of this machine.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use pythons::{Found, Look, Memory, Origin, Places, find};

fn of_this_machine() -> Vec<Found> {
    let home = env::home_dir().unwrap();
    let data = env::var_os("VIRGIL_DATA").map_or_else(|| home.join(".local/share/virgil"), PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    find(&Places::of_this_machine(&data), Memory { folder: folder.path().into(), look: Look::Afresh })
}

fn says(python: &Found, code: &str) -> String {
    let output = Command::new(&python.executable).args(["-I", "-c", code]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn what_is_said_of_them_is_true() {
    let all = of_this_machine();
    let usable: Vec<&Found> = all.iter().filter(|found| found.build().is_some()).collect();
    assert!(!usable.is_empty(), "set-up makes sure of one: run `cargo xtask kernels`. Found: {all:#?}");
    for found in usable {
        let build = found.build().unwrap();
        assert_eq!(build.executable, found.executable.display().to_string());
        assert_eq!(
            says(found, "import sys; print('.'.join(map(str, sys.version_info[:3])))"),
            build.python.to_string()
        );
        assert_eq!(says(found, "import sys; print(sys.prefix == sys.base_prefix)"), "True");
    }
}

#[test]
fn every_installation_of_pyenv_is_there() {
    let versions = env::home_dir().unwrap().join(".pyenv/versions");
    let all = of_this_machine();
    for entry in versions.read_dir().into_iter().flatten().flatten() {
        let program = entry.path().join("bin/python3");
        if let Ok(real) = program.canonicalize() {
            let found = all.iter().find(|found| found.executable == real);
            assert_eq!(found.map(|found| found.origin), Some(Origin::Pyenv), "{}", program.display());
        }
    }
}

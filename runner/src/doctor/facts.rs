//! The facts of this machine.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};

use pythons::{Found, Look, Memory, Places, Verdict};
use shared::{
    CheckedBuild, Checkup, Display, Environment, Folder, Installer, InterpreterBuild, PROTOCOL, System, Usability,
};

use super::desktop::desktop;
use crate::environment::Place;
use crate::kernels;
use crate::programs::{folders_of_path, on_path};
use crate::system::machine;

/// Looks at everything. Asks each Python that has changed since the last time.
pub fn check(data: &Path, workspace: &Path) -> Checkup {
    let memory = Memory { folder: data.to_owned(), look: Look::Remembered };
    let found = pythons::find(&Places::of_this_machine(data), memory);
    let kernels: Vec<InterpreterBuild> = kernels::installed(data).into_iter().map(|kernel| kernel.build).collect();
    let place = kernels.first().map(|build| Place::of(data, build)).filter(Place::is_whole);
    let environment = match &place {
        Some(place) => Environment::Ready { packages: place.packages() },
        None => Environment::Absent,
    };
    let path = folders_of_path();
    Checkup {
        version: env!("CARGO_PKG_VERSION").into(),
        protocol: PROTOCOL.into(),
        program: program(&path),
        system: System { family: env::consts::OS.into(), name: machine::name(), installers: installers(&path) },
        builds: builds(found, &kernels),
        cores: machine::cores(),
        memory: machine::memory(),
        environment,
        display: display(&path),
        desktop: desktop(place.map(|place| place.python()).as_deref()),
        folders: vec![
            folder("your edits", workspace, "start `virgil --workspace` with a folder of yours"),
            folder("kernels and packages", data, "set VIRGIL_DATA to a folder of yours"),
        ],
    }
}

/// Every Python that was found; first the builds with a kernel, as the runner orders them. A kernel whose Python isn't
/// among those found is listed too, since the runner uses it.
fn builds(found: Vec<Found>, kernels: &[InterpreterBuild]) -> Vec<CheckedBuild> {
    let origin_of = |build: &InterpreterBuild| found.iter().find(|found| found.build() == Some(build));
    let with_kernel = kernels.iter().map(|build| CheckedBuild {
        title: build.title(),
        executable: build.executable.clone(),
        origin: origin_of(build).map_or("installed before", |found| found.origin.title()).into(),
        usability: Usability::Kernel(build.clone()),
    });
    let others = found.iter().filter(|found| found.build().is_none_or(|build| !kernels.contains(build)));
    let others = others.map(|found| CheckedBuild {
        title: found.title.clone(),
        executable: found.executable.display().to_string(),
        origin: found.origin.title().into(),
        usability: match &found.verdict {
            Verdict::Usable(build) => Usability::NoKernel(build.clone()),
            Verdict::Unusable { reason, advice } => {
                Usability::Unusable { reason: reason.clone(), advice: advice.clone() }
            }
        },
    });
    with_kernel.chain(others).collect()
}

/// How this very program is started in a terminal.
fn program(path: &[PathBuf]) -> String {
    let Ok(own) = env::current_exe() else { return "virgil".into() };
    let same =
        |other: PathBuf| other.canonicalize().is_ok_and(|other| own.canonicalize().is_ok_and(|own| own == other));
    if on_path(path, "virgil").is_some_and(same) {
        return "virgil".into();
    }
    let own = own.display().to_string();
    if own.contains(char::is_whitespace) { format!("\"{own}\"") } else { own }
}

fn installers(path: &[PathBuf]) -> Vec<Installer> {
    // uv's own places, which a terminal that was open before doesn't have on PATH.
    let homes = dirs::home_dir().map(|home| [home.join(".local/bin"), home.join(".cargo/bin")]);
    let all: Vec<PathBuf> = path.iter().cloned().chain(homes.into_iter().flatten()).collect();
    Installer::ALL.into_iter().filter(|installer| on_path(&all, installer.program()).is_some()).collect()
}

fn display(path: &[PathBuf]) -> Display {
    let Some(name) = machine::display() else { return Display::Missing };
    let launchers = open::commands("http://localhost").into_iter();
    let browser = launchers.map(|command| command.get_program().to_string_lossy().into_owned());
    Display::There { name, browser: browser.into_iter().find(|program| on_path(path, program).is_some()) }
}

/// Whether something can be written to a folder, or where it would be made.
fn folder(holds: &str, path: &Path, otherwise: &str) -> Folder {
    let there = path.ancestors().find(|folder| folder.exists()).unwrap_or(path);
    let tried = tempfile::Builder::new().prefix(".virgil-").tempfile_in(there).and_then(|mut file| {
        file.write_all(b"virgil")?;
        file.flush()
    });
    let trouble = tried.err().map(|error| {
        format!("{} can't be written ({error}), so it can't hold {holds}: allow it, or {otherwise}.", there.display())
    });
    Folder { holds: holds.into(), path: path.display().to_string(), free: machine::free_space(there), trouble }
}

#[cfg(test)]
mod tests {
    use pythons::Origin;
    use shared::{Gil, Python};

    use super::*;

    fn build(minor: u8) -> InterpreterBuild {
        let python = Python { major: 3, minor, micro: 1 };
        InterpreterBuild { id: format!("{python}-x"), python, gil: Gil::Present, executable: format!("/p/3.{minor}") }
    }

    #[test]
    fn kernels_come_first_and_each_build_once() {
        let found = |minor, verdict| Found {
            executable: format!("/p/3.{minor}").into(),
            origin: Origin::Uv,
            title: format!("CPython 3.{minor}.1"),
            verdict,
        };
        let old = Verdict::Unusable { reason: "Too old.".into(), advice: "Get a newer one.".into() };
        let all = vec![found(13, Verdict::Usable(build(13))), found(14, Verdict::Usable(build(14))), found(11, old)];
        let listed: Vec<String> = builds(all, &[build(14), build(15)])
            .into_iter()
            .map(|it| {
                let state = match it.usability {
                    Usability::Kernel(_) => "kernel",
                    Usability::NoKernel(_) => "no kernel",
                    Usability::Unusable { .. } => "unusable",
                };
                format!("{}, {}, {state}", it.title, it.origin)
            })
            .collect();
        assert_eq!(
            listed,
            [
                "CPython 3.14.1, uv, kernel",
                "CPython 3.15.1, installed before, kernel",
                "CPython 3.13.1, uv, no kernel",
                "CPython 3.11.1, uv, unusable"
            ]
        );
    }

    #[test]
    fn a_folder_that_will_be_made_counts_as_where_it_will_be() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a/b");
        let good = folder("edits", &path, "take another");
        assert_eq!((good.trouble, good.path), (None, path.display().to_string()));
        assert!(!path.exists() && root.path().read_dir().unwrap().next().is_none(), "something was left");
        let file = root.path().join("file");
        std::fs::write(&file, "").unwrap();
        let bad = folder("edits", &file.join("c"), "take another").trouble.unwrap();
        assert!(bad.contains("can't be written") && bad.ends_with("or take another."), "{bad}");
    }

    #[test]
    fn a_program_is_found_where_path_says() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(format!("uv{}", env::consts::EXE_SUFFIX)), "").unwrap();
        let folders = [PathBuf::from("/nowhere"), root.path().to_owned()];
        assert!(on_path(&folders, "uv").is_some());
        assert_eq!(on_path(&folders, "brew"), None);
    }
}

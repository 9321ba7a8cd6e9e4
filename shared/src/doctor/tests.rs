use super::*;
use crate::{Environment, Gil, InterpreterBuild, Python};

const MEGABYTE: u64 = 1_000_000;

fn build(minor: u8, gil: Gil) -> InterpreterBuild {
    let python = Python { major: 3, minor, micro: 1 };
    InterpreterBuild { id: format!("{python}-{gil:?}"), python, gil, executable: "/p/python".into() }
}

fn found(usability: Usability) -> CheckedBuild {
    let title = match &usability {
        Usability::Kernel(build) | Usability::NoKernel(build) => build.title(),
        Usability::Unusable { .. } => "CPython 3.11.7".into(),
    };
    CheckedBuild { title, executable: "/p/python".into(), origin: "system".into(), usability }
}

/// A machine that lacks nothing.
fn complete() -> Checkup {
    Checkup {
        version: "0.1.0".into(),
        protocol: "p".into(),
        program: "virgil".into(),
        system: System { family: "linux".into(), name: "Debian".into(), installers: vec![Installer::Apt] },
        builds: vec![
            found(Usability::Kernel(build(14, Gil::Present))),
            found(Usability::Kernel(build(14, Gil::Absent))),
        ],
        cores: Cores { machine: 4, allowed: 4, quota: None },
        memory: Some(Memory { total: 16_000 * MEGABYTE, available: 8_000 * MEGABYTE, limit: None }),
        environment: Environment::Ready { packages: vec!["flask 3.1.3".into(), "numpy 2.5.5".into()] },
        display: Display::There { name: ":0".into(), browser: Some("xdg-open".into()) },
        desktop: Desktop::Drawn { lacking: vec![] },
        folders: vec![folder(Some(9_000 * MEGABYTE), None)],
    }
}

fn folder(free: Option<u64>, trouble: Option<&str>) -> Folder {
    Folder { holds: "your edits".into(), path: "/w".into(), free, trouble: trouble.map(str::to_owned) }
}

/// Whether it is ready after this change, and what is told that isn't good.
fn after(change: impl FnOnce(&mut Checkup)) -> (bool, Vec<Finding>) {
    let mut checkup = complete();
    change(&mut checkup);
    let told = checkup.findings().into_iter().filter(|finding| finding.level != Level::Good).collect();
    (checkup.is_ready(), told)
}

#[test]
fn a_machine_that_lacks_nothing_is_ready_and_nothing_is_noted() {
    assert_eq!(after(|_| {}), (true, vec![]));
    assert_eq!(complete().summary(), "This machine is ready.");
    let said: String = complete().findings().into_iter().map(|finding| finding.sentence + "\n").collect();
    for words in [
        "CPython 3.14.1 (system, /p/python) has a kernel. Virgil uses it unless told otherwise.",
        "Not for Subinterpreters: It has no GIL",
        "flask 3.1.3 and numpy 2.5.5 are installed.",
        "4 cores can be used.\n",
        "16.0 GB of memory, 8.0 GB of it available: good for as many workers as a run may have (64).",
        "PyQt6 can make windows, and has what it needs to open them on :0.",
        "9.0 GB are free for your edits in /w.",
    ] {
        assert!(said.contains(words), "`{words}` is missing in:\n{said}");
    }
}

#[test]
fn whatever_is_missing_is_said_with_what_to_do() {
    type Change = fn(&mut Checkup);
    let cases: [(Change, bool, &str, Option<&str>); 22] = [
        (|it| it.builds.clear(), false, "no CPython 3.12 or newer", Some("cargo xtask kernels")),
        (
            |it| it.builds = vec![found(Usability::NoKernel(build(14, Gil::Present)))],
            false,
            "No kernel is built",
            Some("cargo xtask kernels --all"),
        ),
        (
            |it| it.builds.push(found(Usability::NoKernel(build(15, Gil::Present)))),
            true,
            "Without a kernel, so not offered: CPython 3.15.1 (system, /p/python).",
            Some("cargo xtask kernels --all"),
        ),
        (
            |it| it.builds[1] = found(Usability::NoKernel(build(14, Gil::Absent))),
            true,
            "A free-threaded CPython was found, but",
            Some("cargo xtask kernels --all"),
        ),
        (
            |it| it.builds = vec![found(Usability::Kernel(build(13, Gil::Present)))],
            true,
            "No CPython of 3.14 or newer",
            Some("cargo xtask kernels"),
        ),
        (
            |it| {
                let (reason, advice) = ("It is older than 3.12.".into(), "Use a newer one.".into());
                it.builds.push(found(Usability::Unusable { reason, advice }));
            },
            true,
            "CPython 3.11.7 (system, /p/python) is left out: It is older than 3.12. Use a newer one.",
            None,
        ),
        (|it| drop(it.builds.pop()), true, "No free-threaded CPython", Some("uv python install 3.14t")),
        (|it| it.environment = Environment::Absent, true, "not installed yet", Some("virgil environment")),
        (
            |it| it.environment = Environment::Failed { sentence: "No way to the index.".into() },
            true,
            "No way to the index.",
            Some("virgil environment"),
        ),
        (
            |it| it.environment = Environment::Making { step: "downloading".into(), done: 3, of: 14 },
            true,
            "downloading, 3 of 14",
            None,
        ),
        (|it| it.cores.allowed = 1, true, "1 core can be used. The machine has 4, but", None),
        (|it| it.cores.quota = Some(1500), true, "only 1.5 of them", None),
        (
            |it| it.memory = Some(Memory { total: 1_000 * MEGABYTE, available: 200 * MEGABYTE, limit: None }),
            true,
            "good for about 2 workers with NumPy. Close other programs.",
            None,
        ),
        (|it| it.folders[0].free = Some(20 * MEGABYTE), true, "Only 20 MB are free for your edits in /w", None),
        (|it| it.folders[0] = folder(None, Some("/w may not be changed: allow it.")), false, "allow it", None),
        (|it| it.display = Display::Missing, true, "no display here", None),
        (|it| it.desktop = Desktop::Untried, true, "once the packages are installed", None),
        (|it| it.desktop = Desktop::Absent, true, "no PyQt6 for this Python on this machine", None),
        (
            |it| it.desktop = Desktop::Drawn { lacking: vec!["libxcb-cursor.so.0".into()] },
            true,
            "but not open them on :0: the system lacks libxcb-cursor.so.0.",
            Some("sudo apt-get install --no-install-recommends libgl1 "),
        ),
        (
            |it| it.desktop = Desktop::Broken { lacking: vec!["libGL.so.1".into()], words: "ImportError".into() },
            true,
            "PyQt6 can't make windows: the system lacks libGL.so.1.",
            Some(" libxcb-cursor0 "),
        ),
        (
            |it| it.display = Display::There { name: ":0".into(), browser: None },
            true,
            "no program that opens a browser",
            Some("firefox"),
        ),
        (
            |it| {
                it.builds.clear();
                it.environment = Environment::Absent;
            },
            false,
            "once there is a Python",
            None,
        ),
    ];
    for (change, ready, said, command) in cases {
        let (is_ready, findings) = after(change);
        assert_eq!(is_ready, ready, "{said}");
        let finding = findings.iter().find(|finding| finding.sentence.contains(said));
        let finding = finding.unwrap_or_else(|| panic!("`{said}` is not said: {findings:#?}"));
        match (&finding.command, command) {
            (None, None) => {}
            (Some(is), Some(part)) => assert!(is.contains(part), "{said}: {is}"),
            (is, part) => panic!("{said}: {is:?} instead of {part:?}"),
        }
    }
}

#[test]
fn commands_are_those_of_the_system() {
    let system = |family: &str, installers: &[Installer]| System {
        family: family.into(),
        name: family.into(),
        installers: installers.to_vec(),
    };
    for (system, python, free_threaded) in [
        (system("linux", &[Installer::Apt, Installer::Uv]), "uv python install 3.14 &&", "uv python install 3.14t &&"),
        (system("linux", &[Installer::Apt]), "cargo xtask kernels", "astral.sh/uv/install.sh"),
        (system("linux", &[Installer::Dnf]), "sudo dnf install python3.14 &&", "python3.14-freethreading &&"),
        (system("linux", &[]), "astral.sh/uv/install.sh", "astral.sh/uv/install.sh"),
        (system("macos", &[Installer::Brew]), "brew install python@3.14 &&", "brew install python-freethreading &&"),
        (system("windows", &[Installer::Winget]), "winget install --id Python", "winget install --id=astral-sh.uv"),
    ] {
        assert!(system.python().starts_with(python) || system.python().contains(python), "{}", system.python());
        assert!(system.free_threaded().contains(free_threaded), "{}", system.free_threaded());
        for command in [system.python(), system.free_threaded()] {
            assert!(command.contains("cargo xtask kernels"), "{command} builds no kernel");
        }
    }
}

#[test]
fn what_qt_needs_is_installed_as_the_system_does_it() {
    for (family, installer, command) in [
        ("linux", Installer::Apt, Some("sudo apt-get install --no-install-recommends libgl1 libegl1 ")),
        ("linux", Installer::Dnf, Some("sudo dnf install libglvnd-glx ")),
        ("linux", Installer::Pacman, Some("sudo pacman -S --needed libglvnd ")),
        ("linux", Installer::Uv, None),
        ("macos", Installer::Brew, None),
        ("windows", Installer::Winget, None),
    ] {
        let system = System { family: family.into(), name: family.into(), installers: vec![installer] };
        let said = system.qt();
        assert_eq!(said.as_deref().map(|said| said.starts_with(command.unwrap_or("-"))), command.map(|_| true));
        assert!(said.is_none_or(|said| !said.contains("  ")), "{installer:?}");
    }
}

#[test]
fn without_a_display_windows_are_drawn_offscreen() {
    let checkup = Checkup { display: Display::Missing, ..complete() };
    let said = checkup.findings();
    assert!(said.iter().any(|finding| finding.level == Level::Good && finding.sentence.contains("drawn offscreen")));
}

#[test]
fn usable_cores_are_the_least_of_what_there_is_and_at_least_one() {
    for (machine, allowed, quota, usable) in
        [(8, 8, None, 8), (8, 3, None, 3), (8, 8, Some(2500), 2), (8, 8, Some(400), 1), (2, 2, Some(16_000), 2)]
    {
        assert_eq!(Cores { machine, allowed, quota }.usable(), usable, "{machine} {allowed} {quota:?}");
    }
}

#[test]
fn a_limit_of_memory_below_what_is_available_decides() {
    let memory = |limit| Memory { total: 64 * WORKER_MEMORY, available: 32 * WORKER_MEMORY, limit };
    assert_eq!(memory(None).workers(), 32);
    assert_eq!(memory(Some(4 * WORKER_MEMORY)).workers(), 4);
    assert_eq!(memory(Some(40 * WORKER_MEMORY)).workers(), 32);
}

#[test]
fn the_summary_counts_what_matters() {
    for (change, said) in [
        ((|it| it.cores.allowed = 1) as fn(&mut Checkup), "This machine is ready; one thing could be better."),
        (|it| it.builds.clear(), "This machine is not ready yet: one thing is missing."),
        // What is only good to know doesn't count.
        (|it| it.builds.push(found(Usability::NoKernel(build(15, Gil::Present)))), "This machine is ready."),
    ] {
        let mut checkup = complete();
        change(&mut checkup);
        assert_eq!(checkup.summary(), said);
    }
}

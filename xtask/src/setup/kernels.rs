//! One kernel for each CPython, in the user's data folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use shared::{Gil, InterpreterBuild, PROTOCOL};

use crate::fingerprint;
use crate::kernel;
use crate::project::Project;
use crate::report::{Report, Stage, Stopped, all_causes, sentences};

const INPUTS: [&str; 4] = ["kernel", "shared", "Cargo.toml", "Cargo.lock"];
const BINARY: &str = "virgil-kernel";

/// A kernel of an earlier version of Virgil is removed when it was not used for so long.
const UNUSED: Duration = Duration::from_secs(14 * 24 * 3600);

/// Of which builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The one that the runner takes first, and the best without a GIL if there is one.
    Usual,
    /// The best of every minor version, with and without a GIL.
    EachMinor,
    /// All.
    All,
}

/// Which builds these are, the preferred one first. `builds` are in the order of preference.
fn chosen(builds: &[InterpreterBuild], wanted: Wanted) -> Vec<&InterpreterBuild> {
    let Some(preferred) = builds.first() else { return Vec::new() };
    let mut known = BTreeSet::new();
    let is_new = |build: &&InterpreterBuild| known.insert((build.python.major, build.python.minor, build.gil));
    match wanted {
        Wanted::All => builds.iter().collect(),
        Wanted::EachMinor => builds.iter().filter(is_new).collect(),
        Wanted::Usual => {
            let free = || builds.iter().filter(|build| build.gil == Gil::Absent && *build != preferred);
            let twin = free().find(|build| build.python.minor == preferred.python.minor).or_else(|| free().next());
            std::iter::once(preferred).chain(twin).collect()
        }
    }
}

/// A kernel that is installed.
pub struct Kernel {
    /// The CPython in it.
    pub build: InterpreterBuild,
    /// Where it is.
    pub folder: PathBuf,
}

impl Kernel {
    /// The program.
    pub fn binary(&self) -> PathBuf {
        self.folder.join(BINARY)
    }

    /// Where it was built, in the target folder.
    pub fn target(&self) -> String {
        target(&self.build)
    }
}

/// Builds those that are missing or older than their sources. One that can't be built keeps no other from being built.
///
/// # Errors
/// If the preferred one can't be built. For `Usual` only then: with that one Virgil works.
pub fn ensure(project: &Project, report: &Report, builds: &[InterpreterBuild], wanted: Wanted) -> Result<Vec<Kernel>> {
    let sources = fingerprint::of(project, &INPUTS)?;
    let mut kernels = Vec::new();
    let mut failures = Vec::new();
    for build in chosen(builds, wanted) {
        match one(project, report, build, &sources) {
            Ok(kernel) => kernels.push(kernel),
            Err(error) if error.is::<Stopped>() || kernels.is_empty() => return Err(error),
            Err(error) if wanted == Wanted::Usual => {
                report.warn(&format!("{}\nVirgil starts without this kernel.", sentences(&error)));
            }
            Err(error) => failures.push(Err(error)),
        }
    }
    all_causes(failures).map(|()| kernels)
}

/// Removes kernels of earlier versions that nobody has used for two weeks: other checkouts may use theirs.
pub fn prune(project: &Project) -> Result<()> {
    let now = SystemTime::now();
    for entry in fs::read_dir(project.data.join("kernels")).into_iter().flatten().flatten() {
        let used = entry.metadata().and_then(|data| data.modified()).unwrap_or(now);
        let is_old = now.duration_since(used).is_ok_and(|unused| unused > UNUSED);
        if is_old && is_earlier(&entry.file_name().to_string_lossy()) {
            let path = entry.path();
            fs::remove_dir_all(&path).with_context(|| format!("{} could not be removed.", path.display()))?;
        }
    }
    Ok(())
}

/// Whether a folder is called as a kernel is, or as one that was being put in place, but not of this protocol.
fn is_earlier(name: &str) -> bool {
    let ends_so = name.rsplit_once('-').is_some_and(|(_, protocol)| {
        protocol.len() == PROTOCOL.len() && protocol.bytes().all(|letter| letter.is_ascii_hexdigit())
    });
    let is_half = name.starts_with(".new-") || name.starts_with(".old-");
    is_half || (ends_so && !name.ends_with(PROTOCOL))
}

/// The kernel that the runner takes first.
pub fn preferred(project: &Project) -> Result<Kernel> {
    installed(project)?.into_iter().next().context("No kernel of this version is installed: run `cargo xtask kernels`.")
}

/// All kernels of this version, the preferred one first.
pub fn installed(project: &Project) -> Result<Vec<Kernel>> {
    let folders =
        fs::read_dir(project.data.join("kernels")).context("No kernel is installed: run `cargo xtask kernels`.")?;
    let suffix = format!("-{PROTOCOL}");
    let kernels = folders.flatten().filter(|entry| entry.file_name().to_string_lossy().ends_with(&suffix));
    let read = |folder: PathBuf| {
        let build = serde_json::from_slice(&fs::read(folder.join("build.json")).ok()?).ok()?;
        Some(Kernel { build, folder })
    };
    let mut kernels: Vec<Kernel> = kernels.filter_map(|entry| read(entry.path())).collect();
    kernels.sort_by_key(|kernel| kernel.build.preference());
    Ok(kernels)
}

fn one(project: &Project, report: &Report, build: &InterpreterBuild, sources: &str) -> Result<Kernel> {
    let folder = project.data.join("kernels").join(format!("{}-{PROTOCOL}", build.id));
    let kernel = Kernel { build: build.clone(), folder };
    if kernel.binary().is_file() && fs::read_to_string(kernel.folder.join("sources")).is_ok_and(|kept| kept == sources)
    {
        return Ok(kernel);
    }
    let stage = Stage {
        name: format!("kernel for {}", build.title()),
        usual: Duration::from_secs(30),
        advice: format!(
            "if it is an error in kernel/ or shared/, correct it. If it does not start, look at {} itself, \
             and name another one with VIRGIL_PYTHONS.",
            build.executable
        ),
    };
    report.stage(&stage, |log| {
        let mut cargo = project.cargo(&target(build));
        cargo.args(["build", "--release", "--package", "kernel"]);
        log.run(cargo.env("PYO3_PYTHON", &build.executable))?;
        let built = project.target.join(target(build)).join("release").join(BINARY);
        kernel::greet(&built, build).context("The kernel was built, but it does not start.")?;
        install(&built, &kernel, sources)
    })?;
    Ok(kernel)
}

fn target(build: &InterpreterBuild) -> String {
    format!("kernels/{}", build.id)
}

/// Puts it in place in one step: whoever lists the folder sees a whole kernel or none.
fn install(built: &Path, kernel: &Kernel, sources: &str) -> Result<()> {
    let Kernel { build, folder } = kernel;
    let beside = |state: &str| folder.with_file_name(format!(".{state}-{}-{}", build.id, process::id()));
    let (new, old) = (beside("new"), beside("old"));
    fs::create_dir_all(&new).with_context(|| format!("{} could not be made.", new.display()))?;
    fs::copy(built, new.join(BINARY))?;
    fs::write(new.join("build.json"), serde_json::to_vec_pretty(build)?)?;
    fs::write(new.join("sources"), sources)?;
    if folder.exists() {
        fs::rename(folder, &old)?;
    }
    fs::rename(&new, folder).with_context(|| format!("{} could not be put in place.", folder.display()))?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use shared::samples::build;

    use super::*;

    #[test]
    fn kernels_are_built_of_what_is_wanted() {
        let mut builds = vec![
            build(14, 10, Gil::Present),
            build(14, 9, Gil::Present),
            build(15, 2, Gil::Present),
            build(12, 1, Gil::Present),
            build(15, 1, Gil::Absent),
            build(14, 8, Gil::Absent),
        ];
        builds.sort_by_key(InterpreterBuild::preference);
        let names = |builds: &[InterpreterBuild], wanted| -> Vec<String> {
            chosen(builds, wanted).iter().map(|build| format!("{} {:?}", build.python, build.gil)).collect()
        };
        assert_eq!(names(&builds, Wanted::Usual), ["3.14.10 Present", "3.14.8 Absent"]);
        assert_eq!(
            names(&builds, Wanted::EachMinor),
            ["3.14.10 Present", "3.15.2 Present", "3.12.1 Present", "3.14.8 Absent", "3.15.1 Absent"]
        );
        assert_eq!(names(&builds, Wanted::All).len(), 6);
        assert_eq!(names(&[build(13, 1, Gil::Present), build(15, 1, Gil::Absent)], Wanted::Usual).len(), 2);
        assert_eq!(names(&[build(15, 1, Gil::Absent)], Wanted::Usual), ["3.15.1 Absent"]);
        assert!(names(&[], Wanted::Usual).is_empty());
    }

    #[test]
    fn only_the_preferred_kernel_is_needed() {
        let builds = [build(14, 10, Gil::Present), build(14, 10, Gil::Absent)];
        for (installed, wanted, count) in [
            (true, Wanted::Usual, Some(1)),
            (true, Wanted::EachMinor, None),
            (true, Wanted::All, None),
            (false, Wanted::Usual, None),
        ] {
            let folder = tempfile::tempdir().unwrap();
            // No crate is there, so that nothing can be built.
            let project = Project::at(folder.path().into(), folder.path().into(), "no-cargo-at-all".into());
            if installed {
                let kernel = folder.path().join(format!("kernels/{}-{PROTOCOL}", builds[0].id));
                fs::create_dir_all(&kernel).unwrap();
                fs::write(kernel.join(BINARY), "").unwrap();
                fs::write(kernel.join("sources"), fingerprint::of(&project, &INPUTS).unwrap()).unwrap();
            }
            let kernels = ensure(&project, &Report::new(&project), &builds, wanted);
            assert_eq!(kernels.as_ref().ok().map(Vec::len), count, "{wanted:?}");
        }
    }

    #[test]
    fn only_old_kernels_of_earlier_versions_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::at(folder.path().into(), folder.path().into(), "cargo".into());
        let current = format!("3.14.10-1a2b3c4d-{PROTOCOL}");
        let day = Duration::from_secs(24 * 3600);
        let made = |name: &str, days: u32| {
            let path = folder.path().join("kernels").join(name);
            fs::create_dir_all(path.join("within")).unwrap();
            File::open(path).unwrap().set_modified(SystemTime::now() - day * days).unwrap();
        };
        made(&current, 100);
        made("3.14.10-1a2b3c4d-0123456789abcdef", 15);
        made("3.13.1-1a2b3c4d-0123456789abcdef", 13);
        made(".old-3.14.10-1a2b3c4d-42", 15);
        made("somebody-else", 100);
        prune(&project).unwrap();
        let mut left: Vec<_> = fs::read_dir(folder.path().join("kernels")).unwrap().flatten().collect();
        left.sort_by_key(|entry| entry.file_name());
        let left: Vec<_> = left.iter().map(|entry| entry.file_name().into_string().unwrap()).collect();
        assert_eq!(left, ["3.13.1-1a2b3c4d-0123456789abcdef", &current, "somebody-else"]);
    }
}

//! One kernel for each CPython, in the user's data folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use anyhow::{Context, Result};
use shared::{InterpreterBuild, PROTOCOL};

use crate::fingerprint;
use crate::kernel;
use crate::project::Project;
use crate::report::{Report, Stage};

const INPUTS: [&str; 4] = ["kernel", "shared", "Cargo.toml", "Cargo.lock"];
const BINARY: &str = "virgil-kernel";

/// Of which builds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The one that the runner takes first.
    Preferred,
    /// All.
    All,
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

/// Builds those that are missing or older than their sources.
pub fn ensure(project: &Project, report: &Report, builds: &[InterpreterBuild], wanted: Wanted) -> Result<Vec<Kernel>> {
    let count = if wanted == Wanted::All { builds.len() } else { 1 };
    let sources = fingerprint::of(project, &INPUTS)?;
    builds.iter().take(count).map(|build| one(project, report, build, &sources)).collect()
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

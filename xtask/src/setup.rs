//! From a fresh checkout to something that runs, and quickly through when everything is there.

pub mod browser;
pub mod environment;
pub mod kernels;
pub mod pyperf;
pub mod pythons;
pub mod qt;

mod apt;
mod compress;
mod imports;
mod node;
mod page;
mod program;
mod server;
mod tools;

use std::fs::{self, File};
use std::thread;

use ::pythons::Look;
use anyhow::{Context, Result};

use crate::project::Project;
use crate::report::{Report, first_cause};
use kernels::{Kernel, Wanted};

/// Everything that `serve` needs. What doesn't depend on each other is done at the same time: compiling the build
/// tools takes longest.
pub fn everything(project: &Project, report: &Report) -> Result<()> {
    let _lock = lock(project)?;
    let page = page::due(project)?;
    if page.is_some() {
        node::look(project)?;
        tools::look(project)?;
    }
    let tools = || if page.is_some() { tools::ensure(project, report) } else { Ok(()) };
    let others = || {
        if page.is_some() {
            node::ensure(project, report)?;
        }
        let builds = pythons::ensure(project, report, Look::Remembered)?;
        kernels::ensure(project, report, &builds, Wanted::Usual)?;
        kernels::prune(project)?;
        // Without the page, only for what it is made of: that takes a while, and the tools are not ready yet.
        if project.virgil().exists() { Ok(()) } else { server::ensure(project, report) }
    };
    let stop_others = |result: Result<()>| result.inspect_err(|_| report.stop());
    first_cause(thread::scope(|scope| {
        let tools = scope.spawn(|| stop_others(tools()));
        let others = stop_others(others());
        vec![tools.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), others]
    }))?;
    if let Some(stamp) = page {
        page::build(project, report, &stamp)?;
    }
    server::ensure(project, report)?;
    report.table("Set-up is done:");
    Ok(())
}

/// Only the kernel that the runner takes first.
pub fn kernel(project: &Project, report: &Report) -> Result<Kernel> {
    let _lock = lock(project)?;
    let builds = pythons::ensure(project, report, Look::Remembered)?;
    kernels::ensure(project, report, &builds, Wanted::Usual)?;
    kernels::preferred(project)
}

/// Those that are wanted, of the CPythons that are known.
pub fn build_kernels(project: &Project, report: &Report, wanted: Wanted) -> Result<()> {
    let _lock = lock(project)?;
    let builds = pythons::ensure(project, report, Look::Remembered)?;
    kernels::ensure(project, report, &builds, wanted).map(drop)
}

/// What `cargo xtask check` needs beside the compiler.
pub fn auditor(project: &Project, report: &Report) -> Result<()> {
    let _lock = lock(project)?;
    tools::ensure_auditor(project, report)
}

/// The kernels alone, after a new look at which CPythons there are.
pub fn kernels_afresh(project: &Project, report: &Report, wanted: Wanted) -> Result<()> {
    let _lock = lock(project)?;
    let builds = pythons::ensure(project, report, Look::Afresh)?;
    let kernels = kernels::ensure(project, report, &builds, wanted)?;
    kernels::prune(project)?;
    report.table("Kernels were built:");
    for kernel in kernels {
        println!("{}  {}  {}", kernel.build.title(), kernel.build.executable, kernel.folder.display());
    }
    Ok(())
}

/// One set-up at a time, as long as the file is held: two would write the same files.
fn lock(project: &Project) -> Result<File> {
    let path = project.notes().join("lock");
    fs::create_dir_all(project.notes())?;
    let file = File::create(&path).with_context(|| format!("{} could not be made.", path.display()))?;
    if file.try_lock().is_err() {
        eprintln!("Waiting for the set-up of another `cargo xtask` in this checkout …");
        file.lock().with_context(|| format!("{} could not be locked.", path.display()))?;
    }
    Ok(file)
}

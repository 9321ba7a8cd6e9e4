//! Windows: installers register what they install (PEP 514), and the Store leaves programs that only open it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

use crate::Origin;
use crate::places::{Layout, Root, Surroundings};

const REGISTERED: &str = r"Software\Python";

pub fn roots(surroundings: &Surroundings) -> Vec<Root> {
    let root = |origin, folder, layout| Root { origin, folder, layout };
    let within = |variable: &str, folder: &str| Some(surroundings.named(variable)?.join(folder));
    let uv = [within("APPDATA", r"uv\python"), within("APPDATA", r"uv\data\python")];
    let uv = uv.into_iter().flatten().map(|folder| root(Origin::Uv, folder, Layout::Installations));
    let conda = ["LOCALAPPDATA", "ProgramData"].into_iter().flat_map(|variable| {
        ["miniconda3", "miniforge3", "anaconda3"].into_iter().filter_map(move |name| within(variable, name))
    });
    let conda = conda.flat_map(|base| {
        let environments = base.join("envs");
        [(base, Layout::Installation), (environments, Layout::Installations)]
    });
    let conda = conda.map(|(folder, layout)| root(Origin::Conda, folder, layout));
    let registered = [CURRENT_USER, LOCAL_MACHINE].into_iter().flat_map(registered);
    let registered = registered.map(|folder| root(Origin::PythonOrg, folder, Layout::Installation));
    uv.chain(conda).chain(registered).collect()
}

/// The installations of `Software\Python\<company>\<version>\InstallPath`; none if nobody has registered any.
fn registered(hive: &Key) -> Vec<PathBuf> {
    let below = |key: &Key| -> Vec<Key> {
        let names = key.keys().into_iter().flatten();
        names.filter_map(|name| key.open(name).ok()).collect()
    };
    let Ok(all) = hive.open(REGISTERED) else { return Vec::new() };
    let versions = below(&all).iter().flat_map(below).collect::<Vec<Key>>();
    let folder = |version: &Key| version.open("InstallPath").ok()?.get_string("").ok();
    versions.iter().filter_map(folder).map(PathBuf::from).collect()
}

/// The Store's placeholders are empty files in this folder: started, they open the Store.
pub fn is_trap(program: &Path) -> bool {
    program.parent().is_some_and(|folder| folder.ends_with(r"Microsoft\WindowsApps"))
}

pub fn programs_of(installation: &Path) -> Vec<PathBuf> {
    // A virtual environment has them in `Scripts`.
    vec![installation.to_owned(), installation.join("Scripts")]
}

/// Links are rare here, and the system's real paths are of a form that Python does not know.
pub fn real(program: &Path) -> PathBuf {
    program.to_owned()
}

pub fn keep_together(_command: &mut Command) {}

pub fn end(child: &mut Child) {
    // It fails only if it has ended, which is what is wanted.
    let _ = child.kill();
}

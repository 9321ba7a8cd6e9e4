//! The kernels that are installed: one folder for each interpreter build and protocol.

use std::path::{Path, PathBuf};

use shared::{InterpreterBuild, PROTOCOL};

use crate::environment;

/// A kernel that can be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kernel {
    /// The CPython that it embeds.
    pub build: InterpreterBuild,
    /// The program.
    pub binary: PathBuf,
    /// What it shows code as `sys.executable`: the environment's python, if there is one, else the build's own.
    pub python: PathBuf,
}

/// The kernels below `data` that speak this runner's protocol, the preferred one first. What can't be used is logged.
pub fn installed(data: &Path) -> Vec<Kernel> {
    let Ok(folders) = std::fs::read_dir(data.join("kernels")) else { return Vec::new() };
    let mut kernels: Vec<Kernel> = folders
        .flatten()
        .filter(|folder| {
            let name = folder.file_name();
            name.to_string_lossy().strip_suffix(PROTOCOL).is_some_and(|id| id.ends_with('-'))
        })
        .filter_map(|folder| {
            let folder = folder.path();
            open(data, &folder)
                .inspect_err(|sentence| {
                    tracing::warn!(
                        "{} is left out: {sentence} `cargo xtask kernels` builds it again.",
                        folder.display()
                    );
                })
                .ok()
        })
        .collect();
    // By name too, so that the order doesn't change from start to start.
    kernels.sort_by_key(|kernel| (kernel.build.preference(), kernel.build.id.clone()));
    kernels
}

/// The kernel in this folder, or a sentence about what is missing.
fn open(data: &Path, folder: &Path) -> Result<Kernel, String> {
    let description = folder.join("build.json");
    let text = std::fs::read(&description).map_err(|error| format!("build.json can't be read ({error})."))?;
    let build: InterpreterBuild =
        serde_json::from_slice(&text).map_err(|error| format!("build.json can't be understood ({error})."))?;
    let binary = folder.join("virgil-kernel").with_extension(std::env::consts::EXE_EXTENSION);
    if !binary.is_file() {
        return Err("the program virgil-kernel is missing.".into());
    }
    let python = environment::python(data, &build);
    Ok(Kernel { build, binary, python })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use shared::{Gil, Python};

    use super::*;

    fn install(data: &Path, minor: u8, protocol: &str) -> PathBuf {
        let python = Python { major: 3, minor, micro: 1 };
        let id = format!("{python}-1a2b3c4d");
        let folder = data.join("kernels").join(format!("{id}-{protocol}"));
        let build = InterpreterBuild { id, python, gil: Gil::Present, executable: "/python".into() };
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("build.json"), serde_json::to_vec(&build).unwrap()).unwrap();
        fs::write(folder.join("virgil-kernel"), "").unwrap();
        folder
    }

    #[test]
    fn what_is_whole_and_of_this_protocol_is_listed_in_order() {
        let data = tempfile::tempdir().unwrap();
        install(data.path(), 13, PROTOCOL);
        install(data.path(), 14, PROTOCOL);
        install(data.path(), 15, "another");
        fs::write(install(data.path(), 16, PROTOCOL).join("build.json"), "{").unwrap();
        fs::remove_file(install(data.path(), 17, PROTOCOL).join("virgil-kernel")).unwrap();
        let minors: Vec<u8> = installed(data.path()).iter().map(|kernel| kernel.build.python.minor).collect();
        assert_eq!(minors, [14, 13]);
    }

    #[test]
    fn without_a_folder_there_are_none() {
        assert_eq!(installed(Path::new("/nowhere")), []);
    }
}

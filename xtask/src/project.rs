//! Where things are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The folders that the commands work in.
pub struct Project {
    /// The checkout.
    pub root: PathBuf,
    /// What is built, whatever `CARGO_TARGET_DIR` says: the commands must find it again.
    pub target: PathBuf,
    /// The user's data folder of Virgil: kernels, and CPythons that were installed for it.
    pub data: PathBuf,
    /// Cargo itself, not rustup's proxy, if this was started by Cargo.
    cargo: PathBuf,
}

impl Project {
    /// The checkout that this program was compiled in.
    pub fn open() -> Result<Project> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest.parent().context("xtask has a folder above it")?.to_owned();
        if !root.join("shared/Cargo.toml").is_file() {
            bail!("{} is not Virgil's checkout: run `cargo xtask` inside it.", root.display());
        }
        let data = match env::var_os("VIRGIL_DATA") {
            Some(data) => PathBuf::from(data),
            None => dirs::data_dir()
                .context("This system names no data folder for you: set VIRGIL_DATA to a folder of yours.")?
                .join("virgil"),
        };
        let cargo = env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from);
        Ok(Project::at(root, data, cargo))
    }

    /// A checkout in this folder.
    pub fn at(root: PathBuf, data: PathBuf, cargo: PathBuf) -> Project {
        Project { target: root.join("target"), root, data, cargo }
    }

    /// A command in the checkout.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.root);
        command
    }

    /// Cargo, with the project's own target folder or a folder in it.
    pub fn cargo(&self, folder: &str) -> Command {
        let mut command = self.command(&self.cargo);
        command.env("CARGO_TARGET_DIR", self.target.join(folder));
        command
    }

    /// The compiler's own folder, without asking it if Cargo's path tells.
    pub fn sysroot(&self) -> Result<PathBuf> {
        let told = self.cargo.parent().and_then(Path::parent).filter(|folder| folder.join("lib/rustlib").is_dir());
        if let Some(told) = told {
            return Ok(told.to_owned());
        }
        let output = Command::new("rustc")
            .args(["--print", "sysroot"])
            .output()
            .context("`rustc` could not be started: install Rust with rustup, https://rustup.rs")?;
        Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
    }

    /// Whether the compiler has this target's standard library.
    pub fn has_target(&self, target: &str) -> Result<bool> {
        Ok(self.sysroot()?.join("lib/rustlib").join(target).join("lib").is_dir())
    }

    /// Notes of these commands: stamps, logs, what was found.
    pub fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// The folder of the build tools that the page needs.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools/bin")
    }

    /// The server.
    pub fn virgil(&self) -> PathBuf {
        self.target.join("release").join(format!("virgil{}", env::consts::EXE_SUFFIX))
    }

    /// The path as seen from the checkout, for people.
    pub fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// Where `name` is on PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| path.is_file())
}

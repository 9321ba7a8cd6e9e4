//! Where Pythons may be.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Origin, system};

/// Where Pythons may be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// What `VIRGIL_PYTHONS` names: programs, folders of programs, installations.
    pub named: Vec<PathBuf>,
    /// The folders of PATH.
    pub path: Vec<PathBuf>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// Virgil's data folder, with Pythons of its own in `pythons`.
    pub data: PathBuf,
    /// Where installers and the system keep theirs.
    pub roots: Vec<Root>,
    /// How packages are installed here, for advice.
    pub family: Family,
}

/// A folder of an installer or of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Whose it is.
    pub origin: Origin,
    /// The folder; it need not exist.
    pub folder: PathBuf,
    /// What is in it.
    pub layout: Layout,
}

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Programs.
    Programs,
    /// One installation.
    Installation,
    /// A folder for each installation.
    Installations,
    /// A folder for each of Homebrew's packages.
    Kegs,
}

/// Systems that install packages with the same command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Family {
    /// `apt`.
    Debian,
    /// `dnf`.
    Fedora,
    /// Anything else.
    #[default]
    Other,
}

/// What is asked to learn the places: tests have an environment and a file system of their own.
pub(crate) struct Surroundings<'a> {
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
    /// The user's home folder.
    pub home: Option<&'a Path>,
    /// What stands for `/`.
    pub top: &'a Path,
}

impl Places {
    /// Reads the environment once. `data` is Virgil's data folder.
    pub fn of_this_machine(data: &Path) -> Places {
        let home = env::home_dir();
        let variable = |name: &str| env::var_os(name);
        Surroundings { variable: &variable, home: home.as_deref(), top: Path::new("/") }.places(data)
    }
}

impl Surroundings<'_> {
    /// The places that they name.
    pub fn places(&self, data: &Path) -> Places {
        let mut roots = self.pyenv();
        roots.extend(self.uv());
        roots.extend(self.conda());
        roots.extend(system::roots(self));
        roots.retain(|root| root.folder.is_absolute());
        let paths = |name: &str| -> Vec<PathBuf> {
            let paths = self.set(name).unwrap_or_default();
            // An empty one would be the folder that somebody happens to be in: it has no absolute path.
            env::split_paths(&paths).filter_map(|path| std::path::absolute(path).ok()).collect()
        };
        Places {
            named: paths("VIRGIL_PYTHONS"),
            path: paths("PATH"),
            home: self.home.map(Path::to_owned),
            data: data.to_owned(),
            roots,
            family: self.family(),
        }
    }

    /// An environment variable that is set to nothing counts as not set.
    fn set(&self, name: &str) -> Option<OsString> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    /// A folder that an environment variable names.
    pub fn named(&self, name: &str) -> Option<PathBuf> {
        self.set(name).map(PathBuf::from)
    }

    /// A folder in the home folder.
    pub fn in_home(&self, folder: &str) -> Option<PathBuf> {
        Some(self.home?.join(folder))
    }

    fn pyenv(&self) -> Vec<Root> {
        let folders = [self.named("PYENV_ROOT"), self.in_home(".pyenv"), self.in_home(".pyenv/pyenv-win")];
        let folders = folders.into_iter().flatten().map(|folder| folder.join("versions"));
        folders.map(|folder| Root { origin: Origin::Pyenv, folder, layout: Layout::Installations }).collect()
    }

    fn uv(&self) -> Vec<Root> {
        let folders = [
            self.named("UV_PYTHON_INSTALL_DIR"),
            self.named("XDG_DATA_HOME").map(|folder| folder.join("uv/python")),
            self.in_home(".local/share/uv/python"),
        ];
        let folders = folders.into_iter().flatten();
        folders.map(|folder| Root { origin: Origin::Uv, folder, layout: Layout::Installations }).collect()
    }

    fn conda(&self) -> Vec<Root> {
        let program = self.named("CONDA_EXE");
        let told = program.as_deref().and_then(Path::parent).and_then(Path::parent).map(Path::to_owned);
        let usual = ["miniconda3", "miniforge3", "anaconda3", "mambaforge", "micromamba"];
        let usual = usual.iter().filter_map(|name| self.in_home(name));
        let system = ["opt/conda", "opt/miniconda3", "opt/miniforge3", "opt/anaconda3"].map(|name| self.top.join(name));
        let bases = told.into_iter().chain(self.named("MAMBA_ROOT_PREFIX")).chain(usual).chain(system);
        let active = self.named("CONDA_PREFIX").into_iter();
        let listed = self.in_home(".conda/environments.txt").and_then(|list| fs::read_to_string(list).ok());
        let listed: Vec<PathBuf> = listed.unwrap_or_default().lines().map(|line| line.trim().into()).collect();
        let root = |folder, layout| Root { origin: Origin::Conda, folder, layout };
        let mut roots: Vec<Root> = active.chain(listed).map(|folder| root(folder, Layout::Installation)).collect();
        for base in bases {
            roots.push(root(base.join("envs"), Layout::Installations));
            roots.push(root(base, Layout::Installation));
        }
        roots
    }

    fn family(&self) -> Family {
        let release = fs::read_to_string(self.top.join("etc/os-release")).unwrap_or_default();
        let kin: Vec<&str> = release
            .lines()
            .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
            .flat_map(|names| names.trim_matches('"').split(' '))
            .collect();
        if kin.iter().any(|name| ["debian", "ubuntu"].contains(name)) {
            Family::Debian
        } else if kin.iter().any(|name| ["fedora", "rhel"].contains(name)) {
            Family::Fedora
        } else {
            Family::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn places(variables: &[(&str, &str)], top: &Path) -> Places {
        let variables: BTreeMap<_, _> = variables.iter().copied().collect();
        let variable = |name: &str| variables.get(name).map(OsString::from);
        Surroundings { variable: &variable, home: Some(Path::new("/home/ada")), top }.places(Path::new("/data"))
    }

    #[test]
    fn variables_say_where_installers_keep_theirs() {
        for (variable, value, origin, folder, layout) in [
            ("PYENV_ROOT", "/p", Origin::Pyenv, "/p/versions", Layout::Installations),
            ("UV_PYTHON_INSTALL_DIR", "/u", Origin::Uv, "/u", Layout::Installations),
            ("XDG_DATA_HOME", "/x", Origin::Uv, "/x/uv/python", Layout::Installations),
            ("CONDA_PREFIX", "/c/envs/a", Origin::Conda, "/c/envs/a", Layout::Installation),
            ("CONDA_EXE", "/c/bin/conda", Origin::Conda, "/c/envs", Layout::Installations),
            ("CONDA_EXE", "/c/bin/conda", Origin::Conda, "/c", Layout::Installation),
            ("MAMBA_ROOT_PREFIX", "/m", Origin::Conda, "/m/envs", Layout::Installations),
            ("HOMEBREW_PREFIX", "/brew", Origin::Homebrew, "/brew/opt", Layout::Kegs),
        ] {
            let root = Root { origin, folder: folder.into(), layout };
            let top = Path::new("/nowhere");
            assert!(places(&[(variable, value)], top).roots.contains(&root), "{variable}");
            assert!(!places(&[(variable, "")], top).roots.contains(&root), "{variable} set to nothing");
        }
    }

    #[test]
    fn lists_are_split_like_path() {
        let joined = env::join_paths(["/a", "/b"]).unwrap();
        let joined = joined.to_str().unwrap();
        let places = places(&[("VIRGIL_PYTHONS", joined), ("PATH", joined)], Path::new("/nowhere"));
        assert_eq!(places.named, [Path::new("/a"), Path::new("/b")]);
        assert_eq!(places.path, places.named);
        let near = self::places(&[("VIRGIL_PYTHONS", "here/python3")], Path::new("/nowhere")).named;
        assert_eq!(near, [env::current_dir().unwrap().join("here/python3")]);
        let nothing = self::places(&[("VIRGIL_PYTHONS", ""), ("PATH", "")], Path::new("/nowhere"));
        assert!(nothing.named.is_empty() && nothing.path.is_empty());
    }

    #[test]
    fn advice_fits_the_system() {
        for (release, family) in [
            ("ID=debian\n", Family::Debian),
            ("NAME=Mint\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Family::Debian),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Family::Fedora),
            ("ID=arch\n", Family::Other),
        ] {
            let top = tempfile::tempdir().unwrap();
            fs::create_dir(top.path().join("etc")).unwrap();
            fs::write(top.path().join("etc/os-release"), release).unwrap();
            assert_eq!(places(&[], top.path()).family, family, "{release}");
        }
    }
}

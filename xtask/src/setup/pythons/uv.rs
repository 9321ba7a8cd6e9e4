//! CPythons by uv, with the free-threaded twin, in Virgil's own folder.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use pythons::Places;
use walkdir::WalkDir;

use crate::command::Log;
use crate::project::Project;
use crate::report::{Report, Stage};

/// What is installed.
const VERSIONS: [&str; 2] = ["3.14", "3.14t"];
/// For how long uv may try to connect. One that is too old to be told so is ended by [`SILENCE`].
const CONNECT_SECONDS: &str = "20";
/// How long uv may take without a word or a byte.
pub const SILENCE: Duration = Duration::from_secs(25);
/// How often its folder is looked at.
const GLANCE: Duration = Duration::from_millis(500);

/// Where uv is: on PATH, or where its installers put it.
pub fn program(places: &Places) -> Option<PathBuf> {
    let usual = places.home.iter().flat_map(|home| [home.join(".local/bin"), home.join(".cargo/bin")]);
    let folders = places.path.iter().cloned().chain(usual);
    folders.map(|folder| folder.join(format!("uv{EXE_SUFFIX}"))).find(|program| program.is_file())
}

/// Installs both into the folder; gives up when nothing happens for so long.
pub fn install(project: &Project, report: &Report, uv: &Path, folder: &Path, silence: Duration) -> Result<()> {
    let stage = Stage {
        name: format!("CPython {} by uv", VERSIONS.join(" and ")),
        usual: Duration::from_secs(30),
        advice: format!("look at the network, or try it yourself: `uv python install {}`.", VERSIONS.join(" ")),
    };
    report.stage(&stage, |log| {
        let mut command = project.command(uv);
        command.args(["python", "install"]).args(VERSIONS);
        command.env("UV_PYTHON_INSTALL_DIR", folder);
        // Nothing outside of that folder: no links in the user's folder of programs, no registration.
        command.env("UV_PYTHON_INSTALL_BIN", "0").env("UV_PYTHON_INSTALL_REGISTRY", "0");
        command.env("UV_HTTP_CONNECT_TIMEOUT", CONNECT_SECONDS).env("UV_HTTP_RETRIES", "0");
        let mut watch = Watch { silence, last: (0, 0, 0), since: Instant::now(), seen: Instant::now() };
        log.run_while(&mut command, || watch.look(folder, log))
    })
}

/// Whether anything happens.
struct Watch {
    silence: Duration,
    /// What it said, and what there was in the folder: files and bytes.
    last: (u64, usize, u64),
    since: Instant,
    seen: Instant,
}

impl Watch {
    fn look(&mut self, folder: &Path, log: &Log) -> Result<()> {
        if self.seen.elapsed() < GLANCE.min(self.silence) {
            return Ok(());
        }
        self.seen = Instant::now();
        let files = WalkDir::new(folder).into_iter().flatten().filter_map(|entry| entry.metadata().ok());
        let (count, bytes) = files.fold((0, 0), |(count, bytes), file| (count + 1, bytes + file.len()));
        let state = (log.length(), count, bytes);
        if state != self.last {
            (self.last, self.since) = (state, Instant::now());
        }
        if self.since.elapsed() >= self.silence {
            bail!("uv said and wrote nothing for {} s, so it was ended.", self.silence.as_secs());
        }
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use pythons::{Look, Memory};

    use super::*;
    use crate::report::sentences;

    /// With the data folder of the same name.
    fn project(folder: &Path) -> Project {
        Project::at(folder.into(), folder.join("data"), "cargo".into())
    }

    fn stand_in(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stand_ins").join(name)
    }

    #[test]
    fn what_uv_installs_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path());
        let pythons = project.data.join("pythons");
        install(&project, &Report::new(&project), &stand_in("uv_that_installs.sh"), &pythons, SILENCE).unwrap();
        let places = Places { data: project.data.clone(), ..Places::default() };
        let found = pythons::find(&places, Memory { folder: project.notes(), look: Look::Afresh });
        let titles: Vec<&str> = found.iter().map(|found| found.title.as_str()).collect();
        assert_eq!(titles, ["CPython 3.14.1", "CPython 3.14.1 free-threaded"]);
    }

    #[test]
    fn what_uv_can_not_do_is_said() {
        for (name, silence, words) in [
            ("uv_without_network.sh", SILENCE, "client error (Connect)"),
            ("uv_that_hangs.sh", Duration::from_secs(1), "said and wrote nothing for 1 s"),
            ("no_uv_at_all", SILENCE, "could not be started"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let project = project(folder.path());
            let pythons = project.data.join("pythons");
            let error = install(&project, &Report::new(&project), &stand_in(name), &pythons, silence).unwrap_err();
            let said = sentences(&error);
            assert!(said.contains(words) && said.contains("uv python install 3.14 3.14t"), "{name}: {said}");
        }
    }

    #[test]
    fn uv_is_looked_for_where_its_installers_put_it() {
        for (place, from_path) in [("bin", true), ("home/.local/bin", false), ("home/.cargo/bin", false)] {
            let folder = tempfile::tempdir().unwrap();
            let path = if from_path { vec![folder.path().join("empty"), folder.path().join(place)] } else { vec![] };
            let places = Places { path, home: Some(folder.path().join("home")), ..Places::default() };
            assert_eq!(program(&places), None);
            fs::create_dir_all(folder.path().join(place)).unwrap();
            fs::write(folder.path().join(place).join("uv"), "").unwrap();
            assert_eq!(program(&places), Some(folder.path().join(place).join("uv")));
        }
    }
}

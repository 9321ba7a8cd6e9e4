//! A CPython from the packages of Debian and its kin, in a folder of its own.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::project::{Project, on_path};
use crate::report::{Report, Stage};

/// What is installed.
const VERSION: &str = "3.14";

/// Its key is there where apt may trust Debian's packages.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Whether this system has such packages.
pub fn is_possible() -> bool {
    let for_it = cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")));
    for_it && Path::new(KEYRING).is_file() && on_path("apt-get").is_some()
}

/// Installs it.
pub fn install(project: &Project, report: &Report) -> Result<()> {
    let folder = project.data.join("pythons");
    let stage = Stage {
        name: format!("CPython {VERSION} in a folder of its own"),
        usual: Duration::from_secs(40),
        advice: "look at the network, or get a CPython 3.14 with a shared libpython another way, for example with \
                 `uv python install 3.14`."
            .into(),
    };
    report.stage(&stage, |log| {
        let mut script = project.command("bash");
        script.arg("xtask/debian/install-pythons.sh").arg(VERSION);
        log.run(script.env("PYTHONS_ROOT", folder))
    })
}

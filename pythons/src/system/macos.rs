//! macOS: frameworks of python.org's installer, and Homebrew.

use std::path::Path;

use crate::Origin;
use crate::places::{Layout, Root, Surroundings};

pub fn roots(surroundings: &Surroundings) -> Vec<Root> {
    let top = surroundings.top;
    let root = |origin, folder, layout| Root { origin, folder, layout };
    let uv = surroundings.in_home("Library/Application Support/uv/python");
    let uv = uv.into_iter().map(|folder| root(Origin::Uv, folder, Layout::Installations));
    let brew = [surroundings.named("HOMEBREW_PREFIX"), Some(top.join("opt/homebrew")), Some(top.join("usr/local"))];
    let kegs = brew.into_iter().flatten().map(|brew| root(Origin::Homebrew, brew.join("opt"), Layout::Kegs));
    // PythonT is the free-threaded one.
    let frameworks = ["Python", "PythonT"].map(|name| {
        let folder = top.join(format!("Library/Frameworks/{name}.framework/Versions"));
        root(Origin::PythonOrg, folder, Layout::Installations)
    });
    let system = [root(Origin::System, top.join("usr/local/bin"), Layout::Programs)];
    uv.chain(kegs).chain(frameworks).chain(system).collect()
}

/// Apple's is old, and opens a window where its developer tools are not installed.
pub fn is_trap(program: &Path) -> bool {
    program.starts_with("/usr/bin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frameworks_and_kegs_are_looked_through() {
        let surroundings =
            Surroundings { variable: &|_| None, home: Some(Path::new("/Users/ada")), top: Path::new("/") };
        let roots = roots(&surroundings);
        for (origin, folder) in [
            (Origin::PythonOrg, "/Library/Frameworks/Python.framework/Versions"),
            (Origin::PythonOrg, "/Library/Frameworks/PythonT.framework/Versions"),
            (Origin::Homebrew, "/opt/homebrew/opt"),
            (Origin::Homebrew, "/usr/local/opt"),
            (Origin::Uv, "/Users/ada/Library/Application Support/uv/python"),
            (Origin::System, "/usr/local/bin"),
        ] {
            assert!(roots.iter().any(|root| root.origin == origin && root.folder == Path::new(folder)), "{folder}");
        }
        assert!(is_trap(Path::new("/usr/bin/python3")) && !is_trap(Path::new("/usr/local/bin/python3")));
    }
}

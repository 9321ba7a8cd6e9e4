//! Linux: the distribution's folders, and Homebrew's in a place of its own.

use std::path::Path;

use crate::Origin;
use crate::places::{Layout, Root, Surroundings};

pub fn roots(surroundings: &Surroundings) -> Vec<Root> {
    let top = surroundings.top;
    let root = |origin, folder, layout| Root { origin, folder, layout };
    let brew = [surroundings.named("HOMEBREW_PREFIX"), Some(top.join("home/linuxbrew/.linuxbrew"))];
    let kegs = brew.into_iter().flatten().map(|brew| root(Origin::Homebrew, brew.join("opt"), Layout::Kegs));
    let system = [
        root(Origin::System, top.join("usr/bin"), Layout::Programs),
        root(Origin::System, top.join("usr/local/bin"), Layout::Programs),
        root(Origin::System, top.join("opt"), Layout::Installations),
        root(Origin::System, top.join("opt/python"), Layout::Installations),
    ];
    kegs.chain(system).collect()
}

pub fn is_trap(_program: &Path) -> bool {
    false
}

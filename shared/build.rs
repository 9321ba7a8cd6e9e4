//! Gives the protocol a name: a hash of this crate's sources, so that a runner never talks to a kernel of another time.

use std::hash::Hasher;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=src");
    let mut sources = Vec::new();
    collect(Path::new("src"), &mut sources);
    sources.sort();
    let mut hasher = std::hash::DefaultHasher::new();
    for source in sources {
        hasher.write(&std::fs::read(&source).expect("a source file can be read"));
    }
    println!("cargo::rustc-env=VIRGIL_PROTOCOL={:016x}", hasher.finish());
}

/// The files of a folder and of all folders in it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources can be listed") {
        let path = entry.expect("a folder of sources can be listed").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

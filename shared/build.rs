//! Gives the protocol a name: a hash of this crate's sources, so that a runner never talks to a kernel of another time.

use std::hash::Hasher;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=src");
    let mut sources: Vec<PathBuf> = std::fs::read_dir(Path::new("src"))
        .expect("the crate has a src folder")
        .map(|entry| entry.expect("src can be listed").path())
        .filter(|path| path.is_file())
        .collect();
    sources.sort();
    let mut hasher = std::hash::DefaultHasher::new();
    for source in sources {
        hasher.write(&std::fs::read(&source).expect("a source file can be read"));
    }
    println!("cargo::rustc-env=VIRGIL_PROTOCOL={:016x}", hasher.finish());
}

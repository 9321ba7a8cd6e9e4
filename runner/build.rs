//! Compiles the runner again when the page or the content has changed, and without a page if none was built.

use std::path::Path;

fn main() -> std::io::Result<()> {
    // A path that doesn't exist would count as changed at every build.
    std::fs::create_dir_all("../dist")?;
    for folder in ["../dist", "../slides", "../exercises", "../recordings", "../suite"] {
        if Path::new(folder).exists() {
            println!("cargo:rerun-if-changed={folder}");
        }
    }
    Ok(())
}

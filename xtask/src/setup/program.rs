//! The page's program, taken apart: what is needed to read, edit and press Run, and the views that are fetched later.
//!
//! Trunk has compiled and bundled it as a whole. Here the module is split at the function that `#[wasm_split]` marks,
//! each part is made small, and they take the place of the whole in `dist`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use walkdir::WalkDir;

use super::imports::Imports;
use crate::command::Log;
use crate::project::Project;

/// What the files are called; their folder has a hash in its name.
const NAME: &str = "frontend";
/// Makes modules small: a script that Node.js runs.
const OPTIMISER: &str = "frontend/js/node_modules/binaryen/bin/wasm-opt";
/// Makes small what wasm-bindgen and wasm-split write in JavaScript.
const MINIFIER: &str = "frontend/js/node_modules/terser/bin/terser";
const SCRIPTS: [&str; 2] = ["frontend.js", "__wasm_split.js"];
/// As many digits as Trunk's hashes have.
const DIGITS: usize = 16;

/// Puts the parts of the program that Trunk compiled into `dist`, in place of the whole.
pub fn split(project: &Project, log: &Log) -> Result<()> {
    let whole = project.target.join("page/wasm32-unknown-unknown/wasm-release").join(format!("{NAME}.wasm"));
    let folder = empty(project.target.join("page/program"))?;
    let parts = empty(project.target.join("page/parts"))?;
    let tool = |name: &str| project.command(project.tools().join(name).with_extension(env::consts::EXE_EXTENSION));
    log.run(tool("wasm-split-cli").arg(&whole).arg(&parts).args(["--out-name", NAME]))?;
    let main = parts.join(format!("{NAME}.wasm"));
    let mut bindgen = tool("wasm-bindgen");
    // The other parts ask for functions by the names that the linker gave them.
    bindgen.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--no-demangle", "--out-name", NAME]);
    log.run(bindgen.arg("--out-dir").arg(&folder).arg(&main))?;
    fs::remove_file(&main)?;
    for file in files(&parts)? {
        let name = file.file_name().context("A file has a name.")?;
        fs::copy(&file, folder.join(name)).with_context(|| format!("{} could not be copied.", file.display()))?;
    }
    for module in files(&folder)?.iter().filter(|file| file.extension().is_some_and(|end| end == "wasm")) {
        log.run(project.command("node").arg(OPTIMISER).args(["-Oz", "--converge"]).arg(module).arg("-o").arg(module))?;
    }
    rename_imports(&folder)?;
    for script in SCRIPTS.map(|script| folder.join(script)) {
        let mut minifier = project.command("node");
        minifier.arg(MINIFIER).arg(&script).args(["--module", "--ecma", "2022", "--compress", "passes=3", "--mangle"]);
        log.run(minifier.arg("--output").arg(&script))?;
    }
    take_its_place(&project.root.join("dist"), &folder)
}

/// Gives what modules import short names for a compressor, in every file that says them.
fn rename_imports(folder: &Path) -> Result<()> {
    let mut imports = Imports::new()?;
    let is_code = |file: &&PathBuf| file.extension().is_some_and(|end| end == "wasm" || end == "js");
    for file in files(folder)?.iter().filter(is_code) {
        fs::write(file, imports.renamed(&fs::read(file)?))?;
    }
    Ok(())
}

/// Moves the folder into `dist` under a name of its content, and removes what Trunk put there.
fn take_its_place(dist: &Path, folder: &Path) -> Result<()> {
    fs::remove_dir_all(dist.join("snippets")).context("Trunk has put no snippets into dist.")?;
    for file in files(dist)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(NAME) {
            fs::remove_file(&file)?;
        }
    }
    let mut hasher = blake3::Hasher::new();
    for file in files(folder)? {
        hasher.update(file.strip_prefix(folder)?.to_string_lossy().as_bytes());
        hasher.update(&fs::read(&file)?);
    }
    let hash = &hasher.finalize().to_hex()[..DIGITS];
    let place = dist.join(format!("program-{hash}"));
    fs::rename(folder, &place).with_context(|| format!("{} could not be made.", place.display()))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = WalkDir::new(folder).sort_by_file_name();
    let files = entries.into_iter().filter(|entry| entry.as_ref().map_or(true, |entry| entry.file_type().is_file()));
    files.map(|entry| Ok(entry?.into_path())).collect()
}

fn empty(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{} could not be made.", folder.display()))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_take_the_place_of_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "content").unwrap();
        };
        for path in [
            "dist/frontend-0123456789abcdef.js",
            "dist/frontend-0123456789abcdef_bg.wasm",
            "dist/snippets/frontend-0/js/dist/editor.js",
            "dist/style-0123456789abcdef.css",
            "made/frontend.js",
            "made/snippets/frontend-0/js/dist/editor.js",
        ] {
            write(path);
        }
        let dist = folder.path().join("dist");
        take_its_place(&dist, &folder.path().join("made")).unwrap();
        let names: Vec<_> =
            files(&dist).unwrap().iter().map(|file| file.strip_prefix(&dist).unwrap().to_owned()).collect();
        let program = names[0].iter().next().unwrap().to_str().unwrap().to_owned();
        assert_eq!(program.len(), "program-".len() + DIGITS);
        let in_it = |path: &str| PathBuf::from(&program).join(path);
        let style = PathBuf::from("style-0123456789abcdef.css");
        assert_eq!(names, [in_it("frontend.js"), in_it("snippets/frontend-0/js/dist/editor.js"), style]);
    }
}

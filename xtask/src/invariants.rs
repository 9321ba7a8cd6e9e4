//! The rules of the house that no compiler knows. Each complaint is a sentence with what to do.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml::Table;
use walkdir::WalkDir;

use crate::claims;
use crate::project::Project;

const CRATES: [&str; 7] = ["shared", "pythons", "load", "kernel", "runner", "frontend", "xtask"];
const LONGEST: usize = 400;
/// Only these read the environment and start programs; tests must.
const OUTWARD: [&str; 6] =
    ["pythons/", "runner/", "xtask/", "kernel/src/modes/processes", "kernel/tests/", "frontend/js/"];

/// Only these have unsafe code: what embeds CPython, what is particular to an operating system, and a test's stand-in.
const UNSAFE: [&str; 2] = ["kernel/", "runner/examples/scripted_kernel.rs"];
/// How it looks in code.
const UNSAFE_WORDS: [&str; 5] = ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "#[unsafe("];
/// Only this adds addresses to the server, since the gate knows those of its table alone.
const ADDRESSES: &str = "runner/src/routes.rs";
const ADDRESS_WORDS: [&str; 4] = [".service(", "web::resource", "web::scope", ".route("];

/// One source file.
struct Source {
    path: String,
    text: String,
}

/// Checks them all.
///
/// # Errors
/// All complaints, one in each line.
pub fn check(project: &Project) -> Result<()> {
    let sources = sources(project)?;
    let mut complaints = Vec::new();
    for name in CRATES {
        let path = project.root.join(name).join("Cargo.toml");
        let manifest = fs::read_to_string(&path).with_context(|| format!("{} could not be read.", path.display()))?;
        complaints.extend(dependencies(name, &manifest.parse()?));
    }
    for name in ["pythons", "load", "runner", "frontend"] {
        complaints.extend(without_python(project, name)?);
    }
    complaints.extend(claims::check(project)?);
    complaints.extend(sources.iter().flat_map(|source| source.complaints()));
    if complaints.is_empty() {
        return Ok(());
    }
    bail!("{}", complaints.join("\n"))
}

/// Who may depend on what.
fn dependencies(name: &str, manifest: &Table) -> Vec<String> {
    let own = manifest.get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let mut complaints = Vec::new();
    if name == "shared" && own.keys().any(|library| library != "serde") {
        complaints.push(
            "shared/Cargo.toml: `shared` depends on serde only, since every process and the page carry it.".into(),
        );
    }
    if name != "frontend" && own.contains_key("web-sys") {
        complaints.push(format!("{name}/Cargo.toml: only `frontend` uses web-sys, since only the page has a browser."));
    }
    if name != "kernel" && own.keys().any(|library| library.starts_with("pyo3")) {
        complaints.push(format!("{name}/Cargo.toml: only `kernel` knows Python; all others must build without one."));
    }
    if name == "kernel" {
        let pyo3 = own.get("pyo3").and_then(toml::Value::as_table);
        let plain = pyo3.is_some_and(|pyo3| {
            pyo3.get("default-features").and_then(toml::Value::as_bool) == Some(false) && !pyo3.contains_key("features")
        });
        if !plain {
            complaints.push(
                "kernel/Cargo.toml: pyo3 comes with `default-features = false` and no feature, since only its raw \
                 bindings are sound where interpreters come and go."
                    .into(),
            );
        }
    }
    complaints
}

/// Also not through another library.
fn without_python(project: &Project, name: &str) -> Result<Option<String>> {
    let output = project.cargo("").args(["tree", "--locked", "--package", name, "--prefix", "none"]).output()?;
    if !output.status.success() {
        bail!("`cargo tree` of {name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let python = String::from_utf8_lossy(&output.stdout).lines().any(|line| line.starts_with("pyo3"));
    Ok(python.then(|| {
        format!("{name}: one of its libraries depends on pyo3 (`cargo tree -p {name} -i pyo3-ffi` says which).")
    }))
}

impl Source {
    fn complaints(&self) -> Vec<String> {
        let Source { path, text } = self;
        let mut complaints = Vec::new();
        let lines = text.lines().count();
        if lines > LONGEST {
            complaints.push(format!(
                "{path}: {lines} lines. Above {LONGEST}, ask why: it holds more than one noun; split it by noun."
            ));
        }
        if path.starts_with("kernel/src/") && names_safe_pyo3(text) {
            complaints.push(format!("{path}: of PyO3 only `pyo3::ffi` is sound where interpreters come and go."));
        }
        let outward = OUTWARD.iter().any(|allowed| path.starts_with(allowed));
        if !outward && ["env::var", "Command::new"].iter().any(|word| text.contains(word)) {
            complaints.push(format!(
                "{path}: only `pythons`, `runner`, `xtask` and the kernel's processes mode read the environment and start programs."
            ));
        }
        let system = path.contains("/system/") || path.ends_with("/system.rs");
        let may = system || UNSAFE.iter().any(|allowed| path.starts_with(allowed));
        if path.ends_with(".rs") && !may && !path.starts_with("xtask/src/invariants") && has(text, &UNSAFE_WORDS) {
            complaints.push(format!(
                "{path}: unsafe code is in the kernel and in `system/` only, so that it can be read in one place."
            ));
        }
        let serves = path.starts_with("runner/src/") && path != ADDRESSES && !path.ends_with("tests.rs");
        if serves && has(text, &ADDRESS_WORDS) {
            complaints
                .push(format!("{path}: addresses stand in {ADDRESSES} only, where the gate knows who may use them."));
        }
        complaints
    }
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Whether PyO3 is named at all but as `pyo3::ffi`: renamed or taken whole it could be anything.
fn names_safe_pyo3(text: &str) -> bool {
    let in_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices("pyo3").any(|(at, found)| {
        let (before, after) = (&text[..at], &text[at + found.len()..]);
        let is_name = !before.ends_with(in_word) && !after.starts_with(in_word);
        is_name && after.strip_prefix("::ffi").is_none_or(|rest| rest.starts_with(in_word))
    })
}

/// Everything that people write in the crates' source folders.
fn sources(project: &Project) -> Result<Vec<Source>> {
    let folders = ["src", "tests", "python", "js/src"];
    let places = CRATES.iter().flat_map(|name| folders.map(|folder| Path::new(name).join(folder)));
    let mut sources = Vec::new();
    for place in places.filter(|place| project.root.join(place).is_dir()) {
        for entry in WalkDir::new(project.root.join(place)).sort_by_file_name() {
            let entry = entry?;
            let written = ["rs", "py", "js", "mjs", "ts", "css"];
            let extension = entry.path().extension().unwrap_or_default();
            if entry.file_type().is_file() && written.iter().any(|known| extension == *known) {
                let path = project.short(entry.path()).to_string();
                sources.push(Source { path, text: fs::read_to_string(entry.path())? });
            }
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> usize {
        Source { path: path.into(), text: text.into() }.complaints().len()
    }

    #[test]
    fn sources_are_judged_by_where_they_are() {
        for (path, text, count) in [
            ("kernel/src/a.rs", "use pyo3::ffi;", 0),
            ("kernel/src/a.rs", "use pyo3::ffi::Py_None; use pyo3::Python;", 1),
            ("kernel/src/a.rs", "use pyo3::{ffi, Python};", 1),
            ("kernel/src/a.rs", "use pyo3 as raw;", 1),
            ("kernel/src/a.rs", "pyo3::ffi_other", 1),
            ("kernel/src/a.rs", "cfg(pyo3_disable_reference_pool)", 0),
            ("kernel/src/a.rs", "std::env::var(name)", 1),
            ("kernel/src/modes/processes.rs", "Command::new(name)", 0),
            ("runner/src/a.rs", "Command::new(name)", 0),
            ("shared/src/a.rs", "env!(\"X\")", 0),
            ("kernel/src/a.rs", "unsafe { call() }", 0),
            ("runner/src/system/linux.rs", "unsafe { call() }", 0),
            ("xtask/src/system/unix.rs", "unsafe { call() }", 0),
            ("runner/src/a.rs", "unsafe { call() }", 1),
            ("shared/src/a.rs", "unsafe impl Send for A {}", 1),
            ("runner/src/gate.rs", "'wasm-unsafe-eval'", 0),
            ("runner/src/routes.rs", "config.service(web::resource(path))", 0),
            ("runner/src/server.rs", "App::new().route(path, get())", 1),
        ] {
            assert_eq!(complaints(path, text), count, "{path}: {text}");
        }
        assert_eq!(complaints("shared/src/a.rs", &"\n".repeat(401)), 1);
    }

    #[test]
    fn dependencies_are_judged_by_whose_they_are() {
        for (name, manifest, count) in [
            ("shared", "[dependencies]\nserde = '1'", 0),
            ("shared", "[dependencies]\nserde = '1'\nrand = '1'", 1),
            ("runner", "[dependencies]\nweb-sys = '1'\npyo3-ffi = '1'", 2),
            ("kernel", "[dependencies]\npyo3 = { version = '1', default-features = false }", 0),
            ("kernel", "[dependencies]\npyo3 = { version = '1', default-features = false, features = ['macros'] }", 1),
            ("kernel", "[dependencies]\npyo3 = '1'", 1),
        ] {
            assert_eq!(dependencies(name, &manifest.parse().unwrap()).len(), count, "{name}: {manifest}");
        }
    }
}

//! The workloads: Virgil's own suite, which is inside the binary, and files of the person's.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use shared::{Class, assignment};

use crate::command::exit::Refusal;
use crate::command::source::Source;

/// Its list of workloads.
const PLAN: &str = "plan.toml";

#[derive(RustEmbed)]
#[folder = "../suite"]
struct Files;

/// A workload that is to be measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Its name, one word.
    pub name: String,
    /// What it spends its time with.
    pub class: Class,
    /// What it shows, in a sentence.
    pub shows: String,
    /// What was set in the source, `N = 34, COUNT = 40`.
    pub size: String,
    /// All of its code.
    pub source: String,
    /// The person's file; none of the suite.
    pub file: Option<PathBuf>,
}

/// How large work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// As in the published benchmarks.
    Full,
    /// As little as can be measured.
    Quick,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    workload: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    class: Class,
    shows: String,
    full: BTreeMap<String, String>,
    quick: BTreeMap<String, String>,
}

/// The suite, or those of it that are named.
///
/// # Errors
/// If there is none of a name.
pub fn suite(size: Size, only: &[String]) -> Result<Vec<Workload>, Refusal> {
    let all = whole(size).map_err(|sentence| Refusal::failed(format!("The suite can't be used: {sentence}")))?;
    if let Some(unknown) = only.iter().find(|name| !all.iter().any(|workload| workload.name == **name)) {
        let known: Vec<&str> = all.iter().map(|workload| workload.name.as_str()).collect();
        return Err(Refusal::usage(format!(
            "The suite has no workload `{unknown}`. There are: {}. A file of yours is named without --only.",
            known.join(", ")
        )));
    }
    Ok(all.into_iter().filter(|workload| only.is_empty() || only.contains(&workload.name)).collect())
}

/// A file of the suite's folder.
///
/// # Errors
/// If it is missing.
pub fn text(name: &str) -> Result<String, String> {
    let file = Files::get(name).ok_or_else(|| format!("{name} is missing."))?;
    String::from_utf8(file.data.into_owned()).map_err(|_| format!("{name} is not UTF-8."))
}

fn whole(size: Size) -> Result<Vec<Workload>, String> {
    let plan: Plan = toml::from_str(&text(PLAN)?).map_err(|error| format!("{PLAN}: {error}"))?;
    let read = |entry: Entry| {
        let source = text(&format!("{}.py", entry.name))?;
        let values = match size {
            Size::Full => &entry.full,
            Size::Quick => &entry.quick,
        };
        Ok(Workload {
            size: values.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join(", "),
            source: set(&source, values).map_err(|why| format!("{}.py: {why}", entry.name))?,
            name: entry.name,
            class: entry.class,
            shows: entry.shows,
            file: None,
        })
    };
    plan.workload.into_iter().map(read).collect()
}

/// The source with these values in its lines `NAME = value`.
fn set(source: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    let mut source = source.to_owned();
    for (name, value) in values {
        let found = assignment(&source, name).map_err(|_| format!("there is not one line `{name} = value`."))?;
        let mut lines: Vec<String> = source.split('\n').map(str::to_owned).collect();
        let line = &mut lines[found.line as usize - 1];
        *line = line.replacen(&found.value, value, 1);
        source = lines.join("\n");
    }
    Ok(source)
}

/// Files of the person's, each with what it spends its time with.
///
/// # Errors
/// What is wrong with one of them.
pub fn own(files: &[PathBuf], class: Class) -> Result<Vec<Workload>, Refusal> {
    let mut all: Vec<Workload> = Vec::new();
    for file in files {
        let Source { text, file, .. } = Source::read(file)?;
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(other) = all.iter().find(|other| other.name == name) {
            let other = other.file.as_ref().map(|other| other.display().to_string()).unwrap_or_default();
            return Err(Refusal::usage(format!(
                "{} and {other} have the same name, so nobody could tell their results apart: rename one.",
                file.display()
            )));
        }
        if shared::seems_script(&text) || shared::seems_service(&text) || shared::seems_desktop(&text) {
            return Err(Refusal::usage(format!(
                "{} is no workload, since it defines no `work(item)` and `ITEMS`: only workloads are measured. `virgil \
                 run` runs anything.",
                file.display()
            )));
        }
        all.push(Workload { name, class, shows: String::new(), size: String::new(), source: text, file: Some(file) });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suite_is_whole_and_its_files_hold_the_full_sizes() {
        let full = whole(Size::Full).unwrap();
        assert_eq!(full.len(), Files::iter().filter(|name| name.ends_with(".py")).count(), "a file is in no plan");
        for workload in &full {
            let file = Files::get(&format!("{}.py", workload.name)).unwrap();
            assert_eq!(workload.source.as_bytes(), &*file.data, "{}: what is full stands in the file", workload.name);
            assert!(!shared::seems_script(&workload.source), "{}", workload.name);
            assert!(workload.shows.ends_with('.'), "{}", workload.name);
        }
        let quick = whole(Size::Quick).unwrap();
        assert!(quick.iter().any(|workload| workload.source.contains("\nN = 28\n")), "{quick:?}");
        for class in Class::ALL {
            assert!(full.iter().any(|workload| workload.class == class), "nothing shows {class}");
        }
    }

    #[test]
    fn workloads_are_chosen_by_name() {
        let names = |only: &[&str]| {
            let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
            suite(Size::Quick, &only).map(|all| all.into_iter().map(|one| one.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["waiting", "fib"]).unwrap(), ["fib", "waiting"]);
        assert!(names(&["fibo"]).unwrap_err().sentence.contains("There are: fib, factorial"));
    }

    #[test]
    fn own_files_are_workloads_with_names_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let good = write("a.py", "def work(item): pass\nITEMS = [1]\n");
        let same = write("b/a.py", "def work(item): pass\nITEMS = [1]\n");
        let script = write("c.py", "print(1)\n");
        assert_eq!(own(std::slice::from_ref(&good), Class::Io).unwrap()[0].name, "a");
        assert!(own(&[good, same], Class::Cpu).unwrap_err().sentence.contains("rename one"));
        assert!(own(&[script], Class::Cpu).unwrap_err().sentence.contains("is no workload"));
    }
}

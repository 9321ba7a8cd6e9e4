//! Whether something was made of exactly what is there now.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

use crate::project::Project;

/// Folders that are made, not written.
const MADE: [&str; 4] = ["target", "node_modules", "dist", "__pycache__"];

/// A hash of the contents of these files and folders of the checkout; what is absent counts as empty.
pub fn of(project: &Project, paths: &[&str]) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    for path in paths {
        let path = project.root.join(path);
        let written = |entry: &DirEntry| {
            entry.depth() == 0 || !(entry.file_type().is_dir() && MADE.iter().any(|made| entry.file_name() == *made))
        };
        for file in files(&path, written)? {
            let content = fs::read(&file).with_context(|| format!("{} could not be read.", file.display()))?;
            hasher.update(project.short(&file).to_string().as_bytes());
            hasher.update(&content.len().to_le_bytes());
            hasher.update(&content);
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// What a step made and from what, kept in a small file so that the step is skipped while both are as they were.
pub struct Stamp {
    file: PathBuf,
    inputs: String,
    output: PathBuf,
}

impl Stamp {
    /// For the step of this name, which makes the file or folder `output` from `inputs` (a fingerprint).
    pub fn new(project: &Project, name: &str, inputs: String, output: PathBuf) -> Stamp {
        Stamp { file: project.notes().join("stamps").join(name), inputs, output }
    }

    /// Whether the step has nothing to do.
    pub fn is_current(&self) -> bool {
        let Ok(kept) = fs::read_to_string(&self.file) else { return false };
        self.output.exists() && self.content().is_ok_and(|content| content == kept)
    }

    /// Says that the step was done.
    pub fn set(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, self.content()?).with_context(|| format!("{} could not be written.", self.file.display()))
    }

    fn content(&self) -> Result<String> {
        Ok(format!("{} {}", self.inputs, state(&self.output)?))
    }
}

/// Names, sizes and times of what was made: cheap, and different if somebody else made it anew.
fn state(output: &Path) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    for file in files(output, |entry| entry.depth() < 3)? {
        let data = fs::metadata(&file)?;
        let modified = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        hasher.update(format!("{} {} {}\n", file.display(), data.len(), modified.as_nanos()).as_bytes());
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn files(path: &Path, wanted: impl FnMut(&DirEntry) -> bool) -> Result<Vec<PathBuf>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(wanted)
        .filter(|entry| entry.as_ref().map_or(true, |entry| entry.file_type().is_file()))
        .map(|entry| Ok(entry?.into_path()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(project: &Project, path: &str, text: &str) {
        let path = project.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn a_step_is_skipped_while_its_inputs_and_its_output_are_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::at(folder.path().into(), "/data".into(), "cargo".into());
        let stamp = || Stamp::new(&project, "page", of(&project, &["src"]).unwrap(), project.root.join("dist"));
        write(&project, "src/a.rs", "one");
        assert!(!stamp().is_current(), "nothing was made");
        write(&project, "dist/a.js", "made");
        stamp().set().unwrap();
        assert!(stamp().is_current());
        write(&project, "src/node_modules/b.js", "made, not written");
        assert!(stamp().is_current());
        write(&project, "src/a.rs", "two");
        assert!(!stamp().is_current(), "an input is new");
        stamp().set().unwrap();
        write(&project, "dist/a.js", "made by somebody else");
        assert!(!stamp().is_current(), "the output is another");
        stamp().set().unwrap();
        write(&project, "src/b.rs", "");
        assert!(!stamp().is_current(), "an input was added");
    }
}

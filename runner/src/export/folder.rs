//! The folder of an export: only what an export wrote is ever replaced.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files by their paths, `slide/01-one-lock.html`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What an export leaves in its folder: the names of its files, a line each.
const MARK: &str = ".virgil-export";

/// Writes all files, after those of an earlier export are gone.
///
/// # Errors
/// The sentence to show.
pub fn write(folder: &Path, files: &Files) -> Result<(), String> {
    let failed = |path: &Path, error: &std::io::Error| {
        format!("{} can't be written ({error}): allow it, or name another folder.", path.display())
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let mut entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    if let Ok(known) = fs::read_to_string(folder.join(MARK)) {
        for file in known.lines().filter(|file| is_inside(file)) {
            // What is gone already needn't go; what can't go is written over below, or is said there.
            let _ = fs::remove_file(folder.join(file));
        }
    } else if entries.next().is_some() {
        return Err(format!(
            "{} has files in it that are of no earlier export, and none of them is touched: name an empty or new folder.",
            folder.display()
        ));
    }
    // First, so that an export that was interrupted is known as one.
    let names: String = files.keys().map(|file| format!("{file}\n")).collect();
    let mark = folder.join(MARK);
    fs::write(&mark, names).map_err(|error| failed(&mark, &error))?;
    for (file, bytes) in files {
        let path = folder.join(file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
        }
        fs::write(&path, bytes).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

/// Whether a path stays within the folder: the mark is a file that anybody can write.
fn is_inside(file: &str) -> bool {
    !file.is_empty() && Path::new(file).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Files {
        names.iter().map(|name| ((*name).to_owned(), b"x".to_vec())).collect()
    }

    #[test]
    fn an_earlier_export_is_replaced_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("new");
        write(&target, &files(&["index.html", "slide/a.html"])).unwrap();
        fs::write(target.join("CNAME"), "mine").unwrap();
        write(&target, &files(&["index.html", "slide/b.html"])).unwrap();
        assert!(target.join("slide/b.html").is_file() && !target.join("slide/a.html").exists());
        assert_eq!(fs::read_to_string(target.join("CNAME")).unwrap(), "mine");
        fs::write(folder.path().join("mine"), "").unwrap();
        let refused = write(folder.path(), &files(&["mine"])).unwrap_err();
        assert!(refused.contains("no earlier export"), "{refused}");
        assert_eq!(fs::read_to_string(folder.path().join("mine")).unwrap(), "");
        for (file, expected) in [("a/b", true), ("../a", false), ("/etc/a", false), ("", false)] {
            assert_eq!(is_inside(file), expected, "{file}");
        }
    }
}

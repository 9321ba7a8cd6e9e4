//! Whose edits a workspace holds: cells of two decks may have the same name, and neither is to be written over.

use std::fs;
use std::path::Path;

use super::instance;

/// Where it stands, in the workspace.
const FILE: &str = ".virgil/deck";

/// The folder beside the edits.
const FOLDER: &str = ".virgil";

/// What stands there for the workshop, which is no folder's.
const WORKSHOP: &str = "the workshop";

/// Takes the workspace for this deck, or the workshop, if it is not another's.
///
/// # Errors
/// The sentence to show if it is.
pub fn claim(workspace: &Path, deck: Option<&Path>) -> Result<(), String> {
    let file = workspace.join(FILE);
    let own = deck.map_or_else(|| WORKSHOP.to_owned(), |deck| deck.display().to_string());
    // One that is used, and of which nothing is said, is the workshop's: nothing is written there before an edit.
    let used = (deck.is_none() || is_used(workspace)).then(|| WORKSHOP.to_owned());
    match fs::read_to_string(&file).ok().map(|text| text.trim().to_owned()).or(used) {
        Some(other) if other != own => {
            let other = if other == WORKSHOP { other } else { format!("the deck in {other}") };
            Err(format!(
                "{} holds the edits of {other}: name another folder with --workspace. If they are this deck's, which was \
                 moved, write `{own}` into {}.",
                workspace.display(),
                file.display()
            ))
        }
        Some(_) => Ok(()),
        None => {
            // Where nothing can be written, no edit is written over either; that is said when the folder is tried out.
            let _ = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, own + "\n"));
            Ok(())
        }
    }
}

/// Whether something is kept in it.
fn is_used(workspace: &Path) -> bool {
    let is_kept = |entry: fs::DirEntry| {
        let path = entry.path();
        let is_more = |entry: fs::DirEntry| Path::new(FOLDER).join(entry.file_name()) != Path::new(instance::FILE);
        let is_ours = path.ends_with(FOLDER) && fs::read_dir(&path).is_ok_and(|inside| inside.flatten().any(is_more));
        is_ours || path.extension().is_some_and(|extension| extension == "py")
    };
    // What can't be read holds nothing that could be written over.
    fs::read_dir(workspace).is_ok_and(|entries| entries.flatten().any(is_kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_of_one_deck() {
        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        let (one, two) = (Some(Path::new("/decks/one")), Some(Path::new("/decks/two")));
        for deck in [one, one] {
            assert_eq!(claim(&new, deck), Ok(()));
        }
        let refused = claim(&new, two).unwrap_err();
        assert!(refused.contains("holds the edits of the deck in /decks/one: name another folder"), "{refused}");
        assert!(claim(&new, None).is_err());
        fs::write(new.join(FILE), "/decks/two").unwrap();
        assert_eq!(claim(&new, two), Ok(()), "it was moved");
        assert_eq!(claim(&old, None), Ok(()));
        assert!(!old.exists(), "nothing is written before an edit");
        fs::create_dir_all(&old).unwrap();
        drop(instance::Instance::hold(&old).unwrap());
        assert!(!is_used(&old), "one that only ran there has kept nothing");
        fs::write(old.join("race.py"), "").unwrap();
        assert!(claim(&old, one).unwrap_err().contains("holds the edits of the workshop"));
        assert_eq!(claim(&old, None), Ok(()));
    }
}

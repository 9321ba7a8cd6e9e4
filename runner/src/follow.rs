//! `virgil serve --deck`: what is saved in the deck's folder is shown a moment later.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::check;
use crate::content::{self, Content, FOLDERS, Unfit};
use crate::workshop::Workshop;

/// Editors write a file in several steps, and some save several files at once: so long nothing more must have come.
const QUIET: Duration = Duration::from_millis(100);

/// Follows the deck's folder for as long as it lives.
pub struct Follower {
    _watcher: RecommendedWatcher,
}

/// What a look at the folder came to.
#[derive(Debug)]
enum News {
    /// It holds what is shown.
    Same,
    /// It holds another deck.
    Other(Box<Content>),
    /// It can't be shown, for these reasons.
    Unfit(Vec<String>),
}

impl Follower {
    /// Shows in this workshop what is saved in the folder from now on.
    ///
    /// # Errors
    /// The sentence to show if the system doesn't tell what is saved.
    pub fn start(folder: PathBuf, workshop: Arc<Workshop>) -> Result<Follower, String> {
        let trouble = |error: notify::Error| {
            let folder = folder.display();
            format!(
                "What you save in {folder} is shown after a restart only, since the system doesn't tell of it: {error}."
            )
        };
        let (changed, changes) = mpsc::channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Reading the files is no news, or it would be for ever. After an error everything may have changed.
            if event.is_ok_and(|event| event.kind.is_access()) {
                return;
            }
            // Nobody waits for it any more when the server ends.
            let _ = changed.send(());
        })
        .map_err(trouble)?;
        // The folder itself, in case one of the two is put in place later, but not what else is in it.
        watcher.watch(&folder, RecursiveMode::NonRecursive).map_err(trouble)?;
        for part in FOLDERS.map(|part| folder.join(part)).iter().filter(|part| part.is_dir()) {
            watcher.watch(part, RecursiveMode::Recursive).map_err(trouble)?;
        }
        thread::spawn(move || follow(&folder, &workshop, &changes));
        Ok(Follower { _watcher: watcher })
    }
}

/// Until nobody sends any more.
fn follow(folder: &Path, workshop: &Workshop, changes: &Receiver<()>) {
    while changes.recv().is_ok() {
        while changes.recv_timeout(QUIET) != Err(RecvTimeoutError::Timeout) {}
        let news = look(folder, workshop.content().deck.version);
        let before = workshop.state().borrow().mistakes.clone();
        match news {
            News::Same if before.is_empty() => {}
            News::Same => {
                eprintln!("The deck has no mistakes any more.");
                workshop.keep_instead(Vec::new());
            }
            News::Other(content) => {
                eprintln!("The deck was read again: it has no mistakes.");
                workshop.replace(*content);
            }
            News::Unfit(mistakes) if mistakes == before => {}
            News::Unfit(mistakes) => {
                eprintln!("{}", told(&mistakes));
                workshop.keep_instead(mistakes);
            }
        }
    }
}

fn look(folder: &Path, shown: u64) -> News {
    match content::in_folder(folder) {
        Ok(content) if content.deck.version == shown => News::Same,
        Ok(content) => News::Other(Box::new(content)),
        Err(Unfit::Unreadable(sentence)) => News::Unfit(vec![sentence]),
        Err(Unfit::Mistakes(mistakes)) => {
            News::Unfit(mistakes.iter().map(|mistake| check::line(folder, mistake)).collect())
        }
    }
}

/// What the terminal says of mistakes.
fn told(mistakes: &[String]) -> String {
    let lines: String = mistakes.iter().map(|mistake| format!("\n{mistake}")).collect();
    format!("The deck can't be shown as it was saved, so the page has it as it was before:{lines}")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_another_deck_is_news() {
        let folder = tempfile::tempdir().unwrap();
        let slides = folder.path().join("slides");
        let one = slides.join("01-one.md");
        let text = "+++\ntitle = \"One\"\nsection = \"S\"\nminutes = 1\n+++\nCode has your user's rights.\n";
        let is_unreadable = |news| matches!(&news, News::Unfit(said) if said[0].contains("no folder `slides`"));
        assert!(is_unreadable(look(folder.path(), 0)));
        fs::create_dir(&slides).unwrap();
        fs::write(slides.join("deck.toml"), "title = \"Deck\"\n").unwrap();
        fs::write(&one, text).unwrap();
        let News::Other(content) = look(folder.path(), 0) else { panic!("there is a deck now") };
        assert!(matches!(look(folder.path(), content.deck.version), News::Same));
        fs::write(&one, text.replace("rights", "duties")).unwrap();
        let News::Unfit(mistakes) = look(folder.path(), content.deck.version) else { panic!("it doesn't warn") };
        assert!(mistakes[0].contains("01-one.md:1: the first slide must say"), "{mistakes:?}");
        assert!(told(&mistakes).ends_with(&format!(":\n{}", mistakes[0])));
        fs::write(&one, text.replace("Code", "All code")).unwrap();
        assert!(matches!(look(folder.path(), content.deck.version), News::Other(_)));
    }
}

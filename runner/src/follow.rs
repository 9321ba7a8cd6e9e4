//! `virgil serve --deck`: what is saved in the deck's folder is shown a moment later.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use crate::check;
use crate::content::{self, Content, FOLDERS};
use crate::workshop::Workshop;

/// Editors write a file in several steps, and some save several files at once: so long nothing more must have come.
const QUIET: Duration = Duration::from_millis(100);

/// Follows the deck's folder for as long as it lives.
pub struct Follower {
    _watcher: Arc<Mutex<RecommendedWatcher>>,
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
        watch_parts(&mut watcher, &folder).map_err(trouble)?;
        let watcher = Arc::new(Mutex::new(watcher));
        let watched = Arc::downgrade(&watcher);
        thread::spawn(move || follow(&folder, &workshop, &changes, &watched));
        Ok(Follower { _watcher: watcher })
    }
}

/// Watches the folders of a deck that are there now. One that was replaced is another one for the system.
fn watch_parts(watcher: &mut RecommendedWatcher, folder: &Path) -> notify::Result<()> {
    for part in FOLDERS.map(|part| folder.join(part)) {
        // It may never have been watched.
        let _ = watcher.unwatch(&part);
        if part.is_dir() {
            watcher.watch(&part, RecursiveMode::Recursive)?;
        }
    }
    Ok(())
}

/// Until nobody sends any more.
fn follow(folder: &Path, workshop: &Workshop, changes: &Receiver<()>, watched: &Weak<Mutex<RecommendedWatcher>>) {
    while changes.recv().is_ok() {
        while changes.recv_timeout(QUIET) == Ok(()) {}
        let Some(watcher) = watched.upgrade() else { return };
        // Before the files are read, so that nothing is missed. One that is gone again is told of when it is back.
        let _ = watch_parts(&mut watcher.lock().unwrap_or_else(PoisonError::into_inner), folder);
        drop(watcher);
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
        Err(unfit) => News::Unfit(check::lines(folder, unfit)),
    }
}

/// What the terminal says of mistakes.
fn told(mistakes: &[String]) -> String {
    format!("The deck can't be shown as it was saved, so the page has it as it was before:\n{}", mistakes.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Instant;

    use super::*;
    use crate::store::Store;

    const ONE: &str = "+++\ntitle = \"One\"\nsection = \"S\"\nminutes = 1\n+++\nCode has your user's rights.\n";

    #[test]
    fn folders_that_were_replaced_are_followed_too() {
        let folder = tempfile::tempdir().unwrap();
        let slides = folder.path().join("slides");
        let write = |text: &str| {
            fs::create_dir_all(&slides).unwrap();
            fs::write(slides.join("deck.toml"), "title = \"Deck\"\n").unwrap();
            fs::write(slides.join("01-one.md"), text).unwrap();
        };
        write(ONE);
        let store = Store::new(folder.path().join("workspace"));
        let workshop = Arc::new(Workshop::new(content::in_folder(folder.path()).unwrap(), store));
        let shown = |title: &str| workshop.content().deck.slides[0].title == title;
        let until = |title: &str| {
            let start = Instant::now();
            while !shown(title) {
                assert!(start.elapsed() < Duration::from_secs(20), "{title} was never shown");
                thread::sleep(Duration::from_millis(10));
            }
        };
        let follower = Follower::start(folder.path().to_owned(), workshop.clone()).unwrap();
        // As another branch of a repository takes its place.
        fs::rename(&slides, folder.path().join("old")).unwrap();
        write(&ONE.replace("One", "Two"));
        until("Two");
        write(&ONE.replace("One", "Three"));
        until("Three");
        drop(follower);
    }

    #[test]
    fn only_another_deck_is_news() {
        let folder = tempfile::tempdir().unwrap();
        let slides = folder.path().join("slides");
        let one = slides.join("01-one.md");
        let text = ONE;
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

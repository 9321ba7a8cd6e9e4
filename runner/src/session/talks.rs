//! The talk that goes on, if one does: one for all windows of this runner. It lasts as long as the runner, so that a window
//! that was closed by mistake comes back to it.

use std::time::{SystemTime, UNIX_EPOCH};

use shared::{Cue, Talk};
use tokio::sync::watch;

/// The talk; it is told to every page.
#[derive(Debug)]
pub struct Talks(watch::Sender<Option<Talk>>);

impl Talks {
    /// None yet.
    pub fn new() -> Talks {
        Talks(watch::Sender::new(None))
    }

    /// What it is now, and whatever it becomes.
    pub fn known(&self) -> watch::Receiver<Option<Talk>> {
        self.0.subscribe()
    }

    /// Does what a window wants.
    pub fn take(&self, cue: Cue) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        self.0.send_if_modified(|talk| {
            let after = Talk::after(talk.clone(), cue, now);
            let changed = after != *talk;
            *talk = after;
            changed
        });
    }
}

impl Default for Talks {
    fn default() -> Talks {
        Talks::new()
    }
}

#[cfg(test)]
mod tests {
    use shared::Spot;

    use super::*;

    #[test]
    fn only_what_changes_the_talk_is_told() {
        let talks = Talks::new();
        let mut known = talks.known();
        talks.take(Cue::Blank(true));
        assert!(!known.has_changed().unwrap(), "there is no talk");
        talks.take(Cue::Join(Spot { slide: "a".into(), step: 0 }));
        assert_eq!(known.borrow_and_update().as_ref().map(|talk| talk.spot.slide.clone()), Some("a".into()));
        talks.take(Cue::Join(Spot { slide: "b".into(), step: 0 }));
        assert!(!known.has_changed().unwrap(), "it goes on where it is");
    }
}

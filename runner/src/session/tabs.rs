//! Which tab may change the files: one at a time, decided here. The others see everything, and may take over.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shared::{CellId, Driver};
use tokio::sync::{broadcast, watch};

/// How long the place of a tab is kept that is gone: as long as a reload may take.
const GRACE: Duration = Duration::from_secs(3);
/// How many texts a connection may not have heard of yet.
const TEXTS: usize = 64;

/// Names a tab of a browser, through reloads and reconnects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tab(pub u64);

/// A text that a tab has put on the disk.
#[derive(Debug, Clone)]
pub struct Written {
    /// Which tab.
    pub by: Tab,
    /// Which cell's.
    pub cell: CellId,
    /// All of it.
    pub text: String,
}

/// The tabs that are connected; clones are the same.
#[derive(Clone)]
pub struct Tabs(Arc<Inner>);

struct Inner {
    seats: Mutex<Seats>,
    changes: watch::Sender<()>,
    written: broadcast::Sender<Written>,
    /// Whether the server is at its end.
    ended: watch::Sender<bool>,
}

impl Tabs {
    /// None yet.
    pub fn new() -> Tabs {
        Tabs(Arc::new(Inner {
            seats: Mutex::default(),
            changes: watch::Sender::new(()),
            written: broadcast::Sender::new(TEXTS),
            ended: watch::Sender::new(false),
        }))
    }

    /// A tab has connected.
    pub fn enter(&self, tab: Tab) {
        self.change(|seats| seats.enter(tab));
    }

    /// It is connected no longer. If it doesn't come back soon, another may drive.
    pub async fn leave(&self, tab: Tab) {
        self.change(|seats| seats.leave(tab));
        tokio::time::sleep(GRACE).await;
        self.change(Seats::settle);
    }

    /// It wants to change the files.
    pub fn take_over(&self, tab: Tab) {
        self.change(|seats| seats.take_over(tab));
    }

    /// Who may change the files, from where it stands.
    pub fn driver(&self, tab: Tab) -> Driver {
        self.seats().seen_by(tab)
    }

    /// Tells when that may have changed.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.0.changes.subscribe()
    }

    /// Tells the others what is on the disk now.
    pub fn tell(&self, written: Written) {
        // Nobody else may be there to hear it.
        let _ = self.0.written.send(written);
    }

    /// What is put on the disk from now on.
    pub fn written(&self) -> broadcast::Receiver<Written> {
        self.0.written.subscribe()
    }

    /// The server ends: every page is told why it loses its connection.
    pub fn end(&self) {
        self.0.ended.send_replace(true);
    }

    /// Whether it does.
    pub fn ended(&self) -> watch::Receiver<bool> {
        self.0.ended.subscribe()
    }

    fn change(&self, act: impl FnOnce(&mut Seats)) {
        act(&mut self.seats());
        self.0.changes.send_replace(());
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        // They are changed by plain assignments, so they are whole whatever happened.
        self.0.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Tabs {
    fn default() -> Tabs {
        Tabs::new()
    }
}

/// Who is there, and who drives.
#[derive(Debug, Default)]
struct Seats {
    /// A tab has an entry for each of its connections: for a moment it may have two. The first is there longest.
    open: Vec<Tab>,
    driver: Option<Tab>,
    took_over: bool,
}

impl Seats {
    fn enter(&mut self, tab: Tab) {
        self.open.push(tab);
        // Whoever drove is gone: nobody must wait for its grace to pass.
        if !self.is_driven() {
            self.drive(tab, false);
        }
    }

    fn leave(&mut self, tab: Tab) {
        if let Some(place) = self.open.iter().position(|open| *open == tab) {
            self.open.remove(place);
        }
    }

    fn take_over(&mut self, tab: Tab) {
        if self.driver != Some(tab) {
            self.drive(tab, true);
        }
    }

    /// Lets the tab that is there longest drive, if the one that did has not come back.
    fn settle(&mut self) {
        if let (false, Some(first)) = (self.is_driven(), self.open.first()) {
            self.drive(*first, false);
        }
    }

    fn seen_by(&self, tab: Tab) -> Driver {
        match self.driver {
            Some(driver) if driver == tab => Driver::You,
            _ if self.took_over => Driver::TookOver,
            _ => Driver::Earlier,
        }
    }

    fn drive(&mut self, tab: Tab, took_over: bool) {
        self.driver = Some(tab);
        self.took_over = took_over;
    }

    fn is_driven(&self) -> bool {
        self.driver.is_some_and(|driver| self.open.contains(&driver))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Enter(u64),
        Leave(u64),
        TakeOver(u64),
        /// The grace has passed.
        Settle,
    }

    #[test]
    fn one_tab_drives_whatever_the_others_do() {
        use Step::{Enter, Leave, Settle, TakeOver};
        for (steps, driver) in [
            (vec![Enter(1), Enter(2)], 1),
            (vec![Enter(1), Enter(2), TakeOver(2)], 2),
            // A reload is no second tab, in whichever order its connections end and begin.
            (vec![Enter(1), Leave(1), Enter(1), Enter(2)], 1),
            (vec![Enter(1), Enter(1), Leave(1), Enter(2), Settle], 1),
            (vec![Enter(1), Enter(2), Leave(1), Enter(1), Settle], 1),
            // One that was closed or has crashed holds up nobody.
            (vec![Enter(1), Leave(1), Enter(2)], 2),
            (vec![Enter(1), Enter(2), Enter(3), Leave(1)], 1),
            (vec![Enter(1), Enter(2), Enter(3), Leave(1), Settle], 2),
            (vec![Enter(1), Enter(2), TakeOver(2), Leave(2), Settle], 1),
            (vec![Enter(1), Enter(2), TakeOver(2), Leave(2), Settle, Enter(2)], 1),
            (vec![Leave(1), Settle, Enter(2)], 2),
        ] {
            let mut seats = Seats::default();
            for step in &steps {
                match step {
                    Enter(tab) => seats.enter(Tab(*tab)),
                    Leave(tab) => seats.leave(Tab(*tab)),
                    TakeOver(tab) => seats.take_over(Tab(*tab)),
                    Settle => seats.settle(),
                }
            }
            let drivers: Vec<u64> = (1..4).filter(|tab| seats.seen_by(Tab(*tab)) == Driver::You).collect();
            assert_eq!(drivers, [driver], "{steps:?}");
        }
    }

    #[test]
    fn who_does_not_drive_is_told_whether_somebody_took_over() {
        let mut seats = Seats::default();
        seats.enter(Tab(1));
        seats.enter(Tab(2));
        assert_eq!(seats.seen_by(Tab(2)), Driver::Earlier);
        seats.take_over(Tab(2));
        assert_eq!((seats.seen_by(Tab(1)), seats.seen_by(Tab(2))), (Driver::TookOver, Driver::You));
    }
}

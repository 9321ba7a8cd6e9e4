//! What all parts of the page share: the cells, their runs, and what the runner says.

mod cell_state;

pub use cell_state::CellState;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::{
    CellId, ClientMessage, Deck, DeckState, Driver, KeptRun, NOTHING_RUNS, PROTOCOL, Run, RunId, RunTicket,
    ServerMessage, Welcome,
};
use wasm_bindgen_futures::spawn_local;

use crate::charts;
use crate::connection::Connection;
use crate::connection::state::State;
use crate::late;
use crate::learning::Learning;
use crate::presenter::{Demos, Presenting};
use crate::saving::Save;
use crate::slides;
use crate::slides::stage::Stage;

/// Marks in the browser's session that the page was reloaded for this protocol.
const RELOADED: &str = "virgil-reloaded";

/// The page; copies are the same one.
#[derive(Clone, Copy)]
pub struct Page {
    /// How the connection fares.
    pub state: RwSignal<State>,
    /// What the runner said at first.
    pub welcome: RwSignal<Option<Welcome>>,
    /// The kept runs that were picked to be compared, of any cell.
    pub picked: RwSignal<Vec<KeptRun>>,
    /// Changes when colours do.
    pub look: RwSignal<u32>,
    /// The code of what is seen later.
    pub late: late::Code,
    /// Which chart is shown besides the lanes, in every cell.
    pub chart: RwSignal<charts::Kind>,
    /// What the slide that is shown is called, in the window's title.
    pub title: RwSignal<String>,
    /// Which tab may change the files.
    pub driver: RwSignal<Driver>,
    /// Which slide is shown.
    pub stage: Stage,
    /// How far the person has come.
    pub learning: Learning,
    /// What this window is in a talk.
    pub presenting: Presenting,
    /// The cells as the deck has them.
    pub demos: Demos,
    /// What is wrong with the deck's files, which were changed since.
    pub mistakes: RwSignal<Vec<String>>,
    version: u64,
    cells: StoredValue<Vec<CellState>>,
    connection: StoredValue<Option<SendWrapper<Connection>>>,
}

impl Page {
    /// A page that has no connection yet.
    pub fn new(deck: &Deck) -> Page {
        let cells = deck.cells.iter().map(CellState::new);
        Page {
            state: RwSignal::new(State::Connecting { failed: 0 }),
            welcome: RwSignal::new(None),
            picked: RwSignal::new(Vec::new()),
            look: RwSignal::new(0),
            late: late::Code::new(),
            chart: RwSignal::new(charts::Kind::SpeedUp),
            title: RwSignal::new(document().title()),
            driver: RwSignal::new(Driver::You),
            stage: Stage::new(),
            learning: Learning::new(deck),
            presenting: Presenting::new(deck),
            demos: Demos::new(deck),
            mistakes: RwSignal::new(Vec::new()),
            version: deck.version,
            cells: StoredValue::new(cells.collect()),
            connection: StoredValue::new(None),
        }
    }

    /// Gives it its connection, which wakes whenever there is reason to hope.
    pub fn connect(self, connection: Connection) {
        self.connection.set_value(Some(SendWrapper::new(connection)));
        for event in ["online", "focus", "visibilitychange", "pageshow"] {
            window_event_listener_untyped(event, move |_| self.wake());
        }
        window_event_listener_untyped("pagehide", move |_| self.each(|cell| cell.draft.push(&cell.id, self)));
        window_event_listener_untyped("beforeunload", move |event| {
            if self.with_cells(|cells| cells.iter().any(|cell| cell.draft.would_be_lost())) {
                event.prevent_default();
            }
        });
    }

    /// Tries to connect now, if there is no connection.
    pub fn wake(self) {
        self.connection.with_value(|connection| {
            if let Some(connection) = connection {
                connection.wake();
            }
        });
    }

    /// Sends a message; says whether there was a connection to send it on.
    pub fn send(self, message: &ClientMessage) -> bool {
        self.connection.with_value(|connection| connection.as_ref().is_some_and(|connection| connection.send(message)))
    }

    /// Whether this tab may change the files.
    pub fn drives(self) -> bool {
        self.driver.get_untracked() == Driver::You
    }

    /// Looks at all cells.
    pub fn with_cells<T>(self, look: impl FnOnce(&[CellState]) -> T) -> T {
        // A copy, so that looking may ask the page for another.
        look(&self.cells.get_value())
    }

    /// The cell of this name.
    pub fn cell(self, id: &str) -> Option<CellState> {
        self.cells.with_value(|cells| cells.iter().find(|cell| cell.id.0 == id).cloned())
    }

    /// The cells that come before this one in the deck.
    pub fn above(self, id: &CellId) -> Vec<CellState> {
        self.cells.with_value(|cells| cells.iter().take_while(|cell| cell.id != *id).cloned().collect())
    }

    /// Why nothing can run at all, if so.
    pub fn trouble(self) -> Option<String> {
        if self.state.with(|state| *state == State::Exported) {
            return Some(NOTHING_RUNS.to_owned());
        }
        self.welcome.with(|welcome| {
            let welcome = welcome.as_ref()?;
            let none = "No interpreter build has a kernel yet: run `cargo xtask kernels`, then start Virgil again.";
            welcome.trouble.clone().or_else(|| welcome.builds.is_empty().then(|| none.to_owned()))
        })
    }

    /// Keeps in the browser what is chosen for the cells. Within a mounted view: nothing reacts before the first.
    pub fn keep_choices(self) {
        self.each(|cell| cell.choice.keep(&cell.id));
    }

    /// Takes note of how the connection fares.
    pub fn connection_is(self, state: State) {
        let is_open = matches!(state, State::Open(_));
        self.state.set(state);
        if !is_open {
            self.each(|cell| {
                cell.asked.set(false);
                cell.draft.away();
            });
        }
    }

    /// Takes what the runner said.
    pub fn receive(self, message: Result<ServerMessage, String>) {
        match message {
            Ok(ServerMessage::Welcome(welcome)) if welcome.protocol == PROTOCOL => self.greet(*welcome),
            // A newer runner may say what this page can't read.
            Ok(ServerMessage::Welcome(_)) | Err(_) => self.reload(),
            Ok(ServerMessage::Environment(environment)) => self.welcome.update(|welcome| {
                if let Some(welcome) = welcome {
                    welcome.environment = environment;
                }
            }),
            Ok(ServerMessage::Deck(deck)) => self.deck_is(deck),
            Ok(ServerMessage::Accepted(ticket)) => self.adopt(ticket),
            Ok(ServerMessage::Refused { cell, sentence }) => self.of(&cell, |cell| cell.refuse(&sentence)),
            Ok(ServerMessage::Events { run, first, events }) => {
                self.of_run(run, |cell| cell.take(self, first, &events))
            }
            Ok(ServerMessage::Unknown(run)) => self.of_run(run, CellState::lost),
            Ok(ServerMessage::Saved { cell, fingerprint }) => {
                self.of(&cell, |cell| cell.draft.saved(&cell.id, fingerprint, self));
            }
            Ok(ServerMessage::Conflict { cell, disk }) => {
                self.of(&cell, |cell| cell.draft.conflicts(&cell.id, disk, self));
            }
            Ok(ServerMessage::Text { cell, text }) => {
                self.of(&cell, |cell| cell.draft.on_disk(&cell.id, text, self));
            }
            Ok(ServerMessage::Driver(driver)) => {
                self.driver.set(driver);
                self.each(|cell| cell.draft.driven(&cell.id, self));
            }
            Ok(ServerMessage::Talk(talk)) => self.presenting.told(talk),
            Ok(ServerMessage::Progress(progress)) => self.learning.told(&progress),
            Ok(ServerMessage::Learned { number, progress, trouble }) => {
                self.learning.confirmed(number, &progress, trouble);
            }
            Ok(ServerMessage::NotSaved { cell, sentence }) => {
                self.of(&cell, |cell| cell.draft.save.set(Save::NotSaved(sentence.clone())));
            }
        }
    }

    fn greet(self, welcome: Welcome) {
        if let Ok(Some(storage)) = window().session_storage() {
            // A mark that stays only keeps the page from one more reload.
            let _ = storage.remove_item(RELOADED);
        }
        self.deck_is(welcome.deck.clone());
        let runs = welcome.runs.clone();
        let files = welcome.files.clone();
        self.driver.set(welcome.driver);
        self.learning.greet(welcome.progress.clone(), self);
        self.presenting.talk.set(welcome.talk.clone());
        self.presenting.join(self.stage.place.get_untracked(), self);
        self.each(|cell| cell.choice.forget_lost_build(&welcome.builds));
        self.welcome.set(Some(welcome));
        for (cell, disk) in files {
            self.of(&cell, |cell| cell.draft.compare(&cell.id, disk, self));
        }
        self.each(|cell| {
            match runs.iter().rev().find(|ticket| ticket.cell == cell.id) {
                Some(ticket) => {
                    self.adopt(ticket.clone());
                    cell.watch(self);
                }
                // The runner was restarted: it will say that it doesn't know the run.
                None => cell.watch(self),
            }
            cell.draft.driven(&cell.id, self);
        });
    }

    /// Shows what is wrong with the deck, or goes on with the one that is served now.
    fn deck_is(self, deck: DeckState) {
        if deck.version == self.version {
            return self.mistakes.set(deck.mistakes);
        }
        self.each(|cell| cell.draft.push(&cell.id, self));
        spawn_local(slides::start_anew());
    }

    fn adopt(self, ticket: RunTicket) {
        let id = ticket.cell.clone();
        self.of(&id, |cell| {
            if cell.opened.hides(&ticket) {
                return;
            }
            let known = cell.run.with_untracked(|run| run.as_ref().is_some_and(|run| run.ticket.id == ticket.id));
            if !known {
                cell.opened.forget();
                cell.run.set(Some(Run::new(ticket.clone())));
                cell.asked.set(false);
                cell.refusal.set(None);
            }
            if cell.unwanted.try_update_value(std::mem::take).unwrap_or_default() {
                cell.stop(self);
            }
        });
    }

    fn reload(self) {
        let Ok(Some(storage)) = window().session_storage() else { return };
        if storage.get_item(RELOADED).ok().flatten().is_some() {
            return self.each(|cell| {
                cell.refuse(
                    "This page and the runner are of different versions: close the page and open Virgil's link again.",
                );
            });
        }
        self.each(|cell| cell.draft.push(&cell.id, self));
        // Without the mark the page must not reload, or it would do so for ever.
        if storage.set_item(RELOADED, PROTOCOL).is_ok() && window().location().reload().is_err() {
            self.each(|cell| cell.refuse("Virgil is of a newer version now: reload the page."));
        }
    }

    fn each(self, act: impl Fn(&CellState)) {
        self.with_cells(|cells| cells.iter().for_each(act));
    }

    fn of(self, id: &CellId, act: impl FnOnce(&CellState)) {
        if let Some(cell) = self.cell(&id.0) {
            act(&cell);
        }
    }

    fn of_run(self, id: RunId, act: impl Fn(&CellState)) {
        self.each(|cell| {
            if cell.run.with_untracked(|run| run.as_ref().is_some_and(|run| run.ticket.id == id)) {
                act(cell);
            }
        });
    }
}

//! What all parts of the page share: the cells, their runs, and what the runner says.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use shared::{
    CellId, ClientMessage, Deck, DeckState, Driver, KeptRun, PROTOCOL, Phase, Run, RunEnding, RunEvent, RunId,
    RunRequest, RunTicket, ServerMessage, Welcome, plan,
};
use wasm_bindgen_futures::spawn_local;

use crate::charts;
use crate::connection::Connection;
use crate::connection::state::State;
use crate::late;
use crate::learning::Learning;
use crate::pace::Showing;
use crate::picker::Choice;
use crate::runs::Opened;
use crate::saving::{Draft, Save, fits};
use crate::slides;

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
    /// How far the person has come.
    pub learning: Learning,
    /// What is wrong with the deck's files, which were changed since.
    pub mistakes: RwSignal<Vec<String>>,
    version: u64,
    slides: StoredValue<Vec<String>>,
    cells: StoredValue<Vec<CellState>>,
    connection: StoredValue<Option<SendWrapper<Connection>>>,
}

/// What is known of a cell, whether its slide is shown or not.
#[derive(Clone)]
pub struct CellState {
    /// Its name.
    pub id: CellId,
    /// What it is called on the page.
    pub title: String,
    /// What it is run with.
    pub choice: Choice,
    /// Its text.
    pub draft: Draft,
    /// Its latest run. Events are applied at once; those who watch are told once in a frame, and seldom while a lap is
    /// measured.
    pub run: RwSignal<Option<Run>>,
    /// The kept run that is shown in place of the latest, if one is.
    pub opened: Opened,
    /// Why the last press of Run or Stop did nothing.
    pub refusal: RwSignal<Option<String>>,
    /// Whether Run was pressed and not answered yet.
    pub asked: RwSignal<bool>,
    /// Whether Stop was pressed since: there is no run yet that could be stopped.
    unwanted: StoredValue<bool>,
    showing: Showing,
}

impl Page {
    /// A page that has no connection yet.
    pub fn new(deck: &Deck) -> Page {
        let cells = deck.cells.iter().map(|cell| {
            let run = RwSignal::new(None);
            CellState {
                id: cell.id.clone(),
                title: cell.title.clone(),
                choice: Choice::new(cell),
                draft: Draft::new(&cell.id, &cell.text),
                run,
                opened: Opened::new(),
                refusal: RwSignal::new(None),
                asked: RwSignal::new(false),
                unwanted: StoredValue::new(false),
                showing: Showing::of(run),
            }
        });
        Page {
            state: RwSignal::new(State::Connecting { failed: 0 }),
            welcome: RwSignal::new(None),
            picked: RwSignal::new(Vec::new()),
            look: RwSignal::new(0),
            late: late::Code::new(),
            chart: RwSignal::new(charts::Kind::SpeedUp),
            title: RwSignal::new(document().title()),
            driver: RwSignal::new(Driver::You),
            learning: Learning::new(deck),
            mistakes: RwSignal::new(Vec::new()),
            version: deck.version,
            slides: StoredValue::new(deck.slides.iter().map(|slide| slide.slug.clone()).collect()),
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

    /// Whether the deck has a slide of this name.
    pub fn has_slide(self, slug: &str) -> bool {
        self.slides.with_value(|slides| slides.iter().any(|slide| slide == slug))
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

impl CellState {
    /// Runs its text with what is chosen for it, unless it runs already; says whether it was tried.
    pub fn run_as_chosen(&self, page: Page) -> bool {
        let active = self.run.with_untracked(|run| run.as_ref().is_some_and(|run| !run.is_over()));
        if active || self.asked.get_untracked() || untrack(|| page.trouble()).is_some() {
            return false;
        }
        let source = self.draft.text.get_untracked();
        let request = RunRequest {
            cell: self.id.clone(),
            modes: self.choice.possible(page, &source),
            source,
            workers: self.choice.workers.get_untracked(),
            repeats: self.choice.rounds.get_untracked().measured,
            warm_up: self.choice.rounds.get_untracked().warm_up,
            build: self.choice.build.get_untracked(),
        };
        self.start(page, request);
        true
    }

    fn start(&self, page: Page, request: RunRequest) {
        if let Err(sentence) =
            plan(&request.modes, &request.workers, request.rounds()).and_then(|_| fits(&request.source))
        {
            return self.refuse(&sentence);
        }
        self.draft.push_to_run(&self.id, page);
        if page.send(&ClientMessage::Start(request)) {
            self.refusal.set(None);
            self.unwanted.set_value(false);
            self.asked.set(true);
        } else {
            self.refuse("There is no connection to the runner, so nothing was started. Your edit is kept; press Run again when it is back.");
        }
    }

    /// Stop was pressed.
    pub fn stop(&self, page: Page) {
        if self.asked.get_untracked() {
            return self.unwanted.set_value(true);
        }
        let active = self.run.with_untracked(|run| run.as_ref().filter(|run| !run.is_over()).map(|run| run.ticket.id));
        let Some(run) = active else { return };
        if !page.send(&ClientMessage::Stop(run)) {
            self.refuse("There is no connection to the runner, so Stop could not be sent. It is tried again for ever; press Stop when it is back.");
        }
    }

    fn refuse(&self, sentence: &str) {
        self.asked.set(false);
        self.refusal.set(Some(sentence.to_owned()));
    }

    fn watch(&self, page: Page) {
        let next = self.run.with_untracked(|run| match run {
            Some(run) if !run.is_over() => Some((run.ticket.id, run.next_event)),
            _ => None,
        });
        if let Some((run, since)) = next {
            // Without a connection it is asked for when there is one.
            page.send(&ClientMessage::Watch { run, since });
        }
    }

    fn take(&self, page: Page, first: u64, events: &[RunEvent]) {
        let next = self.run.with_untracked(|run| run.as_ref().map_or(0, |run| run.next_event));
        if first > next {
            return self.watch(page);
        }
        self.run.update_untracked(|run| {
            let Some(run) = run else { return };
            events.iter().skip((next - first) as usize).for_each(|event| run.apply(event));
        });
        self.showing.changed();
    }

    /// The runner doesn't know the run.
    fn lost(&self) {
        self.run.update_untracked(|run| {
            let Some(run) = run.as_mut().filter(|run| !matches!(run.phase, Phase::Ended(_))) else { return };
            let sentence = "The runner was restarted, so this run is lost. Press Run to run it again.".to_owned();
            run.apply(&RunEvent::Ended(RunEnding::Impossible { sentence }));
        });
        self.showing.changed();
    }
}

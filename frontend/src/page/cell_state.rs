//! What the page knows of one cell, and what it can do with it.

use leptos::prelude::*;
use shared::{Cell, CellId, ClientMessage, Phase, Run, RunEnding, RunEvent, RunRequest, plan};

use super::Page;
use crate::pace::Showing;
use crate::picker::Choice;
use crate::recorded::Recorded;
use crate::runs::Opened;
use crate::saving::{Draft, fits};

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
    /// The run that came with the deck, if one did.
    pub recorded: Recorded,
    /// Why the last press of Run or Stop did nothing.
    pub refusal: RwSignal<Option<String>>,
    /// Whether Run was pressed and not answered yet.
    pub asked: RwSignal<bool>,
    /// Whether Stop was pressed since: there is no run yet that could be stopped.
    pub(super) unwanted: StoredValue<bool>,
    showing: Showing,
}

impl CellState {
    /// A cell that has not run yet, with what was chosen for it before.
    pub fn new(cell: &Cell) -> CellState {
        let run = RwSignal::new(None);
        CellState {
            id: cell.id.clone(),
            title: cell.title.clone(),
            choice: Choice::new(cell),
            draft: Draft::new(&cell.id, &cell.text),
            run,
            opened: Opened::new(),
            recorded: Recorded::new(cell),
            refusal: RwSignal::new(None),
            asked: RwSignal::new(false),
            unwanted: StoredValue::new(false),
            showing: Showing::of(run),
        }
    }

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

    pub(super) fn refuse(&self, sentence: &str) {
        self.asked.set(false);
        self.refusal.set(Some(sentence.to_owned()));
    }

    pub(super) fn watch(&self, page: Page) {
        let next = self.run.with_untracked(|run| match run {
            Some(run) if !run.is_over() => Some((run.ticket.id, run.next_event)),
            _ => None,
        });
        if let Some((run, since)) = next {
            // Without a connection it is asked for when there is one.
            page.send(&ClientMessage::Watch { run, since });
        }
    }

    pub(super) fn take(&self, page: Page, first: u64, events: &[RunEvent]) {
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
    pub(super) fn lost(&self) {
        self.run.update_untracked(|run| {
            let Some(run) = run.as_mut().filter(|run| !matches!(run.phase, Phase::Ended(_))) else { return };
            let sentence = "The runner was restarted, so this run is lost. Press Run to run it again.".to_owned();
            run.apply(&RunEvent::Ended(RunEnding::Impossible { sentence }));
        });
        self.showing.changed();
    }
}

//! The deck with the person's edits in it: what the page shows, and what a run and a save may touch.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use shared::{Act, Cell, CellId, Deck, DeckState, Edit, LimitChoice, RunRequest, Slide, Version, fingerprint};
use tokio::sync::watch;

use crate::content::{Content, cell_html};
use crate::session::{Cells, Keeping};
use crate::store::{Kept, Store};

/// Content and workspace.
#[derive(Debug)]
pub struct Workshop {
    /// What the authors wrote, as it is now.
    content: RwLock<Arc<Content>>,
    /// What the person wrote.
    store: Store,
    state: watch::Sender<DeckState>,
}

impl Workshop {
    /// Of this content, with the edits of that workspace.
    pub fn new(content: Content, store: Store) -> Workshop {
        let state = DeckState { version: content.deck.version, mistakes: Vec::new() };
        Workshop { content: RwLock::new(Arc::new(content)), store, state: watch::Sender::new(state) }
    }

    /// What the authors wrote, as it is now.
    pub fn content(&self) -> Arc<Content> {
        self.content.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows this from now on; every page hears of it.
    pub fn replace(&self, content: Content) {
        let version = content.deck.version;
        *self.content.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(content);
        self.state.send_replace(DeckState { version, mistakes: Vec::new() });
    }

    /// Goes on with what there is, since what was written later has these mistakes; every page hears of it.
    pub fn keep_instead(&self, mistakes: Vec<String>) {
        self.state.send_modify(|state| state.mistakes = mistakes);
    }

    /// What is shown, and what is wrong with what was written later.
    pub fn state(&self) -> watch::Receiver<DeckState> {
        self.state.subscribe()
    }

    /// The deck, with the workspace's texts.
    pub fn deck(&self) -> Deck {
        let mut deck = self.content().deck.clone();
        deck.workspace = fingerprint(&self.store.folder().to_string_lossy());
        for cell in &mut deck.cells {
            (cell.text, cell.trouble) = self.shown(cell);
        }
        deck
    }

    /// What stands inside every slide, by its slug, with the workspace's texts.
    pub fn html(&self) -> BTreeMap<String, String> {
        let content = self.content();
        let html = |slide: &Slide| (slide.slug.clone(), self.with_texts(slide, &slide.html, &content.deck));
        content.deck.slides.iter().map(html).collect()
    }

    /// What was rendered of a slide of this deck, with the workspace's texts.
    pub fn with_texts(&self, slide: &Slide, html: &str, deck: &Deck) -> String {
        let cells = deck.cells.iter().filter(|cell| cell.slide == slide.slug);
        cells.fold(html.to_owned(), |html, cell| {
            html.replacen(&cell_html(&cell.id, &cell.starter), &cell_html(&cell.id, &self.shown(cell).0), 1)
        })
    }

    /// The versions of the cell's text, the newest first; none if there is no such cell.
    pub fn versions(&self, cell: &CellId) -> Option<Vec<Version>> {
        self.check_name(cell).ok()?;
        Some(self.store.versions(cell).into_iter().rev().collect())
    }

    /// The text of one of them.
    pub fn version(&self, cell: &CellId, at: u64) -> Option<String> {
        self.check_name(cell).ok()?;
        self.store.version(cell, at)
    }

    /// What is shown of a cell, and what is wrong with its file.
    fn shown(&self, cell: &Cell) -> (String, Option<String>) {
        match self.store.text(&cell.id) {
            Kept::Nothing => (cell.starter.clone(), None),
            Kept::Text(text) => (text, None),
            Kept::Spoilt { text, sentence } => (text, Some(sentence)),
            Kept::Unreadable { sentence } => (cell.starter.clone(), Some(sentence)),
        }
    }

    /// Whether there is such a cell.
    ///
    /// # Errors
    /// The sentence to show if there is none.
    pub fn check_name(&self, cell: &CellId) -> Result<(), String> {
        self.content().cell(cell).map(|_| ()).ok_or_else(no_such_cell)
    }
}

impl Cells for Workshop {
    fn order(&self, request: &RunRequest) -> Result<(PathBuf, Option<String>, LimitChoice), String> {
        self.check_name(&request.cell)?;
        let content = self.content();
        let limits = content.limits.get(&request.cell).copied().unwrap_or_default();
        Ok((self.store.file(&request.cell), content.checks.get(&request.cell).cloned(), limits))
    }

    fn save(&self, edit: &Edit) -> Result<Keeping, String> {
        self.check_name(&edit.cell)?;
        self.store.save(edit)
    }

    fn text(&self, cell: &CellId) -> Result<String, String> {
        let content = self.content();
        let cell = content.cell(cell).ok_or_else(no_such_cell)?;
        Ok(self.shown(cell).0)
    }

    fn has(&self, act: &Act) -> bool {
        act.is_about(&self.content().deck)
    }

    fn files(&self) -> Vec<(CellId, u64)> {
        let file = |cell: &Cell| (cell.id.clone(), fingerprint(&self.shown(cell).0));
        self.content().deck.cells.iter().map(file).collect()
    }
}

fn no_such_cell() -> String {
    "There is no such cell in this workshop: reload the page.".into()
}

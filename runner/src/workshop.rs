//! The deck with the person's edits in it: what the page shows, and what a run and a save may touch.

use std::path::PathBuf;

use shared::{Act, Cell, CellId, Deck, Edit, LimitChoice, RunRequest, Slide, Version, fingerprint};

use crate::content::{Content, cell_html};
use crate::session::{Cells, Keeping};
use crate::store::{Kept, Store};

/// Content and workspace.
#[derive(Debug)]
pub struct Workshop {
    /// What the authors wrote.
    pub content: Content,
    /// What the person wrote.
    pub store: Store,
}

impl Workshop {
    /// The deck, with the workspace's texts.
    pub fn deck(&self) -> Deck {
        let mut deck = self.content.deck.clone();
        for cell in &mut deck.cells {
            let (text, trouble) = self.shown(cell);
            let before = cell_html(&cell.id, &cell.starter);
            if let Some(slide) = deck.slides.iter_mut().find(|slide| slide.html.contains(&before)) {
                slide.html = slide.html.replacen(&before, &cell_html(&cell.id, &text), 1);
            }
            cell.text = text;
            cell.trouble = trouble;
        }
        deck
    }

    /// The place of the slide of that name in the deck.
    pub fn position(&self, slug: &str) -> Option<usize> {
        self.content.deck.slides.iter().position(|slide| slide.slug == slug)
    }

    /// The deck's first slide.
    pub fn first(&self) -> Option<&Slide> {
        self.content.deck.slides.first()
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

    fn check_name(&self, cell: &CellId) -> Result<(), String> {
        self.content.cell(cell).map(|_| ()).ok_or_else(no_such_cell)
    }
}

impl Cells for Workshop {
    fn order(&self, request: &RunRequest) -> Result<(PathBuf, Option<String>, LimitChoice), String> {
        self.check_name(&request.cell)?;
        let limits = self.content.limits.get(&request.cell).copied().unwrap_or_default();
        Ok((self.store.file(&request.cell), self.content.checks.get(&request.cell).cloned(), limits))
    }

    fn save(&self, edit: &Edit) -> Result<Keeping, String> {
        self.check_name(&edit.cell)?;
        self.store.save(edit)
    }

    fn text(&self, cell: &CellId) -> Result<String, String> {
        let cell = self.content.cell(cell).ok_or_else(no_such_cell)?;
        Ok(self.shown(cell).0)
    }

    fn has(&self, act: &Act) -> bool {
        act.is_about(&self.content.deck)
    }

    fn files(&self) -> Vec<(CellId, u64)> {
        let file = |cell: &Cell| (cell.id.clone(), fingerprint(&self.shown(cell).0));
        self.content.deck.cells.iter().map(file).collect()
    }
}

fn no_such_cell() -> String {
    "There is no such cell in this workshop: reload the page.".into()
}

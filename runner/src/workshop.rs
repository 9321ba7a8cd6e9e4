//! The deck with the person's edits in it: what the page shows, and what a run and a save may touch.

use std::path::PathBuf;

use shared::{CellId, Deck, LimitChoice, RunRequest, Slide};

use crate::content::{Content, cell_html};
use crate::session::Cells;
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
            let (text, trouble) = match self.store.text(&cell.id) {
                Kept::Nothing => continue,
                Kept::Text(text) => (text, None),
                Kept::Spoilt { text, sentence } => (text, Some(sentence)),
                Kept::Unreadable { sentence } => (cell.starter.clone(), Some(sentence)),
            };
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

    fn check_name(&self, cell: &CellId) -> Result<(), String> {
        match self.content.cell(cell) {
            Some(_) => Ok(()),
            None => Err("There is no such cell in this workshop: reload the page.".into()),
        }
    }
}

impl Cells for Workshop {
    fn order(&self, request: &RunRequest) -> Result<(PathBuf, Option<String>, LimitChoice), String> {
        self.check_name(&request.cell)?;
        let limits = self.content.limits.get(&request.cell).copied().unwrap_or_default();
        Ok((self.store.file(&request.cell), self.content.checks.get(&request.cell).cloned(), limits))
    }

    fn save(&self, cell: &CellId, text: &str) -> Result<(), String> {
        self.check_name(cell)?;
        self.store.save(cell, text)
    }
}

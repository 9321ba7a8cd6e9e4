//! Keeps the texts of one connection, and what was learned, one after the other, in the order in which they came.

use actix_web::web;
use shared::{Act, CellId, Edit, ServerMessage, fingerprint};
use tokio::sync::mpsc;

use super::App;
use super::cells::Keeping;
use super::tabs::{Tab, Written};
use super::writer::Note;

/// What is to be done with the workspace.
pub enum Task {
    /// Keep this text.
    Keep(Edit),
    /// Say what it holds.
    Read(CellId),
    /// Take note of what was learned.
    Learn {
        /// The page's number for it.
        number: u32,
        /// What was done.
        act: Act,
    },
}

/// Does so until the connection is over.
pub async fn keep(app: web::Data<App>, tab: Tab, mut tasks: mpsc::Receiver<Task>, notes: mpsc::Sender<Note>) {
    while let Some(task) = tasks.recv().await {
        let note = match task {
            Task::Keep(edit) => Note::Say(Box::new(save(&app, tab, edit).await)),
            Task::Read(cell) => Note::Say(Box::new(read(&app, cell).await)),
            Task::Learn { number, act } => Note::Learned { number, trouble: learn(&app, act).await },
        };
        // It is kept, whether or not the page is still there to hear of it.
        let _ = notes.send(note).await;
    }
}

async fn save(app: &App, tab: Tab, edit: Edit) -> ServerMessage {
    let (cell, fingerprint) = (edit.cell.clone(), fingerprint(&edit.text));
    let cells = app.cells.clone();
    let saved = web::block(move || {
        let keeping = cells.save(&edit);
        (keeping, edit)
    });
    match saved.await {
        Ok((Ok(Keeping::Kept), edit)) => {
            app.tabs.tell(Written { by: tab, cell: edit.cell, text: edit.text });
            ServerMessage::Saved { cell, fingerprint }
        }
        Ok((Ok(Keeping::Conflict { disk }), _)) => ServerMessage::Conflict { cell, disk },
        Ok((Err(sentence), _)) => ServerMessage::NotSaved { cell, sentence },
        Err(_) => {
            let sentence = "Saving was interrupted. Type something to save again.".into();
            ServerMessage::NotSaved { cell, sentence }
        }
    }
}

/// Why it was not kept, if so.
async fn learn(app: &App, act: Act) -> Option<String> {
    // What the deck has no longer, of a page that was opened before, is nothing to keep.
    if !app.cells.has(&act) {
        return None;
    }
    let learned = app.learned.clone();
    let kept = web::block(move || learned.take(&act)).await;
    kept.unwrap_or_else(|_| Err("Keeping your progress was interrupted: do something again.".into())).err()
}

async fn read(app: &App, cell: CellId) -> ServerMessage {
    let (cells, name) = (app.cells.clone(), cell.clone());
    match web::block(move || cells.text(&name)).await {
        Ok(Ok(text)) => ServerMessage::Text { cell, text },
        Ok(Err(sentence)) => ServerMessage::NotSaved { cell, sentence },
        Err(_) => ServerMessage::NotSaved { cell, sentence: "The file could not be read: reload the page.".into() },
    }
}

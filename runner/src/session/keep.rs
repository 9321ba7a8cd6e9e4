//! Keeps the texts of one connection, one after the other, in the order in which they came.

use actix_web::web;
use shared::{CellId, Edit, ServerMessage, fingerprint};
use tokio::sync::mpsc;

use super::App;
use super::cells::Keeping;
use super::tabs::{Tab, Written};
use super::writer::Note;

/// What is to be done with a file.
pub enum Task {
    /// Keep this text.
    Keep(Edit),
    /// Say what it holds.
    Read(CellId),
}

/// Does so until the connection is over.
pub async fn keep(app: web::Data<App>, tab: Tab, mut tasks: mpsc::Receiver<Task>, notes: mpsc::Sender<Note>) {
    while let Some(task) = tasks.recv().await {
        let message = match task {
            Task::Keep(edit) => save(&app, tab, edit).await,
            Task::Read(cell) => read(&app, cell).await,
        };
        // The text is kept, whether or not the page is still there to hear of it.
        let _ = notes.send(Note::Say(message)).await;
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

async fn read(app: &App, cell: CellId) -> ServerMessage {
    let (cells, name) = (app.cells.clone(), cell.clone());
    match web::block(move || cells.text(&name)).await {
        Ok(Ok(text)) => ServerMessage::Text { cell, text },
        Ok(Err(sentence)) => ServerMessage::NotSaved { cell, sentence },
        Err(_) => ServerMessage::NotSaved { cell, sentence: "The file could not be read: reload the page.".into() },
    }
}

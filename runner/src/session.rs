//! One page's connection: what it asks for is read here, what it is told is written in [`writer`].

mod pace;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, rt, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError};
use shared::{CellId, ClientMessage, LimitChoice, MAX_SOURCE_BYTES, RunRequest, ServerMessage, Welcome, fingerprint};
use tokio::sync::mpsc;

use crate::archive;
use crate::engine::{Engine, Order};
use crate::environment::Keeper;
use writer::Note;

/// The longest message that is taken from a page.
const LONGEST_MESSAGE: usize = 1024 * 1024;
/// How many runs may wait or be executed at the same time.
const MOST_UNFINISHED: usize = 32;
/// How many notes for the writer, and how many texts to save, may wait.
const BACKLOG: usize = 64;
/// A page that says nothing for so long, not even that it heard our ping, is gone.
const SILENCE: Duration = Duration::from_secs(60);

/// What every connection shares.
pub struct App {
    /// Executes the runs.
    pub engine: Engine,
    /// Keeps the environment of the exercises' packages.
    pub keeper: Keeper,
    /// Keeps the runs that are over.
    pub archive: archive::Keeper,
    /// The first message, but for the runs and the environment.
    pub welcome: Welcome,
    /// The cells and their files.
    pub cells: Arc<dyn Cells>,
}

/// What a connection must know of the cells.
pub trait Cells: Send + Sync {
    /// The cell's file in the workspace, the source of its check, and what its laps may use.
    ///
    /// # Errors
    /// The sentence to show if it can't be run as asked.
    fn order(&self, request: &RunRequest) -> Result<(PathBuf, Option<String>, LimitChoice), String>;

    /// Keeps this text as the cell's file. Blocks until it is on disk.
    ///
    /// # Errors
    /// The sentence to show if it could not be kept.
    fn save(&self, cell: &CellId, text: &str) -> Result<(), String>;
}

/// Makes a request, which the gate has let through, a connection.
///
/// # Errors
/// If it doesn't ask for a WebSocket.
pub fn open(request: &HttpRequest, body: web::Payload, app: web::Data<App>) -> actix_web::Result<HttpResponse> {
    let (response, session, stream) = actix_ws::handle(request, body)?;
    let stream =
        stream.max_frame_size(LONGEST_MESSAGE).aggregate_continuations().max_continuation_size(LONGEST_MESSAGE);
    let (notes, noted) = mpsc::channel(BACKLOG);
    let (texts, to_save) = mpsc::channel(BACKLOG);
    rt::spawn(save(app.clone(), to_save, notes.clone()));
    rt::spawn(read(app.clone(), stream, texts, notes));
    app.keeper.page_opened();
    rt::spawn(async move { writer::write(&app, session, noted).await });
    Ok(response)
}

/// Does what the page asks for, until it is gone. Never waits for what is being sent to it.
async fn read(
    app: web::Data<App>,
    mut stream: AggregatedMessageStream,
    texts: mpsc::Sender<(CellId, String)>,
    notes: mpsc::Sender<Note>,
) {
    while let Ok(Some(message)) = tokio::time::timeout(SILENCE, stream.recv()).await {
        let note = match message {
            Ok(AggregatedMessage::Binary(bytes)) => match postcard::from_bytes(&bytes) {
                Ok(message) => obey(&app, message, &texts).await,
                Err(_) => Some(close(CloseCode::Invalid, "This message is of another version of Virgil: reload.")),
            },
            Ok(AggregatedMessage::Ping(bytes)) => Some(Note::Pong(bytes)),
            Ok(AggregatedMessage::Pong(_)) => None,
            Ok(AggregatedMessage::Text(_)) => Some(close(CloseCode::Unsupported, "Messages are binary.")),
            Ok(AggregatedMessage::Close(reason)) => Some(Note::Close(reason)),
            Err(ProtocolError::Overflow | ProtocolError::Io(_)) => Some(close(CloseCode::Size, "Too long.")),
            Err(_) => Some(close(CloseCode::Protocol, "Not a WebSocket message.")),
        };
        let last = matches!(note, Some(Note::Close(_)));
        if let Some(note) = note
            && notes.send(note).await.is_err()
        {
            return;
        }
        if last {
            return;
        }
    }
}

/// Does what one message asks for, and returns what is to be said to that.
async fn obey(app: &App, message: ClientMessage, texts: &mpsc::Sender<(CellId, String)>) -> Option<Note> {
    match message {
        ClientMessage::Start(request) => {
            let cell = request.cell.clone();
            let text = request.source.clone();
            match order(app, request) {
                Ok(order) => {
                    app.engine.submit(order).await;
                    // The saver ends after this task only.
                    let _ = texts.send((cell, text)).await;
                    None
                }
                Err(sentence) => Some(Note::Say(ServerMessage::Refused { cell, sentence })),
            }
        }
        ClientMessage::Stop(run) => {
            app.engine.stop(run);
            None
        }
        ClientMessage::Watch { run, since } => {
            let log = match app.engine.log(run) {
                Some(log) => Some(log),
                // Of a run that the runner's own end has cut off, the page may have seen more than was kept.
                None => app.archive.log(run).await.filter(|log| since < log.length()),
            };
            Some(match log {
                Some(log) => Note::Watch { log, since },
                None => Note::Say(ServerMessage::Unknown(run)),
            })
        }
        ClientMessage::MakeEnvironment => {
            app.keeper.again();
            None
        }
        ClientMessage::Save { cell, text } => match fits(&text) {
            Ok(()) => {
                let _ = texts.send((cell, text)).await;
                None
            }
            Err(sentence) => Some(Note::Say(ServerMessage::NotSaved { cell, sentence })),
        },
    }
}

/// What the engine needs for this request, or why it is refused.
fn order(app: &App, request: RunRequest) -> Result<Order, String> {
    fits(&request.source)?;
    let plan = shared::plan(&request.modes, &request.workers, request.rounds())?;
    app.engine.can(&request)?;
    if app.engine.unfinished() >= MOST_UNFINISHED {
        return Err(format!("{MOST_UNFINISHED} runs are waiting already. Stop one, or wait until one is over."));
    }
    let (file, check, limits) = app.cells.order(&request)?;
    let needs_work = request.modes.iter().any(|mode| mode.is_parallel());
    Ok(Order { request, plan, file, needs_work, check, limits })
}

fn fits(text: &str) -> Result<(), String> {
    if text.len() > MAX_SOURCE_BYTES {
        let most = MAX_SOURCE_BYTES / 1024;
        return Err(format!("A cell holds {most} KB at most. Move data into a file in the workspace folder."));
    }
    Ok(())
}

/// Keeps texts, one after the other, in the order in which they came.
async fn save(app: web::Data<App>, mut texts: mpsc::Receiver<(CellId, String)>, notes: mpsc::Sender<Note>) {
    while let Some((cell, text)) = texts.recv().await {
        let fingerprint = fingerprint(&text);
        let (cells, name) = (app.cells.clone(), cell.clone());
        let message = match web::block(move || cells.save(&name, &text)).await {
            Ok(Ok(())) => ServerMessage::Saved { cell, fingerprint },
            Ok(Err(sentence)) => ServerMessage::NotSaved { cell, sentence },
            Err(_) => {
                let sentence = "Saving was interrupted. Type something to save again.".into();
                ServerMessage::NotSaved { cell, sentence }
            }
        };
        // The text is kept, whether or not the page is still there to hear of it.
        let _ = notes.send(Note::Say(message)).await;
    }
}

fn close(code: CloseCode, description: &str) -> Note {
    Note::Close(Some(CloseReason { code, description: Some(description.to_owned()) }))
}

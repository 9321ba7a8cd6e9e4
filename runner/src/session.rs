//! One page's connection: what it asks for is read here, what it is told is written in [`writer`].

mod carrier;
mod cells;
mod events;
mod keep;
mod pace;
mod room;
mod tabs;
mod talks;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, rt, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, ProtocolError};
use shared::{ClientMessage, DeckState, Driver, MAX_SOURCE_BYTES, RunRequest, ServerMessage, Welcome};
use tokio::sync::{mpsc, watch};

pub use cells::{Cells, Keeping};
pub use events::{Streams, hear, stream};
pub use room::{Full, Room};
pub use tabs::Tabs;
pub use talks::Talks;

use crate::archive;
use crate::engine::{Engine, Order};
use crate::environment::Keeper;
use crate::progress::Learned;
use carrier::Carrier;
use keep::Task;
use room::Place;
use tabs::Tab;
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
    /// The first message, but for what changes.
    pub welcome: Welcome,
    /// The cells and their files.
    pub cells: Arc<dyn Cells>,
    /// How far the person has come.
    pub learned: Learned,
    /// Which deck is served.
    pub deck: watch::Receiver<DeckState>,
    /// The tabs that are connected.
    pub tabs: Tabs,
    /// What a presenter's windows show.
    pub talks: Talks,
    /// Those that have no WebSocket.
    pub streams: Streams,
    /// How many more may connect.
    pub room: Room,
}

/// How a page is reached once it is connected.
#[derive(Clone)]
struct Line {
    tab: Tab,
    tasks: mpsc::Sender<Task>,
    notes: mpsc::Sender<Note>,
}

/// Makes a request, which the gate has let through, a connection.
///
/// # Errors
/// If there is no room for it; inside, if it doesn't ask for a WebSocket.
pub fn open(
    request: &HttpRequest,
    body: web::Payload,
    app: web::Data<App>,
) -> Result<actix_web::Result<HttpResponse>, Full> {
    let place = app.room.enter()?;
    let (response, session, stream) = match actix_ws::handle(request, body) {
        Ok(upgraded) => upgraded,
        Err(error) => return Ok(Err(error)),
    };
    let stream =
        stream.max_frame_size(LONGEST_MESSAGE).aggregate_continuations().max_continuation_size(LONGEST_MESSAGE);
    let line = begin(&app, tab(request.query_string()), Carrier::Socket(session), place);
    rt::spawn(read(app, stream, line));
    Ok(Ok(response))
}

/// Lets a tab in, and begins to write to it.
fn begin(app: &web::Data<App>, tab: Tab, carrier: Carrier, place: Place) -> Line {
    let (notes, noted) = mpsc::channel(BACKLOG);
    let (tasks, to_do) = mpsc::channel(BACKLOG);
    let line = Line { tab, tasks, notes };
    rt::spawn(keep::keep(app.clone(), tab, to_do, line.notes.clone()));
    app.keeper.page_opened();
    app.tabs.enter(tab);
    let app = app.clone();
    rt::spawn(async move {
        writer::write(&app, tab, carrier, noted).await;
        drop(place);
        app.tabs.leave(tab).await;
    });
    line
}

/// The tab that connects. One that doesn't say who it is, a program, is another each time.
fn tab(query: &str) -> Tab {
    static UNNAMED: AtomicU64 = AtomicU64::new(1);
    let name = query.split('&').find_map(|pair| pair.strip_prefix("tab=")?.parse().ok());
    Tab(name.unwrap_or_else(|| UNNAMED.fetch_add(1, Ordering::Relaxed)))
}

/// Does what the page asks for, until it is gone. Never waits for what is being sent to it.
async fn read(app: web::Data<App>, mut stream: AggregatedMessageStream, line: Line) {
    while let Ok(Some(message)) = tokio::time::timeout(SILENCE, stream.recv()).await {
        let note = match message {
            Ok(AggregatedMessage::Binary(bytes)) => match postcard::from_bytes(&bytes) {
                Ok(message) => obey(&app, message, &line).await,
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
            && line.notes.send(note).await.is_err()
        {
            return;
        }
        if last {
            return;
        }
    }
}

/// Does what one message asks for, and returns what is to be said to that.
async fn obey(app: &App, message: ClientMessage, line: &Line) -> Option<Note> {
    match message {
        ClientMessage::Start(request) => {
            let cell = request.cell.clone();
            match order(app, request) {
                Ok(order) => {
                    app.engine.submit(order).await;
                    None
                }
                Err(sentence) => Some(Note::Say(Box::new(ServerMessage::Refused { cell, sentence }))),
            }
        }
        ClientMessage::Stop(run) => {
            app.engine.stop(run);
            None
        }
        ClientMessage::Touch(run, touch) => {
            app.engine.touch(run, touch);
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
                None => Note::Say(Box::new(ServerMessage::Unknown(run))),
            })
        }
        ClientMessage::MakeEnvironment => {
            app.keeper.again();
            None
        }
        ClientMessage::Save(edit) => match may_save(app, line.tab, &edit.text) {
            // The keeper of texts ends after this task only.
            Ok(()) => {
                let _ = line.tasks.send(Task::Keep(edit)).await;
                None
            }
            Err(sentence) => Some(Note::Say(Box::new(ServerMessage::NotSaved { cell: edit.cell, sentence }))),
        },
        ClientMessage::Read(cell) => {
            let _ = line.tasks.send(Task::Read(cell)).await;
            None
        }
        ClientMessage::Learn { number, act } => {
            let _ = line.tasks.send(Task::Learn { number, act }).await;
            None
        }
        ClientMessage::TakeOver => {
            app.tabs.take_over(line.tab);
            None
        }
        ClientMessage::Cue(cue) => {
            app.talks.take(cue);
            None
        }
    }
}

/// What the engine needs for this request, or why it is refused.
fn order(app: &App, request: RunRequest) -> Result<Order, String> {
    fits(&request.source)?;
    let plan = shared::plan(&request.modes, &request.workers, request.rounds())?;
    app.engine.can(&request)?;
    if app.engine.executes(&request.cell) {
        return Err("This cell is being run already: stop that, or wait until it is over.".into());
    }
    if app.engine.unfinished() >= MOST_UNFINISHED {
        return Err(format!("{MOST_UNFINISHED} runs are waiting already. Stop one, or wait until one is over."));
    }
    let (file, check, limits) = app.cells.order(&request)?;
    let needs_work = request.modes.iter().any(|mode| mode.is_parallel());
    Ok(Order { request, plan, file, needs_work, pictures: true, check, limits, load: shared::LoadWish::default() })
}

fn may_save(app: &App, tab: Tab, text: &str) -> Result<(), String> {
    match app.tabs.driver(tab) {
        Driver::You => fits(text),
        Driver::Earlier | Driver::TookOver => Err("Another tab changes the files now: take over to save this.".into()),
    }
}

fn fits(text: &str) -> Result<(), String> {
    if text.len() > MAX_SOURCE_BYTES {
        let most = MAX_SOURCE_BYTES / 1024;
        return Err(format!("A cell holds {most} KB at most. Move data into a file in the workspace folder."));
    }
    Ok(())
}

fn close(code: CloseCode, description: &str) -> Note {
    Note::Close(Some(CloseReason { code, description: Some(description.to_owned()) }))
}

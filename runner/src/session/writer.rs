//! What a page is told. It reads the logs at the page's own speed, so a slow page holds up nobody and costs nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web::{self, Bytes};
use actix_ws::{CloseCode, CloseReason};
use shared::{CellId, RunTicket, ServerMessage, Welcome};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use super::App;
use super::carrier::{Carrier, Gone};
use super::pace::{Pace, Worth};
use super::tabs::{Tab, Written};
use crate::engine::{Log, Rest};
use crate::system::machine;

/// About how many bytes of events one message holds at most.
const MESSAGE_BYTES: usize = 256 * 1024;
/// About how many bytes are sent without a pause at most.
const ROUND_BYTES: usize = 1024 * 1024;
/// How often the page is asked whether it is there.
const PING: Duration = Duration::from_secs(15);

/// Something for the writer to do.
pub enum Note {
    /// Say this.
    Say(Box<ServerMessage>),
    /// Send this run's events from this number on.
    Watch {
        /// The run's.
        log: Arc<Log>,
        /// The first that the page doesn't have.
        since: u64,
    },
    /// Say that everything that this page did up to this number was taken note of.
    Learned {
        /// The number.
        number: u32,
        /// Why it could not be kept, if so.
        trouble: Option<String>,
    },
    /// Answer a ping.
    Pong(Bytes),
    /// End the connection.
    Close(Option<CloseReason>),
}

/// A run that the page watches.
struct Watched {
    log: Arc<Log>,
    next: u64,
    /// Everything was sent.
    sent: bool,
}

/// Writes to a page until it is gone or says goodbye.
pub async fn write(app: &App, tab: Tab, mut carrier: Carrier, notes: mpsc::Receiver<Note>) {
    // The page is gone as soon as something can't be sent.
    if let Ok(reason) = serve(app, tab, &mut carrier, notes).await {
        carrier.close(reason).await;
    }
}

async fn serve(
    app: &App,
    tab: Tab,
    carrier: &mut Carrier,
    mut notes: mpsc::Receiver<Note>,
) -> Result<Option<CloseReason>, Gone> {
    let App { engine, tabs, archive, .. } = app;
    let mut accepted = engine.accepted();
    let mut changes = engine.changes();
    let runs = engine.tickets();
    let mut known = runs.last().cloned();
    let runs = archive.tickets(runs);
    let mut environments = app.keeper.changes();
    let mut learned = app.learned.known();
    let mut decks = app.deck.clone();
    let mut talks = app.talks.known();
    let (mut seats, mut written, mut ended) = (tabs.changes(), tabs.written(), tabs.ended());
    let mut driver = tabs.driver(tab);
    let environment = environments.borrow_and_update().clone();
    let memory = machine::memory();
    let progress = learned.borrow_and_update().clone();
    let deck = decks.borrow_and_update().clone();
    let talk = talks.borrow_and_update().clone();
    let (files, welcome) = (files(app).await, app.welcome.clone());
    let welcome = Welcome { runs, environment, memory, files, driver, progress, deck, talk, ..welcome };
    say(carrier, &ServerMessage::Welcome(Box::new(welcome))).await?;

    let mut watched: Vec<Watched> = Vec::new();
    let mut pace = Pace::from(Instant::now());
    // What the page doesn't have yet.
    let mut news: Option<Worth> = None;
    let mut ping = tokio::time::interval(PING);
    loop {
        tokio::select! {
            biased;
            note = notes.recv() => match note {
                Some(Note::Say(message)) => say(carrier, &message).await?,
                Some(Note::Watch { log, since }) => {
                    watched.retain(|watched| watched.log.ticket().id != log.ticket().id);
                    watched.push(Watched { log, next: since, sent: false });
                    news = Some(Worth::Turn);
                }
                Some(Note::Learned { number, trouble }) => {
                    // As it is now, so that what is told later is never older.
                    let progress = learned.borrow_and_update().clone();
                    say(carrier, &ServerMessage::Learned { number, progress, trouble }).await?;
                }
                Some(Note::Pong(bytes)) => carrier.pong(&bytes).await?,
                Some(Note::Close(reason)) => return Ok(reason),
                None => return Ok(None),
            },
            ticket = accepted.recv() => {
                let new = match ticket {
                    Ok(ticket) => vec![ticket],
                    // Too many at once: they are all in the list.
                    Err(RecvError::Lagged(_)) => engine.tickets(),
                    Err(RecvError::Closed) => return Ok(None),
                };
                for ticket in new.into_iter().filter(|ticket| is_newer(ticket, known.as_ref())).collect::<Vec<_>>() {
                    known = Some(ticket.clone());
                    // Who sees a run wants all of it: asking for it would only take time.
                    if let Some(log) = engine.log(ticket.id) {
                        watched.push(Watched { log, next: 0, sent: false });
                        news = Some(Worth::Turn);
                    }
                    say(carrier, &ServerMessage::Accepted(ticket)).await?;
                }
            }
            Ok(()) = seats.changed() => {
                let now = tabs.driver(tab);
                if now != driver {
                    driver = now;
                    say(carrier, &ServerMessage::Driver(now)).await?;
                }
            }
            text = written.recv() => match text {
                Ok(Written { by, cell, text }) if by != tab => {
                    say(carrier, &ServerMessage::Text { cell, text }).await?;
                }
                // Its own; or too many at once, and then whoever edits an old text is asked which to go on with.
                Ok(_) | Err(_) => {}
            },
            Ok(_) = ended.wait_for(|ended| *ended) => return Ok(Some(CloseReason {
                code: CloseCode::Away,
                description: Some("Virgil was ended".into()),
            })),
            () = carrier.gone() => return Err(Gone),
            Ok(()) = environments.changed() => {
                let environment = environments.borrow_and_update().clone();
                say(carrier, &ServerMessage::Environment(environment)).await?;
            }
            Ok(()) = learned.changed() => {
                let progress = learned.borrow_and_update().clone();
                say(carrier, &ServerMessage::Progress(progress)).await?;
            }
            Ok(()) = decks.changed() => {
                let deck = decks.borrow_and_update().clone();
                say(carrier, &ServerMessage::Deck(deck)).await?;
            }
            Ok(()) = talks.changed() => {
                let talk = talks.borrow_and_update().clone();
                say(carrier, &ServerMessage::Talk(talk)).await?;
            }
            _ = ping.tick() => carrier.ping().await?,
            Ok(()) = changes.changed(), if news < Some(Worth::End) => news = news.max(worth(&watched)),
            () = wait_until(news.map(|worth| pace.due(worth))) => {
                let round = send(carrier, &mut watched).await?;
                if round.bytes > 0 {
                    pace = pace.sent(Instant::now(), round.bytes, round.text, round.over);
                }
                let more = round.bytes > 0 && !round.up_to_date;
                news = if more { Some(Worth::Turn) } else { worth(&watched) };
            }
        }
    }
}

/// What is new in the watched runs is worth this; nothing is new without it.
fn worth(watched: &[Watched]) -> Option<Worth> {
    watched.iter().filter_map(|Watched { log, next, .. }| log.greatest(*next, Worth::of)).max()
}

/// Returns at this moment; without one never.
async fn wait_until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}

async fn files(app: &App) -> Vec<(CellId, u64)> {
    let cells = app.cells.clone();
    // Without them a page finds out when it saves.
    web::block(move || cells.files()).await.unwrap_or_default()
}

fn is_newer(ticket: &RunTicket, known: Option<&RunTicket>) -> bool {
    known.is_none_or(|known| ticket.id > known.id)
}

/// What was sent in one round.
struct Round {
    bytes: usize,
    /// There was something to read in it.
    text: bool,
    /// There is no more.
    up_to_date: bool,
    /// All that there is more belongs to runs that are over.
    over: bool,
}

/// Sends what is new in the watched runs, as much as goes into one round. Runs that were sent to their end are no
/// longer watched.
async fn send(carrier: &mut Carrier, watched: &mut Vec<Watched>) -> Result<Round, Gone> {
    let mut round = Round { bytes: 0, text: false, up_to_date: true, over: true };
    for Watched { log, next, sent } in watched.iter_mut() {
        let rest = loop {
            let part = log.read(*next, MESSAGE_BYTES);
            if !part.events.is_empty() {
                let (run, first) = (log.ticket().id, *next);
                *next += part.events.len() as u64;
                round.bytes += part.bytes;
                round.text |= part.events.iter().any(|event| Worth::of(event) == Worth::Text);
                say(carrier, &ServerMessage::Events { run, first, events: part.events }).await?;
            }
            let more = matches!(part.rest, Rest::Waiting | Rest::WaitingToTheEnd);
            if !more || round.bytes >= ROUND_BYTES {
                break part.rest;
            }
        };
        *sent = rest == Rest::Nothing;
        round.up_to_date &= !matches!(rest, Rest::Waiting | Rest::WaitingToTheEnd);
        round.over &= matches!(rest, Rest::WaitingToTheEnd | Rest::Nothing);
    }
    watched.retain(|watched| !watched.sent);
    Ok(round)
}

async fn say(carrier: &mut Carrier, message: &ServerMessage) -> Result<(), Gone> {
    // Every message can be encoded: it is plain data in memory.
    let Ok(bytes) = postcard::to_allocvec(message) else { return Ok(()) };
    carrier.send(bytes).await
}

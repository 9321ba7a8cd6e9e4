//! The connection of a page that gets no WebSocket: it is told by Server-Sent Events, and speaks by POST.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, rt};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use tokio::sync::mpsc;

use super::carrier::{Carrier, event};
use super::{App, Full, Line, begin, obey, tab};
use crate::link::{hex, random};

/// How many events may wait for the page to read.
const BACKLOG: usize = 4;

const GONE: &str = "This connection is closed: open another.";

/// The connections of this kind, by their names.
#[derive(Default)]
pub struct Streams(Mutex<HashMap<String, Line>>);

impl Streams {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Line>> {
        // Entries are whole whatever happened.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens such a connection. Its first event is its name, by which the page then speaks.
///
/// # Errors
/// If there is no room for it; inside, the sentence to show when the system has no random numbers.
pub fn stream(request: &HttpRequest, app: web::Data<App>) -> Result<Result<HttpResponse, String>, Full> {
    let place = app.room.enter()?;
    let name = match random::<16>() {
        Ok(bytes) => hex(&bytes),
        Err(sentence) => return Ok(Err(sentence)),
    };
    let (lines, events) = mpsc::channel(BACKLOG);
    // There is room for the first.
    let _ = lines.try_send(event("name", &name));
    {
        let mut all = app.streams.all();
        all.retain(|_, line| !line.notes.is_closed());
        let line = begin(&app, tab(request.query_string()), Carrier::Events(lines.clone()), place);
        all.insert(name.clone(), line);
    }
    rt::spawn(async move {
        // What it is called is forgotten with it, and so it ends.
        lines.closed().await;
        app.streams.all().remove(&name);
    });
    let body = stream::unfold(events, |mut events: mpsc::Receiver<Bytes>| async move {
        let bytes = events.recv().await?;
        Some((Ok::<_, Infallible>(bytes), events))
    });
    Ok(Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // Compressing holds back what should be seen at once.
        .insert_header((CONTENT_ENCODING, "identity"))
        .streaming(body)))
}

/// Does what a page asks for, in order.
///
/// # Errors
/// The sentence to show if the connection is no longer open, or the messages are none.
pub async fn hear(app: &App, name: &str, messages: &[String]) -> Result<(), &'static str> {
    let line = app.streams.all().get(name).cloned().ok_or(GONE)?;
    for message in messages {
        let bytes = STANDARD.decode(message).map_err(|_| "This is no message of Virgil's: reload the page.")?;
        let message = postcard::from_bytes(&bytes)
            .map_err(|_| "This message is of another version of Virgil: reload the page.")?;
        if let Some(note) = obey(app, message, &line).await {
            line.notes.send(note).await.map_err(|_| GONE)?;
        }
    }
    Ok(())
}

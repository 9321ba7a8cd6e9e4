//! What carries messages to a page: a WebSocket, or an event stream where something between refuses those.

use actix_web::web::Bytes;
use actix_ws::{CloseReason, Session};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::mpsc;

/// The page is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

/// A way to a page.
pub enum Carrier {
    /// Both ways in one connection, in bytes.
    Socket(Session),
    /// Server-Sent Events: lines of text, so that the bytes travel as base64. What the page says comes by POST.
    Events(mpsc::Sender<Bytes>),
}

impl Carrier {
    /// Sends one message.
    ///
    /// # Errors
    /// If the page is gone.
    pub async fn send(&mut self, message: Vec<u8>) -> Result<(), Gone> {
        match self {
            Carrier::Socket(session) => session.binary(message).await.map_err(|_| Gone),
            Carrier::Events(lines) => write(lines, event("message", &STANDARD.encode(message))).await,
        }
    }

    /// Asks whether the page is there.
    ///
    /// # Errors
    /// If it is gone.
    pub async fn ping(&mut self) -> Result<(), Gone> {
        match self {
            Carrier::Socket(session) => session.ping(b"").await.map_err(|_| Gone),
            // A comment: the page doesn't see it, but it can't be sent to nobody.
            Carrier::Events(lines) => write(lines, ":\n\n".into()).await,
        }
    }

    /// Answers a ping.
    ///
    /// # Errors
    /// If the page is gone.
    pub async fn pong(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        match self {
            Carrier::Socket(session) => session.pong(bytes).await.map_err(|_| Gone),
            Carrier::Events(_) => Ok(()),
        }
    }

    /// Says goodbye, and why.
    pub async fn close(self, reason: Option<CloseReason>) {
        // Who is gone need not be told.
        match self {
            Carrier::Socket(session) => {
                let _ = session.close(reason).await;
            }
            Carrier::Events(lines) => {
                let why = reason.and_then(|reason| reason.description).unwrap_or_default();
                let _ = write(&lines, event("close", &why)).await;
            }
        }
    }

    /// Returns when the page is known to be gone; a WebSocket tells its reader.
    pub async fn gone(&self) {
        match self {
            Carrier::Socket(_) => std::future::pending().await,
            Carrier::Events(lines) => lines.closed().await,
        }
    }
}

/// One event; what is said has no line ends.
pub fn event(name: &str, data: &str) -> Bytes {
    format!("event: {name}\ndata: {data}\n\n").into()
}

async fn write(lines: &mpsc::Sender<Bytes>, text: Bytes) -> Result<(), Gone> {
    lines.send(text).await.map_err(|_| Gone)
}

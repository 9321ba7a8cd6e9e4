//! One connection at a time, and the requests that are sent over it.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use async_channel::Receiver;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use shared::{Failure, WORKER_HEADER};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::failure::{unanswered, unconnected};
use crate::figures::{Asked, Figures};
use crate::mix::Mix;

/// What was due within the load may still be sent so long after its end, as where the generator had no CPU.
const GRACE: Duration = Duration::from_millis(500);
/// A client that can't connect waits so long before its next request: it would only use the CPU.
const PAUSE: Duration = Duration::from_millis(10);

/// Where a client learns that it is to send a request.
#[derive(Debug, Clone)]
pub enum Next {
    /// From whom all clients are told when one was due; who has waited longest takes it.
    Due(Receiver<Instant>),
    /// When it has its answer.
    AtOnce,
    /// The same from this moment on: the neighbour.
    Since(Instant),
}

/// One of the clients.
#[derive(Debug)]
pub struct Client {
    pub target: SocketAddr,
    pub next: Next,
    pub mix: Rc<Mix>,
    pub figures: Rc<Figures>,
    pub end: Instant,
}

/// An open connection; dropped, it is closed.
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// A whole answer.
struct Answer {
    status: u16,
    worker: Option<String>,
}

impl Client {
    /// Sends requests until there are no more to send.
    pub async fn run(self, timeout: Duration, keep_alive: bool) {
        let mut connection = None;
        let mut free = Instant::now();
        while let Some(due) = self.next_due().await {
            if Instant::now() > self.end + GRACE {
                self.figures.not_sent(due);
                continue;
            }
            let which = match self.next {
                Next::Since(_) => self.mix.neighbour(),
                Next::Due(_) | Next::AtOnce => self.mix.next(),
            };
            let asked = Asked { which, due, free, sent: Instant::now() };
            self.figures.begun(&asked);
            let answered = tokio::time::timeout(timeout, self.exchange(&mut connection, which)).await;
            let answered = answered.unwrap_or(Err(Failure::TimedOut));
            if answered.is_err() || !keep_alive {
                connection = None;
            }
            let connected = !matches!(answered, Err(Failure::Refused | Failure::Unconnected));
            match answered {
                Ok(Answer { status, worker }) if status >= 400 => {
                    self.figures.failed(&asked, Failure::Status(status), worker.as_deref());
                }
                Ok(Answer { worker, .. }) => self.figures.answered(&asked, worker.as_deref()),
                Err(failure) => self.figures.failed(&asked, failure, None),
            }
            if !connected {
                tokio::time::sleep(PAUSE).await;
            }
            free = Instant::now();
        }
    }

    /// When the next request is due; none when there are no more.
    async fn next_due(&self) -> Option<Instant> {
        match &self.next {
            Next::Due(queue) => queue.recv().await.ok(),
            Next::AtOnce => Some(Instant::now()).filter(|now| *now < self.end),
            Next::Since(begin) => {
                tokio::time::sleep_until((*begin).into()).await;
                Some(Instant::now()).filter(|now| *now < self.end)
            }
        }
    }

    /// Sends a request and reads its whole answer, over the connection that is open, if the server has not closed it.
    async fn exchange(&self, connection: &mut Option<Connection>, which: usize) -> Result<Answer, Failure> {
        loop {
            let is_new = connection.is_none();
            let open = match connection {
                Some(open) => open,
                None => connection.insert(self.connect().await?),
            };
            let sent = match open.sender.ready().await {
                Ok(()) => open.sender.send_request(self.mix.request(which)).await,
                Err(error) => Err(error),
            };
            match sent {
                Ok(response) => {
                    let status = response.status().as_u16();
                    let worker = response.headers().get(WORKER_HEADER).and_then(|name| name.to_str().ok());
                    let worker = worker.map(str::to_owned);
                    let mut body = response.into_body();
                    while let Some(frame) = body.frame().await {
                        frame.map_err(|error| unanswered(&error))?;
                    }
                    return Ok(Answer { status, worker });
                }
                // It was closed while nothing was asked, as servers do after a while.
                Err(error) if !is_new && (error.is_closed() || error.is_canceled()) => *connection = None,
                Err(error) => return Err(unanswered(&error)),
            }
        }
    }

    async fn connect(&self) -> Result<Connection, Failure> {
        let stream = TcpStream::connect(self.target).await.map_err(|error| unconnected(&error))?;
        // Without it small requests might wait for others, which is not the server's doing.
        stream.set_nodelay(true).map_err(|error| unconnected(&error))?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| unanswered(&error))?;
        self.figures.connected();
        // What goes wrong on it is told to who sends.
        let driver = tokio::task::spawn_local(async move { drop(connection.await) });
        Ok(Connection { sender, driver })
    }
}

//! What a service reports: connections, and what it has answered.

use serde::{Deserialize, Serialize};

use crate::Nanos;

/// How long requests that a service is answering have to be answered once it was told to drain.
pub const DRAIN_WITHIN: Nanos = Nanos(5_000_000_000);

/// How long each worker of a service has to answer a first request.
pub const FIRST_ANSWER_WITHIN: Nanos = Nanos(10_000_000_000);

/// The response header that says which worker has answered.
pub const WORKER_HEADER: &str = "x-virgil-worker";

/// What became of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectionStep {
    /// The kernel has accepted it and given it to its worker, whose turn it was.
    Opened,
    /// Its worker has closed it, as a rule since the client had.
    Closed,
}

/// A connection that came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionChange {
    /// Who holds it.
    pub worker: u32,
    /// The client's port: no two connections that are open have the same.
    pub port: u16,
    /// When.
    pub at: Nanos,
    /// Which of both.
    pub step: ConnectionStep,
}

/// How many requests were answered with the same status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// HTTP's status, such as 200. 500 also if the app has raised something; 0 if it was not answered at all, since the
    /// client was gone.
    pub status: u16,
    /// How many.
    pub count: u32,
}

//! Requests beside one that takes long: what its neighbours have to wait.

use serde::{Deserialize, Serialize};

use super::{Latencies, LoadPart};

/// How long the answers to all others took before one more client asked for something else, and beside it. Only good
/// answers, by when their requests were due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// The request of that one more client, the neighbour, and how long its answers took.
    pub neighbour: LoadPart,
    /// In the first half, without it.
    pub alone: Option<Latencies>,
    /// In the second half, of workers that the neighbour had no answer from; of all if no worker said its name.
    pub elsewhere: Option<Latencies>,
    /// In the second half, of the worker that answers the neighbour, too.
    pub same: Option<Latencies>,
}

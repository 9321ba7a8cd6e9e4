//! What went wrong, told from the errors of the system and of hyper.

use std::error::Error;
use std::io::{self, ErrorKind};

use shared::Failure;

/// Why there is no connection.
pub fn unconnected(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::ConnectionRefused => Failure::Refused,
        ErrorKind::TimedOut => Failure::TimedOut,
        _ => Failure::Unconnected,
    }
}

/// Why there is no whole answer on a connection.
pub fn unanswered(error: &hyper::Error) -> Failure {
    if error.is_parse() && !error.is_incomplete_message() {
        return Failure::Malformed;
    }
    let system = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    match system {
        // How hyper reports chunks that are none.
        Some(ErrorKind::InvalidInput | ErrorKind::InvalidData) => Failure::Malformed,
        _ => Failure::ClosedEarly,
    }
}

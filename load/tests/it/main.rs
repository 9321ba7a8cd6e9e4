//! The generator against real sockets: servers that answer, and every other kind.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod agreement;
mod answers;
mod harness;
mod server;
mod troubles;

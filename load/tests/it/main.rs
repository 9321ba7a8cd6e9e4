//! The generator against real sockets: servers that answer, and every other kind.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod answers;
mod figures;
mod harness;
mod server;
mod troubles;

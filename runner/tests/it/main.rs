//! The runner from outside: a real server, at a real port.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its helpers")]

mod check;
#[path = "../decks/mod.rs"]
mod decks;
mod doctor;
mod environment;
mod export;
mod gate;
mod generator;
mod harness;
mod module;
mod page;
mod start;
mod stream;

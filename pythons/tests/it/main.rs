//! Machines with stand-ins for Pythons, and this machine with its real ones.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in its helpers")]

mod machine;

mod finding;
mod real;
mod remembering;

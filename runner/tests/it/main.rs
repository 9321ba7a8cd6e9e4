//! The runner from outside: a real server, at a real port.

mod gate;
mod harness;
mod page;
mod start;

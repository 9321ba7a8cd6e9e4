//! Machines with stand-ins for Pythons, and this machine with its real ones.
#![cfg(unix)]

mod machine;

mod finding;
mod real;
mod remembering;

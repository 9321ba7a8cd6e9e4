//! Virgil's runner: serves the page, supervises the kernels, keeps the edits, runs files. It knows no Python.

pub mod check;
pub mod config;

pub mod content;
pub mod progress;
pub mod store;
pub mod workshop;

pub mod assets;
pub mod follow;
pub mod gate;
pub mod link;
pub mod page;
pub mod routes;
pub mod server;
pub mod session;

pub mod archive;
pub mod doctor;
pub mod engine;
pub mod environment;
pub mod export;
pub mod kernels;
pub mod limits;
pub mod outputs;
pub mod packed;
pub mod programs;
pub mod recording;
pub mod system;

pub mod command;

mod browser;
#[cfg(test)]
mod damage;
mod stop;

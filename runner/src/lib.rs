//! Virgil's runner: serves the page, supervises the kernels, keeps the edits. It knows no Python.

pub mod engine;
pub mod kernels;
pub mod session;
pub mod system;

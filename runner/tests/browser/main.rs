//! The page as people use it: a real Chromium, the real runner, real kernels.
//!
//! Needs `chromedriver` and Chromium on PATH, a built page in `dist/` and a kernel: `cargo xtask test` sees to it.
//! Pictures for people to look at are written to `target/pictures/`.

#![expect(clippy::unwrap_used, reason = "what goes wrong in a test ends it")]

#[path = "../decks/mod.rs"]
mod decks;
mod harness;
mod inputs;
mod lanes;
mod window;
mod wire;

mod budget;
mod cells;
mod charts;
mod clickers;
mod deck;
mod edit;
mod endings;
mod exported;
mod figures;
mod find;
mod hostile;
mod kept;
mod late;
mod learning;
mod look;
mod lost;
mod memory;
mod navigate;
mod notebook;
mod output;
mod pace;
mod pictures;
mod presenter;
mod race;
mod ready;
mod reasons;
mod recorded;
mod reload;
mod runs;
mod service;
mod steps;
mod stop;
mod theory;

//! The page: mounts cells into the slides that the runner rendered, and shows what the runner says.

mod app;
mod connection;
mod page;
mod saving;
mod slides;
mod theme;

mod doctor;
mod environment;

mod cell;
mod editor;
mod help;
mod output;
mod picker;
mod progress;
mod returned;
mod trouble;

mod charts;
mod text;

fn main() {
    console_error_panic_hook::set_once();
    app::start();
}

//! The page: mounts cells into the slides that the runner rendered, and shows what the runner says.

mod app;
mod connection;
mod download;
mod export;
mod keyboard;
mod late;
mod live;
mod notebook;
mod overview;
mod pace;
mod page;
mod presenter;
mod saving;
mod shelf;
mod shortcuts;
mod slides;
mod tabs;
mod theme;
mod trying;

mod doctor;
mod each;
mod environment;

mod above;
mod cell;
mod changes;
mod choices;
mod editor;
mod elapsed;
mod help;
mod learning;
mod marks;
mod mistakes;
mod number;
mod output;
mod parameters;
mod picker;
mod progress;
mod reasons;
mod recorded;
mod remarks;
mod returned;
mod runs;
mod sight;
mod trouble;
mod undo;
mod versions;
mod windows;

mod charts;
mod text;

fn main() {
    console_error_panic_hook::set_once();
    app::start();
}

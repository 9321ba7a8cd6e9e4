//! How tasks are executed: one file for each mode.

use shared::Mode;

use crate::interpreter::{Attachment, detached};
use crate::lap::{Kernel, Lap, Measured};
use crate::object::Object;

mod coordinator;
pub mod processes;
pub mod script;
mod sequential;
mod subinterpreters;
mod threads;

/// Executes a lap's tasks. `work` is the main interpreter's.
pub fn execute(attachment: &Attachment, kernel: &Kernel, lap: &'static Lap, work: Object) -> Measured {
    match lap.mode {
        Mode::Sequential => sequential::execute(attachment, lap, work),
        Mode::Threads => threads::execute(attachment, lap, work),
        Mode::Subinterpreters => detached(|| subinterpreters::execute(lap)),
        Mode::Processes => detached(|| processes::execute(&kernel.python, lap)),
    }
}

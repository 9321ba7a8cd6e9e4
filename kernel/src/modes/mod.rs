//! How tasks are executed: one file for each mode.

use shared::Mode;

use crate::ending;
use crate::interpreter::{Attachment, detached};
use crate::lap::{Kernel, Lap, Measured};
use crate::object::Object;
use crate::value::Reference;

mod coordinator;
pub mod processes;
pub mod script;
mod sequential;
mod subinterpreters;
mod threads;

/// Executes a lap's tasks. `work` is the main interpreter's.
pub fn execute(attachment: &Attachment, kernel: &Kernel, lap: &'static Lap, work: Object) -> Measured {
    // A lap that fails while workers go on is ended from here: to attach again may take as long as they keep the GIL.
    let apart = |mode: &dyn Fn() -> Measured| detached(|| mode().or_else(|ending| ending::end(ending)));
    match lap.mode {
        Mode::Sequential => sequential::execute(attachment, lap, work),
        // The build makes the difference.
        Mode::Threads | Mode::FreeThreaded => {
            let work = Reference::new(work).shared();
            apart(&|| threads::execute(lap, work))
        }
        Mode::Subinterpreters => apart(&|| subinterpreters::execute(lap)),
        Mode::Processes => apart(&|| processes::execute(&kernel.python, lap)),
    }
}

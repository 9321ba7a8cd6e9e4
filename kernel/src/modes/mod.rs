//! How tasks are executed: one file for each mode.

use shared::Mode;

use crate::ending;
use crate::helpers::{Helpers, Part};
use crate::interpreter::{Attachment, detached};
use crate::lap::{Kernel, Lap, Measured};
use crate::object::{Object, Outcome};
use crate::value::Reference;

mod asyncio;
pub mod coordinator;
mod library;
mod pools;
pub mod processes;
pub mod script;
mod sequential;
mod shared_gil;
mod subinterpreters;
mod threads;

/// What a mode needs of Python's own modules, loaded before the folder of the source can be searched for them.
///
/// # Errors
/// What the import raises.
pub fn load(attachment: &Attachment, mode: Mode) -> Outcome<Option<Helpers>> {
    let part = match mode {
        Mode::Asyncio => Part::Coroutines,
        Mode::ThreadPool | Mode::InterpreterPool | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => Part::Pools,
        Mode::Sequential
        | Mode::Threads
        | Mode::Subinterpreters
        | Mode::SharedGil
        | Mode::Processes
        | Mode::FreeThreaded => return Ok(None),
    };
    let helpers = Helpers::load(attachment, part)?;
    helpers.call(c"prepare", &[])?;
    Ok(Some(helpers))
}

/// Executes a lap's tasks. `work` is the main interpreter's, and `library` what [`load`] gave.
pub fn execute(
    attachment: &Attachment,
    (kernel, library): (&Kernel, Option<&Helpers>),
    lap: &'static Lap,
    work: Object,
) -> Measured {
    let loaded = || library.expect("the mode's helpers were loaded before the source was replayed");
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
        Mode::SharedGil => apart(&|| shared_gil::execute(lap)),
        Mode::Processes => apart(&|| processes::execute(&kernel.python, lap)),
        Mode::Asyncio => asyncio::execute(attachment, loaded(), lap, &work),
        Mode::ThreadPool | Mode::InterpreterPool | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => {
            pools::execute(attachment, loaded(), lap, &work)
        }
    }
}

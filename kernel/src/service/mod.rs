//! A source that defines `app`, a WSGI or ASGI application: Hypercorn serves it, in an event loop of each worker's own.
//!
//! The kernel accepts connections (`acceptor`) and gives each to the worker whose turn it is, through a channel
//! (`connection`), in all modes alike. What the workers say is followed by the main thread (`coordinator`), which never
//! waits for a GIL; what they do is noted (`notes`).

mod connection;
mod turns;

pub mod natives;
mod notes;

mod acceptor;
mod first_request;

mod app;
pub mod child;
mod coordinator;
mod processes;
mod threads;
mod words;

use std::net::{Ipv4Addr, TcpListener};

use shared::{Ending, Mode, Raised};

use crate::interpreter::{Attachment, detached};
use crate::lap::{Kernel, Lap};
use crate::value::Reference;
use crate::{ending, free_threading, system};

use app::App;
pub use coordinator::drain;

/// Serves until the lap is told to drain, or stopped, or can't go on. Never returns: to attach again may take as long
/// as requests keep the GIL.
pub fn execute(attachment: &Attachment, kernel: &Kernel, lap: &'static Lap, port: u16) -> Ending {
    match prepare(attachment, kernel, lap, port) {
        Ok((listener, workers)) => detached(|| {
            ending::end(coordinator::serve(lap, listener, workers).unwrap_or_else(|ending| ending));
        }),
        Err(raised) => Ending::Raised(raised),
    }
}

/// How the workers of a mode come to their app.
#[derive(Debug, Clone, Copy)]
pub enum Workers {
    /// Threads of the main interpreter share it.
    Threads(&'static Reference),
    /// Each replays the source in an interpreter of its own, whose GIL is this.
    Interpreters(crate::subinterpreter::Lock),
    /// Each is a process with this python.
    Processes(&'static std::path::Path),
}

fn prepare(attachment: &Attachment, kernel: &Kernel, lap: &Lap, port: u16) -> Result<(TcpListener, Workers), Raised> {
    use crate::subinterpreter::Lock;
    let workers = match lap.mode {
        Mode::Sequential | Mode::Threads | Mode::FreeThreaded => {
            let app = App::replay_shared(attachment, kernel, lap)?;
            free_threading::check(attachment, &kernel.lap, lap.mode).map_err(|ending| match ending {
                Ending::Raised(raised) => raised,
                other => crate::lap::impossible(other.sentence()),
            })?;
            Workers::Threads(Reference::new(app).shared())
        }
        Mode::Subinterpreters => Workers::Interpreters(Lock::Own),
        Mode::SharedGil => Workers::Interpreters(Lock::Shared),
        Mode::Processes => Workers::Processes(Box::leak(kernel.python.clone().into_boxed_path())),
        Mode::Asyncio
        | Mode::ThreadPool
        | Mode::InterpreterPool
        | Mode::ProcessPoolForkserver
        | Mode::ProcessPoolSpawn => return Err(words::no_servers(lap.mode)),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| words::no_port(port, &error))?;
    system::let_many_wait(&listener);
    Ok((listener, workers))
}

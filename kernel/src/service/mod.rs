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
mod wish;
mod words;

use std::net::{Ipv4Addr, TcpListener};

use shared::{Ending, Mode, Nanos, Raised, Verdict, WORKER_HEADER};

use crate::interpreter::{Attachment, detached};
use crate::lap::{self, Kernel, Lap};
use crate::object::Object;
use crate::value::Reference;
use crate::{clock, ending, free_threading, system};

use app::App;
pub use coordinator::drain;

/// Serves until the lap is told to drain, or stopped, or can't go on. Never returns: to attach again may take as long
/// as requests keep the GIL. A check is called when the load is over, and can still ask the service.
pub fn execute(
    attachment: &Attachment,
    kernel: &Kernel,
    lap: &'static Lap,
    port: u16,
    check: Option<String>,
) -> Ending {
    match prepare(attachment, kernel, lap, port) {
        Ok((listener, workers)) => detached(|| {
            let judge = |port, began| Some(judge(kernel, lap, check.as_ref()?, port, began));
            ending::end(coordinator::serve(lap, listener, workers, judge).unwrap_or_else(|ending| ending));
        }),
        Err(raised) => Ending::Raised(raised),
    }
}

/// Calls the check, with a function that asks the service at this port.
fn judge(kernel: &Kernel, lap: &Lap, check: &str, port: u16, began: Nanos) -> Result<Verdict, Raised> {
    let attachment = kernel.state.attach();
    let judged = || {
        let (port, header) = (Object::int(&attachment, i64::from(port))?, Object::text(&attachment, WORKER_HEADER)?);
        let ask = kernel.lap.call(c"asking", &[&port, &header])?;
        lap::judge(&attachment, kernel, lap, check, &ask, (began, clock::now().since(began)))
    };
    judged().map_err(|exception| app::describe(&attachment, &exception, lap))
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
                other => lap::impossible(other.sentence()),
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

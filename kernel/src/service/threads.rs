//! Workers that are native threads of this process: of the main interpreter, or each with an interpreter of its own.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::mpsc::Sender;
use std::thread;

use shared::Raised;

use super::app::App;
use super::coordinator::Report;
use crate::helpers::{Helpers, Part};
use crate::interpreter::{Attachment, ThreadState};
use crate::lap::{Lap, impossible};
use crate::modes::coordinator::guarded;
use crate::object::Exception;
use crate::output::Label;
use crate::raised::{self, Scene};
use crate::subinterpreter::{self, Lock};
use crate::value::Reference;
use crate::worker::{STACK_BYTES, WorkerEnd};
use crate::{cancel, clock, output, streams};

/// Starts a thread of the main interpreter that serves this app.
///
/// # Errors
/// If it can't be started.
pub fn share(
    lap: &'static Lap,
    worker: u32,
    channel: OwnedFd,
    shared: &'static Reference,
    reports: Sender<Report>,
) -> io::Result<()> {
    on_thread(worker, reports, move |reports| {
        let state = ThreadState::in_main();
        let attachment = state.attach();
        let interruptible = cancel::interruptible(&attachment);
        let app = App { worker, file: &lap.source.file, mode: lap.mode };
        let served = app.load(&attachment).and_then(|service| {
            // Nobody hears it if the lap has ended meanwhile.
            let _ = reports.send(Report::Replayed);
            // SAFETY: attached to the main interpreter.
            let application = unsafe { shared.object() };
            app.serve(&attachment, &service, &application, channel)
        });
        drop(interruptible);
        // The thread's state is left as the app has left it, and ends with the process.
        served
    })
}

/// Starts a thread with an interpreter of its own, which replays the source and serves its app.
///
/// # Errors
/// If it can't be started.
pub fn replay(lap: &'static Lap, worker: u32, channel: OwnedFd, lock: Lock, reports: Sender<Report>) -> io::Result<()> {
    on_thread(worker, reports, move |reports| {
        let state = subinterpreter::create(lock).map_err(|sentence| Raised {
            worker: Some(worker),
            ..impossible(format!("An interpreter could not be made: {sentence}. Run with fewer workers."))
        })?;
        let attachment = state.attach();
        let interruptible = cancel::interruptible(&attachment);
        let app = App { worker, file: &lap.source.file, mode: lap.mode };
        let set_up = || {
            let helpers = Helpers::load(&attachment, Part::Worker)?;
            streams::install(&attachment, &helpers, Some(worker)).map(|()| helpers)
        };
        let serve = || {
            let helpers = set_up().map_err(|exception| describe(&attachment, lap, worker, &exception))?;
            lap.ledger.replaying(worker, clock::now());
            let (application, service) = app.replay(&attachment, &helpers, &lap.source)?;
            // Nobody hears it if the lap has ended meanwhile.
            let _ = reports.send(Report::Replayed);
            app.serve(&attachment, &service, &application, channel)
        };
        let served = serve();
        drop(interruptible);
        served
    })
}

fn describe(attachment: &Attachment, lap: &Lap, worker: u32, exception: &Exception) -> Raised {
    let place = Label { worker: Some(worker), task: None };
    let kind = shared::SourceKind::Service;
    raised::describe(attachment, exception, Scene { file: &lap.source.file, kind, mode: lap.mode, place })
}

fn on_thread(
    worker: u32,
    reports: Sender<Report>,
    serve: impl FnOnce(&Sender<Report>) -> Result<(), Raised> + Send + 'static,
) -> io::Result<()> {
    let body = move || {
        output::set_worker(Some(worker));
        let end = guarded(worker, || match serve(&reports) {
            Ok(()) => WorkerEnd::Completed(Vec::new()),
            Err(raised) => WorkerEnd::Raised(raised),
        });
        // Nobody hears it if the lap has ended meanwhile.
        let _ = reports.send(Report::Ended(worker, end.into()));
    };
    thread::Builder::new().name(format!("worker {worker}")).stack_size(STACK_BYTES).spawn(body).map(drop)
}

//! Workers that are processes: kernels that this kernel starts, as for workloads, each with an end of a channel.

use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use shared::{ConnectionStep, Death, LapEvent};

use super::coordinator::Report;
use super::notes::Notes;
use crate::lap::Lap;
use crate::modes::coordinator::guarded;
use crate::modes::processes::{ChildCommand, ChildEvent, hear, start_process};
use crate::output::{self, Label};
use crate::source::Source;
use crate::worker::WorkerEnd;
use crate::{cancel, capture, outbox, pipe, system};

type Command<'source> = ChildCommand<&'source Source, ()>;

/// A worker process, as the kernel sees it.
struct Worker {
    number: u32,
    process: u32,
    commands: Mutex<UnixStream>,
}

static WORKERS: Mutex<Vec<Arc<Worker>>> = Mutex::new(Vec::new());

/// Starts one that replays the source and serves its app.
///
/// # Errors
/// If it can't be started.
pub fn start(
    lap: &'static Lap,
    number: u32,
    channel: OwnedFd,
    python: &Path,
    notes: &'static Notes,
    reports: Sender<Report>,
) -> io::Result<()> {
    let (process, near) = start_process(number, python, Some(&channel))?;
    let worker = Arc::new(Worker { number, process, commands: Mutex::new(near.try_clone()?) });
    worker.command(&ChildCommand::Share(lap.workers))?;
    worker.command(&ChildCommand::Serve(&lap.source, lap.workers))?;
    WORKERS.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&worker));
    let cancelled = Arc::clone(&worker);
    // A child that doesn't hear it is killed with the others.
    cancel::on_request(move || drop(cancelled.command(&ChildCommand::Cancel)));
    thread::Builder::new().name(format!("worker {number}")).spawn(move || {
        let listen = || worker.listen(near, lap, notes, &reports);
        // Nobody hears it if the lap has ended meanwhile.
        let _ = reports.send(Report::Ended(number, guarded(number, listen).into()));
    })?;
    Ok(())
}

/// Measurement begins, in all that were started.
pub fn begin() {
    for worker in WORKERS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        // If it has died, its end of the socket says so to the listener.
        let _ = worker.command(&ChildCommand::Begin);
    }
}

impl Worker {
    fn command(&self, command: &Command) -> io::Result<()> {
        let frame = pipe::frame(command)?;
        self.commands.lock().unwrap_or_else(PoisonError::into_inner).write_all(&frame)
    }

    /// Passes on what it says until it ends: how.
    fn listen(
        &self,
        mut events: UnixStream,
        lap: &'static Lap,
        notes: &'static Notes,
        reports: &Sender<Report>,
    ) -> WorkerEnd {
        while let Some(event) = hear(&mut events) {
            match event {
                ChildEvent::Lap(event) => self.pass_on(event, lap, notes),
                ChildEvent::Ready { replaying, .. } => {
                    lap.memory.process_ready(self.number, self.process);
                    lap.ledger.replaying(self.number, replaying);
                    // Nobody hears it if the lap has ended meanwhile.
                    let _ = reports.send(Report::Replayed);
                }
                // The same.
                ChildEvent::LoadWished(wish) => outbox::wish(wish),
                ChildEvent::Counting => drop(reports.send(Report::Counting)),
                ChildEvent::Waiting(requests) => notes.set_waiting(self.number, requests),
                ChildEvent::Seen(seen) => lap.ledger.see(self.number, seen),
                ChildEvent::Closed(closing) => {
                    lap.memory.process_done(self.number);
                    lap.ledger.close_once(self.number, closing);
                    return WorkerEnd::Completed(Vec::new());
                }
                ChildEvent::Raised(_, raised) => return WorkerEnd::Raised(raised),
                // A service has no tasks.
                ChildEvent::Done(..) | ChildEvent::Progressed(..) => {}
            }
        }
        WorkerEnd::Died(self.death())
    }

    fn pass_on(&self, event: LapEvent, lap: &Lap, notes: &Notes) {
        let track = lap.tracks.of(self.number);
        match event {
            LapEvent::Output { worker, task, stream, text } => {
                output::forward(Label { worker, task }, stream, text);
            }
            LapEvent::Spans { spans, .. } => spans.into_iter().for_each(|span| track.end(span)),
            LapEvent::Progress { running, .. } => match running.first() {
                Some(running) => track.begin(running.task, running.start),
                None => track.pause(),
            },
            LapEvent::Connections { changes } => {
                let closed = changes.into_iter().filter(|change| change.step == ConnectionStep::Closed);
                closed.for_each(|change| notes.changed(change));
            }
            event @ (LapEvent::Answered { .. } | LapEvent::States { .. } | LapEvent::Sampled { .. }) => {
                outbox::send(event);
            }
            // Nothing else of a child is what a runner would want to know.
            _ => {}
        }
    }

    fn death(&self) -> Death {
        let (cause, peak_memory) = system::wait_for(self.process);
        capture::finish(Some(self.number));
        let running = Lap::current().and_then(|lap| lap.tracks.of(self.number).running(self.number));
        let task = running.map(|running| running.task);
        Death { cause, worker: Some(self.number), task, peak_memory, last_line: output::last_line(self.number) }
    }
}

//! Child processes: kernels that this kernel starts, each with the source replayed, each given one task at a time.

use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde::{Deserialize, Serialize};
use shared::{Death, Ending, LapEvent, LoadWish, Nanos, Raised, Span};

use crate::lap::{Lap, Measured, impossible};
use crate::ledger::Closing;
use crate::modes::coordinator::{Report, coordinate, guarded};
use crate::output::{self, Label};
use crate::sampler::Seen;
use crate::value::Value;
use crate::worker::WorkerEnd;
use crate::{cancel, capture, clock, outbox, pipe, system};

pub mod child;

/// To a child: sent with borrowed values, received with owned ones.
#[derive(Debug, Serialize, Deserialize)]
pub enum ChildCommand<Source, Item> {
    /// First: this is the source.
    Replay(Source),
    /// First, to a worker of a pool: this is the source, and tasks are calls.
    ReplayForPool(Source),
    /// First, to one that serves: this is the source, and so many processes serve it.
    Serve(Source, u32),
    /// So many processes share the machine with the sampling of each.
    Share(u32),
    /// Execute this.
    Task(u32, Item),
    /// To one that serves: measurement begins.
    Begin,
    /// There is nothing more to do.
    Close,
    /// End softly.
    Cancel,
}

/// From a child.
#[derive(Debug, Serialize, Deserialize)]
pub enum ChildEvent {
    /// Something happened that the kernel passes on.
    Lap(LapEvent),
    /// The source was replayed.
    Ready {
        /// Since when.
        replaying: Nanos,
        /// Until when.
        at: Nanos,
    },
    /// A task was executed.
    Done(Span, Value),
    /// A call of a pool is done so far, in millionths.
    Progressed(u32, u32),
    /// Something was raised.
    Raised(Option<Span>, Raised),
    /// What the source says of the load to put on it.
    LoadWished(Box<LoadWish>),
    /// It counts requests from now on.
    Counting,
    /// So many requests have come to it and are not dealt with.
    Waiting(u32),
    /// The sampler saw this of the worker; before `Closed`.
    Seen(Seen),
    /// Nothing more will be done.
    Closed(Closing),
}

/// A worker process, as the kernel sees it.
struct Worker {
    number: u32,
    process: u32,
    commands: Mutex<UnixStream>,
    /// What it executes, and what it has executed.
    progress: Mutex<Progress>,
    reports: Sender<Report>,
}

#[derive(Default)]
struct Progress {
    task: Option<u32>,
    results: Vec<(u32, Value)>,
    /// It was told that there is nothing more to do.
    closing: bool,
    ended: bool,
}

/// Executes a lap.
pub fn execute(python: &Path, lap: &'static Lap) -> Measured {
    let (sender, reports) = channel();
    let mut workers = Vec::new();
    for number in 0..lap.workers {
        let worker = Worker::start(number, python, lap, sender.clone()).map_err(|error| {
            let sentence = format!("Worker process {number} could not start: {error}. Run with fewer workers.");
            Ending::Raised(impossible(sentence))
        })?;
        workers.push(worker);
    }
    for worker in &workers {
        let worker = Arc::clone(worker);
        // A child that doesn't hear it is killed with the others.
        cancel::on_request(move || drop(worker.command(&ChildCommand::Cancel)));
    }
    coordinate(lap, &reports, || workers.iter().for_each(|worker| worker.feed(lap)))
}

/// Starts a worker process: its number, and the socket on which it hears and speaks. Its descriptors 1 and 2 are
/// captured, and it is given the channel if it is to serve.
///
/// # Errors
/// If it can't be started.
pub fn start_process(number: u32, python: &Path, channel: Option<&OwnedFd>) -> std::io::Result<(u32, UnixStream)> {
    let (near, far) = system::socket_pair()?;
    let (output, written) = system::pipe()?;
    let mut command = Command::new(system::OWN_PROGRAM);
    command.args(["--fd", "3", "--worker", &number.to_string(), "--origin", &clock::origin().to_string()]);
    command.args(channel.iter().flat_map(|_| ["--channel", "4"]));
    command.arg("--python").arg(python).stdin(Stdio::null());
    let process = system::spawn(&mut command, &far, &written, channel)?.id();
    capture::start(output, Some(number))?;
    Ok((process, near))
}

/// What a worker process says next; none once it says nothing more. One whose code wrote to its socket can't be
/// understood any more, and hears so: it ends with [`shared::UNHEARD_STATUS`].
pub fn hear(events: &mut UnixStream) -> Option<ChildEvent> {
    let heard = pipe::read(events);
    if heard.as_ref().is_err_and(|error| matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::Other)) {
        // If it is closed already, the process ends by itself.
        let _ = events.shutdown(Shutdown::Both);
    }
    heard.ok()
}

impl Worker {
    fn start(number: u32, python: &Path, lap: &'static Lap, reports: Sender<Report>) -> std::io::Result<Arc<Worker>> {
        let (process, near) = start_process(number, python, None)?;
        let worker =
            Worker { number, process, commands: Mutex::new(near.try_clone()?), progress: Mutex::default(), reports };
        worker.command(&ChildCommand::Share(lap.workers))?;
        worker.command(&ChildCommand::Replay(&lap.source))?;
        let worker = Arc::new(worker);
        let listening = Arc::clone(&worker);
        thread::Builder::new().name(format!("worker {number}")).spawn(move || {
            listening.end(guarded(number, || listening.listen(near, lap)));
        })?;
        Ok(worker)
    }

    fn command(&self, command: &ChildCommand<&crate::source::Source, &Value>) -> std::io::Result<()> {
        let frame = pipe::frame(command)?;
        self.commands.lock().unwrap_or_else(PoisonError::into_inner).write_all(&frame)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives it the next task, or tells it that there is none.
    fn feed(&self, lap: &Lap) {
        match lap.dispatcher.next() {
            Some(task) => {
                self.progress().task = Some(task);
                lap.tracks.of(self.number).begin(task, clock::now());
                // If it has died, its end of the socket says so to the listener.
                let _ = self.command(&ChildCommand::Task(task, &lap.items[task as usize]));
            }
            // It may be replaying a source that nothing interrupts: nobody waits for it any more.
            None if cancel::is_requested() => self.complete(),
            None => {
                self.progress().closing = true;
                // As above.
                let _ = self.command(&ChildCommand::Close);
            }
        }
    }

    /// Reports that it has nothing more to do.
    fn complete(&self) {
        let results = std::mem::take(&mut self.progress().results);
        self.end(WorkerEnd::Completed(results));
    }

    /// Reports how it ended, once.
    fn end(&self, end: WorkerEnd) {
        if !std::mem::replace(&mut self.progress().ended, true) {
            // Nobody hears it if the lap has ended meanwhile.
            let _ = self.reports.send(Report::Ended(end));
        }
    }

    /// Passes on what it says, and gives it tasks as it asks for them. How it ended, unless that was reported before.
    fn listen(&self, mut events: UnixStream, lap: &'static Lap) -> WorkerEnd {
        while let Some(event) = hear(&mut events) {
            match event {
                ChildEvent::Lap(LapEvent::Output { worker, task, stream, text }) => {
                    output::forward(Label { worker, task }, stream, text);
                }
                ChildEvent::Lap(event @ (LapEvent::States { .. } | LapEvent::Sampled { .. })) => outbox::send(event),
                // Nothing else of a child is what a runner would want to know, and only services have requests.
                ChildEvent::Lap(_) | ChildEvent::LoadWished(_) | ChildEvent::Counting | ChildEvent::Waiting(_) => {}
                // Of pools.
                ChildEvent::Progressed(..) => {}
                ChildEvent::Ready { replaying, at } => {
                    lap.memory.process_ready(self.number, self.process);
                    lap.ledger.replaying(self.number, replaying);
                    // Nobody hears it if the lap has ended meanwhile.
                    let _ = self.reports.send(Report::Ready { worker: self.number, at });
                }
                ChildEvent::Done(span, value) => {
                    lap.tracks.of(self.number).end(span);
                    let mut progress = self.progress();
                    progress.task = None;
                    progress.results.push((span.task, value));
                    drop(progress);
                    lap.dispatcher.returned();
                    self.feed(lap);
                }
                ChildEvent::Seen(seen) => lap.ledger.see(self.number, seen),
                ChildEvent::Closed(closing) => {
                    lap.memory.process_done(self.number);
                    lap.ledger.close(self.number, closing);
                    lap.ledger.carry(self.number, &lap.items, &self.progress().results);
                    self.complete();
                }
                ChildEvent::Raised(span, raised) => {
                    lap.dispatcher.stop();
                    span.into_iter().for_each(|span| lap.tracks.of(self.number).end(span));
                    self.end(WorkerEnd::Raised(raised));
                }
            }
        }
        if self.progress().closing {
            // It had done all that it was asked to do.
            self.complete();
        }
        lap.dispatcher.stop();
        WorkerEnd::Died(self.death())
    }

    fn death(&self) -> Death {
        let (cause, peak_memory) = system::wait_for(self.process);
        capture::finish(Some(self.number));
        let task = self.progress().task;
        Death { cause, worker: Some(self.number), task, peak_memory, last_line: output::last_line(self.number) }
    }
}

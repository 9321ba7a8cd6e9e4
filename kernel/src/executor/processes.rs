//! Workers that are processes, each given one call at a time.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use shared::{Death, LapEvent, Raised};

use super::call::{Answer, Argument, Call};
use super::{BROKEN, Lane, Pool, sentence};
use crate::modes::processes::{ChildCommand, ChildEvent, hear, start_process};
use crate::output::{self, Label};
use crate::source::Source;
use crate::value::Value;
use crate::{cancel, capture, clock, outbox, pipe, raised, sampler, system};

type Command<'item> = ChildCommand<&'item Source, &'item Value>;

/// A worker process, as the kernel sees it.
struct Worker {
    pool: &'static Pool,
    number: u32,
    process: u32,
    commands: Mutex<UnixStream>,
    lane: Option<Lane>,
    /// What it executes.
    call: Mutex<Option<Arc<Call>>>,
}

/// Starts a worker.
///
/// # Errors
/// If it can't be started.
pub fn start(pool: &'static Pool, number: u32, python: &Path) -> io::Result<()> {
    let (process, near) = start_process(pool.label(number), python, None)?;
    let (commands, lane) = (Mutex::new(near.try_clone()?), pool.lane(number));
    let worker = Arc::new(Worker { pool, number, process, commands, lane, call: Mutex::default() });
    worker.command(&ChildCommand::Share(pool.plan.workers + 1))?;
    worker.command(&ChildCommand::ReplayForPool(pool.plan.source))?;
    let stopped = Arc::clone(&worker);
    // One that doesn't hear it is killed with the others.
    cancel::on_request(move || drop(stopped.command(&ChildCommand::Cancel)));
    let (free, frees) = channel();
    let listening = Arc::clone(&worker);
    thread::Builder::new().name(format!("hear {number}")).spawn(move || {
        sampler::leave_out_this_thread();
        let why = listening.listen(near, &free);
        pool.ended(why);
    })?;
    let feed = move || {
        sampler::leave_out_this_thread();
        worker.feed(&frees);
    };
    thread::Builder::new().name(format!("feed {number}")).spawn(feed).map(drop)
}

impl Worker {
    fn command(&self, command: &Command) -> io::Result<()> {
        let frame = pipe::frame(command)?;
        self.commands.lock().unwrap_or_else(PoisonError::into_inner).write_all(&frame)
    }

    /// Gives it a call whenever it is free.
    fn feed(&self, free: &Receiver<()>) {
        while free.recv().is_ok() {
            let Some(call) = self.pool.take(self.number) else {
                // If it has died, its end of the socket says so to the listener.
                let _ = self.command(&ChildCommand::Close);
                return;
            };
            let Argument::Pickle(pickle) = &call.argument else { return };
            let item = Value::Bytes(pickle.bytes().to_vec());
            if let Some(lane) = self.lane {
                lane.track().begin(call.number, clock::now());
            }
            let number = call.number;
            *self.call.lock().unwrap_or_else(PoisonError::into_inner) = Some(call);
            // As above.
            let _ = self.command(&ChildCommand::Task(number, &item));
        }
    }

    fn take_call(&self) -> Option<Arc<Call>> {
        self.call.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Passes on what it says until it ends: why it could do no more, if it had to.
    fn listen(&self, mut events: UnixStream, free: &Sender<()>) -> Option<Raised> {
        while let Some(event) = hear(&mut events) {
            match event {
                ChildEvent::Lap(LapEvent::Output { worker, task, stream, text }) => {
                    output::forward(Label { worker, task }, stream, text);
                }
                ChildEvent::Lap(event @ (LapEvent::States { .. } | LapEvent::Sampled { .. })) => {
                    if self.lane.is_some() {
                        outbox::send(event);
                    }
                }
                ChildEvent::Ready { replaying, at } => {
                    if let Some(Lane { number, lap }) = self.lane {
                        lap.memory.process_ready(number, self.process);
                        lap.ledger.replaying(number, replaying);
                        lap.ready(number, at);
                    }
                    self.pool.ready();
                    // The feeder lives as long as there is something to feed.
                    let _ = free.send(());
                }
                ChildEvent::Done(span, value) => {
                    self.lane.iter().for_each(|lane| lane.track().end(span));
                    if let (Some(call), Value::Bytes(bytes)) = (self.take_call(), value) {
                        self.pool.answer(call, Answer::Pickle(bytes));
                    }
                    // As above.
                    let _ = free.send(());
                }
                ChildEvent::Progressed(task, millionths) => {
                    let call = self.call.lock().unwrap_or_else(PoisonError::into_inner);
                    call.iter().filter(|call| call.number == task).for_each(|call| call.set_progress(millionths));
                }
                ChildEvent::Seen(seen) => {
                    if let Some(Lane { number, lap }) = self.lane {
                        lap.ledger.see(number, seen);
                    }
                }
                ChildEvent::Closed(closing) => {
                    if let Some(Lane { number, lap }) = self.lane {
                        lap.memory.process_done(number);
                        lap.ledger.close_once(number, closing);
                    }
                    return None;
                }
                ChildEvent::Raised(_, raised) => {
                    self.give_up(&sentence(&raised));
                    return Some(raised);
                }
                // Of those that serve.
                ChildEvent::Lap(_) | ChildEvent::LoadWished(_) | ChildEvent::Counting | ChildEvent::Waiting(_) => {}
            }
        }
        let (cause, peak_memory) = system::wait_for(self.process);
        let label = self.pool.label(self.number);
        capture::finish(Some(label));
        let task = self.call.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|call| call.number);
        let death = Death { cause, worker: Some(self.number), task, peak_memory, last_line: output::last_line(label) };
        let why = raised::said(BROKEN, death.of_a_pool());
        if let Some(lane) = self.lane {
            outbox::send(LapEvent::WorkerDied(Box::new(Death { worker: Some(lane.number), ..death })));
        }
        self.give_up(&why.message);
        Some(why)
    }

    /// What it executed has no answer.
    fn give_up(&self, why: &str) {
        if let Some(lane) = self.lane {
            lane.track().pause();
        }
        if let Some(call) = self.take_call() {
            self.pool.answer(call, Answer::Broken(why.to_owned()));
        }
    }
}

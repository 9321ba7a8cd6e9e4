//! Executing tasks: the loop that all modes share.

use std::time::Duration;

use shared::{Mode, Nanos, Raised, SourceKind, Span};

use crate::cpu::CpuMeter;
use crate::interpreter::{Attachment, detached};
use crate::lap::Lap;
use crate::ledger::Closing;
use crate::object::Object;
use crate::output::{self, Label};
use crate::raised::Scene;
use crate::unfit::{self, Thing};
use crate::value::{Exchange, Value};
use crate::{clock, raised, sampler};

/// `work` may be native code that never lets the GIL go: the loop does it then, as often as Python code would.
const PAUSE_EVERY: Duration = Duration::from_millis(5);

/// The stack of a thread that executes Python: deep recursion ends in RecursionError there, not in a crash.
pub const STACK_BYTES: usize = 16 * 1024 * 1024;

/// What executes tasks: a thread that is attached to an interpreter in which the source was replayed.
#[derive(Debug)]
pub struct Worker<'interpreter> {
    /// Its number.
    pub number: u32,
    /// It is attached.
    pub attachment: &'interpreter Attachment<'interpreter>,
    /// The learner's function.
    pub work: Object,
    /// How items and results reach it.
    pub exchange: Exchange<'interpreter>,
    /// Its thread's CPU time.
    pub cpu: CpuMeter,
    /// The lap's mode.
    pub mode: Mode,
    /// The learner's file.
    pub file: &'interpreter str,
}

/// One task that was executed.
#[derive(Debug)]
pub enum Executed {
    /// It returned something that the mode can use.
    Completed(Span, Value),
    /// It was not called, since its item could not be unpickled; or it raised, or what it returned can't be used.
    Raised(Option<Span>, Raised),
}

/// How a worker ended.
#[derive(Debug)]
pub enum WorkerEnd {
    /// There was nothing more to do: its results, by task.
    Completed(Vec<(u32, Value)>),
    /// Something was raised.
    Raised(Raised),
    /// Its process died.
    Died(shared::Death),
}

impl Worker<'_> {
    /// Executes the tasks that the lap's dispatcher gives, until there are no more.
    pub fn execute_all(&self, lap: &Lap) -> WorkerEnd {
        let track = lap.tracks.of(self.number);
        let share = lap.dispatcher.tasks() as usize / lap.workers as usize;
        let mut results = Vec::with_capacity(share + share / 4);
        let mut paused = clock::now();
        while let Some(task) = self.next(lap) {
            let executed = self.execute(task, &lap.items[task as usize], |start| track.begin(task, start));
            match executed {
                Executed::Completed(span, result) => {
                    track.end(span);
                    results.push((task, result));
                    lap.dispatcher.returned();
                    if span.end.since(paused) > Nanos(PAUSE_EVERY.as_nanos() as u64) {
                        self.attachment.pause();
                        paused = span.end;
                    }
                }
                Executed::Raised(span, raised) => {
                    span.into_iter().for_each(|span| track.end(span));
                    lap.dispatcher.stop();
                    return WorkerEnd::Raised(raised);
                }
            }
        }
        lap.ledger.close(self.number, Closing::new(clock::now(), &self.exchange));
        lap.ledger.carry(self.number, &lap.items, &results);
        WorkerEnd::Completed(results)
    }

    fn next(&self, lap: &Lap) -> Option<u32> {
        match lap.dispatcher.waits() {
            // Others need the GIL meanwhile.
            true => detached(|| lap.dispatcher.next()),
            false => lap.dispatcher.next(),
        }
    }

    /// Executes one task; `begin` is told when.
    pub fn execute(&self, task: u32, item: &Value, begin: impl FnOnce(Nanos)) -> Executed {
        output::set_task(Some(task));
        let argument = match self.exchange.to_object(self.attachment, item) {
            Ok(argument) => argument,
            Err(exception) => {
                let thing = Thing::Item(task as usize);
                return Executed::Raised(None, unfit::arriving(self.attachment, &exception, thing, self.scene(task)));
            }
        };
        let start = self.cpu.start();
        begin(start);
        sampler::enter_work(self.number);
        let returned = self.work.call_one(&argument);
        sampler::leave_work(self.number);
        let (end, cpu) = self.cpu.end(start);
        let result = match returned {
            Ok(result) => self.exchange.to_result(self.attachment, result).map_err(|unfit| {
                unfit::departing(self.attachment, &unfit, Thing::Result(task as usize), self.scene(task))
            }),
            Err(exception) => Err(raised::describe(self.attachment, &exception, self.scene(task))),
        };
        drop(argument);
        output::set_task(None);
        let span = Span { task, start, end, cpu };
        match result {
            Ok(value) => Executed::Completed(span, value),
            Err(raised) => Executed::Raised(Some(span), raised),
        }
    }

    fn scene(&self, task: u32) -> Scene<'_> {
        let place = Label { worker: Some(self.number), task: Some(task) };
        Scene { file: self.file, kind: SourceKind::Workload, mode: self.mode, place }
    }
}

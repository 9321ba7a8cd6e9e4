//! Executing tasks: the loop that all modes share.

use std::time::Duration;

use shared::{Mode, Nanos, Raised, Span};

use crate::cpu::CpuMeter;
use crate::interpreter::Attachment;
use crate::lap::Lap;
use crate::object::{Exception, Object};
use crate::output::{self, Label};
use crate::value::{Exchange, Value};
use crate::{clock, raised};

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
pub struct Executed {
    /// When; none if its item could not be unpickled.
    pub span: Option<Span>,
    /// What it returned.
    pub result: Result<Value, Raised>,
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
        while let Some(task) = lap.dispatcher.next() {
            let executed = self.execute(task, &lap.items[task as usize], |start| track.begin(task, start));
            if let Some(span) = executed.span {
                track.end(span);
                if span.end.since(paused) > Nanos(PAUSE_EVERY.as_nanos() as u64) {
                    self.attachment.pause();
                    paused = span.end;
                }
            }
            match executed.result {
                Ok(result) => results.push((task, result)),
                Err(raised) => {
                    lap.dispatcher.stop();
                    return WorkerEnd::Raised(raised);
                }
            }
        }
        WorkerEnd::Completed(results)
    }

    /// Executes one task; `begin` is told when.
    pub fn execute(&self, task: u32, item: &Value, begin: impl FnOnce(Nanos)) -> Executed {
        output::set_task(Some(task));
        let argument = match self.exchange.to_object(self.attachment, item) {
            Ok(argument) => argument,
            Err(exception) => return Executed { span: None, result: Err(self.describe(&exception, task)) },
        };
        let start = self.cpu.start();
        begin(start);
        let returned = self.work.call_one(&argument);
        let (end, cpu) = self.cpu.end(start);
        let result = match returned {
            Ok(result) => self
                .exchange
                .to_value(self.attachment, result)
                .map_err(|exception| self.unpicklable(self.describe(&exception, task))),
            Err(exception) => Err(self.describe(&exception, task)),
        };
        drop(argument);
        output::set_task(None);
        Executed { span: Some(Span { task, start, end, cpu }), result }
    }

    fn describe(&self, exception: &Exception, task: u32) -> Raised {
        let place = Label { worker: Some(self.number), task: Some(task) };
        raised::describe(self.attachment, exception, self.file, place)
    }

    fn unpicklable(&self, raised: Raised) -> Raised {
        let sentence = format!(
            "What `work` returned can't be pickled, and in the mode {} results must be: they cross to another \
             interpreter. Return plain data, or objects of classes that stand at the top of the source.",
            self.mode
        );
        raised::explained(raised, &sentence)
    }
}

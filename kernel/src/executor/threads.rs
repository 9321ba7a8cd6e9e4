//! Workers that are native threads of this process: of the main interpreter, or each with an interpreter of its own.

use std::io;
use std::sync::Arc;
use std::thread;

use shared::{Mode, Raised, SourceKind, Span};

use super::call::{Answer, Argument, Call, Held};
use super::{Lane, Pool, progress};
use crate::cpu::CpuMeter;
use crate::helpers::{Helpers, Part};
use crate::interpreter::{Attachment, ThreadState, detached};
use crate::lap::impossible;
use crate::ledger::Closing;
use crate::object::{Exception, Object, Outcome};
use crate::output::{self, Label};
use crate::raised::{self, Scene};
use crate::source::ModuleName;
use crate::subinterpreter::{self, Lock};
use crate::value::Exchange;
use crate::worker::STACK_BYTES;
use crate::{cancel, clock, streams};

/// Starts a worker.
///
/// # Errors
/// If it can't be started.
pub fn start(pool: &'static Pool, worker: u32) -> io::Result<()> {
    let body = move || {
        output::set_worker(Some(pool.label(worker)));
        let why = match pool.plan.mode {
            Mode::Subinterpreters => in_interpreter(pool, worker, Lock::Own),
            Mode::SharedGil => in_interpreter(pool, worker, Lock::Shared),
            _ => here(pool, worker),
        };
        pool.ended(why.err());
    };
    thread::Builder::new().name(format!("worker {worker}")).stack_size(STACK_BYTES).spawn(body).map(drop)
}

fn here(pool: &'static Pool, worker: u32) -> Result<(), Raised> {
    let state = ThreadState::in_main();
    let attachment = state.attach();
    let interruptible = cancel::interruptible(&attachment);
    let served =
        serve(pool, worker, &attachment, c"direct").map_err(|exception| said(pool, worker, &attachment, &exception));
    drop(interruptible);
    served
}

fn in_interpreter(pool: &'static Pool, worker: u32, lock: Lock) -> Result<(), Raised> {
    let state = subinterpreter::create(lock).map_err(|sentence| {
        impossible(format!("An interpreter could not be made: {sentence}. Ask for fewer workers."))
    })?;
    let attachment = state.attach();
    let interruptible = cancel::interruptible(&attachment);
    let replay = || {
        let helpers = Helpers::load(&attachment, Part::Worker)?;
        streams::install(&attachment, &helpers, Some(pool.label(worker)))?;
        if let Some(lane) = pool.lane(worker) {
            lane.replaying();
        }
        pool.plan.source.execute(&attachment, &helpers, ModuleName::Replayed).map(drop)
    };
    let served = replay().and_then(|()| serve(pool, worker, &attachment, c"crossing"));
    let served = served.map_err(|exception| said(pool, worker, &attachment, &exception));
    drop(interruptible);
    served
}

/// What is said of a worker that can't go on.
fn said(pool: &Pool, worker: u32, attachment: &Attachment, exception: &Exception) -> Raised {
    let place = Label { worker: Some(pool.label(worker)), task: None };
    let scene = Scene { file: &pool.plan.source.file, kind: SourceKind::Script, mode: pool.plan.mode, place };
    raised::describe(attachment, exception, scene)
}

/// Executes calls until there are no more, by this function of [`Part::Called`].
fn serve(pool: &'static Pool, worker: u32, attachment: &Attachment, by: &std::ffi::CStr) -> Outcome<()> {
    let helpers = Helpers::load(attachment, Part::Called)?;
    let function = helpers.function(by);
    let lane = pool.lane(worker);
    let watch = lane.map(|lane| attachment.watch(lane.number));
    if let Some(lane) = lane {
        lane.ready();
    }
    pool.ready();
    let cpu = CpuMeter::default();
    while let Some(call) = detached(|| pool.take(worker)) {
        progress::of(Some(Arc::clone(&call)));
        let answer = execute(attachment, &function, &call, (lane, &cpu));
        progress::of(None);
        pool.answer(call, answer);
    }
    if let Some(lane) = lane {
        lane.close();
    }
    drop(watch);
    Ok(())
}

fn execute(attachment: &Attachment, function: &Object, call: &Call, (lane, cpu): (Option<Lane>, &CpuMeter)) -> Answer {
    let argument = match &call.argument {
        Argument::Tuple(held) => held.share(attachment).ok_or_else(|| "it was given up".to_owned()),
        Argument::Pickle(pickle) => {
            Object::large_bytes(attachment, pickle.bytes()).map_err(|failed| failed.0.as_text())
        }
    };
    let argument = match argument {
        Ok(argument) => argument,
        Err(why) => return Answer::Broken(why),
    };
    output::set_task(Some(call.number));
    let start = cpu.start();
    if let Some(lane) = lane {
        lane.begin(call, start);
    }
    let returned = function.call_one(&argument);
    let (end, spent) = cpu.end(start);
    if let Some(lane) = lane {
        lane.end(Span { task: call.number, start, end, cpu: spent });
    }
    output::set_task(None);
    match returned {
        Ok(object) if matches!(call.argument, Argument::Tuple(_)) => Answer::Object(Held::new(object)),
        Ok(object) => Answer::Pickle(object.to_bytes()),
        // It catches all that a call raises: this was raised round it.
        Err(Exception(exception)) => Answer::Broken(format!("it was interrupted ({})", raised::type_name(&exception))),
    }
}

impl Lane {
    /// Its worker replays the source from now on.
    fn replaying(&self) {
        self.lap.ledger.replaying(self.number, clock::now());
    }

    /// Its worker can take calls.
    fn ready(&self) {
        self.lap.ready(self.number, clock::now());
    }

    /// It takes no more.
    fn close(&self) {
        self.lap.ledger.close_once(self.number, Closing::new(clock::now(), &Exchange::ByReference));
    }
}

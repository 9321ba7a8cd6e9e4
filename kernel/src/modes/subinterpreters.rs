//! Native threads, each with an interpreter of its own, in which the source is replayed.

use std::sync::mpsc::Sender;

use shared::{Raised, SourceKind};

use crate::cpu::CpuMeter;
use crate::helpers::{Helpers, Part};
use crate::interpreter::{Attachment, ThreadState, detached};
use crate::lap::{Lap, Measured, impossible};
use crate::lent::Home;
use crate::modes::coordinator::{Report, on_threads};
use crate::object::{Exception, Outcome};
use crate::output::Label;
use crate::raised::Scene;
use crate::source::ModuleName;
use crate::subinterpreter::Lock;
use crate::value::{Exchange, Pickling, Value};
use crate::worker::{Worker, WorkerEnd};
use crate::{cancel, clock, raised, streams, subinterpreter, workload};

/// Executes a lap, in interpreters with a GIL each.
pub fn execute(lap: &'static Lap) -> Measured {
    execute_with(lap, Lock::Own)
}

/// Executes a lap, in interpreters whose GIL is this.
pub fn execute_with(lap: &'static Lap, lock: Lock) -> Measured {
    on_threads(lap, move |number, reports| match subinterpreter::create(lock) {
        Ok(state) => in_interpreter(lap, number, &state, reports),
        Err(sentence) => WorkerEnd::Raised(Raised {
            worker: Some(number),
            ..impossible(format!("An interpreter could not be made: {sentence}. Run with fewer workers."))
        }),
    })
}

fn in_interpreter(lap: &'static Lap, number: u32, state: &ThreadState, reports: &Sender<Report>) -> WorkerEnd {
    let attachment = state.attach();
    let interruptible = cancel::interruptible(&attachment);
    let end = replay_and_execute(lap, number, &attachment, reports).unwrap_or_else(|exception| {
        let place = Label { worker: Some(number), task: None };
        let scene = Scene { file: &lap.source.file, kind: SourceKind::Workload, mode: lap.mode, place };
        WorkerEnd::Raised(raised::describe(&attachment, &exception, scene))
    });
    drop(interruptible);
    end
}

fn replay_and_execute(
    lap: &'static Lap,
    number: u32,
    attachment: &Attachment,
    reports: &Sender<Report>,
) -> Result<WorkerEnd, Exception> {
    let helpers = Helpers::load(attachment, Part::Worker)?;
    let worker = replay(lap, number, attachment, &helpers)?;
    let _watch = attachment.watch(number);
    // Nobody hears it if the lap has ended meanwhile.
    let _ = reports.send(Report::Ready { worker: number, at: clock::now() });
    detached(|| lap.gate.pass());
    Ok(worker.execute_all(lap))
}

fn replay<'lap>(
    lap: &'lap Lap,
    number: u32,
    attachment: &'lap Attachment<'lap>,
    helpers: &'lap Helpers,
) -> Outcome<Worker<'lap>> {
    streams::install(attachment, helpers, Some(number))?;
    lap.ledger.replaying(number, clock::now());
    let namespace = lap.source.execute(attachment, helpers, ModuleName::Replayed)?;
    let work = workload::work(attachment, &namespace)?;
    let pickling = Pickling::new(helpers);
    if lap.items.iter().any(|item| matches!(item, Value::Pickle(_))) {
        pickling.prepare()?;
    }
    let exchange = Exchange::ToInterpreter(pickling, Some(Home::of_this_thread()));
    Ok(Worker { number, attachment, work, exchange, cpu: CpuMeter::default(), mode: lap.mode, file: &lap.source.file })
}

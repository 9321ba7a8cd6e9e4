//! The main interpreter, on the process's main thread.

use shared::Ending;

use crate::clock;
use crate::cpu::CpuMeter;
use crate::interpreter::Attachment;
use crate::lap::{Lap, Measured};
use crate::object::Object;
use crate::output;
use crate::value::Exchange;
use crate::worker::{Worker, WorkerEnd};

/// Executes a lap.
pub fn execute(attachment: &Attachment, lap: &'static Lap, work: Object) -> Measured {
    let worker = Worker {
        number: 0,
        attachment,
        work,
        exchange: Exchange::ByReference,
        cpu: CpuMeter::default(),
        mode: lap.mode,
        file: &lap.source.file,
    };
    let watch = attachment.watch(0);
    lap.ready(0, clock::now());
    let began = lap.begin();
    output::set_worker(Some(0));
    let end = worker.execute_all(lap);
    drop(watch);
    output::set_worker(None);
    match end {
        WorkerEnd::Completed(results) if results.len() == lap.items.len() => {
            // One worker takes the tasks in order.
            Ok((began, results.into_iter().map(|(_, result)| result).collect()))
        }
        WorkerEnd::Completed(_) => Err(Ending::Stopped(shared::StopStage::Asked)),
        WorkerEnd::Raised(raised) => Err(Ending::Raised(raised)),
        WorkerEnd::Died(death) => Err(Ending::Died(death)),
    }
}

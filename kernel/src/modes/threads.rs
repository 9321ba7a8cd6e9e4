//! Native threads in the main interpreter, under its one GIL. The source is replayed once, for all of them.

use crate::cpu::CpuMeter;
use crate::interpreter::ThreadState;
use crate::lap::{Lap, Measured};
use crate::modes::coordinator::{Report, on_threads};
use crate::value::{Exchange, Reference};
use crate::worker::{Worker, WorkerEnd};
use crate::{cancel, clock};

/// Executes a lap.
pub fn execute(lap: &'static Lap, work: &'static Reference) -> Measured {
    on_threads(lap, move |number, reports| {
        let state = ThreadState::in_main();
        let watch = state.watch(number);
        // Nobody hears it if the lap has ended meanwhile.
        let _ = reports.send(Report::Ready { worker: number, at: clock::now() });
        lap.gate.pass();
        let end = execute_all(lap, number, &state, work);
        drop(watch);
        state.delete();
        end
    })
}

fn execute_all(lap: &'static Lap, number: u32, state: &ThreadState, work: &Reference) -> WorkerEnd {
    let attachment = state.attach();
    let interruptible = cancel::interruptible(&attachment);
    let worker = Worker {
        number,
        attachment: &attachment,
        // SAFETY: attached to the main interpreter.
        work: unsafe { work.object() },
        exchange: Exchange::ByReference,
        cpu: CpuMeter::default(),
        mode: lap.mode,
        file: &lap.source.file,
    };
    let end = worker.execute_all(lap);
    drop(worker);
    drop(interruptible);
    end
}

//! What the main thread does while workers work: it never executes a task, and never waits for a GIL.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use shared::{Ending, Nanos, StopStage};

use crate::cancel;
use crate::lap::{Lap, Measured, impossible};
use crate::value::Value;
use crate::worker::{STACK_BYTES, WorkerEnd};

/// How long a cancelled lap may stay unnoticed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What a worker says.
#[derive(Debug)]
pub enum Report {
    /// It can take tasks.
    Ready {
        /// Which.
        worker: u32,
        /// When.
        at: Nanos,
    },
    /// It is done.
    Ended(WorkerEnd),
}

/// Starts one native thread for each worker and waits for their results.
pub fn on_threads(
    lap: &'static Lap,
    work: impl Fn(u32, &Sender<Report>) -> WorkerEnd + Clone + Send + 'static,
) -> Measured {
    let (sender, reports) = channel();
    for worker in 0..lap.workers {
        let (sender, work) = (sender.clone(), work.clone());
        let thread = thread::Builder::new().name(format!("worker {worker}")).stack_size(STACK_BYTES);
        let body = move || {
            crate::output::set_worker(Some(worker));
            let end = work(worker, &sender);
            // Nobody hears it if the lap has ended meanwhile.
            let _ = sender.send(Report::Ended(end));
        };
        if let Err(error) = thread.spawn(body) {
            let sentence = format!("Worker {worker} could not start: {error}. Run with fewer workers.");
            return Err(Ending::Raised(impossible(sentence)));
        }
    }
    coordinate(lap, &reports, || lap.gate.open())
}

/// Follows the workers until all have ended, or one shows that the lap can't complete. `open` lets them begin, or end
/// without having begun if the lap is cancelled by then.
pub fn coordinate(lap: &'static Lap, reports: &Receiver<Report>, open: impl FnOnce()) -> Measured {
    let mut open = Some(open);
    let mut began = None;
    let (mut ready, mut ended) = (0, 0);
    let mut results: Vec<Option<Value>> = Vec::new();
    results.resize_with(lap.items.len(), || None);
    while ended < lap.workers {
        match reports.recv_timeout(LOOK_EVERY) {
            Ok(Report::Ready { worker, at }) => {
                lap.ready(worker, at);
                ready += 1;
            }
            Ok(Report::Ended(WorkerEnd::Completed(done))) => {
                ended += 1;
                for (task, result) in done {
                    results[task as usize] = Some(result);
                }
            }
            Ok(Report::Ended(WorkerEnd::Raised(_) | WorkerEnd::Died(_))) if cancel::is_requested() => ended += 1,
            Ok(Report::Ended(WorkerEnd::Raised(raised))) => return Err(Ending::Raised(raised)),
            Ok(Report::Ended(WorkerEnd::Died(death))) => return Err(Ending::Died(death)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if ready == lap.workers && began.is_none() && !cancel::is_requested() {
            began = Some(lap.begin());
        }
        if (began.is_some() || cancel::is_requested())
            && let Some(open) = open.take()
        {
            open();
        }
    }
    let results: Option<Vec<Value>> = results.into_iter().collect();
    match (began, results) {
        (Some(began), Some(results)) => Ok((began, results)),
        _ => Err(Ending::Stopped(StopStage::Asked)),
    }
}

//! What the main thread does while workers work: it never executes a task, and never waits for a GIL.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use shared::{Ending, Nanos, Raised, StopStage};

use crate::cancel;
use crate::lap::{Lap, Measured, impossible};
use crate::raised::{explained, said};
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
            let end = guarded(worker, || work(worker, &sender));
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

/// How a worker ends, also if the kernel's own code fails in it: nobody would hear of it otherwise.
pub fn guarded(worker: u32, work: impl FnOnce() -> WorkerEnd) -> WorkerEnd {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
        let message = format!("Virgil itself has failed: {}", text.unwrap_or("it doesn't say why"));
        let advice = "That is a fault of Virgil and not of your code: run it again, and report it if it stays.";
        WorkerEnd::Raised(Raised { worker: Some(worker), ..explained(said("InternalError", message), advice.into()) })
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_panics_ends_with_a_sentence() {
        let number = 7;
        let WorkerEnd::Raised(raised) = guarded(3, || panic!("no {number}")) else { panic!("it went on") };
        assert_eq!((raised.message.as_str(), raised.worker), ("Virgil itself has failed: no 7", Some(3)));
    }
}

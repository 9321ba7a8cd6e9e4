//! What a process notes of the requests and connections of its workers, and a thread that sends it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use shared::{Answers, ConnectionChange, ConnectionStep, LapEvent, Nanos, Span};

use crate::modes::processes::ChildEvent;
use crate::track::{Track, Tracks};
use crate::{outbox, sampler};

/// How often it is sent.
const SEND_EVERY: Duration = Duration::from_millis(50);
/// So many changes travel in one event.
const BATCH_CHANGES: usize = 4096;

/// A worker's requests and connections.
#[derive(Debug, Default)]
struct Worker {
    /// How many requests were numbered.
    numbered: u32,
    /// How many have come and are not dealt with.
    waiting: u32,
    /// How many of them are being answered.
    answering: u32,
    /// How many connections it holds.
    open: u32,
    /// How many it has answered since that was sent, by status.
    answers: BTreeMap<u16, u32>,
}

/// Whose process it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// The kernel, which knows of all workers.
    Kernel,
    /// That of this one worker.
    Worker(u32),
}

/// What a process notes.
#[derive(Debug)]
pub struct Notes {
    process: Process,
    /// By worker, from 0, also in the process of one.
    workers: Vec<Mutex<Worker>>,
    /// Those of the workers of this process: of all, or of the one.
    tracks: &'static Tracks,
    changes: Mutex<Vec<ConnectionChange>>,
    /// Requests count: the kernel's own first ones are over.
    counting: AtomicBool,
    /// Held while something is on its way, so that no thread believes that all was sent before it was.
    sent: Mutex<u32>,
}

static NOTES: OnceLock<Notes> = OnceLock::new();

impl Notes {
    /// Opens them, once.
    pub fn open(process: Process, workers: u32, tracks: &'static Tracks) -> &'static Notes {
        NOTES.get_or_init(|| Notes {
            process,
            workers: (0..workers).map(|_| Mutex::default()).collect(),
            tracks,
            changes: Mutex::default(),
            counting: AtomicBool::new(false),
            sent: Mutex::default(),
        })
    }

    /// Those of this process, if it serves.
    pub fn current() -> Option<&'static Notes> {
        NOTES.get()
    }

    /// Those of the workers of this process.
    pub fn tracks(&self) -> &'static Tracks {
        self.tracks
    }

    /// From now on requests count, and what is noted is sent.
    pub fn begin(&'static self) {
        self.counting.store(true, Ordering::SeqCst);
        let sending = || {
            loop {
                thread::sleep(SEND_EVERY);
                self.send();
            }
        };
        // Without the thread all is sent at the end.
        let _ = thread::Builder::new().name("notes".into()).spawn(sending);
    }

    /// A request has come to a worker.
    pub fn arrived(&self, number: u32) {
        self.worker(number).into_iter().for_each(|mut worker| worker.waiting += 1);
    }

    /// It has been dealt with.
    pub fn left(&self, number: u32) {
        self.worker(number).into_iter().for_each(|mut worker| worker.waiting = worker.waiting.saturating_sub(1));
    }

    /// The number of the request that a worker has begun last, if that counts.
    pub fn last(&self, number: u32) -> Option<u32> {
        let last = self.worker(number)?.numbered.checked_sub(1)?;
        Some(last.wrapping_mul(self.workers.len() as u32).wrapping_add(number))
    }

    /// A worker begins to answer a request: the request's number, or none if it doesn't count.
    pub fn asked(&self, number: u32, at: Nanos) -> Option<u32> {
        let stride = self.workers.len() as u32;
        let mut worker = self.worker(number)?;
        worker.answering += 1;
        sampler::enter_work(number);
        if !self.counting.load(Ordering::SeqCst) {
            return None;
        }
        let request = worker.numbered.wrapping_mul(stride).wrapping_add(number);
        worker.numbered = worker.numbered.wrapping_add(1);
        drop(worker);
        self.track(number).into_iter().for_each(|track| track.begin(request, at));
        Some(request)
    }

    /// It has answered it, with this status; none of the kernel's own.
    pub fn answered(&self, number: u32, span: Option<Span>, status: u16) {
        let Some(mut worker) = self.worker(number) else { return };
        worker.answering = worker.answering.saturating_sub(1);
        if worker.answering == 0 {
            sampler::leave_work(number);
        }
        if let Some(span) = span {
            *worker.answers.entry(status).or_default() += 1;
            drop(worker);
            self.track(number).into_iter().for_each(|track| track.end(span));
        }
    }

    /// A connection came or went.
    pub fn changed(&self, change: ConnectionChange) {
        if let Some(mut worker) = self.worker(change.worker) {
            match change.step {
                ConnectionStep::Opened => worker.open += 1,
                ConnectionStep::Closed => worker.open = worker.open.saturating_sub(1),
            }
        }
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).push(change);
    }

    /// So many requests have come to a worker in a process of its own and are not dealt with.
    pub fn set_waiting(&self, number: u32, requests: u32) {
        self.worker(number).into_iter().for_each(|mut worker| worker.waiting = requests);
    }

    /// A worker is gone, with its connections and with what it was answering.
    pub fn gone(&self, number: u32) {
        self.worker(number).into_iter().for_each(|mut worker| (worker.waiting, worker.open) = (0, 0));
    }

    /// How many connections are open, by worker.
    pub fn open_connections(&self) -> Vec<u32> {
        (0..self.workers.len() as u32).filter_map(|number| Some(self.worker(number)?.open)).collect()
    }

    /// How many requests have come and are not dealt with.
    pub fn waiting(&self) -> u32 {
        (0..self.workers.len() as u32).filter_map(|number| Some(self.worker(number)?.waiting)).sum()
    }

    /// Sends what was noted and not sent yet.
    pub fn send(&self) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = std::mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner));
        for changes in changes.chunks(BATCH_CHANGES) {
            outbox::send(LapEvent::Connections { changes: changes.to_vec() });
        }
        for number in 0..self.workers.len() as u32 {
            let Some(mut worker) = self.worker(number) else { continue };
            let answers = std::mem::take(&mut worker.answers);
            drop(worker);
            if !answers.is_empty() {
                let answers = answers.into_iter().map(|(status, count)| Answers { status, count }).collect();
                outbox::send(LapEvent::Answered { worker: number, answers });
            }
        }
        let waiting = self.waiting();
        if let Process::Worker(_) = self.process
            && *sent != waiting
        {
            outbox::send_value(&ChildEvent::Waiting(waiting));
            *sent = waiting;
        }
    }

    fn worker(&self, number: u32) -> Option<MutexGuard<'_, Worker>> {
        self.workers.get(number as usize).map(|worker| worker.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn track(&self, number: u32) -> Option<&Track> {
        match self.process {
            Process::Kernel => self.tracks.find(i64::from(number)),
            Process::Worker(own) => (own == number).then(|| self.tracks.of(0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_numbered_by_worker_and_the_first_ones_count_in_nothing() {
        let tracks = Box::leak(Box::new(Tracks::new(3, true)));
        let notes = Notes {
            process: Process::Kernel,
            workers: (0..3).map(|_| Mutex::default()).collect(),
            tracks,
            changes: Mutex::default(),
            counting: AtomicBool::new(false),
            sent: Mutex::default(),
        };
        assert_eq!(notes.asked(1, Nanos(1)), None);
        notes.answered(1, None, 200);
        notes.counting.store(true, Ordering::SeqCst);
        assert_eq!([0, 1, 1, 2].map(|worker| notes.asked(worker, Nanos(2))), [Some(0), Some(1), Some(4), Some(2)]);
        assert_eq!((notes.last(1), notes.last(9)), (Some(4), None));
        notes.answered(1, Some(Span { task: 4, start: Nanos(2), end: Nanos(3), cpu: Nanos(1) }), 500);
        assert_eq!(notes.worker(1).unwrap().answering, 1);
        assert_eq!(notes.worker(1).unwrap().answers, BTreeMap::from([(500, 1)]));
        assert_eq!(tracks.finish(), Nanos(3));
        assert_eq!(notes.asked(9, Nanos(1)), None);
    }

    #[test]
    fn open_connections_are_those_that_were_not_closed() {
        let tracks = Box::leak(Box::new(Tracks::new(1, false)));
        let notes = Notes {
            process: Process::Worker(1),
            workers: (0..2).map(|_| Mutex::default()).collect(),
            tracks,
            changes: Mutex::default(),
            counting: AtomicBool::new(true),
            sent: Mutex::default(),
        };
        for (port, step) in [(1, ConnectionStep::Opened), (2, ConnectionStep::Opened), (1, ConnectionStep::Closed)] {
            notes.changed(ConnectionChange { worker: 1, port, at: Nanos(1), step });
        }
        notes.arrived(1);
        notes.arrived(1);
        notes.left(1);
        assert_eq!((notes.open_connections(), notes.waiting()), (vec![0, 1], 1));
        notes.gone(1);
        assert_eq!((notes.open_connections(), notes.waiting()), (vec![0, 0], 0));
    }
}

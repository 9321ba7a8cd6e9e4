//! What each worker does, noted by the worker and sent by a thread that never waits for a GIL.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use shared::{LapEvent, Nanos, Running, Span};

use crate::{clock, outbox};

/// How often spans are sent.
const SPANS_EVERY: Duration = Duration::from_millis(16);
/// After so many sendings of spans it is said what runs.
const PROGRESS_EVERY: u32 = 3;
/// Room for the spans of one period, made before measurement begins.
const SPANS_CAPACITY: usize = 1 << 16;
/// So many spans travel in one event.
const BATCH_SPANS: usize = 4096;
/// Stands for no task.
const IDLE: u32 = u32::MAX;

/// One worker's notes.
#[derive(Debug)]
pub struct Track {
    spans: Mutex<Vec<Span>>,
    task: AtomicU32,
    start: AtomicU64,
}

impl Track {
    /// A task begins.
    pub fn begin(&self, task: u32, start: Nanos) {
        self.task.store(IDLE, Ordering::Release);
        self.start.store(start.0, Ordering::Release);
        self.task.store(task, Ordering::Release);
    }

    /// The task that began last has ended.
    pub fn end(&self, span: Span) {
        self.task.store(IDLE, Ordering::Release);
        // Only the sender takes the lock besides, for the time of a swap.
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).push(span);
    }

    /// Nothing runs, though the span of what ran is still to come.
    pub fn pause(&self) {
        self.task.store(IDLE, Ordering::Release);
    }

    /// What runs, if something does.
    pub fn running(&self, worker: u32) -> Option<Running> {
        let task = self.task.load(Ordering::Acquire);
        let start = Nanos(self.start.load(Ordering::Acquire));
        // If another task has begun in between, the next time is early enough.
        (task != IDLE && self.task.load(Ordering::Acquire) == task).then_some(Running { worker, task, start })
    }
}

/// How long a worker was in `work` in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Computed {
    /// By the clock.
    pub wall: Nanos,
    /// CPU time of its thread.
    pub cpu: Nanos,
}

/// All workers' notes.
#[derive(Debug)]
pub struct Tracks {
    tracks: Vec<Track>,
    /// Held while spans are on their way, so that no thread believes that all were sent before they were.
    sent: Mutex<Sent>,
}

#[derive(Debug)]
struct Sent {
    /// An empty buffer with room, to be swapped with a worker's.
    spare: Vec<Span>,
    /// All spans by worker, if somebody will ask for them.
    kept: Option<Vec<(u32, Span)>>,
    /// What each worker has computed.
    computed: Vec<Computed>,
    end: Nanos,
    /// Nothing runs any more.
    over: bool,
}

impl Tracks {
    /// For so many workers; spans are kept if the lap's check will want them.
    pub fn new(workers: u32, keep: bool) -> Tracks {
        let buffer = || Vec::with_capacity(SPANS_CAPACITY);
        let track = |_| Track { spans: Mutex::new(buffer()), task: AtomicU32::new(IDLE), start: AtomicU64::new(0) };
        let computed = vec![Computed::default(); workers as usize];
        let sent = Sent { spare: buffer(), kept: keep.then(Vec::new), computed, end: Nanos(0), over: false };
        Tracks { tracks: (0..workers).map(track).collect(), sent: Mutex::new(sent) }
    }

    /// One worker's.
    pub fn of(&self, worker: u32) -> &Track {
        &self.tracks[worker as usize]
    }

    /// One worker's, if there is a worker of this number.
    pub fn find(&self, worker: i64) -> Option<&Track> {
        self.tracks.get(usize::try_from(worker).ok()?)
    }

    /// Sends the spans that were noted and not sent yet.
    pub fn send_spans(&self) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        for (worker, track) in self.tracks.iter().enumerate() {
            let worker = worker as u32;
            let empty = std::mem::take(&mut sent.spare);
            let mut spans = std::mem::replace(&mut *track.spans.lock().unwrap_or_else(PoisonError::into_inner), empty);
            for batch in spans.chunks(BATCH_SPANS) {
                outbox::send(LapEvent::Spans { worker, spans: batch.to_vec() });
            }
            // Executors give results in another order than that in which tasks ended.
            let last = spans.iter().map(|span| span.end).max();
            sent.end = sent.end.max(last.unwrap_or_default());
            for span in &spans {
                let computed = &mut sent.computed[worker as usize];
                computed.wall.0 += span.end.since(span.start).0;
                computed.cpu.0 += span.cpu.0;
            }
            if let Some(kept) = &mut sent.kept {
                kept.extend(spans.iter().map(|span| (worker, *span)));
            }
            spans.clear();
            sent.spare = spans;
        }
    }

    /// All tasks have ended: sends the last spans, and no progress after that. The end of the last task.
    pub fn finish(&self) -> Nanos {
        self.send_spans();
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.over = true;
        sent.end
    }

    /// What a worker has computed, in the spans that were sent.
    pub fn computed(&self, worker: u32) -> Computed {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).computed[worker as usize]
    }

    fn send_progress(&self) {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if !sent.over {
            let running = (0..).zip(&self.tracks).filter_map(|(worker, track)| track.running(worker));
            outbox::send(LapEvent::Progress { at: clock::now(), running: running.collect() });
        }
    }

    /// The spans that were kept, with their workers, by task.
    pub fn take_kept(&self) -> Vec<(u32, Span)> {
        let mut kept = self.sent.lock().unwrap_or_else(PoisonError::into_inner).kept.take().unwrap_or_default();
        kept.sort_by_key(|(_, span)| span.task);
        kept
    }

    /// Sends spans and progress from now on, until the process ends.
    pub fn start_sending(&'static self) {
        let sending = || {
            for turn in 1u32.. {
                thread::sleep(SPANS_EVERY);
                self.send_spans();
                if turn % PROGRESS_EVERY == 0 {
                    self.send_progress();
                }
            }
        };
        // Without the thread all spans are sent at the end.
        let _ = thread::Builder::new().name("spans".into()).spawn(sending);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_runs_from_its_beginning_to_its_end() {
        let tracks = Tracks::new(2, true);
        let track = tracks.of(1);
        assert_eq!(track.running(1), None);
        track.begin(7, Nanos(5));
        assert_eq!(track.running(1), Some(Running { worker: 1, task: 7, start: Nanos(5) }));
        let span = Span { task: 7, start: Nanos(5), end: Nanos(9), cpu: Nanos(3) };
        track.end(span);
        assert_eq!(track.running(1), None);
        assert_eq!(tracks.finish(), Nanos(9));
        assert_eq!(tracks.computed(1), Computed { wall: Nanos(4), cpu: Nanos(3) });
        assert_eq!(tracks.take_kept(), [(1, span)]);
    }
}

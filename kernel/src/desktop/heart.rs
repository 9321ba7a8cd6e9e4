//! What is due for a window's event loop, at moments that nobody's GIL and no event loop can move.
//!
//! A thread that takes no GIL writes down what is due and wakes the event loop through a pipe. When the loop comes, it
//! deals with all that is due by then: of each it is noted how late that was, so a freeze of a second counts as 60 late
//! frames and not as one.

use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use shared::{Beat, FRAME, LapEvent, Nanos};

use crate::{clock, executor, outbox, sampler, system};

/// Between two inputs lie at least so many nanoseconds, and less than twice as many.
const INPUT_AFTER: u64 = 67_000_000;
/// How often beats are sent.
const SEND_EVERY: Nanos = Nanos(200_000_000);

/// What is due, and what was dealt with.
#[derive(Debug, Default)]
struct Beats {
    /// When, and whether any call was waited for then.
    due: Vec<(Nanos, bool)>,
    /// Those that the loop has begun to deal with.
    begun: Vec<(Nanos, bool)>,
    done: Vec<Beat>,
    /// Those that were sent, for a check.
    sent: Vec<Beat>,
}

/// A heart that beats for one window.
#[derive(Debug)]
pub struct Heart {
    frames: Drum,
    inputs: Drum,
}

#[derive(Debug)]
struct Drum {
    beats: Mutex<Beats>,
    read: OwnedFd,
    write: OwnedFd,
}

/// Which beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// [`shared::FRAMES_PER_SECOND`].
    Frames,
    /// Some ten a second, at uneven moments.
    Inputs,
}

impl Heart {
    /// Begins to beat.
    ///
    /// # Errors
    /// If the system gives no pipe or no thread.
    pub fn start() -> std::io::Result<&'static Heart> {
        let heart: &'static Heart = Box::leak(Box::new(Heart { frames: Drum::new()?, inputs: Drum::new()? }));
        let body = || {
            sampler::leave_out_this_thread();
            heart.beat();
        };
        thread::Builder::new().name("heart".into()).spawn(body)?;
        Ok(heart)
    }

    /// What an event loop must wait for: it can be read while something is due.
    pub fn descriptor(&self, which: Which) -> i32 {
        self.drum(which).read.as_raw_fd()
    }

    /// The event loop begins to deal with what is due.
    pub fn begin(&self, which: Which) {
        let drum = self.drum(which);
        let mut beats = drum.lock();
        system::read_all(&drum.read);
        let due = std::mem::take(&mut beats.due);
        beats.begun.extend(due);
    }

    /// It has dealt with what it has begun to deal with.
    pub fn end(&self, which: Which) {
        let mut beats = self.drum(which).lock();
        let now = clock::now();
        let begun = std::mem::take(&mut beats.begun);
        beats.done.extend(begun.into_iter().map(|(due, busy)| Beat { due, late: now.since(due), busy }));
    }

    /// The window is gone: what was due and not dealt with is so late by now.
    pub fn stop(&self) {
        for which in [Which::Frames, Which::Inputs] {
            let now = clock::now();
            let mut beats = self.drum(which).lock();
            let due = std::mem::take(&mut beats.due);
            beats.begun.extend(due.into_iter().filter(|(due, _)| now.since(*due) > FRAME));
            drop(beats);
            self.end(which);
        }
        self.send();
    }

    /// All frames that were dealt with.
    pub fn frames(&self) -> Vec<Beat> {
        self.frames.lock().sent.clone()
    }

    fn drum(&self, which: Which) -> &Drum {
        match which {
            Which::Frames => &self.frames,
            Which::Inputs => &self.inputs,
        }
    }

    fn beat(&self) {
        let now = system::monotonic();
        let (mut frame, mut input, mut random) = (now, now + INPUT_AFTER, 0x9e37_79b9_u64);
        let mut sent = clock::now();
        loop {
            let next = frame.min(input);
            system::sleep_until(next);
            let due = Nanos(next.saturating_sub(clock::origin()));
            if next == frame {
                self.frames.strike(due);
                frame += FRAME.0;
            } else {
                self.inputs.strike(due);
                // A generator of numbers by Knuth (MMIX): even moments would meet the frames again and again.
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                input += INPUT_AFTER + (random >> 33) % INPUT_AFTER;
            }
            if due.since(sent) >= SEND_EVERY {
                self.send();
                sent = due;
            }
        }
    }

    fn send(&self) {
        let take = |drum: &Drum| {
            let mut beats = drum.lock();
            let done = std::mem::take(&mut beats.done);
            beats.sent.extend_from_slice(&done);
            done
        };
        let (frames, inputs) = (take(&self.frames), take(&self.inputs));
        if !frames.is_empty() {
            outbox::send(LapEvent::Frames { beats: frames });
        }
        if !inputs.is_empty() {
            outbox::send(LapEvent::Inputs { beats: inputs });
        }
    }
}

impl Drum {
    fn new() -> std::io::Result<Drum> {
        let (read, write) = system::waking_pipe()?;
        Ok(Drum { beats: Mutex::default(), read, write })
    }

    /// Something is due.
    fn strike(&self, due: Nanos) {
        self.lock().due.push((due, executor::is_busy()));
        // Of a full pipe the loop knows that something is due.
        system::write_descriptor(self.write.as_raw_fd(), b"!");
    }

    fn lock(&self) -> MutexGuard<'_, Beats> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

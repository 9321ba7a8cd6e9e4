//! What Python code prints: whole lines, each with its worker and task, sent before `write` returns, so that a crash
//! on the next line loses nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::{LapEvent, Stream};

use crate::lap::Lap;
use crate::{outbox, system};

/// Text without a line's end is held back up to so many bytes.
pub const MAX_HELD_BYTES: usize = 64 * 1024;
/// More text than this goes in several events: a frame has a greatest length, and the runner counts as it reads.
const MAX_EVENT_BYTES: usize = 256 * 1024;

/// Whose text it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Label {
    /// The worker.
    pub worker: Option<u32>,
    /// The task that it executes.
    pub task: Option<u32>,
}

/// Text of one thread that has no line's end yet.
#[derive(Debug, Default)]
struct Held {
    label: Label,
    stdout: String,
    stderr: String,
}

impl Held {
    fn of(&mut self, stream: Stream) -> &mut String {
        match stream {
            Stream::Stderr => &mut self.stderr,
            Stream::Stdout | Stream::Native => &mut self.stdout,
        }
    }

    /// Everything that is held, as events.
    fn take(&mut self) -> Vec<LapEvent> {
        let label = self.label;
        [Stream::Stdout, Stream::Stderr]
            .into_iter()
            .filter_map(|stream| {
                let text = std::mem::take(self.of(stream));
                (!text.is_empty()).then(|| events(label, stream, text))
            })
            .flatten()
            .collect()
    }
}

/// All threads' held text, so that nothing is lost of threads that live on when the lap ends.
static ALL_HELD: Mutex<Vec<Arc<Mutex<Held>>>> = Mutex::new(Vec::new());

/// This thread's held text; what is left is sent when the thread ends.
struct OfThread(Arc<Mutex<Held>>);

impl OfThread {
    fn register() -> OfThread {
        let held = Arc::new(Mutex::new(Held::default()));
        lock(&ALL_HELD).push(Arc::clone(&held));
        OfThread(held)
    }
}

impl Drop for OfThread {
    fn drop(&mut self) {
        lock(&self.0).take().into_iter().for_each(outbox::send);
        lock(&ALL_HELD).retain(|held| !Arc::ptr_eq(held, &self.0));
    }
}

thread_local! {
    static LABEL: Cell<Label> = const { Cell::new(Label { worker: None, task: None }) };
    static HOLDS: Cell<bool> = const { Cell::new(false) };
    static HELD: RefCell<Option<OfThread>> = const { RefCell::new(None) };
}

/// From now on this thread prints as this worker.
pub fn set_worker(worker: Option<u32>) {
    LABEL.set(Label { worker, task: None });
}

/// As which worker this thread prints.
pub fn worker() -> Option<u32> {
    LABEL.get().worker
}

/// From now on this thread prints while executing this task, or between tasks: what it holds of the task before is
/// sent. The thread is attached.
pub fn set_task(task: Option<u32>) {
    if HOLDS.get() {
        flush();
    }
    LABEL.set(Label { task, ..LABEL.get() });
}

/// Takes text that Python code on this attached thread has written. `context` is whose coroutine has, if one has;
/// `interpreter` is the worker to which the thread's interpreter belongs, for threads that are no worker's own.
pub fn write(context: Option<Label>, interpreter: Option<u32>, stream: Stream, text: &str) {
    let label = match context.unwrap_or(LABEL.get()) {
        Label { worker: None, task: None } => Label { worker: interpreter.or_else(sole_worker), task: None },
        own => own,
    };
    with_held(|held| {
        if held.label != label {
            // Coroutines take turns on one thread.
            held.take().into_iter().for_each(outbox::send_attached);
            held.label = label;
        }
        let line = held.of(stream);
        line.push_str(text);
        let complete = match line.rfind('\n') {
            Some(end) => end + 1,
            None if line.len() > MAX_HELD_BYTES => line.len(),
            None => 0,
        };
        if complete > 0 {
            let rest = line.split_off(complete);
            let text = std::mem::replace(line, rest);
            events(label, stream, text).into_iter().for_each(outbox::send_attached);
        }
        HOLDS.set(!held.stdout.is_empty() || !held.stderr.is_empty());
    });
}

/// The worker to whom all threads of a lap belong, if there is only one.
fn sole_worker() -> Option<u32> {
    Lap::current().is_some_and(|lap| !lap.mode.is_parallel()).then_some(0)
}

/// Sends what this attached thread holds.
pub fn flush() {
    with_held(|held| held.take().into_iter().for_each(outbox::send_attached));
    HOLDS.set(false);
}

/// Sends what all threads hold. A thread that is just sending is not waited for: it may need a GIL to go on.
pub fn flush_all_threads() {
    let all: Vec<_> = lock(&ALL_HELD).iter().map(Arc::clone).collect();
    for held in all {
        if let Ok(mut held) = held.try_lock() {
            held.take().into_iter().for_each(outbox::send);
        }
    }
}

fn with_held(action: impl FnOnce(&mut Held)) {
    // A thread that is ending has no held text any more: what it prints then is lost.
    let _ = HELD.try_with(|held| {
        let mut held = held.borrow_mut();
        action(&mut lock(&held.get_or_insert_with(OfThread::register).0));
    });
}

/// Text as events: one, unless it is very long.
fn events(label: Label, stream: Stream, text: String) -> Vec<LapEvent> {
    let Label { worker, task } = label;
    let event = |text| LapEvent::Output { worker, task, stream, text };
    if text.len() <= MAX_EVENT_BYTES {
        return vec![event(text)];
    }
    let mut events = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (piece, more) = rest.split_at(rest.floor_char_boundary(MAX_EVENT_BYTES));
        events.push(event(piece.to_owned()));
        rest = more;
    }
    events
}

/// The last line that each worker process printed: what is known of one that died.
static LAST_LINES: Mutex<BTreeMap<u32, String>> = Mutex::new(BTreeMap::new());

/// Sends what a worker process printed.
pub fn forward(label: Label, stream: Stream, text: String) {
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    if let (Some(worker), Some(line)) = (label.worker, last) {
        lock(&LAST_LINES).insert(worker, line.to_owned());
    }
    events(label, stream, text).into_iter().for_each(outbox::send);
}

/// The last line that a worker process printed.
pub fn last_line(worker: u32) -> Option<String> {
    lock(&LAST_LINES).get(&worker).cloned()
}

/// In a process that user code forked off: its way out is the captured descriptor.
pub fn write_forked(stream: Stream, text: &str) {
    let descriptor = if stream == Stream::Stderr { 2 } else { 1 };
    system::write_descriptor(descriptor, text.as_bytes());
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Text is whole whenever a thread can panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

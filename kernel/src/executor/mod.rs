//! `virgil.pool(mode, workers)`: an executor with the standard library's interface, whose calls are executed in a mode.
//!
//! Calls wait in one queue, and workers that are free take them: threads of this process (`threads`) or processes of
//! their own (`processes`). What they answer reaches the calls' futures by a thread of the pool (`answers`), so that no
//! worker waits for the GIL of whoever has called. Python's side is `python/pool.py`, over `natives`.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use shared::{Mode, Nanos, Raised};

use crate::lap::Lap;
use crate::source::Source;
use crate::track::Track;
use crate::{cancel, sampler};

mod answers;
mod call;
pub mod here;
pub mod natives;
mod processes;
pub mod progress;
mod threads;

use call::{Answer, Call};

/// The exception of calls that nobody can execute.
const BROKEN: &str = "BrokenExecutor";
/// How many calls of all pools were submitted and are not answered.
static UNANSWERED: AtomicUsize = AtomicUsize::new(0);
/// All pools of this process, which live as long as it does.
static POOLS: RwLock<Vec<&'static Pool>> = RwLock::new(Vec::new());
/// The `python` of this process: only a kernel with a lap has it, and may open pools.
static PYTHON: OnceLock<PathBuf> = OnceLock::new();

/// From now on code may open pools.
pub fn allow(python: PathBuf) {
    // A kernel has one lap.
    let _ = PYTHON.set(python);
}

/// Whether anybody waits for an answer of any pool.
pub fn is_busy() -> bool {
    UNANSWERED.load(Ordering::Relaxed) > 0
}

/// The lap is a program with a window: its lanes are those of its pool's workers, and the one after them is the window's.
static DESKTOP: AtomicBool = AtomicBool::new(false);

/// The lap is one.
pub fn of_window() {
    DESKTOP.store(true, Ordering::Relaxed);
}

/// Whether the lap is one.
pub fn is_desktop() -> bool {
    DESKTOP.load(Ordering::Relaxed)
}

/// What a pool's workers need.
#[derive(Debug)]
pub struct Plan {
    /// How calls are executed.
    pub mode: Mode,
    /// By how many.
    pub workers: u32,
    /// What they replay.
    pub source: &'static Source,
    /// The lane of the first of them, if the lap knows its workers beforehand.
    pub first_lane: Option<u32>,
}

/// Workers and the calls that wait for them.
#[derive(Debug)]
pub struct Pool {
    /// What they need.
    pub plan: Plan,
    next: AtomicU32,
    queue: Mutex<Queue>,
    /// Somebody may take a call, or has nothing to wait for.
    called: Condvar,
    /// Those that are not answered, by number.
    calls: Mutex<Calls>,
    /// One less is unanswered, or a worker is ready or has ended.
    changed: Condvar,
    answers: Mutex<Sender<(Arc<Call>, Answer)>>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Arc<Call>>,
    closed: bool,
}

#[derive(Debug, Default)]
struct Calls {
    unanswered: BTreeMap<u32, Arc<Call>>,
    ready: u32,
    ended: u32,
    /// Why the pool can execute nothing more.
    broken: Option<Raised>,
}

/// Where what a worker does is noted.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    /// Its number.
    pub number: u32,
    /// Whose.
    pub lap: &'static Lap,
}

impl Pool {
    /// Starts workers; none is ready yet.
    ///
    /// # Errors
    /// The sentence that says why it can't be.
    pub fn open(plan: Plan, deliver: call::Held) -> Result<usize, String> {
        let python = PYTHON.get().ok_or("only the process of the lap itself can open a pool")?;
        let (sender, answers) = channel();
        let pool: &'static Pool = Box::leak(Box::new(Pool {
            plan,
            next: AtomicU32::new(0),
            queue: Mutex::default(),
            called: Condvar::new(),
            calls: Mutex::default(),
            changed: Condvar::new(),
            answers: Mutex::new(sender),
        }));
        let started = answers::start(pool, deliver, answers);
        started.map_err(|error| format!("the system gives no thread: {error}"))?;
        for worker in 0..pool.plan.workers {
            let started = match pool.plan.mode {
                Mode::Subinterpreters | Mode::SharedGil | Mode::Threads | Mode::FreeThreaded => {
                    threads::start(pool, worker)
                }
                _ => processes::start(pool, worker, python),
            };
            started.map_err(|error| format!("worker {worker} could not start: {error}; ask for fewer workers"))?;
        }
        cancel::on_request(move || pool.called.notify_all());
        let mut pools = POOLS.write().unwrap_or_else(PoisonError::into_inner);
        pools.push(pool);
        Ok(pools.len() - 1)
    }

    /// The lane of the first worker of the next pool, if the lap knows its workers beforehand: of the window's own.
    fn first_lane() -> Option<u32> {
        let is_first = POOLS.read().unwrap_or_else(PoisonError::into_inner).is_empty();
        (is_desktop() && is_first).then_some(0)
    }

    /// The pool that Python knows by this number.
    pub fn find(number: i64) -> Option<&'static Pool> {
        let pools = POOLS.read().unwrap_or_else(PoisonError::into_inner);
        usize::try_from(number).ok().and_then(|number| pools.get(number)).copied()
    }

    /// Whether what is called stays in its interpreter.
    pub fn by_reference(&self) -> bool {
        matches!(self.plan.mode, Mode::Threads | Mode::FreeThreaded)
    }

    /// The next call's number.
    fn number(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A call waits for a worker from now on.
    fn submit(&self, call: Call) {
        let call = Arc::new(call);
        UNANSWERED.fetch_add(1, Ordering::Relaxed);
        self.calls().unanswered.insert(call.number, Arc::clone(&call));
        let number = call.number;
        self.queue().waiting.push_back(call);
        self.called.notify_one();
        // A pool that breaks says so first, and looks at what waits then.
        let broken = self.calls().broken.as_ref().map(sentence);
        if let Some(why) = broken
            && let Some(call) = self.take_back(number)
        {
            self.answer(call, Answer::Broken(why));
        }
    }

    /// Takes back a call that no worker has taken: it, if there was one.
    fn withdraw(&self, number: u32) -> Option<Arc<Call>> {
        let call = self.take_back(number)?;
        self.answered(&call);
        Some(call)
    }

    fn take_back(&self, number: u32) -> Option<Arc<Call>> {
        let mut queue = self.queue();
        let place = queue.waiting.iter().position(|call| call.number == number)?;
        queue.waiting.remove(place)
    }

    /// The next call for this worker; none if there will be no more. Waits without a GIL.
    fn take(&self, worker: u32) -> Option<Arc<Call>> {
        let mut queue = self.queue();
        loop {
            if cancel::is_requested() {
                return None;
            }
            if let Some(call) = queue.waiting.pop_front() {
                call.taken_by(worker);
                return Some(call);
            }
            if queue.closed {
                return None;
            }
            queue = self.called.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nothing more is submitted.
    fn close(&self) {
        self.queue().closed = true;
        self.called.notify_all();
    }

    /// A worker can take calls.
    fn ready(&self) {
        self.calls().ready += 1;
        self.changed.notify_all();
    }

    /// A worker has ended: the pool can do no more if there is a reason.
    fn ended(&self, why: Option<Raised>) {
        self.calls().ended += 1;
        if let Some(why) = why {
            self.break_off(why);
        }
        self.changed.notify_all();
    }

    /// Answers all that waits with why it can't be executed.
    fn break_off(&self, why: Raised) {
        let sentence = sentence(&why);
        self.calls().broken.get_or_insert(why);
        let waiting = std::mem::take(&mut self.queue().waiting);
        self.close();
        waiting.into_iter().for_each(|call| self.answer(call, Answer::Broken(sentence.clone())));
    }

    /// Gives an answer to whoever waits for it, soon.
    fn answer(&self, call: Arc<Call>, answer: Answer) {
        // The thread that takes them lives as long as the process.
        let _ = self.answers.lock().unwrap_or_else(PoisonError::into_inner).send((call, answer));
    }

    /// Nobody waits for it any more.
    fn answered(&self, call: &Call) {
        if self.calls().unanswered.remove(&call.number).is_some() {
            UNANSWERED.fetch_sub(1, Ordering::Relaxed);
            self.changed.notify_all();
        }
    }

    /// A call that is not answered.
    fn unanswered(&self, number: u32) -> Option<Arc<Call>> {
        self.calls().unanswered.get(&number).cloned()
    }

    /// Waits until all is answered, at most so long: whether it is.
    fn wait_answered(&self, most: Duration) -> bool {
        self.wait_until(most, |calls| calls.unanswered.is_empty())
    }

    /// Waits until all workers can take calls, or the pool is broken: why, if it is. None in time is no reason.
    pub fn wait_ready(&self, most: Duration) -> Result<bool, Raised> {
        let ready = self.wait_until(most, |calls| calls.ready == self.plan.workers || calls.broken.is_some());
        self.calls().broken.clone().map_or(Ok(ready), Err)
    }

    /// Takes no more calls, and waits until all workers have ended, at most so long.
    pub fn end(&self, most: Duration) {
        let waiting = {
            let mut queue = self.queue();
            queue.closed = true;
            std::mem::take(&mut queue.waiting)
        };
        self.called.notify_all();
        waiting.iter().for_each(|call| self.answered(call));
        self.wait_until(most, |calls| calls.ended == self.plan.workers);
    }

    fn wait_until(&self, most: Duration, done: impl Fn(&Calls) -> bool) -> bool {
        let until = Instant::now() + most;
        let mut calls = self.calls();
        while !done(&calls) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || cancel::is_requested() {
                return false;
            }
            // Whoever cancels wakes nobody here.
            let left = left.min(Duration::from_millis(20));
            calls = self.changed.wait_timeout(calls, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Where a worker's calls are noted, if this lap notes them.
    fn lane(&self, worker: u32) -> Option<Lane> {
        Some(Lane { number: self.plan.first_lane? + worker, lap: Lap::current()? })
    }

    /// As which worker it prints.
    fn label(&self, worker: u32) -> u32 {
        self.plan.first_lane.unwrap_or(1) + worker
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    /// What its worker does.
    fn track(&self) -> &'static Track {
        self.lap.tracks.of(self.number)
    }

    fn begin(&self, call: &Call, start: Nanos) {
        self.track().begin(call.number, start);
        sampler::enter_work(self.number);
    }

    fn end(&self, span: shared::Span) {
        sampler::leave_work(self.number);
        self.track().end(span);
    }
}

/// What is said to those who wait for an answer of a pool that is broken.
fn sentence(why: &Raised) -> String {
    if why.exception == BROKEN {
        return why.message.clone();
    }
    let advice = why.advice.as_ref().map(|advice| format!(" {advice}")).unwrap_or_default();
    format!("a worker can't execute anything. {}: {}.{advice}", why.exception, why.message.trim_end_matches('.'))
}

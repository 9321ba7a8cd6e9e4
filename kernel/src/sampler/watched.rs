//! One worker's thread, as the sampler follows it.

use serde::{Deserialize, Serialize};
use shared::{Interval, LapEvent, Nanos, StateTotals};

use super::attribution::{Contest, Doing, Look, Wait, attribute};
use super::work::is_in_work;
use crate::gil::Lock;
use crate::system::{Caught, Probe};
use crate::{clock, outbox};

/// What stood still for less than this isn't looked at closer, nor for less than a twentieth of the time.
const BRIEF: Nanos = Nanos(20_000);
/// What sleeps and has spent no CPU time since sleeps on, unless it was woken and has no CPU yet: so it is looked at
/// closer only this often.
const ASLEEP_EVERY: u32 = 4;

/// How long a thread was seen in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// All the time.
    pub all: StateTotals,
    /// While it executed `work`: whole intervals from one look to the next, at whose end it did.
    pub computing: StateTotals,
}

/// A thread that is followed.
#[derive(Debug)]
pub struct Watched {
    worker: u32,
    /// The address of its thread state: only compared, never followed.
    state: usize,
    lock: Option<Lock>,
    probe: Probe,
    last: Look,
    /// How often in a row it was believed to sleep on.
    believed: u32,
    /// How often its GIL had changed hands by then.
    switches: usize,
    seen: Seen,
    /// What was not sent yet.
    intervals: Vec<Interval>,
}

impl Watched {
    /// From now on.
    pub fn new(worker: u32, state: usize, lock: Option<Lock>, probe: Probe) -> Watched {
        let last = Look { at: Nanos(0), cpu: Nanos(0), delay: None, holds: false, doing: Doing::Running };
        let (seen, intervals) = (Seen::default(), Vec::new());
        let mut watched = Watched { worker, state, lock, probe, last, believed: 0, switches: 0, seen, intervals };
        watched.begin();
        watched
    }

    /// Which worker's it is.
    pub fn worker(&self) -> u32 {
        self.worker
    }

    /// What was so far doesn't count.
    pub fn begin(&mut self) {
        self.contest();
        self.last = self.look(true);
        self.seen = Seen::default();
        self.intervals.clear();
    }

    /// Looks at it, and notes what it did since the last time.
    pub fn sample(&mut self) {
        let contest = self.contest();
        let now = self.look(false);
        let parts = attribute(&self.last, &now, contest);
        let computing = is_in_work(self.worker);
        for (state, time) in parts {
            self.seen.all.add(state, time);
            if computing {
                self.seen.computing.add(state, time);
            }
        }
        let most = parts.into_iter().max_by_key(|(_, time)| *time).map(|(state, _)| state);
        if let Some(state) = most.filter(|_| now.at > self.last.at) {
            self.note(Interval { start: self.last.at, end: now.at, state });
        }
        // What it waited and was not counted yet must not be told again when it is.
        let told = self.last.delay.map(|delay| Nanos(delay.0 + parts[1].1.0));
        self.last = Look { delay: now.delay.max(told), ..now };
    }

    fn note(&mut self, interval: Interval) {
        match self.intervals.last_mut() {
            Some(last) if last.state == interval.state => last.end = interval.end,
            _ => self.intervals.push(interval),
        }
    }

    fn holds(&self) -> bool {
        self.lock.as_ref().and_then(Lock::holder) == Some(self.state)
    }

    /// What its GIL meant to it since the last time that this was asked.
    fn contest(&mut self) -> Contest {
        let Some(lock) = &self.lock else { return Contest::NoGil };
        let switches = lock.switches();
        let switched = switches != std::mem::replace(&mut self.switches, switches);
        if switched || lock.holder().is_some_and(|holder| holder != self.state) {
            Contest::Wanted(lock.interpreter)
        } else {
            Contest::Free(lock.interpreter)
        }
    }

    /// Looks closer, in files that the system makes, only if it has not run all the time.
    fn look(&mut self, close: bool) -> Look {
        let holds = self.holds();
        let (at, cpu) = (clock::now(), Nanos(self.probe.cpu()));
        let wall = at.since(self.last.at);
        let rest = wall.since(cpu.since(self.last.cpu));
        if !close && rest < BRIEF.max(Nanos(wall.0 / 20)) {
            return Look { at, cpu, delay: self.last.delay, holds, doing: Doing::Running };
        }
        let sleeps_on = cpu == self.last.cpu && matches!(self.last.doing, Doing::Asleep(_));
        self.believed = if sleeps_on && !close { (self.believed + 1) % ASLEEP_EVERY } else { 0 };
        if self.believed > 0 {
            return Look { at, holds, ..self.last };
        }
        let doing = match self.probe.caught() {
            Some(Caught::AtAddress(address)) if self.lock.as_ref().is_some_and(|lock| lock.is_awaited_at(address)) => {
                Doing::Asleep(Wait::Gil)
            }
            Some(Caught::AtAddress(_) | Caught::Asleep) => Doing::Asleep(Wait::Other),
            // Its CPU time grows while it is looked at, or not.
            Some(Caught::Runnable) | None if self.probe.cpu() > cpu.0 => Doing::Running,
            Some(Caught::Runnable) | None => Doing::Queued,
        };
        Look { at, cpu, delay: self.probe.delay().map(Nanos), holds, doing }
    }

    /// Sends what was noted, at most so many intervals: how many there were.
    pub fn send(&mut self, most: usize) -> usize {
        let count = self.intervals.len();
        let mut intervals = std::mem::take(&mut self.intervals);
        intervals.truncate(most);
        if !intervals.is_empty() {
            outbox::send(LapEvent::States { worker: self.worker, intervals });
        }
        count
    }

    /// How long it was in each state.
    pub fn seen(&self) -> Seen {
        self.seen
    }
}

//! One thread, as the sampler follows it.

use serde::{Deserialize, Serialize};
use shared::{Interval, LapEvent, Nanos, StateTotals};

use super::attribution::{Doing, Look, Wait, attribute};
use super::subject::Subject;
use super::work::is_in_work;
use crate::gil::Taken;
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
    subject: Subject,
    probe: Probe,
    last: Look,
    /// How often in a row it was believed to sleep on.
    believed: u32,
    seen: Seen,
    /// What was not sent yet.
    intervals: Vec<Interval>,
}

impl Watched {
    /// From now on.
    pub fn new(worker: u32, subject: Subject, probe: Probe) -> Watched {
        let last = Look { at: Nanos(0), cpu: Nanos(0), delay: None, holds: false, doing: Doing::Running };
        let (seen, intervals) = (Seen::default(), Vec::new());
        let mut watched = Watched { worker, subject, probe, last, believed: 0, seen, intervals };
        watched.begin(&[]);
        watched
    }

    /// Which worker's it is.
    pub fn worker(&self) -> u32 {
        self.worker
    }

    /// Who it is.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Who it is from now on.
    pub fn set_subject(&mut self, subject: Subject) {
        self.subject = subject;
    }

    /// When it was looked at last.
    pub fn looked(&self) -> Nanos {
        self.last.at
    }

    /// What was so far doesn't count.
    pub fn begin(&mut self, taken: &[Taken]) {
        let (_, holds) = self.subject.contest(taken);
        // One that has ended is found out at the next look.
        if let Some(look) = self.look((holds, taken), true) {
            self.last = look;
        }
        self.seen = Seen::default();
        self.intervals.clear();
    }

    /// Looks at it, and notes what it did since the last time; `taken` is who has which GIL. None if it has ended.
    pub fn sample(&mut self, taken: &[Taken]) -> Option<()> {
        let (contest, holds) = self.subject.contest(taken);
        let now = self.look((holds, taken), false)?;
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
        Some(())
    }

    fn note(&mut self, interval: Interval) {
        match self.intervals.last_mut() {
            Some(last) if last.state == interval.state => last.end = interval.end,
            _ => self.intervals.push(interval),
        }
    }

    /// Looks closer, in files that the system makes, only if it has not run all the time. None if it has ended.
    fn look(&mut self, (holds, taken): (bool, &[Taken]), close: bool) -> Option<Look> {
        let (at, cpu) = (clock::now(), Nanos(self.probe.cpu()?));
        let wall = at.since(self.last.at);
        let rest = wall.since(cpu.since(self.last.cpu));
        if !close && rest < BRIEF.max(Nanos(wall.0 / 20)) {
            return Some(Look { at, cpu, delay: self.last.delay, holds, doing: Doing::Running });
        }
        let sleeps_on = cpu == self.last.cpu && matches!(self.last.doing, Doing::Asleep(_));
        self.believed = if sleeps_on && !close { (self.believed + 1) % ASLEEP_EVERY } else { 0 };
        if self.believed > 0 {
            return Some(Look { at, holds, ..self.last });
        }
        let doing = match self.probe.caught() {
            Some(Caught::AtAddress(address)) if self.subject.awaits(address, taken) => Doing::Asleep(Wait::Gil),
            Some(Caught::AtAddress(_) | Caught::Asleep) => Doing::Asleep(Wait::Other),
            // Its CPU time grows while it is looked at, or not.
            Some(Caught::Runnable) | None if self.probe.cpu()? > cpu.0 => Doing::Running,
            Some(Caught::Runnable) | None => Doing::Queued,
        };
        Some(Look { at, cpu, delay: self.probe.delay().map(Nanos), holds, doing })
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

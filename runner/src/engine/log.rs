//! What happened in the runs: kept here, numbered by position, read by everybody at their own speed.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use shared::{Moment, Nanos, RunEvent, RunId, RunRequest, RunTicket, WholeRun, fingerprint};
use tokio::sync::{broadcast, watch};

use super::Order;
use super::batch::weight;

/// How many runs are remembered.
const MOST_RUNS: usize = 50;
/// How many bytes of runs that are over are remembered.
const MOST_BYTES: usize = 256 * 1024 * 1024;
/// How many accepted runs a session may not have heard of yet.
const ACCEPTED_BACKLOG: usize = 64;

/// The events of one run.
pub struct Log {
    ticket: RunTicket,
    request: RunRequest,
    accepted: Instant,
    events: Mutex<Vec<RunEvent>>,
    /// When each of the events came, as many as there are.
    arrivals: Mutex<Vec<Nanos>>,
    bytes: AtomicUsize,
    changes: watch::Sender<()>,
}

/// Some of a run's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// In order, without gaps.
    pub events: Vec<RunEvent>,
    /// About how many bytes they take.
    pub bytes: usize,
    /// What of the run follows them.
    pub rest: Rest,
}

/// What follows a part of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Nothing yet.
    ToCome,
    /// Events that are there, of a run that goes on.
    Waiting,
    /// Events that are there, of a run that is over.
    WaitingToTheEnd,
    /// Nothing: the run's ending is in the part or before it.
    Nothing,
}

impl Log {
    /// The log of a run that is kept and was read again.
    pub fn of_kept(whole: WholeRun) -> Log {
        let (arrivals, events): (Vec<_>, Vec<_>) =
            whole.moments.into_iter().map(|moment| (moment.at, moment.event)).unzip();
        Log {
            ticket: whole.kept.ticket,
            request: whole.request,
            accepted: Instant::now(),
            bytes: AtomicUsize::new(events.iter().map(weight).sum()),
            events: Mutex::new(events),
            arrivals: Mutex::new(arrivals),
            changes: watch::Sender::new(()),
        }
    }

    /// What was asked for.
    pub fn request(&self) -> &RunRequest {
        &self.request
    }

    /// How many events there are.
    pub fn length(&self) -> u64 {
        self.events().len() as u64
    }

    /// All events, each with the moment at which it came.
    pub fn moments(&self) -> Vec<Moment> {
        let events = self.events();
        let arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let moments = arrivals.iter().zip(events.iter());
        moments.map(|(at, event)| Moment { at: *at, event: event.clone() }).collect()
    }

    /// Of which run.
    pub fn ticket(&self) -> &RunTicket {
        &self.ticket
    }

    /// Whether the run's ending is in it.
    pub fn is_over(&self) -> bool {
        matches!(self.events().last(), Some(RunEvent::Ended(_)))
    }

    /// The greatest of what `of` makes of the events from number `since` on, if there are any.
    pub fn greatest<T: Ord>(&self, since: u64, of: impl FnMut(&RunEvent) -> T) -> Option<T> {
        let events = self.events();
        let since = usize::try_from(since).map_or(events.len(), |since| since.min(events.len()));
        events[since..].iter().map(of).max()
    }

    /// The events from number `since` on, at least one if there is one, and about `most_bytes` of them at most.
    pub fn read(&self, since: u64, most_bytes: usize) -> Part {
        let events = self.events();
        let since = usize::try_from(since).map_or(events.len(), |since| since.min(events.len()));
        let mut bytes = 0;
        let mut until = since;
        for event in &events[since..] {
            let weight = weight(event);
            if bytes > 0 && bytes + weight > most_bytes {
                break;
            }
            bytes += weight;
            until += 1;
        }
        let over = matches!(events.last(), Some(RunEvent::Ended(_)));
        let rest = match (until == events.len(), over) {
            (true, false) => Rest::ToCome,
            (false, false) => Rest::Waiting,
            (false, true) => Rest::WaitingToTheEnd,
            (true, true) => Rest::Nothing,
        };
        Part { events: events[since..until].to_vec(), bytes, rest }
    }

    /// Adds events at the end.
    pub(super) fn append(&self, new: Vec<RunEvent>) {
        if new.is_empty() {
            return;
        }
        self.bytes.fetch_add(new.iter().map(weight).sum(), Ordering::Relaxed);
        let at = Nanos(self.accepted.elapsed().as_nanos() as u64);
        {
            let mut events = self.events();
            self.arrivals.lock().unwrap_or_else(PoisonError::into_inner).extend(new.iter().map(|_| at));
            events.extend(new);
        }
        self.changes.send_replace(());
    }

    fn events(&self) -> MutexGuard<'_, Vec<RunEvent>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The logs of the runs that are remembered.
pub struct Runs {
    logs: Mutex<VecDeque<Arc<Log>>>,
    /// The least name that a new run may have: kept ones have the names before it.
    least: AtomicU64,
    accepted: broadcast::Sender<RunTicket>,
    changes: watch::Sender<()>,
}

impl Runs {
    /// None yet.
    pub fn new() -> Runs {
        Runs {
            logs: Mutex::default(),
            least: AtomicU64::new(0),
            accepted: broadcast::Sender::new(ACCEPTED_BACKLOG),
            changes: watch::Sender::new(()),
        }
    }

    /// Makes the log of a new run, names the run and tells everybody.
    pub fn accept(&self, order: &Order) -> Arc<Log> {
        let mut logs = self.lock();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() as u64;
        let after = logs.back().map_or(0, |last| last.ticket.id.0 + 1);
        let ticket = RunTicket {
            id: RunId(now.max(after).max(self.least.load(Ordering::Relaxed))),
            cell: order.request.cell.clone(),
            fingerprint: fingerprint(&order.request.source),
            plan: order.plan.clone(),
        };
        let log = Log {
            ticket: ticket.clone(),
            request: order.request.clone(),
            accepted: Instant::now(),
            events: Mutex::default(),
            arrivals: Mutex::default(),
            bytes: AtomicUsize::new(0),
            changes: self.changes.clone(),
        };
        let log = Arc::new(log);
        logs.push_back(log.clone());
        forget(&mut logs);
        // While the list is locked, so that a session which takes the list misses none and hears of none too early.
        // That there is no session to hear it is no error.
        let _ = self.accepted.send(ticket);
        log
    }

    /// Gives new runs only names that are greater than this.
    pub fn name_after(&self, run: RunId) {
        self.least.fetch_max(run.0.saturating_add(1), Ordering::Relaxed);
    }

    /// All of them, the oldest first.
    pub fn logs(&self) -> Vec<Arc<Log>> {
        self.lock().iter().cloned().collect()
    }

    /// Tells of every run that is accepted from now on.
    pub fn accepted(&self) -> broadcast::Receiver<RunTicket> {
        self.accepted.subscribe()
    }

    /// Changes whenever a log has grown.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Log>>> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the oldest runs while there are too many or too long ones; never one that isn't over, nor the newest.
fn forget(logs: &mut VecDeque<Arc<Log>>) {
    let mut bytes: usize = logs.iter().map(|log| log.bytes.load(Ordering::Relaxed)).sum();
    while logs.len() > 1 && (logs.len() > MOST_RUNS || bytes > MOST_BYTES) {
        let Some(oldest) = logs.front().filter(|log| log.is_over()) else { return };
        bytes -= oldest.bytes.load(Ordering::Relaxed);
        logs.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use shared::{CellId, LapEvent, LimitChoice, RunEnding, RunRequest, Stream};

    use super::*;

    fn order() -> Order {
        let request = RunRequest {
            cell: CellId("x".into()),
            source: "1".into(),
            modes: vec![],
            workers: vec![],
            repeats: 1,
            warm_up: 0,
            build: None,
        };
        Order {
            request,
            plan: vec![],
            file: "x.py".into(),
            needs_work: false,
            pictures: false,
            check: None,
            limits: LimitChoice::default(),
            load: shared::LoadWish::default(),
        }
    }

    fn text(length: usize) -> RunEvent {
        let event = LapEvent::Output { worker: None, task: None, stream: Stream::Stdout, text: "x".repeat(length) };
        RunEvent::Lap { lap: 0, event }
    }

    #[test]
    fn it_is_read_from_any_number_and_in_parts() {
        let log = Runs::new().accept(&order());
        log.append(vec![RunEvent::Queued { ahead: 1 }, text(500), text(500)]);
        for (since, most, length, rest) in [
            (0, 10_000, 3, Rest::ToCome),
            (1, 10_000, 2, Rest::ToCome),
            (1, 600, 1, Rest::Waiting),
            (1, 0, 1, Rest::Waiting),
            (3, 600, 0, Rest::ToCome),
            (u64::MAX, 600, 0, Rest::ToCome),
        ] {
            let part = log.read(since, most);
            assert_eq!((part.events.len(), part.rest), (length, rest), "since {since}");
        }
        log.append(vec![RunEvent::Ended(RunEnding::Completed)]);
        assert_eq!(log.read(1, 600).rest, Rest::WaitingToTheEnd);
        assert_eq!(log.read(2, 600).rest, Rest::Nothing);
        assert_eq!(log.read(4, 600).rest, Rest::Nothing);
    }

    #[test]
    fn names_are_never_given_twice_and_the_oldest_runs_are_forgotten() {
        let runs = Runs::new();
        for _ in 0..MOST_RUNS + 20 {
            runs.accept(&order()).append(vec![RunEvent::Ended(RunEnding::Completed)]);
        }
        let names: Vec<RunId> = runs.logs().iter().map(|log| log.ticket.id).collect();
        assert_eq!(names.len(), MOST_RUNS);
        assert!(names.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn what_goes_on_is_not_forgotten() {
        let runs = Runs::new();
        let first = runs.accept(&order()).ticket.id;
        for _ in 0..MOST_RUNS + 20 {
            runs.accept(&order()).append(vec![RunEvent::Ended(RunEnding::Completed)]);
        }
        assert_eq!(runs.logs()[0].ticket.id, first);
    }
}

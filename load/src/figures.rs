//! What is counted.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use shared::{Beside, Failure, Latencies, LoadPart, LoadPlan, LoadProgress, LoadReport, Nanos};

/// The shortest and the longest latency that are told from others, in nanoseconds, and to how many digits.
const SHORTEST: u64 = 1_000;
const LONGEST: u64 = 3_600_000_000_000;
const DIGITS: u8 = 3;
/// So many workers are told apart by their names, which anybody may invent.
const MOST_WORKERS: usize = 256;

/// A request that was sent.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Its place in the mix.
    pub which: usize,
    /// When it was to be sent.
    pub due: Instant,
    /// Since when its client had nothing else to do.
    pub free: Instant,
    /// When it was sent.
    pub sent: Instant,
}

/// Latencies, and how many failed.
#[derive(Debug)]
struct Part {
    latencies: Histogram<u64>,
    failed: u64,
}

impl Part {
    fn new() -> Part {
        Part { latencies: histogram(), failed: 0 }
    }

    fn named(&self, name: &str) -> LoadPart {
        LoadPart { name: name.to_owned(), latencies: latencies(&self.latencies), failed: self.failed }
    }
}

/// What the progress is told of: what came since it was told last.
#[derive(Debug)]
struct Window {
    since: Instant,
    latencies: Histogram<u64>,
    failures: BTreeMap<Failure, u64>,
}

#[derive(Debug)]
struct Counts {
    whole: Histogram<u64>,
    uncorrected: Histogram<u64>,
    lateness: Histogram<u64>,
    failures: BTreeMap<Failure, u64>,
    requests: Vec<(String, Part)>,
    workers: BTreeMap<String, Part>,
    beside: Option<Neighbour>,
    window: Window,
}

/// What is told of the time before and beside the neighbour.
#[derive(Debug)]
struct Neighbour {
    name: String,
    /// Its own answers.
    own: Part,
    /// The workers that it had them from.
    answered_by: BTreeSet<String>,
    /// Those of all others before it asked.
    alone: Histogram<u64>,
    /// And since then, by worker; without a name, of those who don't say theirs.
    since: BTreeMap<Option<String>, Histogram<u64>>,
}

impl Neighbour {
    fn new(name: String) -> Neighbour {
        let (own, answered_by, since) = (Part::new(), BTreeSet::new(), BTreeMap::new());
        Neighbour { name, own, answered_by, alone: histogram(), since }
    }

    /// An answer to another request was good.
    fn others(&mut self, is_beside: bool, worker: Option<&str>, latency: Duration) {
        let into = match is_beside {
            false => &mut self.alone,
            true => self.since.entry(worker.map(str::to_owned)).or_insert_with(histogram),
        };
        record(into, latency);
    }

    fn report(&self) -> Beside {
        let (mut elsewhere, mut same) = (histogram(), histogram());
        for (worker, of_worker) in &self.since {
            let is_its = worker.as_ref().is_some_and(|worker| self.answered_by.contains(worker));
            let into = if is_its { &mut same } else { &mut elsewhere };
            into.add(of_worker).expect("they have the same bounds");
        }
        Beside {
            neighbour: self.own.named(&self.name),
            alone: latencies(&self.alone),
            elsewhere: latencies(&elsewhere),
            same: latencies(&same),
        }
    }
}

/// All that is counted of a load.
#[derive(Debug)]
pub struct Figures {
    begin: Instant,
    measured: Instant,
    /// When the neighbour begins, if there is one.
    half: Instant,
    end: Instant,
    /// Good answers from the one to the other moment.
    in_time: Cell<u64>,
    in_flight: Cell<u32>,
    /// Of those, how many count in figures.
    unfinished: Cell<u64>,
    connections: Cell<u64>,
    counts: RefCell<Counts>,
}

impl Figures {
    /// Nothing yet, of a load from its first moment to its last; what is due before the second counts in no figure, and
    /// at the third the neighbour begins, if there is one.
    pub fn new(plan: &LoadPlan, [begin, measured, half, end]: [Instant; 4]) -> Figures {
        let requests = plan.mix.iter().map(|request| (request.name(), Part::new()));
        let window = Window { since: begin, latencies: histogram(), failures: BTreeMap::new() };
        let counts = Counts {
            whole: histogram(),
            uncorrected: histogram(),
            lateness: histogram(),
            failures: BTreeMap::new(),
            requests: requests.collect(),
            workers: BTreeMap::new(),
            beside: plan.neighbour.as_ref().map(|request| Neighbour::new(request.name())),
            window,
        };
        Figures {
            begin,
            measured,
            half,
            end,
            in_time: Cell::new(0),
            in_flight: Cell::new(0),
            unfinished: Cell::new(0),
            connections: Cell::new(0),
            counts: RefCell::new(counts),
        }
    }

    fn counts(&self, due: Instant) -> bool {
        due >= self.measured
    }

    /// A connection was opened.
    pub fn connected(&self) {
        self.connections.set(self.connections.get() + 1);
    }

    /// A request is being sent.
    pub fn begun(&self, asked: &Asked) {
        self.in_flight.set(self.in_flight.get() + 1);
        if self.counts(asked.due) {
            self.unfinished.set(self.unfinished.get() + 1);
            let late = asked.sent.saturating_duration_since(asked.due.max(asked.free));
            record(&mut self.counts.borrow_mut().lateness, late);
        }
    }

    fn over(&self, asked: &Asked) -> bool {
        self.in_flight.set(self.in_flight.get() - 1);
        let counts = self.counts(asked.due);
        self.unfinished.set(self.unfinished.get() - u64::from(counts));
        counts
    }

    /// It was answered well, just now.
    pub fn answered(&self, asked: &Asked, worker: Option<&str>) {
        let now = Instant::now();
        let (latency, uncorrected) = (now - asked.due, now - asked.sent);
        let is_measured = self.over(asked);
        let counts = &mut *self.counts.borrow_mut();
        if asked.which == counts.requests.len() {
            counts.neighbour_answered(latency, worker);
            return;
        }
        if (self.measured..self.end).contains(&now) {
            self.in_time.set(self.in_time.get() + 1);
        }
        record(&mut counts.window.latencies, latency);
        if is_measured {
            record(&mut counts.whole, latency);
            record(&mut counts.uncorrected, uncorrected);
            record(&mut counts.requests[asked.which].1.latencies, latency);
            if let Some(worker) = worker.and_then(|worker| counts.worker(worker)) {
                record(&mut worker.latencies, latency);
            }
            if let Some(beside) = &mut counts.beside {
                beside.others(asked.due >= self.half, worker, latency);
            }
        }
    }

    /// It was not.
    pub fn failed(&self, asked: &Asked, failure: Failure, worker: Option<&str>) {
        let is_measured = self.over(asked);
        let counts = &mut *self.counts.borrow_mut();
        *counts.window.failures.entry(failure).or_default() += 1;
        if is_measured {
            *counts.failures.entry(failure).or_default() += 1;
            counts.part(asked.which).into_iter().for_each(|part| part.failed += 1);
            if let Some(worker) = worker.and_then(|worker| counts.worker(worker)) {
                worker.failed += 1;
            }
        }
    }

    /// It was due, and never sent.
    pub fn not_sent(&self, due: Instant) {
        if self.counts(due) {
            *self.counts.borrow_mut().failures.entry(Failure::NotSent).or_default() += 1;
        }
    }

    /// What came since this was asked last.
    pub fn progress(&self) -> LoadProgress {
        let now = Instant::now();
        let counts = &mut *self.counts.borrow_mut();
        let window = &mut counts.window;
        let since = std::mem::replace(&mut window.since, now);
        let latencies = latencies(&window.latencies);
        window.latencies.reset();
        LoadProgress {
            elapsed: nanos(now - self.begin),
            window: nanos(now - since),
            is_warm_up: now < self.measured,
            latencies,
            failures: std::mem::take(&mut window.failures).into_iter().collect(),
            in_flight: self.in_flight.get(),
            is_beside: counts.beside.is_some() && now >= self.half,
        }
    }

    /// What came of it all. Whatever is still asked is unfinished.
    pub fn report(&self, lasted: Duration, cpu: Option<Nanos>) -> LoadReport {
        let counts = self.counts.borrow();
        let mut failures = counts.failures.clone();
        if self.unfinished.get() > 0 {
            failures.insert(Failure::Unfinished, self.unfinished.get());
        }
        LoadReport {
            duration: nanos(lasted),
            in_time: self.in_time.get(),
            latencies: latencies(&counts.whole),
            uncorrected: latencies(&counts.uncorrected),
            histogram: counts
                .whole
                .iter_recorded()
                .map(|step| (step.value_iterated_to(), step.count_at_value()))
                .collect(),
            failures: failures.into_iter().collect(),
            requests: counts.requests.iter().map(|(name, part)| part.named(name)).collect(),
            workers: counts.workers.iter().map(|(name, part)| part.named(name)).collect(),
            beside: counts.beside.as_ref().map(Neighbour::report),
            lateness: Nanos(counts.lateness.value_at_quantile(0.99)),
            cpu,
            connections: self.connections.get(),
        }
    }
}

impl Counts {
    fn neighbour_answered(&mut self, latency: Duration, worker: Option<&str>) {
        let Some(beside) = &mut self.beside else { return };
        record(&mut beside.own.latencies, latency);
        if let Some(worker) = worker.filter(|_| beside.answered_by.len() < MOST_WORKERS) {
            beside.answered_by.insert(worker.to_owned());
        }
    }

    /// That of a request of the mix, or behind them of the neighbour's.
    fn part(&mut self, which: usize) -> Option<&mut Part> {
        match self.requests.get_mut(which) {
            Some((_, part)) => Some(part),
            None => self.beside.as_mut().map(|beside| &mut beside.own),
        }
    }

    fn worker(&mut self, name: &str) -> Option<&mut Part> {
        if !self.workers.contains_key(name) {
            if self.workers.len() == MOST_WORKERS {
                return None;
            }
            self.workers.insert(name.to_owned(), Part::new());
        }
        self.workers.get_mut(name)
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(SHORTEST, LONGEST, DIGITS).expect("these bounds suit a histogram")
}

fn record(histogram: &mut Histogram<u64>, time: Duration) {
    histogram.saturating_record(nanos(time).0);
}

fn latencies(histogram: &Histogram<u64>) -> Option<Latencies> {
    let at = |quantile| Nanos(histogram.value_at_quantile(quantile));
    (!histogram.is_empty()).then(|| Latencies {
        count: histogram.len(),
        mean: Nanos(histogram.mean() as u64),
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        p999: at(0.999),
        max: Nanos(histogram.max()),
    })
}

fn nanos(time: Duration) -> Nanos {
    Nanos(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

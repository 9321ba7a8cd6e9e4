//! What is known of one mode and number of workers: of the lap whose time is the median, in seconds.

use crate::measure::bootstrap::Bounds;
use crate::measure::group::{LapGroup, SpeedUp};
use crate::measure::warning::Contestant;
use crate::{Lap, Nanos, Run, Span, State, StateTotals, WorkerPhase};

/// All times are sums over the workers, but for `wall`.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Of whom.
    pub who: Contestant,
    /// How many cores the lap could use.
    pub cores: u32,
    /// From the first task handed out to the end of the last.
    pub wall: f64,
    /// How much faster than sequential.
    pub speed_up: Option<SpeedUp>,
    /// What the sequential lap shows of the same tasks; none of sequential itself.
    pub baseline: Option<Baseline>,
    /// The tasks: how long each took.
    pub tasks: Tasks,
    /// In which `work` was executed.
    pub computing: f64,
    /// Of that, on a CPU.
    pub cpu: f64,
    /// After a worker's last task, until the lap's last task ended.
    pub idle: f64,
    /// Bytes that crossed from one interpreter or process to another, if that is known.
    pub carried: Option<u64>,
    /// What the workers' threads did, if that was sampled.
    pub states: Option<StateTotals>,
    /// Until the workers could take tasks: starting them, and reading the source. The longest of them.
    pub preparation: Option<f64>,
    /// How many cores' worth other programs used meanwhile, if the system says.
    pub others: Option<f64>,
}

/// How long tasks took.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tasks {
    /// How many there were.
    pub count: u32,
    /// The mean.
    pub mean: f64,
    /// The median.
    pub median: f64,
    /// The task that ended last.
    pub last: u32,
    /// How long that one took.
    pub last_took: f64,
}

/// The sequential lap.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Its time.
    pub wall: f64,
    /// CPU time of all tasks; none if another interpreter build executed them.
    pub cpu: Option<f64>,
    /// The share of its time in which it waited for something else than a CPU or the GIL, if that was sampled.
    pub blocked: Option<f64>,
    /// Until it could take tasks.
    pub preparation: Option<f64>,
}

impl Facts {
    /// The facts of a group; none without a task.
    pub fn of(run: &Run, group: &LapGroup, cores: u32) -> Option<Facts> {
        let lap = middle(run, |lap| (lap.plan.mode, lap.plan.workers) == (group.mode, group.workers))?;
        let (began, wall) = (lap.began?, lap.wall()?);
        let end = Nanos(began.0 + wall.0);
        let spans = || lap.workers.iter().flat_map(|worker| &worker.spans);
        let left = lap.workers.iter().map(|worker| {
            let last = worker.spans.iter().map(|span| span.end).max().unwrap_or(began);
            end.since(last).seconds()
        });
        Some(Facts {
            who: group.into(),
            cores,
            wall: wall.seconds(),
            speed_up: group.speed_up,
            baseline: baseline(run, lap),
            tasks: tasks(spans())?,
            computing: spans().map(took).sum(),
            cpu: spans().map(|span| span.cpu.seconds()).sum(),
            idle: left.sum(),
            carried: carried(lap),
            states: states(lap),
            preparation: preparation(lap),
            others: lap.other_load.map(|load| load.cpu.seconds() / load.during.seconds().max(1e-9)),
        })
    }

    /// The time that all workers had together.
    pub fn whole(&self) -> f64 {
        self.wall * f64::from(self.who.workers)
    }

    /// What share of that this time is, from 0 to 1.
    pub fn share(&self, time: f64) -> f64 {
        if self.whole() > 0.0 { (time / self.whole()).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The share of the time that was spent in a state, if that was sampled.
    pub fn in_state(&self, state: State) -> Option<f64> {
        Some(self.share(self.states?.of(state).seconds()))
    }

    /// Between two tasks: handing them out and carrying them, or waiting for the GIL meanwhile.
    pub fn between(&self) -> f64 {
        (self.whole() - self.computing - self.idle).max(0.0)
    }

    /// The share of the time by which it misses the ideal, so many workers as many times as fast; all of it where that
    /// isn't known.
    pub fn shortfall(&self) -> f64 {
        let ideal = f64::from(self.who.workers);
        self.speed_up.map_or(1.0, |speed_up| (1.0 - speed_up.ratio / ideal).clamp(0.0, 1.0))
    }

    /// How much faster it was for sure, if it was: all of the spread, or of one measurement clearly so.
    pub fn gain(&self) -> Option<f64> {
        const CLEARLY: f64 = 1.1;
        let speed_up = self.speed_up?;
        let faster = match speed_up.spread() {
            Some(Bounds { low, .. }) => low > 1.0,
            None => speed_up.ratio > CLEARLY,
        };
        faster.then_some(speed_up.ratio)
    }
}

/// Of the laps that count and are wanted, the one whose time is the median; of two the faster.
fn middle(run: &Run, wanted: impl Fn(&Lap) -> bool) -> Option<&Lap> {
    let mut laps: Vec<&Lap> = run.laps.iter().filter(|lap| lap.measured().is_some() && wanted(lap)).collect();
    laps.sort_by_key(|lap| lap.measured());
    let middle = laps.len().checked_sub(1)? / 2;
    Some(laps[middle])
}

fn baseline(run: &Run, lap: &Lap) -> Option<Baseline> {
    if !lap.plan.mode.is_parallel() {
        return None;
    }
    let sequential = middle(run, |lap| !lap.plan.mode.is_parallel())?;
    let spans = sequential.workers.iter().flat_map(|worker| &worker.spans);
    Some(Baseline {
        wall: sequential.wall()?.seconds(),
        cpu: (sequential.build == lap.build).then(|| spans.map(|span| span.cpu.seconds()).sum()),
        blocked: states(sequential).and_then(|states| states.share(State::Blocked)),
        preparation: preparation(sequential),
    })
}

fn took(span: &Span) -> f64 {
    span.end.since(span.start).seconds()
}

fn tasks<'a>(spans: impl Iterator<Item = &'a Span> + Clone) -> Option<Tasks> {
    let last = spans.clone().max_by_key(|span| span.end)?;
    let mut times: Vec<f64> = spans.map(took).collect();
    Some(Tasks {
        count: times.len() as u32,
        mean: times.iter().sum::<f64>() / times.len() as f64,
        median: crate::measure::statistics::middle(&mut times)?,
        last: last.task,
        last_took: took(last),
    })
}

fn carried(lap: &Lap) -> Option<u64> {
    let carried = lap.workers.iter().map(|worker| worker.account.as_ref()?.carried);
    carried.map(|carried| carried.map(|carried| carried.bytes_in + carried.bytes_out)).sum()
}

fn states(lap: &Lap) -> Option<StateTotals> {
    let all = lap.totals().into_iter().reduce(StateTotals::plus)?;
    (all.total().0 > 0).then_some(all)
}

fn preparation(lap: &Lap) -> Option<f64> {
    let of = |phase| {
        let times = lap.workers.iter().map(|worker| Some(worker.account.as_ref()?.phases.of(phase)?.seconds()));
        times.collect::<Option<Vec<f64>>>()?.into_iter().reduce(f64::max)
    };
    Some(of(WorkerPhase::StartUp)? + of(WorkerPhase::Replay)?)
}

//! Laps made by hand.

use crate::{
    Account, Carried, CellId, Ending, LapEvent, Mode, Nanos, OtherLoad, Phases, Results, Round, Run, RunEnding,
    RunEvent, RunId, RunTicket, Sampling, Span, StateTotals, samples,
};

const MILLI: u64 = 1_000_000;

/// How long all workers of a lap together were in each state.
#[derive(Debug, Clone, Copy, Default)]
pub struct States {
    pub gil: u64,
    pub free: u64,
    pub waits: u64,
    pub queues: u64,
    pub blocked: u64,
}

/// One lap.
#[derive(Debug, Clone)]
pub struct Hand {
    mode: Mode,
    workers: u32,
    /// How long each task takes, in nanoseconds, and how much of that is CPU time.
    tasks: Vec<(u64, u64)>,
    /// Before each task, in nanoseconds.
    gap: u64,
    /// Whether no two tasks overlap.
    serial: bool,
    states: Option<States>,
    carried: Option<u64>,
    prepared: Option<u64>,
    others: Option<f64>,
    build: &'static str,
    refused: Option<&'static str>,
}

impl Hand {
    pub const fn of(mode: Mode, workers: u32) -> Hand {
        Hand {
            mode,
            workers,
            tasks: Vec::new(),
            gap: 0,
            serial: false,
            states: None,
            carried: None,
            prepared: None,
            others: None,
            build: "3.14",
            refused: None,
        }
    }

    pub fn tasks(self, millis: &[u64]) -> Hand {
        Hand { tasks: millis.iter().map(|time| (time * MILLI, time * MILLI)).collect(), ..self }
    }

    pub fn serial(self, millis: &[u64]) -> Hand {
        Hand { serial: true, ..self.tasks(millis) }
    }

    pub fn micros(self, micros: &[u64], gap: u64) -> Hand {
        let tasks = micros.iter().map(|time| (time * 1_000, time * 1_000)).collect();
        Hand { tasks, gap: gap * 1_000, ..self }
    }

    pub fn cpu(self, millis: u64) -> Hand {
        Hand { tasks: self.tasks.iter().map(|(time, _)| (*time, millis * MILLI)).collect(), ..self }
    }

    pub fn gap(self, millis: u64) -> Hand {
        Hand { gap: millis * MILLI, ..self }
    }

    pub fn states(self, states: States) -> Hand {
        Hand { states: Some(states), ..self }
    }

    pub fn carried(self, bytes: u64) -> Hand {
        Hand { carried: Some(bytes), ..self }
    }

    pub fn prepared(self, millis: u64) -> Hand {
        Hand { prepared: Some(millis * MILLI), ..self }
    }

    pub fn others(self, cores: f64) -> Hand {
        Hand { others: Some(cores), ..self }
    }

    pub fn build(self, build: &'static str) -> Hand {
        Hand { build, ..self }
    }

    pub fn refused(self, module: &'static str) -> Hand {
        Hand { refused: Some(module), ..self }
    }

    /// By worker: each task goes to whoever is done first.
    fn spans(&self) -> Vec<Vec<Span>> {
        let mut workers = vec![(10 * MILLI, Vec::new()); self.workers as usize];
        let mut free = 10 * MILLI;
        for (task, (time, cpu)) in (0..).zip(&self.tasks) {
            let (done, spans) = workers.iter_mut().min_by_key(|(done, _)| *done).unwrap();
            let start = if self.serial { free } else { *done } + self.gap;
            *done = start + time;
            free = *done;
            spans.push(Span { task, start: Nanos(start), end: Nanos(*done), cpu: Nanos(*cpu) });
        }
        workers.into_iter().map(|(_, spans)| spans).collect()
    }

    fn events(&self) -> Vec<LapEvent> {
        let mut events = vec![LapEvent::Began { tasks: self.tasks.len() as u32, at: Nanos(10 * MILLI) }];
        events.extend((0..).zip(self.spans()).map(|(worker, spans)| LapEvent::Spans { worker, spans }));
        let each = |all: u64| Nanos(all * MILLI / u64::from(self.workers));
        events.extend(self.states.map(|states| {
            let totals = StateTotals {
                with_gil: each(states.gil),
                without_gil: each(states.free),
                waiting_for_gil: each(states.waits),
                waiting_for_cpu: each(states.queues),
                blocked: each(states.blocked),
            };
            let (cost, time) = (Nanos(1), Nanos(1));
            let sampling =
                Sampling { basis: crate::Basis::Read, samplers: 1, samples: 1, cost, time, shortened: false };
            LapEvent::Sampled { sampling, totals: (0..self.workers).map(|worker| (worker, totals)).collect() }
        }));
        let carried = |bytes: u64| Carried { bytes_in: bytes / u64::from(self.workers), bytes_out: 0 };
        let (start_up, replay) = (self.prepared.map(Nanos), self.prepared.map(|_| Nanos(0)));
        let phases = Phases { start_up, replay, ..Phases::default() };
        let account = |worker| Account { worker, phases, carried: self.carried.map(carried), ..Account::default() };
        events.extend((0..self.workers).map(|worker| LapEvent::Accounted(Box::new(account(worker)))));
        events.extend(self.others.map(|cores| {
            let during = Nanos(1_000 * MILLI);
            LapEvent::OtherLoad(OtherLoad { cpu: Nanos((cores * 1e9) as u64), during, cores: 2 })
        }));
        events
    }

    fn ending(&self) -> Ending {
        if let Some(module) = self.refused {
            let message = format!("module {module} does not support loading in subinterpreters");
            return Ending::Raised(samples::raised("ImportError", &message));
        }
        let last = self.spans().iter().flatten().map(|span| span.end.0).max().unwrap_or_default();
        Ending::Completed { wall: Nanos(last - 10 * MILLI), results: Results::default() }
    }
}

/// A run that is over, of one round.
pub fn race(laps: &[Hand]) -> Run {
    rounds(laps, 1)
}

/// The same of several, one after the other.
pub fn rounds(laps: &[Hand], rounds: usize) -> Run {
    let of_one = laps.len() / rounds;
    let plan = (0_u32..).zip(laps).map(|(place, hand)| crate::LapPlan {
        mode: hand.mode,
        workers: hand.workers,
        round: Round::Measured(place / of_one as u32),
    });
    let ticket = RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan: plan.collect() };
    let mut run = Run::new(ticket);
    for (lap, hand) in (0..).zip(laps) {
        run.apply(&RunEvent::LapStarted { lap, mode: hand.mode, build: hand.build.into() });
        hand.events().into_iter().for_each(|event| run.apply(&RunEvent::Lap { lap, event }));
        run.apply(&RunEvent::LapEnded { lap, ending: hand.ending() });
    }
    run.apply(&RunEvent::Ended(RunEnding::Completed));
    run
}

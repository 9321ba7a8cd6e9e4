//! Where the time in `work` went, by mode and number of workers: the compute phases of the completed laps, by states.

use shared::{Basis, Mode, Nanos, Run, State, StateTotals, duration};

use super::table::{Table, left, mode_column, right};

/// Of one mode and number of workers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whereabouts {
    mode: Mode,
    workers: u32,
    /// The compute phases of all workers of its laps; none if a lap wasn't sampled.
    totals: Option<StateTotals>,
    /// How many phases these are.
    count: usize,
    basis: Option<Basis>,
}

/// Of a run's modes and numbers of workers that completed a lap, in the order in which they ran first; nothing if
/// nothing was sampled.
pub fn whereabouts(run: &Run) -> Vec<Whereabouts> {
    let completed = || run.laps.iter().filter(|lap| lap.measured().is_some());
    let mut kinds: Vec<(Mode, u32)> = Vec::new();
    for lap in completed() {
        let kind = (lap.plan.mode, lap.plan.workers);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let of = |(mode, workers)| {
        let laps = || completed().filter(move |lap| (lap.plan.mode, lap.plan.workers) == (mode, workers));
        let known = laps().all(|lap| !lap.compute_in().is_empty());
        let all: Vec<StateTotals> = laps().flat_map(shared::Lap::compute_in).collect();
        let (count, totals) = (all.len(), all.into_iter().fold(StateTotals::default(), StateTotals::plus));
        let basis = laps().filter_map(|lap| lap.sampling).map(|sampling| sampling.basis).max();
        Whereabouts { mode, workers, totals: Some(totals).filter(|totals| known && totals.total().0 > 0), count, basis }
    };
    let all: Vec<Whereabouts> = kinds.into_iter().map(of).collect();
    if all.iter().any(|one| one.totals.is_some()) { all } else { Vec::new() }
}

/// The table of them.
pub fn table(run: &Run, width: Option<usize>) -> Table {
    let columns = vec![
        mode_column(run),
        right("workers", 7),
        right("in work", 9),
        right("with GIL", 8),
        right("without", 7),
        right("waits for GIL", 13),
        right("for a CPU", 9),
        right("blocked", 7),
        left("", 0),
    ];
    Table::new(columns, width)
}

/// What stands in one line of it.
pub fn cells(one: &Whereabouts) -> Vec<String> {
    let share = |state| match one.totals.and_then(|totals| totals.share(state)) {
        Some(share) => format!("{:.0} %", share * 100.0),
        None => "-".to_owned(),
    };
    let states = [State::WithGil(0), State::WithoutGil, State::WaitingForGil, State::WaitingForCpu, State::Blocked];
    let mut cells = vec![one.mode.slug().to_owned(), one.workers.to_string()];
    // Of one worker in one lap.
    let mean = one.totals.map(|totals| Nanos(totals.total().0 / one.count.max(1) as u64));
    cells.push(mean.map_or("-".to_owned(), duration));
    cells.extend(states.map(share));
    cells.push(match (one.totals, one.basis) {
        (None, _) => "not available".to_owned(),
        (Some(_), Some(Basis::Inferred)) => "inferred".to_owned(),
        (Some(_), _) => String::new(),
    });
    cells
}

#[cfg(test)]
mod tests {
    use shared::{Account, CellId, Ending, LapEvent, Results, RunEvent, RunId, RunTicket, Sampling, plan};

    use super::*;

    /// A run of sequential, threads and processes; the first two are sampled, on this basis.
    fn run(basis: Basis) -> Run {
        let plan = plan(&[Mode::Sequential, Mode::Threads, Mode::Processes], &[2], 1).unwrap();
        let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
        for (lap, mode) in (0..).zip([Mode::Sequential, Mode::Threads, Mode::Processes]) {
            run.apply(&RunEvent::LapStarted { lap, mode, build: String::new() });
            if mode != Mode::Processes {
                sampled(basis, mode).into_iter().for_each(|event| run.apply(&RunEvent::Lap { lap, event }));
            }
            let ending = Ending::Completed { wall: Nanos(100), results: Results::default() };
            run.apply(&RunEvent::LapEnded { lap, ending });
        }
        run
    }

    fn sampled(basis: Basis, mode: Mode) -> Vec<LapEvent> {
        let workers = if mode.is_parallel() { 2 } else { 1 };
        let waiting_for_gil = Nanos(if mode.is_parallel() { 100 } else { 0 });
        let totals = StateTotals { with_gil: Nanos(100), waiting_for_gil, ..StateTotals::default() };
        let (cost, time) = (Nanos(1), Nanos(200));
        let sampling = Sampling { basis, samplers: 1, samples: 9, cost, time, shortened: false };
        let account = |worker| Account { worker, compute_in: Some(totals), ..Account::default() };
        let accounted = |worker| LapEvent::Accounted(Box::new(account(worker)));
        let sampled = LapEvent::Sampled { sampling, totals: Vec::new() };
        std::iter::once(sampled).chain((0..workers).map(accounted)).collect()
    }

    #[test]
    fn shares_are_of_all_workers() {
        let lines = |basis| {
            let run = run(basis);
            let table = table(&run, None);
            let lines: Vec<String> = whereabouts(&run).iter().map(|one| table.line(&cells(one))).collect();
            lines.iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
        };
        let expected = [
            "sequential 1 0.10 µs 100 % 0 % 0 % 0 % 0 %",
            "threads 2 0.20 µs 50 % 0 % 50 % 0 % 0 %",
            "processes 2 - - - - - - not available",
        ];
        assert_eq!(lines(Basis::Read), expected);
        assert_eq!(lines(Basis::Inferred)[1], format!("{} inferred", expected[1]));
    }
}

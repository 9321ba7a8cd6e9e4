//! What a worker costs in each mode before and beside its work: start-up, and memory. Medians over the workers of the
//! completed laps.

use shared::{Account, Mode, Nanos, Run, Sharing, WorkerMemory, duration, median};

use super::table::{self, NOTHING, Table};

/// What stands where the system, or the mode, doesn't say it.
const NOT_AVAILABLE: &str = "not available";

/// That of one mode and number of workers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// How the work was executed.
    pub mode: Mode,
    /// With how many workers.
    pub workers: u32,
    /// Until the interpreter was there.
    pub start_up: Option<Nanos>,
    /// Replaying the source, with its imports.
    pub replay: Option<Nanos>,
    /// Private bytes when it could take tasks.
    pub ready: Option<u64>,
    /// The most private bytes.
    pub peak: Option<u64>,
    /// Whose these bytes are.
    pub sharing: Option<Sharing>,
}

/// Of a run's modes and numbers of workers that have accounts, without those of warm-ups, in the order in which they ran first.
pub fn costs(run: &Run) -> Vec<Cost> {
    let mut kinds: Vec<(Mode, u32)> = Vec::new();
    let counted = run.laps.iter().filter(|lap| !lap.is_warm_up());
    for lap in counted.filter(|lap| lap.workers.iter().any(|worker| worker.account.is_some())) {
        let kind = (lap.plan.mode, lap.plan.workers);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.into_iter().map(|(mode, workers)| cost(run, mode, workers)).collect()
}

/// Of one mode and number of workers.
pub fn cost(run: &Run, mode: Mode, workers: u32) -> Cost {
    let counted = run.laps.iter().filter(|lap| !lap.is_warm_up());
    let laps = counted.filter(|lap| (lap.plan.mode, lap.plan.workers) == (mode, workers));
    let accounts: Vec<&Account> =
        laps.flat_map(|lap| &lap.workers).filter_map(|worker| worker.account.as_ref()).collect();
    let middle = |of: &dyn Fn(&Account) -> Option<u64>| {
        let values: Vec<f64> = accounts.iter().filter_map(|account| of(account)).map(|value| value as f64).collect();
        median(&values).map(|middle| middle.round() as u64)
    };
    let memory = |of: fn(&WorkerMemory) -> u64| middle(&|account| account.memory.as_ref().map(of));
    Cost {
        mode,
        workers,
        start_up: middle(&|account| account.phases.start_up.map(|time| time.0)).map(Nanos),
        replay: middle(&|account| account.phases.replay.map(|time| time.0)).map(Nanos),
        ready: memory(|memory| memory.ready.private),
        peak: memory(|memory| memory.peak.private),
        sharing: accounts.iter().find_map(|account| account.memory).map(|memory| memory.sharing),
    }
}

/// The table of them.
pub fn table(run: &Run, width: Option<usize>) -> Table {
    let columns = vec![
        table::mode_column(run),
        table::right("workers", 7),
        table::right("start-up", 13),
        table::right("replay", 13),
        table::right("memory, ready", 13),
        table::right("at peak", 13),
        table::left("of which process", 0),
    ];
    Table { columns, width }
}

/// What stands in one line of it.
pub fn cells(cost: &Cost) -> Vec<String> {
    let time = |time: Option<Nanos>| time.map_or(NOT_AVAILABLE.to_owned(), duration);
    let bytes = |bytes: Option<u64>| bytes.map_or(NOT_AVAILABLE.to_owned(), megabytes);
    let whose = match cost.sharing {
        Some(Sharing::Own) => "its own",
        Some(Sharing::Even) if cost.workers > 1 => "shared: what it grew by, divided evenly",
        Some(Sharing::Even) => "shared with the kernel: what it grew by",
        None => NOTHING,
    };
    vec![
        cost.mode.slug().to_owned(),
        cost.workers.to_string(),
        time(cost.start_up),
        time(cost.replay),
        bytes(cost.ready),
        bytes(cost.peak),
        whose.to_owned(),
    ]
}

/// Millions of bytes, to a tenth.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use shared::{CellId, Footprint, LapEvent, Phases, RunEvent, RunId, RunTicket, plan};

    use super::*;

    fn account(worker: u32, start_up: u64, private: Option<u64>) -> Account {
        let footprint = |private| Footprint { private, proportional: private };
        let memory = private.map(|private| WorkerMemory {
            sharing: Sharing::Own,
            ready: footprint(private),
            peak: footprint(private * 3),
        });
        let phases = Phases { start_up: Some(Nanos(start_up)), ..Phases::default() };
        Account { worker, phases, memory, ..Account::default() }
    }

    /// A run of two rounds of one mode with two workers, with these accounts.
    fn run(accounts: [Vec<Account>; 2]) -> Run {
        let plan = plan(&[Mode::Processes], &[2], 2).unwrap();
        let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
        for (lap, accounts) in (0..).zip(accounts) {
            run.apply(&RunEvent::LapStarted { lap, mode: Mode::Processes, build: String::new() });
            for account in accounts {
                run.apply(&RunEvent::Lap { lap, event: LapEvent::Accounted(Box::new(account)) });
            }
        }
        run
    }

    #[test]
    fn costs_are_medians_over_all_workers() {
        let first = vec![account(0, 10_000_000, Some(7_000_000)), account(1, 30_000_000, Some(8_000_000))];
        let run = run([first, vec![account(0, 20_000_000, Some(7_540_000))]]);
        let costs = costs(&run);
        let expected = ["processes", "2", "20.0 ms", "not available", "7.5 MB", "22.6 MB", "its own"];
        assert_eq!(costs.iter().map(cells).collect::<Vec<_>>(), [expected.map(str::to_owned)]);
        assert_eq!(table(&run, None).heading().split_whitespace().next(), Some("mode"));
    }

    #[test]
    fn what_the_system_does_not_say_is_not_made_up() {
        assert!(costs(&run([vec![], vec![]])).is_empty());
        let costs = costs(&run([vec![account(0, 1_000, None)], vec![]]));
        assert_eq!(cells(&costs[0])[2..], ["1.00 µs", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE, NOTHING]);
    }

    #[test]
    fn memory_that_workers_share_is_said_to_be() {
        let cost = Cost { sharing: Some(Sharing::Even), ..cost(&run([vec![], vec![]]), Mode::Threads, 2) };
        for (workers, said) in [(2, "divided evenly"), (1, "grew by")] {
            assert!(cells(&Cost { workers, ..cost })[6].ends_with(said));
        }
    }
}

//! Where workers' time went: partitions of the lap, and answers that are known beforehand.

use shared::{Account, Carried, LapEvent, Mode, Nanos, State, StateTotals, WorkerPhase};

use crate::harness::{Record, build, modes, parallel, run};
use crate::states::waits_for_gil;

/// Modes in which values cross from one interpreter to another.
fn crossing() -> Vec<Mode> {
    modes()
        .into_iter()
        .filter(|mode| matches!(mode, Mode::Subinterpreters | Mode::SharedGil | Mode::Processes))
        .collect()
}

/// The accounts of a lap that must have completed, and the end of its last task.
fn accounts(record: &Record) -> (Vec<Account>, Nanos) {
    record.results();
    let of = |event: &LapEvent| match event {
        LapEvent::Accounted(account) => Some((**account).clone()),
        _ => None,
    };
    let end = record.spans().iter().map(|(_, span)| span.end).max().expect("a lap has tasks");
    (record.events.iter().filter_map(of).collect(), end)
}

fn sum(accounts: &[Account], phase: WorkerPhase) -> f64 {
    accounts.iter().map(|account| account.phases.of(phase).expect("native modes know all phases").seconds()).sum()
}

const SOURCES: [(&str, &str); 5] = [
    ("numbers", "ITEMS = range(2000)\ndef work(item): return item\n"),
    ("pickles", "ITEMS = [[number] * 50 for number in range(300)]\ndef work(item): return item\n"),
    ("bytes", "ITEMS = [bytes([number]) * 1_000_000 for number in range(10)]\ndef work(item): return item * 2\n"),
    ("sleeps", "import time\nITEMS = range(9)\ndef work(item): time.sleep(0.01)\n"),
    ("computes", "import json\nITEMS = [300_000] * 7\ndef work(item): return sum(range(item))\n"),
];

#[test]
fn the_phases_of_every_worker_partition_the_lap() {
    for (name, source) in SOURCES {
        for mode in modes() {
            let workers = if mode.is_parallel() { 3 } else { 1 };
            let record = run(source, mode, workers);
            let (accounts, end) = accounts(&record);
            let whom: Vec<u32> = accounts.iter().map(|account| account.worker).collect();
            assert_eq!(whom, (0..workers).collect::<Vec<_>>(), "{name}, {mode}");
            for account in &accounts {
                let gap = account.gap(end).unwrap();
                assert!(gap.millis() <= 2.0 || gap.seconds() <= end.seconds() / 100.0, "{name}, {mode}: {account:?}");
            }
        }
    }
}

/// Not that they add up, but that each is what it is called.
#[test]
fn phases_agree_with_events_and_spans() {
    let (_, source) = SOURCES[0];
    for mode in modes() {
        let record = run(source, mode, 2);
        let (accounts, end) = accounts(&record);
        let began = record.events.iter().find_map(|event| match event {
            LapEvent::Began { at, .. } => Some(*at),
            _ => None,
        });
        for account in &accounts {
            let ready = record.events.iter().find_map(|event| match event {
                LapEvent::WorkerReady { worker, at } if *worker == account.worker => Some(*at),
                _ => None,
            });
            let of = |phase: WorkerPhase| account.phases.of(phase).unwrap();
            let before = Nanos(of(WorkerPhase::StartUp).0 + of(WorkerPhase::Replay).0);
            assert_eq!(Some(before), ready, "{mode}: {account:?}");
            assert_eq!(Some(of(WorkerPhase::Gate)), began.map(|began| began.since(before)), "{mode}: {account:?}");

            let spans: Vec<_> = record
                .spans()
                .into_iter()
                .filter(|(worker, _)| *worker == account.worker)
                .map(|(_, span)| span)
                .collect();
            let wall: u64 = spans.iter().map(|span| span.end.0 - span.start.0).sum();
            let cpu: u64 = spans.iter().map(|span| span.cpu.0).sum();
            assert_eq!((of(WorkerPhase::Compute), account.cpu), (Nanos(wall), Some(Nanos(cpu))), "{mode}");
            if let Some(last) = spans.last() {
                assert!(of(WorkerPhase::Idle) <= end.since(last.end), "{mode}: {account:?}");
            }
        }
    }
}

#[test]
fn what_a_source_does_when_it_is_replayed_is_replay() {
    let source = "import time\ntime.sleep(0.15)\nITEMS = [1, 2]\ndef work(item): pass\n";
    for mode in modes() {
        let (accounts, _) = accounts(&run(source, mode, 2));
        // The kernel replays it, and so does every worker that doesn't share that replay.
        let least = if crossing().contains(&mode) { 0.3 } else { 0.15 };
        for account in accounts {
            let replay = account.phases.replay.unwrap().seconds();
            assert!(replay >= least, "{mode}: {replay}");
        }
    }
}

#[test]
fn pickling_and_unpickling_are_told_apart_from_computing() {
    let source = "
import time
class Slow:
    def __init__(self, seconds_in, seconds_out):
        self.seconds_in, self.seconds_out = seconds_in, seconds_out
    def __reduce__(self):
        time.sleep(self.seconds_out)
        return make, (self.seconds_in, self.seconds_out)
def make(seconds_in, seconds_out):
    time.sleep(seconds_in)
    return Slow(seconds_in, seconds_out)
ITEMS = [Slow(IN, OUT)] * 6
def work(item): return RESULT
";
    let of = |seconds_in: &str, seconds_out: &str, result: &str| {
        source.replace("IN, OUT", &format!("{seconds_in}, {seconds_out}")).replace("RESULT", result)
    };
    for mode in crossing() {
        let (slow_in, _) = accounts(&run(&of("0.03", "0", "1"), mode, 2));
        assert!(sum(&slow_in, WorkerPhase::Unpickling) >= 6.0 * 0.03, "{mode}: {slow_in:?}");
        assert!(sum(&slow_in, WorkerPhase::Compute) < sum(&slow_in, WorkerPhase::Unpickling), "{mode}: {slow_in:?}");

        // All items are pickled before the workers start, which keeps each of them waiting.
        let (slow_out, _) = accounts(&run(&of("0", "0.03", "1"), mode, 2));
        assert!(
            slow_out.iter().all(|account| account.phases.pickling.unwrap().seconds() >= 6.0 * 0.03),
            "{slow_out:?}"
        );

        // What a worker's last result takes may lie behind the end of the last task.
        let (results, _) = accounts(&run(&of("0", "0", "Slow(0, 0.03)"), mode, 2));
        assert!(sum(&results, WorkerPhase::Pickling) >= 4.0 * 0.03, "{mode}: {results:?}");
        assert!(sum(&results, WorkerPhase::Compute) < sum(&results, WorkerPhase::Pickling), "{mode}: {results:?}");
    }
    for mode in modes().into_iter().filter(|mode| !crossing().contains(mode)) {
        let (accounts, _) = accounts(&run(&of("0.03", "0.03", "item"), mode, 2));
        for phase in [WorkerPhase::Pickling, WorkerPhase::Unpickling] {
            assert_eq!(sum(&accounts, phase), 0.0, "{mode}: nothing crosses");
        }
    }
}

#[test]
fn who_has_nothing_more_to_do_is_idle() {
    let source = "import time\nITEMS = [0.4, 0.01]\ndef work(item): time.sleep(item)\n";
    for mode in parallel() {
        let record = run(source, mode, 2);
        let (accounts, end) = accounts(&record);
        for (worker, last) in record.spans() {
            // Both are one worker's if the other was kept from running for so long.
            if record.spans().iter().any(|(other, span)| *other == worker && span.end > last.end) {
                continue;
            }
            let idle = accounts[worker as usize].phases.idle.unwrap().seconds();
            let left = end.since(last.end).seconds();
            assert!(idle >= left / 2.0 && idle <= left, "{mode}: {idle} of {left}");
        }
    }
}

#[test]
fn a_process_waits_for_its_next_task_longer_than_a_small_one_takes() {
    let (accounts, _) = accounts(&run(SOURCES[0].1, Mode::Processes, 1));
    let [waited, computed] = [WorkerPhase::QueueWait, WorkerPhase::Compute].map(|phase| sum(&accounts, phase));
    assert!(waited > computed && accounts.len() == 1, "{waited} of queue wait, {computed} of compute");
}

#[test]
fn bytes_that_crossed_are_counted() {
    let source =
        "ITEMS = [b'four', 'n\\u00fcn', 7, None]\ndef work(item): return ['' if item is None else item, 1][0]\n";
    for mode in modes() {
        let (accounts, _) = accounts(&run(source, mode, 2));
        let carried = accounts.iter().map(|account| account.carried.unwrap());
        let all = carried.fold(Carried::default(), |sum, one| Carried {
            bytes_in: sum.bytes_in + one.bytes_in,
            bytes_out: sum.bytes_out + one.bytes_out,
        });
        let expected = if crossing().contains(&mode) { 4 + 4 + 8 } else { 0 };
        assert_eq!(all, Carried { bytes_in: expected, bytes_out: expected }, "{mode}");
    }
    for mode in crossing() {
        let source = "ITEMS = [list(range(1000))]\ndef work(item): return len(item)\n";
        let carried = accounts(&run(source, mode, 1)).0[0].carried.unwrap();
        assert!(carried.bytes_in > 1000 && carried.bytes_out == 8, "{mode}: {carried:?}");
    }
}

#[test]
fn a_script_has_an_account_too() {
    let record = run("import time\ntime.sleep(0.1)\nheld = bytearray(b'1') * 50_000_000\n", Mode::Sequential, 1);
    let (accounts, end) = accounts(&record);
    assert!(
        sum(&accounts, WorkerPhase::Compute) >= 0.1 && accounts[0].gap(end).unwrap().millis() < 2.0,
        "{accounts:?}"
    );
    // A little of it may be memory that was there, and free.
    assert!(accounts[0].memory.unwrap().peak.private >= 49_000_000, "{accounts:?}");
}

/// The compute phases of all workers, by states: each must add up to its phase.
fn computing(record: &Record) -> StateTotals {
    let (accounts, _) = accounts(record);
    let of = |account: &Account| {
        let states = account.compute_in.expect("native modes are sampled");
        assert_eq!(Some(states.total()), account.phases.compute, "{account:?}");
        let ran = Nanos(states.with_gil.0 + states.without_gil.0);
        assert_eq!(Some(ran), account.cpu.map(|cpu| cpu.min(states.total())), "{account:?}");
        states
    };
    accounts.iter().map(of).fold(StateTotals::default(), StateTotals::plus)
}

#[test]
fn computing_is_divided_by_what_the_worker_did() {
    let spin = "
import time
ITEMS = [0.5, 0.5]
def work(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end: pass
";
    let sleep = "import time\nITEMS = [0.4, 0.4]\nwork = time.sleep\n";
    let hash = "
import hashlib
BUFFER = bytes(64 * 1024 * 1024)
ITEMS = range(2)
def work(item): return hashlib.sha256(BUFFER).hexdigest()
";
    for mode in modes() {
        let slept = computing(&run(sleep, mode, 2));
        assert!(slept.share(State::Blocked).unwrap() > 0.6, "{mode}: {slept:?}");
        assert!(slept.share(State::WaitingForGil).unwrap() < 0.05, "{mode}: {slept:?}");

        let spun = computing(&run(spin, mode, 2));
        assert!(spun.share(State::Blocked).unwrap() < 0.1, "{mode}: {spun:?}");
        let waits = matches!(mode, Mode::Threads | Mode::SharedGil);
        // In 3.12 interpreters that share the GIL don't ask each other for it.
        if waits && build().python.minor > 12 {
            assert!(waits_for_gil(spun, 4), "{mode}: {spun:?}");
        } else if !waits {
            assert!(spun.share(State::WaitingForGil).unwrap() < 0.02, "{mode}: {spun:?}");
        }
        assert!(spun.with_gil.0 > spun.without_gil.0 * 4, "{mode}: {spun:?}");

        let hashed = computing(&run(hash, mode, 2));
        assert!(hashed.without_gil.0 > hashed.with_gil.0 * 4, "{mode}: {hashed:?}");
    }
}

#[test]
fn waiting_for_tasks_is_not_computing() {
    // The one worker of each process waits for its tasks; what it does in them is run.
    let source = "
import time
ITEMS = range(300)
def work(item):
    end = time.thread_time() + 0.001
    while time.thread_time() < end: pass
";
    for mode in modes() {
        let spun = computing(&run(source, mode, 1));
        assert!(spun.share(State::Blocked).unwrap() < 0.1, "{mode}: {spun:?}");
    }
}

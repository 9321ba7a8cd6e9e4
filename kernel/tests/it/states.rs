//! What the sampler says of loads whose answer is known. Other load on the machine only adds waiting for a CPU, so
//! that is left out or has room in every bound.

use shared::{Basis, Interval, LapEvent, Mode, Sampling, Span, State, StateTotals};

use crate::harness::{Record, build, modes, parallel, run};

const SPIN: &str = "
import time
ITEMS = [0.7, 0.7]
def work(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end: pass
";

/// What a lap's samplers have said, one for each process; and the totals by worker.
fn sampled(record: &Record) -> (Vec<Sampling>, Vec<StateTotals>) {
    record.results();
    let said = record.events.iter().filter_map(|event| match event {
        LapEvent::Sampled { sampling, totals } => Some((*sampling, totals.clone())),
        _ => None,
    });
    let (samplings, totals): (Vec<_>, Vec<_>) = said.unzip();
    let mut totals: Vec<(u32, StateTotals)> = totals.concat();
    totals.sort_by_key(|(worker, _)| *worker);
    (samplings, totals.into_iter().map(|(_, totals)| totals).collect())
}

pub fn totals(record: &Record) -> Vec<StateTotals> {
    sampled(record).1
}

pub fn share(totals: StateTotals, state: State) -> f64 {
    totals.share(state).unwrap()
}

/// The share of what it ran that it ran with the GIL.
fn with_gil(totals: StateTotals) -> f64 {
    totals.with_gil.0 as f64 / (totals.with_gil.0 + totals.without_gil.0).max(1) as f64
}

pub fn intervals(record: &Record, of: u32) -> Vec<Interval> {
    let pieces = record.events.iter().filter_map(|event| match event {
        LapEvent::States { worker, intervals } if *worker == of => Some(intervals.clone()),
        _ => None,
    });
    pieces.flatten().collect()
}

#[test]
fn two_cpu_bound_threads_wait_for_the_gil_half_of_the_time() {
    let record = run(SPIN, Mode::Threads, 2);
    let totals = totals(&record);
    assert_eq!(totals.len(), 2);
    waits_half_of_the_time(totals[0].plus(totals[1]));
}

#[test]
fn two_interpreters_that_share_the_gil_wait_for_it_as_threads_do() {
    let record = run(SPIN, Mode::SharedGil, 2);
    let totals = totals(&record);
    assert_eq!(totals.len(), 2);
    // In 3.12 they don't ask each other for it: one may compute first and the other after it.
    if build().python.minor > 12 {
        waits_half_of_the_time(totals[0].plus(totals[1]));
    } else {
        let both = totals[0].plus(totals[1]);
        assert!(waits_for_gil(both, 8), "{both:?}");
    }
}

/// Two threads that want one GIL all the time. When the machine is busy, who has the GIL waits for a CPU and the other
/// for the GIL, or for a CPU each time that it looks whether the GIL is free.
pub fn waits_half_of_the_time(both: StateTotals) {
    let waits = share(both, State::WaitingForGil);
    assert!(waits < 0.6 && waits + share(both, State::WaitingForCpu) > 0.4, "{both:?}");
    assert!(waits_for_gil(both, 4), "{both:?}");
    assert!(with_gil(both) > 0.8 && share(both, State::Blocked) < 0.1, "{both:?}");
}

/// Whether a thread waited for the GIL for at least this part of the time it had it: a fifth of that part on a machine
/// so busy that what it wanted most was a CPU.
pub fn waits_for_gil(totals: StateTotals, part: u64) -> bool {
    let room = if share(totals, State::WaitingForCpu) > 0.1 { 5 } else { 1 };
    totals.waiting_for_gil.0 * part * room > totals.with_gil.0
}

#[test]
fn who_sleeps_is_blocked_and_never_waits_for_the_gil() {
    let source = "import time\nITEMS = [0.5, 0.5]\nwork = time.sleep\n";
    for mode in modes() {
        for totals in totals(&run(source, mode, 2)) {
            assert!(share(totals, State::WaitingForGil) < 0.05, "{mode}: {totals:?}");
            assert!(share(totals, State::Blocked) > 0.6, "{mode}: {totals:?}");
        }
    }
}

#[test]
fn who_has_a_gil_of_their_own_never_waits_for_it() {
    for mode in [Mode::Sequential, Mode::Subinterpreters, Mode::Processes] {
        let record = run(SPIN, mode, 2);
        let totals = totals(&record);
        assert_eq!(totals.len(), if mode.is_parallel() { 2 } else { 1 }, "{mode}");
        for totals in totals {
            assert!(share(totals, State::WaitingForGil) < 0.02, "{mode}: {totals:?}");
            assert!(with_gil(totals) > 0.9, "{mode}: {totals:?}");
        }
    }
}

#[test]
fn the_interpreter_whose_gil_it_is_has_its_number() {
    for (mode, different) in [(Mode::Sequential, 1), (Mode::Threads, 1), (Mode::Subinterpreters, 2)] {
        let record = run(SPIN, mode, 2);
        let interpreters = [0, 1].into_iter().flat_map(|worker| intervals(&record, worker));
        let mut interpreters: Vec<u32> = interpreters
            .filter_map(
                |interval| if let State::WithGil(interpreter) = interval.state { Some(interpreter) } else { None },
            )
            .collect();
        interpreters.sort_unstable();
        interpreters.dedup();
        assert_eq!(interpreters.len(), different, "{mode}: {interpreters:?}");
        assert_eq!(interpreters[0] == 0, mode != Mode::Subinterpreters, "{mode}: {interpreters:?}");
    }
}

#[test]
fn large_buffers_are_hashed_without_the_gil() {
    let source = "
import hashlib
BUFFER = bytes(64 * 1024 * 1024)
ITEMS = range(4)
def work(item): return hashlib.sha256(BUFFER).hexdigest()
";
    for mode in [Mode::Sequential, Mode::Threads] {
        for totals in totals(&run(source, mode, 2)) {
            assert!(with_gil(totals) < 0.1, "{mode}: {totals:?}");
            assert!(share(totals, State::WaitingForGil) < 0.1, "{mode}: {totals:?}");
        }
    }
}

#[test]
fn who_waits_for_a_lock_of_its_own_is_blocked() {
    // The OS shows the same for a lock as for the GIL, but for the address.
    let source = "
import threading
EVENT = threading.Event()
ITEMS = ['wait', 'spin']
def work(item):
    if item == 'wait':
        EVENT.wait(30)
    else:
        for _ in range(4_000_000): pass
        EVENT.set()
";
    let record = run(source, Mode::Threads, 2);
    let waiter = record.spans().iter().find(|(_, span)| span.task == 0).unwrap().0;
    let totals = totals(&record)[waiter as usize];
    assert!(share(totals, State::WaitingForGil) < 0.2, "{totals:?}");
    assert!(share(totals, State::Blocked) > 0.5, "{totals:?}");
}

#[test]
fn a_script_s_main_thread_is_sampled() {
    let record = run("import time\ntime.sleep(0.4)\n", Mode::Sequential, 1);
    let totals = totals(&record);
    assert_eq!(totals.len(), 1);
    assert!(share(totals[0], State::Blocked) > 0.7, "{totals:?}");
}

#[test]
fn a_script_s_threads_take_the_gil_from_its_main_thread() {
    let source = "
import threading, time
END = time.monotonic() + 0.7
def spin():
    while time.monotonic() < END: pass
thread = threading.Thread(target=spin)
thread.start()
spin()
";
    let totals = totals(&run(source, Mode::Sequential, 1));
    assert!(waits_for_gil(totals[0], 4), "{totals:?}");
    assert!(share(totals[0], State::Blocked) < 0.15, "{totals:?}");
}

#[test]
fn totals_are_the_cpu_time_and_the_time() {
    for mode in modes() {
        let record = run(SPIN, mode, 2);
        for (worker, totals) in (0..).zip(totals(&record)) {
            let spans: Vec<Span> =
                record.spans().into_iter().filter(|(by, _)| *by == worker).map(|(_, span)| span).collect();
            let (cpu, ran) =
                (spans.iter().map(|span| span.cpu.0).sum::<u64>(), totals.with_gil.0 + totals.without_gil.0);
            assert!(ran as f64 > 0.95 * cpu as f64, "{mode}: {ran} of {cpu}");
            let first = spans.iter().map(|span| span.start).min();
            let last = spans.iter().map(|span| span.end).max();
            let (Some(first), Some(last)) = (first, last) else {
                // There one may be kept from the lock until the other has done all.
                let may_starve = mode == Mode::SharedGil && build().python.minor <= 12;
                assert!(may_starve, "{mode}: worker {worker} got no task");
                continue;
            };
            // From its first task on: on a busy machine a worker waits long for a CPU before it has begun to sample.
            let wall = last.since(first);
            assert!(totals.total().0 as f64 > 0.9 * wall.0 as f64, "{mode}: {totals:?} in {wall:?}");
        }
    }
}

#[test]
fn intervals_follow_each_other_and_are_as_long_as_the_totals() {
    for mode in modes() {
        let record = run(SPIN, mode, 2);
        for (worker, totals) in (0..).zip(totals(&record)) {
            let intervals = intervals(&record, worker);
            assert!(intervals.iter().all(|interval| interval.start < interval.end), "{mode}: {intervals:?}");
            assert!(intervals.windows(2).all(|pair| pair[0].end == pair[1].start), "{mode}: {intervals:?}");
            let time: u64 = intervals.iter().map(|interval| interval.end.since(interval.start).0).sum();
            assert_eq!(time, totals.total().0, "{mode}");
        }
    }
}

#[test]
fn how_it_was_sampled_is_said_last_of_each_worker() {
    let basis = if build().python >= (shared::Python { major: 3, minor: 13, micro: 0 }) {
        Basis::Read
    } else {
        Basis::Inferred
    };
    for mode in parallel() {
        let record = run(SPIN, mode, 2);
        let (samplings, _) = sampled(&record);
        assert_eq!(samplings.len(), if mode == Mode::Processes { 2 } else { 1 }, "{mode}");
        for sampling in samplings {
            assert_eq!(sampling.basis, basis, "{mode}");
            assert!(sampling.samples > 10 && sampling.time.millis() > 500.0 && !sampling.shortened, "{sampling:?}");
        }
        let last = record.events.iter().rposition(|event| matches!(event, LapEvent::Sampled { .. }));
        let states = record.events.iter().rposition(|event| matches!(event, LapEvent::States { .. }));
        assert!(states < last, "{mode}");
    }
}

#[test]
#[ignore = "measures"]
fn figures() {
    let idle = "import time\nITEMS = [1, 1]\nwork = time.sleep\n";
    let busy = SPIN.replace("0.7", "1.5");
    let many = "import time\nITEMS = [1] * 32\nwork = time.sleep\n";
    for (what, source, workers) in [("spin", busy.as_str(), 2), ("sleep", idle, 2), ("sleep", many, 32)] {
        for mode in modes() {
            let record = run(source, mode, if what == "sleep" && !mode.is_parallel() { continue } else { workers });
            let (samplings, totals) = sampled(&record);
            let sampling = samplings.into_iter().reduce(Sampling::plus).unwrap();
            let (rate, cost) = (sampling.rate().unwrap(), sampling.cost_share(2).unwrap() * 100.0);
            println!("{mode} x{workers} {what}: {rate:.0}/s, {cost:.2} % of 2 CPUs, {:?}", sampling.basis);
            let sum = totals.into_iter().fold(StateTotals::default(), StateTotals::plus);
            let states =
                [State::WithGil(0), State::WithoutGil, State::WaitingForGil, State::WaitingForCpu, State::Blocked];
            let shares: Vec<String> =
                states.iter().map(|state| format!("{} {:.1} %", state.words(), share(sum, *state) * 100.0)).collect();
            println!("    {}", shares.join(", "));
        }
    }
}

#[test]
fn a_lap_that_raises_says_what_was_sampled() {
    for mode in modes() {
        let record = run("import time\nITEMS = [1]\ndef work(item):\n    time.sleep(0.1)\n    1 / 0\n", mode, 2);
        assert_eq!(record.raised().exception, "ZeroDivisionError", "{mode}");
        // A child that has raised is not asked any more.
        let said = record.events.iter().any(|event| matches!(event, LapEvent::Sampled { .. }));
        assert!(said || mode == Mode::Processes, "{mode}");
    }
}

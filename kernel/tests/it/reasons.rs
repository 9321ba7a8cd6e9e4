//! Real laps whose reason for not being faster is unmistakable. Machines are busy: what is judged by are counts, CPU
//! time and states, and the ratio of two wall times is given where a rule asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::{
    CellId, Crowd, Ending, Gain, LapPlan, Mode, Nanos, Reason, Round, Run, RunEnding, RunEvent, RunId, RunTicket,
    Uneven, Why, reasons,
};

use crate::harness::{Record, all, request, run_request};

/// Two tasks for each of two workers, of some 50 ms of computing on a machine that is idle.
const COMPUTES: &str = "ITEMS = [600_000] * 4\ndef work(n): return sum(i % 7 for i in range(n))\n";
const SLEEPS: &str = "import time\nITEMS = [0.1] * 6\ndef work(seconds): time.sleep(seconds)\n";
/// Without the GIL.
const HASHES: &str = "
import hashlib
DATA = bytes(30_000_000)
ITEMS = range(6)
def work(item): return hashlib.sha256(DATA).hexdigest()
";

/// One lap that is explained.
struct Case<'a> {
    source: &'a str,
    mode: Mode,
    workers: u32,
    cores: u32,
    /// As if the lap were so many times as fast as a sequential one, which is then executed as well.
    ratio: Option<f64>,
}

impl Case<'_> {
    fn new(source: &str, mode: Mode) -> Case<'_> {
        Case { source, mode, workers: 2, cores: 2, ratio: None }
    }

    /// Nothing if this build doesn't have the mode.
    fn reasons(&self) -> Option<Vec<Reason>> {
        all(self.source).into_iter().find(|(mode, _)| *mode == self.mode)?;
        let lap =
            |mode, workers| (LapPlan { mode, workers, round: Round::Measured(0) }, record(self.source, mode, workers));
        let alone = self.ratio.map(|_| lap(Mode::Sequential, 1));
        let laps: Vec<_> = alone.into_iter().chain([lap(self.mode, self.workers)]).collect();
        Some(reasons(&joined(&laps, self.ratio), self.cores))
    }

    /// Asserts that this is among the reasons.
    fn has(&self, wanted: impl Fn(&Why) -> bool) {
        let Some(found) = self.reasons() else { return };
        assert!(found.iter().any(|reason| wanted(&reason.why)), "{}: {found:#?}", self.mode);
    }
}

fn record(source: &str, mode: Mode, workers: u32) -> Record {
    run_request(request(source, mode, workers))
}

/// A run of these laps; the first is `ratio` times as long as the last.
fn joined(laps: &[(LapPlan, Record)], ratio: Option<f64>) -> Run {
    let plan = laps.iter().map(|(plan, _)| *plan).collect();
    let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
    for (lap, (plan, record)) in (0..).zip(laps) {
        run.apply(&RunEvent::LapStarted { lap, mode: plan.mode, build: "tested".into() });
        record.events.iter().for_each(|event| run.apply(&RunEvent::Lap { lap, event: event.clone() }));
        let mut ending = record.ending.clone().unwrap();
        if let (Some(ratio), 0, Some(Ending::Completed { wall, .. })) = (ratio, lap, &laps[laps.len() - 1].1.ending) {
            let Ending::Completed { wall: alone, .. } = &mut ending else { panic!("not completed: {ending:?}") };
            *alone = Nanos((wall.0 as f64 * ratio) as u64);
        }
        run.apply(&RunEvent::LapEnded { lap, ending });
    }
    run.apply(&RunEvent::Ended(RunEnding::Completed));
    run
}

#[test]
fn threads_that_compute_are_bound_by_the_gil() {
    for mode in [Mode::Threads, Mode::SharedGil] {
        // In 3.12 interpreters that share a GIL don't ask each other for it.
        if mode == Mode::Threads || crate::harness::build().python.minor > 12 {
            Case::new(COMPUTES, mode).has(|why| *why == Why::GilBound);
        }
    }
}

#[test]
fn tasks_of_a_microsecond_are_too_small_for_processes() {
    let source = "ITEMS = range(3000)\ndef work(n): return n + 1\n";
    Case::new(source, Mode::Processes).has(|why| matches!(why, Why::TinyTasks { task } if *task < 1e-3));
}

#[test]
fn ten_megabytes_each_outweigh_a_task_that_looks_at_one_byte() {
    let source = "ITEMS = [bytes(10_000_000)] * 6\ndef work(data): return data[0]\n";
    for mode in [Mode::Processes, Mode::Subinterpreters] {
        Case::new(source, mode).has(|why| *why == Why::Transfer { bytes: 6 * 10_000_000 + 6 * 8 });
    }
    let pickles = "ITEMS = [list(range(1_000_000))] * 3\ndef work(numbers): return numbers[0]\n";
    Case::new(pickles, Mode::Processes).has(|why| matches!(why, Why::Transfer { bytes } if *bytes > 6_000_000));
}

#[test]
fn two_workers_that_compute_are_more_than_one_core() {
    let case = Case { cores: 1, ..Case::new(COMPUTES, Mode::Subinterpreters) };
    case.has(|why| *why == Why::MoreWorkersThanCores { cores: 1 });
}

#[test]
fn the_last_task_is_the_straggler_and_fewer_tasks_than_workers_are_too_few() {
    let source = "import time\nITEMS = [0.02] * 6 + [0.8]\ndef work(seconds): time.sleep(seconds)\n";
    let few = "import time\nITEMS = [0.3]\ndef work(seconds): time.sleep(seconds)\n";
    for mode in [Mode::Threads, Mode::Subinterpreters, Mode::Processes] {
        Case::new(source, mode).has(|why| matches!(why, Why::Stragglers(Uneven::Long { task: 6, .. })));
        Case::new(few, mode).has(|why| *why == Why::Stragglers(Uneven::Few { tasks: 1 }));
    }
}

#[test]
fn a_module_that_refuses_is_named() {
    let source = "import _curses\nITEMS = [1]\ndef work(n): return n\n";
    for mode in [Mode::Subinterpreters, Mode::InterpreterPool] {
        Case::new(source, mode).has(|why| *why == Why::Refused { module: "_curses".into() });
    }
}

#[test]
fn sleeping_tasks_wait_and_want_more_workers() {
    for mode in [Mode::Threads, Mode::Subinterpreters, Mode::Processes] {
        Case::new(SLEEPS, mode).has(|why| *why == Why::Waiting);
    }
    // With a worker for each there is nothing to be had by more.
    let all = Case { workers: 6, ..Case::new(SLEEPS, Mode::Threads) };
    assert!(all.reasons().is_none_or(|found| found.iter().all(|reason| reason.why != Why::Waiting)));
}

#[test]
fn coroutines_that_never_await_keep_the_event_loop() {
    for body in ["time.sleep(0.05)", "sum(range(2_000_000))"] {
        let source = format!("import time\nITEMS = [1] * 4\nasync def work(n): {body}\n");
        let found = reasons(&joined(&[asyncio(&source)], None), 2);
        assert!(found.iter().any(|reason| reason.why == Why::OneThread), "{body}: {found:#?}");
    }
    let awaits = "import asyncio\nITEMS = [0.3] * 4\nasync def work(n): await asyncio.sleep(n)\n";
    let found = reasons(&joined(&[asyncio(awaits)], None), 2);
    assert!(found.iter().all(|reason| reason.why != Why::OneThread), "{found:#?}");
}

fn asyncio(source: &str) -> (LapPlan, Record) {
    let plan = LapPlan { mode: Mode::Asyncio, workers: 2, round: Round::Measured(0) };
    (plan, record(source, Mode::Asyncio, 2))
}

#[test]
fn a_lock_of_its_own_is_a_serial_part() {
    let source = HASHES.replace("import hashlib", "import hashlib, threading\nLOCK = threading.Lock()");
    let source = source.replace(": return", ":\n    with LOCK: return");
    Case { ratio: Some(1.0), ..Case::new(&source, Mode::Threads) }.has(|why| *why == Why::SerialPart);
}

#[test]
fn cpu_time_that_grows_with_workers_is_told() {
    // Whoever doesn't get the file asks again and again: that costs CPU time, and nobody waits.
    let lock = std::env::temp_dir().join(format!("virgil-reasons-{}", std::process::id()));
    let source = format!(
        "
import os
LOCK = {lock:?}
ITEMS = [500_000] * 8
def work(n):
    while True:
        try:
            held = os.open(LOCK, os.O_CREAT | os.O_EXCL)
            break
        except FileExistsError:
            pass
    sum(i % 7 for i in range(n))
    os.close(held)
    os.remove(LOCK)
"
    );
    let case = Case { ratio: Some(1.0), ..Case::new(&source, Mode::Processes) };
    case.has(|why| matches!(why, Why::MemoryBound { growth } if *growth > 1.25));
}

#[test]
fn workers_that_take_longer_to_start_than_they_gain_are_told() {
    let source = SLEEPS.replace("ITEMS", "time.sleep(0.8)\nITEMS");
    let case = Case { ratio: Some(1.5), ..Case::new(&source, Mode::Processes) };
    case.has(|why| matches!(why, Why::StartUp { took, gained } if *took > 0.5 && *gained < *took));
}

#[test]
fn cores_that_others_have_are_noise() {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let over = Arc::new(AtomicBool::new(false));
    let spinning = (0..4 * cores).map(|_| {
        let over = over.clone();
        std::thread::spawn(move || while !over.load(Ordering::Relaxed) {})
    });
    let spinning: Vec<_> = spinning.collect();
    let found = Case { cores: cores as u32, ..Case::new(COMPUTES, Mode::Subinterpreters) }.reasons();
    over.store(true, Ordering::Relaxed);
    spinning.into_iter().for_each(|thread| thread.join().unwrap());
    let noisy = |found: Vec<Reason>| found.iter().any(|reason| reason.why == Why::Noise(Crowd::Others));
    assert!(found.is_none_or(noisy), "nobody was in the way");
}

#[test]
fn what_made_it_faster_is_seen() {
    for (source, mode, gain) in [
        (COMPUTES, Mode::Subinterpreters, Gain::OwnGil { seen: true }),
        (COMPUTES, Mode::Processes, Gain::OwnGil { seen: true }),
        (COMPUTES, Mode::InterpreterPool, Gain::OwnGil { seen: false }),
        (COMPUTES, Mode::FreeThreaded, Gain::NoGil),
        (HASHES, Mode::Threads, Gain::GilGivenBack),
        (SLEEPS, Mode::Threads, Gain::WaitsOverlap),
    ] {
        Case { ratio: Some(1.9), ..Case::new(source, mode) }.has(|why| *why == Why::Gained(gain));
    }
}

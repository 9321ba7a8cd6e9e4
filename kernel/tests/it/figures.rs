//! Figures, printed and not judged: `cargo test --release -p kernel -- --ignored --nocapture figures`.

use std::time::Instant;

use shared::{Availability, Ending, KernelCommand, KernelEvent, LapEvent, Mode, median};

use crate::harness::{Kernel, Record, build, modes, parallel, request, run};

fn wall(record: &Record) -> f64 {
    match &record.ending {
        Some(Ending::Completed { wall, .. }) => wall.seconds(),
        other => panic!("not completed: {other:?}"),
    }
}

#[test]
#[ignore = "measures"]
fn command_to_first_ready_worker() {
    for mode in modes() {
        let times: Vec<f64> = (0..15)
            .map(|_| {
                let mut kernel = Kernel::start();
                let started = Instant::now();
                kernel.command(&KernelCommand::Lap(request("ITEMS = [1]\ndef work(item): pass\n", mode, 1)));
                while !matches!(kernel.event().unwrap(), KernelEvent::Lap(LapEvent::WorkerReady { .. })) {}
                started.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        println!("{mode}: first worker ready after {:.2} ms (median), {least:.2} ms (least)", median(&times).unwrap());
    }
}

#[test]
#[ignore = "measures"]
fn tasks_that_do_nothing() {
    for (mode, workers, tasks) in [
        (Mode::Sequential, 1, 1_000_000),
        (Mode::Threads, 2, 1_000_000),
        (Mode::Subinterpreters, 1, 1_000_000),
        (Mode::Subinterpreters, 2, 1_000_000),
        (Mode::SharedGil, 2, 1_000_000),
        (Mode::Processes, 2, 50_000),
        (Mode::Asyncio, 2, 100_000),
        (Mode::ThreadPool, 2, 50_000),
        (Mode::InterpreterPool, 2, 20_000),
        (Mode::ProcessPoolForkserver, 2, 10_000),
        (Mode::ProcessPoolSpawn, 2, 10_000),
    ] {
        if matches!(build().availability(mode), Availability::Impossible(_)) {
            continue;
        }
        let kind = if mode.awaits() { "async def" } else { "def" };
        let source = format!("ITEMS = range({tasks})\n{kind} work(item): return item\n");
        let rates: Vec<f64> = (0..5)
            .map(|_| {
                let record = run(&source, mode, workers);
                assert_eq!(record.spans().len(), tasks);
                tasks as f64 / wall(&record)
            })
            .collect();
        let best = rates.iter().copied().fold(0.0, f64::max);
        println!("{mode} x{workers}: {:.0} tasks/s (median), {best:.0} (best)", median(&rates).unwrap());
        let record = run(&source, mode, workers);
        for event in &record.events {
            if let LapEvent::Wrapped { per_task } = event {
                println!("  the wrapper costs {} ns a task", per_task.0);
            }
        }
    }
}

#[test]
#[ignore = "measures"]
fn speed_ups() {
    let source = "def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nITEMS = [28] * 12\nwork = fib\n";
    let cpu = |record: &Record| record.spans().iter().map(|(_, span)| span.cpu.seconds()).sum::<f64>();
    for round in 0..3 {
        let sequential = run(source, Mode::Sequential, 1);
        for mode in parallel() {
            let record = run(source, mode, 2);
            let (faster, dearer) = (wall(&sequential) / wall(&record), cpu(&record) / cpu(&sequential));
            println!("round {round}, {mode} x2: {faster:.2} times as fast, {dearer:.2} times the CPU time");
        }
    }
}

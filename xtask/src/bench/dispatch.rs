//! Tasks that do nothing, as many as can be: int in, int out, all spans kept.

use anyhow::Result;
use shared::{Feed, Mode};

use super::figures::{Goal, line, ratios};
use super::pools::EXECUTORS;
use super::{Bench, WORKERS};

/// So many that a lap takes some tenths of a second.
const NATIVE: [(Mode, u32); 3] =
    [(Mode::Subinterpreters, 1_000_000), (Mode::Threads, 1_000_000), (Mode::Processes, 50_000)];
/// The executors' tasks.
const TASKS: u32 = 20_000;
/// Tasks in a second.
const RATE: f64 = 1_000_000.0;

/// Measures and prints.
pub fn measure(bench: &Bench) -> Result<()> {
    println!("\nTasks that do nothing, {WORKERS} workers, in a second, median (lowest to highest):");
    let mut native = [const { Vec::new() }; NATIVE.len()];
    let mut pools = [const { Vec::new() }; EXECUTORS.len()];
    for _ in 0..bench.rounds {
        for ((mode, tasks), rates) in NATIVE.iter().zip(&mut native) {
            let source = format!("ITEMS = range({tasks})\ndef work(item): return item\n");
            let (lap, wall) = bench.lap(&source, *mode, WORKERS, Feed::AtOnce)?;
            anyhow::ensure!(lap.spans.len() == *tasks as usize, "{mode}: spans are missing");
            rates.push(f64::from(*tasks) / wall);
        }
        for (executor, rates) in EXECUTORS.iter().zip(&mut pools) {
            rates.extend(bench.pool("dispatch", executor, TASKS)?.iter().map(|seconds| f64::from(TASKS) / seconds));
        }
    }
    for ((mode, _), rates) in NATIVE.iter().zip(&native) {
        let goal = (*mode == Mode::Subinterpreters).then_some(Goal::AtLeast(RATE));
        println!("{}", line(mode.title(), rates, goal));
    }
    for (executor, rates) in EXECUTORS.iter().zip(&pools) {
        println!("{}", line(executor, rates, None));
    }
    println!("Subinterpreters, by the executors of the standard library (whose dispatcher is another one):");
    for ((executor, rates), times) in EXECUTORS.iter().zip(&pools).zip([5.0, 20.0, 20.0]) {
        println!("{}", line(executor, &ratios(&native[0], rates), Some(Goal::AtLeast(times))));
    }
    Ok(())
}

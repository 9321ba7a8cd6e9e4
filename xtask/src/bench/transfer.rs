//! 10 MB of bytes there and back, to a worker and from it, until every result is an object of the main interpreter.

use anyhow::{Context, Result};
use shared::{Feed, Mode};

use super::figures::{Goal, line, ratios};
use super::{Bench, WORKERS};

const NATIVE: [Mode; 2] = [Mode::Subinterpreters, Mode::Processes];
/// Threads carry nothing: they hand over a reference.
const EXECUTORS: [&str; 2] = ["InterpreterPoolExecutor", "ProcessPoolExecutor"];
const TASKS: u32 = 32;
const MEGABYTES: f64 = 10.0;

/// More than a contestant takes in all.
const TOUCHED_BYTES: u32 = 1 << 30;

/// Called with all results, which makes them objects; what they are is looked at in the same way on both sides.
const CHECK: &str = "def check(results, lap):\n    assert len(results) == 32 and len(results[0]) == 10_000_000\n";

/// Measures and prints.
pub fn measure(bench: &Bench) -> Result<()> {
    println!(
        "\n10 MB of bytes there and back, {WORKERS} workers, MB in a second both ways, median (lowest to highest):"
    );
    let source = format!("ITEMS = [bytes(10_000_000)] * {TASKS}\ndef work(item): return item\n");
    let rate = |seconds: f64| 2.0 * MEGABYTES * f64::from(TASKS) / seconds;
    let mut native = [const { Vec::new() }; NATIVE.len()];
    let mut pools = [const { Vec::new() }; EXECUTORS.len()];
    for _ in 0..bench.rounds {
        for (mode, rates) in NATIVE.iter().zip(&mut native) {
            bench.touch_memory(TOUCHED_BYTES)?;
            let (lap, _) = bench.checked_lap(&source, *mode, WORKERS, Feed::AtOnce, Some(CHECK))?;
            rates.push(rate(lap.with_results.context("The results were not checked.")?.as_secs_f64()));
        }
        for (executor, rates) in EXECUTORS.iter().zip(&mut pools) {
            bench.touch_memory(TOUCHED_BYTES)?;
            rates.extend(bench.pool("transfer", executor, TASKS)?.into_iter().map(rate));
        }
    }
    for (mode, rates) in NATIVE.iter().zip(&native) {
        println!("{}", line(mode.title(), rates, None));
    }
    for (executor, rates) in EXECUTORS.iter().zip(&pools) {
        println!("{}", line(executor, rates, None));
    }
    println!("Subinterpreters, by the executors of the standard library:");
    for ((executor, rates), times) in EXECUTORS.iter().zip(&pools).zip([0.9, 5.0]) {
        println!("{}", line(executor, &ratios(&native[0], rates), Some(Goal::AtLeast(times))));
    }
    Ok(())
}

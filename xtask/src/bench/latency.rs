//! One task at a time, there and back: handed to a worker that waits, executed, and back before the next.

use anyhow::Result;
use shared::{Feed, Mode, median};

use super::Bench;
use super::figures::{Goal, line};
use super::pools::EXECUTORS;

const NATIVE: [Mode; 3] = [Mode::Subinterpreters, Mode::Threads, Mode::Processes];
const TASKS: u32 = 5_000;
/// Microseconds.
const GOAL: f64 = 15.0;

/// Measures and prints.
pub fn measure(bench: &Bench) -> Result<()> {
    println!("\nOne task at a time, there and back, microseconds, median of the rounds' medians (lowest to highest):");
    let source = format!("ITEMS = range({TASKS})\ndef work(item): return item\n");
    let mut native = [const { Vec::new() }; NATIVE.len()];
    let mut pools = [const { Vec::new() }; EXECUTORS.len()];
    for _ in 0..bench.rounds {
        for (mode, medians) in NATIVE.iter().zip(&mut native) {
            let (mut lap, _) = bench.lap(&source, *mode, 1, Feed::OneByOne)?;
            lap.spans.sort_by_key(|span| span.start);
            // From one start to the next: the task, its way back, and the way of the next.
            let trips: Vec<f64> =
                lap.spans.windows(2).map(|pair| pair[1].start.since(pair[0].start).seconds() * 1e6).collect();
            medians.extend(median(&trips));
        }
        for (executor, medians) in EXECUTORS.iter().zip(&mut pools) {
            let trips: Vec<f64> = bench.pool("latency", executor, TASKS)?.iter().map(|seconds| seconds * 1e6).collect();
            medians.extend(median(&trips));
        }
    }
    for (mode, medians) in NATIVE.iter().zip(&native) {
        let goal = (*mode == Mode::Subinterpreters).then_some(Goal::AtMost(GOAL));
        println!("{}", line(mode.title(), medians, goal));
    }
    for (executor, medians) in EXECUTORS.iter().zip(&pools) {
        println!("{}", line(executor, medians, None));
    }
    Ok(())
}

//! How near own-GIL interpreters come to native threads: both measured in one run, in turn, so that both meet the
//! same machine.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use shared::{Ending, LapRequest, Limits, Mode, median};

use crate::kernel;
use crate::project::Project;
use crate::setup::kernels::Kernel;

/// Every lap has as many tasks, so that stragglers cost the same in all of them.
const TASKS: u32 = 64;
const WORKERS: u32 = 2;
/// One worker alone takes this long, so that two take more than [`SHORTEST`].
const ALONE_SECONDS: f64 = 4.8;
/// A lap below it says little.
const SHORTEST: f64 = 2.0;
/// What interpreters should reach of the native threads' speed-up.
const BAR: f64 = 0.95;
/// Native threads that differ by more than this factor from round to round say that the machine does other things.
const CALM: f64 = 1.1;

/// How thoroughly.
#[derive(Args)]
pub struct Options {
    /// How many times each lap is measured.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

/// What is measured, in the order of a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Contestant {
    Kernel(Mode),
    Native(u32),
}

const CONTESTANTS: [Contestant; 6] = [
    Contestant::Kernel(Mode::Sequential),
    Contestant::Kernel(Mode::Threads),
    Contestant::Kernel(Mode::Subinterpreters),
    Contestant::Kernel(Mode::Processes),
    Contestant::Native(1),
    Contestant::Native(WORKERS),
];

/// How big a task is.
struct Work<'a> {
    kernel: &'a Kernel,
    project: &'a Project,
    python_loops: u64,
    native_loops: u64,
}

/// Measures and prints.
pub fn bench(project: &Project, kernel: &Kernel, options: &Options) -> Result<()> {
    let mut work = Work { kernel, project, python_loops: 20_000, native_loops: 2_000_000 };
    work.calibrate()?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("{}, {WORKERS} workers, {cores} cores, {TASKS} tasks, wall seconds of each lap:", kernel.build.title());
    println!(
        "{}",
        ["round", "seq", "threads", "interp", "process", "native 1", "native 2"]
            .map(|name| format!("{name:>9}"))
            .concat()
    );
    let mut rounds: Vec<[f64; CONTESTANTS.len()]> = Vec::new();
    for round in 0..options.rounds {
        let mut walls = [0.0; CONTESTANTS.len()];
        // There and back again, so that no one always comes after the same.
        let there: Vec<usize> = (0..CONTESTANTS.len()).collect();
        let order: Vec<usize> = if round % 2 == 0 { there } else { there.into_iter().rev().collect() };
        for contestant in order {
            walls[contestant] = work.wall(CONTESTANTS[contestant])?;
        }
        println!("{:>9}{}", round + 1, walls.map(|wall| format!("{wall:>9.3}")).concat());
        rounds.push(walls);
    }
    conclude(&rounds);
    Ok(())
}

fn conclude(rounds: &[[f64; CONTESTANTS.len()]]) {
    let ratios = |of: usize, by: usize| rounds.iter().map(|walls| walls[of] / walls[by]).collect::<Vec<f64>>();
    println!("\nspeed-up, median of {} (lowest to highest):", rounds.len());
    let rows = [
        ("2 threads", ratios(0, 1)),
        ("2 interpreters", ratios(0, 2)),
        ("2 processes", ratios(0, 3)),
        ("2 native threads", ratios(4, 5)),
    ];
    for (name, values) in &rows {
        println!("  {name:<17}{}", spread(values));
    }
    let against: Vec<f64> =
        rows[1].1.iter().zip(&rows[3].1).map(|(interpreters, native)| interpreters / native).collect();
    let reached = median(&against).unwrap_or_default();
    let verdict = if reached >= BAR { "reached" } else { "NOT reached" };
    println!("\ninterpreters by native threads: {} (at least {BAR}: {verdict})", spread(&against));
    let shortest = rounds.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let native = &rows[3].1;
    let noise = native.iter().copied().fold(0.0, f64::max) / native.iter().copied().fold(f64::INFINITY, f64::min);
    if noise > CALM {
        println!(
            "This machine was busy: native threads alone differ by {:.0} %. Close other programs and repeat.",
            (noise - 1.0) * 100.0
        );
    }
    let length = if shortest >= SHORTEST { "long enough" } else { "TOO SHORT to trust" };
    println!("shortest lap: {shortest:.2} s (over {SHORTEST} s: {length})");
}

fn spread(values: &[f64]) -> String {
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = values.iter().copied().fold(0.0, f64::max);
    format!("{:.3} ({lowest:.3} to {highest:.3})", median(values).unwrap_or_default())
}

impl Work<'_> {
    /// Makes the tasks so big that one worker takes the time that is wanted.
    fn calibrate(&mut self) -> Result<()> {
        let grown = |loops: u64, wall: f64| (loops as f64 * ALONE_SECONDS / wall) as u64;
        for _ in 0..2 {
            self.python_loops = grown(self.python_loops, self.wall(Contestant::Kernel(Mode::Sequential))?);
            self.native_loops = grown(self.native_loops, self.wall(Contestant::Native(1))?);
        }
        Ok(())
    }

    /// Wall seconds from the first task handed out to the last one's end.
    fn wall(&self, contestant: Contestant) -> Result<f64> {
        match contestant {
            Contestant::Native(workers) => Ok(native(workers, self.native_loops)),
            Contestant::Kernel(mode) => {
                let source = format!(
                    "def work(loops):\n    total = 0\n    for number in range(loops):\n        total += number * number % 7\n    return total\n\nITEMS = [{}] * {TASKS}\n",
                    self.python_loops
                );
                let workers = if mode.is_parallel() { WORKERS } else { 1 };
                let file = self.project.notes().join("bench.py").display().to_string();
                let request = LapRequest {
                    source,
                    file,
                    mode,
                    workers,
                    needs_work: true,
                    check: None,
                    limits: Limits::default(),
                };
                match kernel::lap(self.kernel, &self.project.notes(), request)? {
                    (_, Ending::Completed { wall, .. }) => Ok(wall.seconds()),
                    (_, ending) => bail!("{mode}: {}", ending.sentence()),
                }
            }
        }
    }
}

/// The same number of tasks on native threads that take them in turn.
fn native(workers: u32, loops: u64) -> f64 {
    let next = AtomicU32::new(0);
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < TASKS {
                    spin(loops);
                }
            });
        }
    });
    began.elapsed().as_secs_f64()
}

fn spin(loops: u64) {
    let mut state = black_box(0x9E37_79B9_7F4A_7C15_u64);
    for _ in 0..loops {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    black_box(state);
}

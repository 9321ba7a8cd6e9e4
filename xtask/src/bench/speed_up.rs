//! CPU-bound work: how near several workers come to as many native threads.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::Result;
use shared::{Availability, Feed, Mode};

use super::figures::{Goal, line, ratios};
use super::{Bench, WORKERS};

/// Every lap has as many tasks, so that stragglers cost the same in all of them.
const TASKS: u32 = 64;
/// One worker alone takes this long, so that two take more than [`SHORTEST`].
const ALONE_SECONDS: f64 = 4.8;
/// A lap below it says little.
const SHORTEST: f64 = 2.0;
/// What interpreters and processes should reach of the native threads' speed-up.
const NEAR_NATIVE: Goal = Goal::AtLeast(0.95);
/// What several workers under one GIL should not exceed.
const NO_FASTER: Goal = Goal::AtMost(1.05);
/// Native threads that differ by more than this factor from round to round say that the machine does other things.
const CALM: f64 = 1.1;

/// What is measured, in the order of a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Contestant {
    Kernel(Mode),
    Native(u32),
}

impl Contestant {
    fn title(self) -> String {
        match self {
            Contestant::Kernel(mode) => mode.slug().to_owned(),
            Contestant::Native(workers) => format!("native {workers}"),
        }
    }
}

/// How big a task is.
struct Work<'a> {
    bench: &'a Bench<'a>,
    python_loops: u64,
    native_loops: u64,
}

/// Measures and prints.
pub fn measure(bench: &Bench) -> Result<()> {
    let mut work = Work { bench, python_loops: 20_000, native_loops: 2_000_000 };
    work.calibrate()?;
    let contestants = contestants(bench);
    println!("\nCPU-bound work, {WORKERS} workers, {TASKS} tasks, wall seconds of each lap:");
    let titles: Vec<String> = contestants.iter().map(|contestant| contestant.title()).collect();
    println!("{:>6}  {}", "round", titles.join("  "));
    let mut walls: Vec<Vec<f64>> = vec![Vec::new(); contestants.len()];
    for round in 0..bench.rounds {
        // There and back again, so that no one always comes after the same.
        let there: Vec<usize> = (0..contestants.len()).collect();
        let order: Vec<usize> = if round % 2 == 0 { there } else { there.into_iter().rev().collect() };
        for contestant in order {
            walls[contestant].push(work.wall(contestants[contestant])?);
        }
        let cells: Vec<String> = titles
            .iter()
            .zip(&walls)
            .map(|(title, walls)| format!("{:>width$.3}", walls.last().unwrap_or(&0.0), width = title.len()))
            .collect();
        println!("{:>6}  {}", round + 1, cells.join("  "));
    }
    conclude(&contestants, &walls);
    Ok(())
}

/// The modes that this build can execute, and native threads.
fn contestants(bench: &Bench) -> Vec<Contestant> {
    let able = |mode: &Mode| !matches!(bench.kernel.build.availability(*mode), Availability::Impossible(_));
    let modes =
        [Mode::Sequential, Mode::Threads, Mode::Subinterpreters, Mode::SharedGil, Mode::Processes, Mode::FreeThreaded];
    let kernels = modes.into_iter().filter(able).map(Contestant::Kernel);
    kernels.chain([Contestant::Native(1), Contestant::Native(WORKERS)]).collect()
}

fn conclude(contestants: &[Contestant], walls: &[Vec<f64>]) {
    let of = |wanted| {
        let place = contestants.iter().position(|contestant| *contestant == wanted);
        place.map_or(&[][..], |place| &walls[place][..])
    };
    let sequential = of(Contestant::Kernel(Mode::Sequential));
    let native = ratios(of(Contestant::Native(1)), of(Contestant::Native(WORKERS)));
    println!("speed-up, median of {} rounds (lowest to highest):", native.len());
    println!("{}", line(&format!("{WORKERS} native threads"), &native, None));
    for contestant in contestants {
        let Contestant::Kernel(mode) = *contestant else { continue };
        let goal = matches!(mode, Mode::Threads | Mode::SharedGil).then_some(NO_FASTER);
        if mode.is_parallel() {
            println!("{}", line(mode.title(), &ratios(sequential, of(*contestant)), goal));
        }
    }
    println!("the same, by that of native threads:");
    for mode in [Mode::Subinterpreters, Mode::Processes, Mode::FreeThreaded] {
        let speed_ups = ratios(sequential, of(Contestant::Kernel(mode)));
        if !speed_ups.is_empty() {
            println!("{}", line(mode.title(), &ratios(&speed_ups, &native), Some(NEAR_NATIVE)));
        }
    }
    let extremes = |values: &[f64]| {
        (values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(0.0, f64::max))
    };
    let (least, most) = extremes(&native);
    if most / least > CALM {
        println!(
            "This machine was busy: native threads alone differ by {:.0} %. Close other programs and repeat.",
            (most / least - 1.0) * 100.0
        );
    }
    let (shortest, _) = extremes(&walls.concat());
    let length = if shortest >= SHORTEST { "long enough" } else { "TOO SHORT to trust" };
    println!("shortest lap: {shortest:.2} s (over {SHORTEST} s: {length})");
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
                Ok(self.bench.lap(&source, mode, workers, Feed::AtOnce)?.1)
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

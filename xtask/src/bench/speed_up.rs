//! CPU-bound work: how near several workers come to as many native threads.
//!
//! A speed-up is what one worker alone takes by what several take. Several are measured by the clock, since waiting for
//! each other, for a CPU and for stragglers is what they may lose by. One alone is measured by the CPU time that its work
//! takes: it waits for nobody, but whatever else the machine does meanwhile may fall on its CPU or on the idle one, by
//! chance, so that by the clock two native threads were seen to be 2.1 times as fast as one.

use std::fs;
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::Result;
use shared::{Availability, Feed, Mode};

use super::figures::{Goal, line, ratios};
use super::{Bench, WORKERS};

/// Every lap has as many tasks, so many that a straggler costs little.
const TASKS: u32 = 512;
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

/// The numbers that are held take the blocks that CPython's allocator has left over from start-up. Where a loop takes the
/// last free block of a pool over and over, it is slower by a tenth, and whether it does is decided by what was there
/// before: the same in all interpreters of a mode, and not the mode's doing.
const SOURCE: &str = "
def work(place):
    held = [10**12 + number for number in range(4_000 + place)]
    total = 0
    for number in range(LOOPS):
        total += number * number % 7
    return total

ITEMS = range(TASKS)
";

/// What is measured.
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

/// What a lap took, in seconds.
#[derive(Clone, Copy)]
struct Took {
    /// From the first task handed out to the end of the last.
    wall: f64,
    /// CPU time of all tasks.
    cpu: f64,
}

/// What a contestant's laps took, by round.
#[derive(Default)]
struct Laps {
    walls: Vec<f64>,
    cpus: Vec<f64>,
}

/// How big a task is.
struct Work<'a> {
    bench: &'a Bench<'a>,
    python_loops: u64,
    native_loops: u64,
}

/// Measures and prints.
pub fn measure(bench: &Bench) -> Result<()> {
    let mut work = Work { bench, python_loops: 5_000, native_loops: 500_000 };
    work.calibrate()?;
    let contestants = contestants(bench);
    println!("\nCPU-bound work, {WORKERS} workers, {TASKS} tasks, wall seconds of each lap:");
    let titles: Vec<String> = contestants.iter().map(|contestant| contestant.title()).collect();
    println!("{:>6}  {}", "round", titles.join("  "));
    let mut laps: Vec<Laps> = contestants.iter().map(|_| Laps::default()).collect();
    for round in 0..bench.rounds {
        // There and back again, so that no one always comes after the same.
        let there: Vec<usize> = (0..contestants.len()).collect();
        let order: Vec<usize> = if round % 2 == 0 { there } else { there.into_iter().rev().collect() };
        for contestant in order {
            let took = work.lap(contestants[contestant])?;
            laps[contestant].walls.push(took.wall);
            laps[contestant].cpus.push(took.cpu);
        }
        let cells: Vec<String> = titles
            .iter()
            .zip(&laps)
            .map(|(title, laps)| format!("{:>width$.3}", laps.walls.last().unwrap_or(&0.0), width = title.len()))
            .collect();
        println!("{:>6}  {}", round + 1, cells.join("  "));
    }
    conclude(&contestants, &laps);
    Ok(())
}

/// In the order of a round: native threads, and the modes that this build can execute. What is compared is near each
/// other.
fn contestants(bench: &Bench) -> Vec<Contestant> {
    let able = |mode: &Mode| !matches!(bench.kernel.build.availability(*mode), Availability::Impossible(_));
    let alone = [Contestant::Native(1), Contestant::Kernel(Mode::Sequential), Contestant::Native(WORKERS)];
    let modes = [Mode::Subinterpreters, Mode::Processes, Mode::FreeThreaded, Mode::Threads, Mode::SharedGil];
    alone.into_iter().chain(modes.into_iter().filter(able).map(Contestant::Kernel)).collect()
}

fn conclude(contestants: &[Contestant], laps: &[Laps]) {
    let nothing = Laps::default();
    let of = |wanted| {
        let place = contestants.iter().position(|contestant| *contestant == wanted);
        place.map_or(&nothing, |place| &laps[place])
    };
    let (sequential, alone) = (of(Contestant::Kernel(Mode::Sequential)), of(Contestant::Native(1)));
    let native = ratios(&alone.cpus, &of(Contestant::Native(WORKERS)).walls);
    let speed_ups = |mode| ratios(&sequential.cpus, &of(Contestant::Kernel(mode)).walls);
    let parallel = || {
        let modes = contestants.iter().filter_map(|contestant| match contestant {
            Contestant::Kernel(mode) if mode.is_parallel() => Some(*mode),
            Contestant::Kernel(_) | Contestant::Native(_) => None,
        });
        modes.collect::<Vec<_>>()
    };
    println!("speed-up over the CPU time of one alone, median of {} rounds (lowest to highest):", native.len());
    println!("{}", line(&format!("{WORKERS} native threads"), &native, None));
    for mode in parallel() {
        let goal = matches!(mode, Mode::Threads | Mode::SharedGil).then_some(NO_FASTER);
        println!("{}", line(mode.title(), &speed_ups(mode), goal));
    }
    println!("the same, by that of native threads:");
    for mode in [Mode::Subinterpreters, Mode::Processes, Mode::FreeThreaded] {
        if !speed_ups(mode).is_empty() {
            println!("{}", line(mode.title(), &ratios(&speed_ups(mode), &native), Some(NEAR_NATIVE)));
        }
    }
    println!("CPU time of the same work, by that of one alone:");
    let several = of(Contestant::Native(WORKERS));
    println!("{}", line(&format!("{WORKERS} native threads"), &ratios(&several.cpus, &alone.cpus), None));
    for mode in parallel() {
        println!("{}", line(mode.title(), &ratios(&of(Contestant::Kernel(mode)).cpus, &sequential.cpus), None));
    }
    println!("the clock's time of one alone, by its CPU time:");
    println!("{}", line("1 native thread", &ratios(&alone.walls, &alone.cpus), None));
    println!("{}", line(Mode::Sequential.title(), &ratios(&sequential.walls, &sequential.cpus), None));
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
    let (shortest, _) = extremes(&laps.iter().flat_map(|laps| laps.walls.clone()).collect::<Vec<_>>());
    let length = if shortest >= SHORTEST { "long enough" } else { "TOO SHORT to trust" };
    println!("shortest lap: {shortest:.2} s (over {SHORTEST} s: {length})");
}

impl Work<'_> {
    /// Makes the tasks so big that one worker takes the time that is wanted. What is thrown away here warms up, too.
    fn calibrate(&mut self) -> Result<()> {
        let grown = |loops: u64, took: Took| (loops as f64 * ALONE_SECONDS / took.cpu) as u64;
        for _ in 0..2 {
            self.python_loops = grown(self.python_loops, self.lap(Contestant::Kernel(Mode::Sequential))?);
            self.native_loops = grown(self.native_loops, self.lap(Contestant::Native(1))?);
        }
        Ok(())
    }

    fn lap(&self, contestant: Contestant) -> Result<Took> {
        match contestant {
            Contestant::Native(workers) => Ok(native(workers, self.native_loops)),
            Contestant::Kernel(mode) => {
                let source =
                    SOURCE.replace("TASKS", &TASKS.to_string()).replace("LOOPS", &self.python_loops.to_string());
                let workers = if mode.is_parallel() { WORKERS } else { 1 };
                let (lap, wall) = self.bench.lap(&source, mode, workers, Feed::AtOnce)?;
                Ok(Took { wall, cpu: lap.spans.iter().map(|span| span.cpu.seconds()).sum() })
            }
        }
    }
}

/// The same number of tasks on native threads that take them in turn.
fn native(workers: u32, loops: u64) -> Took {
    let next = AtomicU32::new(0);
    let began = Instant::now();
    let cpu = thread::scope(|scope| {
        let work = || {
            while next.fetch_add(1, Ordering::Relaxed) < TASKS {
                spin(loops);
            }
            // Where the system doesn't say it, the clock does.
            thread_cpu().unwrap_or_else(|| began.elapsed().as_secs_f64())
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
    });
    Took { wall: began.elapsed().as_secs_f64(), cpu }
}

/// CPU time that the calling thread has spent (Documentation/scheduler/sched-stats.rst of Linux).
fn thread_cpu() -> Option<f64> {
    let counts = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    counts.split_whitespace().next()?.parse::<f64>().ok().map(|nanos| nanos / 1e9)
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

//! Laps one after another, of good and bad inputs in all modes, for minutes: nothing may be left of any of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use shared::{Availability, Ending, Feed, LapEvent, LapRequest, Limits, Mode};

use crate::kernel::{self, Gone};
use crate::project::Project;
use crate::report::{Report, Stage};
use crate::setup::kernels::Kernel;

/// The test's version of it.
const SHORT: Options = Options { minutes: 1, laps: None, seed: None };
/// How long a lap's processes may take to see that their kernel is gone.
const PATIENCE: Duration = Duration::from_secs(10);
/// This program holds nothing of a lap that is over: more than this, after the first laps, is a leak.
const MOST_GROWTH_BYTES: u64 = 64 * 1024 * 1024;
/// So many laps fill what is filled once.
const FIRST_LAPS: usize = 20;

/// For how long, and which mix.
#[derive(Args, Clone, Copy)]
pub struct Options {
    /// For how many minutes laps are run.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    minutes: u64,
    /// How many laps of each mode are run on each installed kernel, instead of laps for minutes on the preferred one.
    #[arg(long, conflicts_with = "minutes", value_parser = clap::value_parser!(u32).range(1..))]
    laps: Option<u32>,
    /// The number that the mix is made from; the same number makes the same mix.
    #[arg(long)]
    seed: Option<u64>,
}

impl Options {
    /// Whether every kernel that is installed has its turn.
    pub fn is_of_every_build(&self) -> bool {
        self.laps.is_some()
    }
}

/// A source, and how its laps must end.
#[derive(Debug)]
struct Input {
    name: String,
    source: String,
    /// By mode, or in all that are not named.
    endings: Vec<(Option<Mode>, String)>,
    /// Whether its laps are cancelled once they have begun.
    cancelled: bool,
}

/// The most memory that the kernel held in the first lap of each kind: input, mode and number of workers.
type Peaks = BTreeMap<(String, Mode, u32), u64>;

/// What can be left of a lap.
#[derive(Debug, Clone)]
struct Held {
    descriptors: usize,
    temporary: usize,
    memory: u64,
}

/// The version for the tests.
pub fn stage(project: &Project, report: &Report, kernel: &Kernel) -> Result<()> {
    let stage = Stage {
        name: "soak: one minute of laps, nothing left".into(),
        usual: Duration::from_secs(60 * SHORT.minutes),
        advice: "`cargo xtask soak --seed` with the number above makes the same mix again.".into(),
    };
    report.stage(&stage, |_| soak(project, kernel, &SHORT))
}

/// Runs laps until the time is over or something is wrong; prints the counts.
pub fn soak(project: &Project, kernel: &Kernel, options: &Options) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros() as u64;
    let seed = options.seed.unwrap_or(now);
    let inputs = inputs(&project.root.join("xtask/python/soak"))?;
    let able = |mode: &Mode| !matches!(kernel.build.availability(*mode), Availability::Impossible(_));
    let modes: Vec<Mode> = Mode::ALL.into_iter().filter(able).collect();
    let extent = match options.laps {
        Some(laps) => format!("{laps} laps of each mode"),
        None => format!("{} minutes", options.minutes),
    };
    println!("{}, {} inputs, {extent}, seed {seed}", kernel.build.title(), inputs.len());

    let folder = project.notes().join(format!("soak-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let result = laps(kernel, options, &folder, (&inputs, &modes, seed));
    fs::remove_dir_all(&folder)?;
    let counts = result.with_context(|| format!("The mix was made from the seed {seed}."))?;
    modes.iter().for_each(|mode| println!("  {}", line(*mode, &counts)));
    println!("  {} laps in all: no leak, no process left.", counts.values().sum::<u32>());
    Ok(())
}

/// What is to be said of a mode whose laps have all ended as they should: how many there were, and how they ended.
fn line(mode: Mode, counts: &Counts) -> String {
    let endings: Vec<(&str, u32)> = counts
        .iter()
        .filter(|((of, _), _)| *of == mode)
        .map(|((_, ending), count)| (ending.as_str(), *count))
        .collect();
    let laps: u32 = endings.iter().map(|(_, count)| count).sum();
    let endings: Vec<String> = endings.iter().map(|(ending, count)| format!("{ending} {count}")).collect();
    format!("{:<24}{laps:>4} laps, 0 leaks, 0 processes left: {}", mode.slug(), endings.join(", "))
}

type Counts = BTreeMap<(Mode, String), u32>;

fn laps(
    kernel: &Kernel,
    options: &Options,
    folder: &Path,
    (inputs, modes, seed): (&[Input], &[Mode], u64),
) -> Result<Counts> {
    let began = Instant::now();
    let mut counts = Counts::new();
    let mut random = seed;
    let mut first = None;
    let mut peaks = Peaks::new();
    for lap in 0_usize.. {
        let mode = match options.laps {
            Some(laps) if lap >= laps as usize * modes.len() => break,
            Some(_) => modes[lap % modes.len()],
            None if began.elapsed() >= Duration::from_secs(60 * options.minutes) => break,
            None => modes[below(&mut random, modes.len())],
        };
        let suited: Vec<&Input> = inputs.iter().filter(|input| mode.suits(&input.source)).collect();
        let input = suited[below(&mut random, suited.len())];
        let workers = 1 + below(&mut random, 4) as u32;
        let place = || format!("Lap {lap}, {} in {mode} with {workers}", input.name);
        let ended = one(kernel, folder, input, (mode, workers), &mut peaks).with_context(place)?;
        let wanted = input.ending(mode);
        ensure!(ended == wanted, "{}: it ended with `{ended}` instead of `{wanted}`.", place());
        nothing_runs().with_context(place)?;
        *counts.entry((mode, ended)).or_default() += 1;
        if lap >= FIRST_LAPS {
            let held = Held::now(folder)?;
            let before = first.get_or_insert_with(|| held.clone());
            let grown = held.memory.saturating_sub(before.memory);
            ensure!(
                held.descriptors <= before.descriptors
                    && held.temporary <= before.temporary
                    && grown < MOST_GROWTH_BYTES,
                "{}: something is left: {held:?}, after the first laps it was {before:?}.",
                place()
            );
        }
    }
    Ok(counts)
}

fn one(
    kernel: &Kernel,
    folder: &Path,
    input: &Input,
    (mode, workers): (Mode, u32),
    peaks: &mut Peaks,
) -> Result<String> {
    let request = LapRequest {
        source: input.source.clone(),
        file: folder.join("cell.py").display().to_string(),
        mode,
        workers,
        feed: Feed::AtOnce,
        port: 0,
        needs_work: true,
        pictures: false,
        check: None,
        limits: Limits::default(),
    };
    let is_enough = |event: &LapEvent| input.cancelled && matches!(event, LapEvent::Began { .. });
    match kernel::lap_until(kernel, folder, request, is_enough) {
        Ok((lap, ending)) => {
            let first = *peaks.entry((input.name.clone(), mode, workers)).or_insert(lap.peak_memory);
            ensure!(
                lap.peak_memory <= 2 * first + MOST_GROWTH_BYTES,
                "The kernel held {} MB; in the first such lap it was {} MB.",
                lap.peak_memory / 1_000_000,
                first / 1_000_000
            );
            Ok(brief(&ending))
        }
        Err(error) if error.is::<Gone>() => Ok("gone".into()),
        Err(error) => Err(error),
    }
}

fn brief(ending: &Ending) -> String {
    match ending {
        Ending::Completed { .. } => "completed".into(),
        Ending::Raised(raised) => format!("raised {}", raised.exception),
        Ending::LimitExceeded(_) => "limit".into(),
        // Whether it reacted in time is a question of how busy the machine is.
        Ending::Stopped(_) => "stopped".into(),
        Ending::Died(_) => "died".into(),
        other => other.sentence(),
    }
}

/// Waits until nothing runs any more that a kernel of this program has started.
fn nothing_runs() -> Result<()> {
    let began = Instant::now();
    loop {
        let left = kernel::descendants()?;
        if left.is_empty() {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            bail!("These processes are left: {}.", left.join(", "));
        }
        thread::sleep(Duration::from_millis(2));
    }
}

impl Held {
    fn now(folder: &Path) -> Result<Held> {
        let count = |path: &Path| fs::read_dir(path).map(Iterator::count);
        let pages: u64 = fs::read_to_string("/proc/self/statm")?
            .split_whitespace()
            .nth(1)
            .and_then(|resident| resident.parse().ok())
            .context("/proc/self/statm has another form")?;
        Ok(Held { descriptors: count(Path::new("/proc/self/fd"))?, temporary: count(folder)?, memory: pages * 4096 })
    }
}

/// The inputs of a folder.
fn inputs(folder: &Path) -> Result<Vec<Input>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} can't be listed.", folder.display()))?;
    let mut paths: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let source = fs::read_to_string(path)?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Input::read(name, source).with_context(|| format!("{}:", path.display()))
    };
    paths.iter().map(read).collect()
}

impl Input {
    /// The first line says how it ends: `# processes: died; all: completed`, and before that whether it is cancelled:
    /// `# cancelled; all: stopped`.
    fn read(name: String, source: String) -> Result<Input> {
        let first = source.lines().next().and_then(|line| line.strip_prefix("# "));
        let first = first.context("the first line must say how it ends, as in `# processes: died; all: completed`.")?;
        let ending = |part: &str| -> Result<(Option<Mode>, String)> {
            let (mode, ending) = part.split_once(": ").context("a mode, a colon and an ending are needed.")?;
            let mode = match mode.trim() {
                "all" => None,
                mode => Some(mode.parse().map_err(anyhow::Error::msg)?),
            };
            Ok((mode, ending.trim().to_owned()))
        };
        let (first, cancelled) = match first.strip_prefix("cancelled;") {
            Some(endings) => (endings, true),
            None => (first, false),
        };
        let endings = first.split(';').map(ending).collect::<Result<Vec<_>>>()?;
        ensure!(endings.last().is_some_and(|(mode, _)| mode.is_none()), "the last ending must be that of `all`.");
        Ok(Input { name, source, endings, cancelled })
    }

    fn ending(&self, mode: Mode) -> &str {
        let found = self.endings.iter().find(|(of, _)| of.is_none_or(|of| of == mode));
        &found.expect("the last is that of all modes").1
    }
}

/// The next number of a fixed sequence, below a limit (splitmix64).
fn below(state: &mut u64, limit: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % limit as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_how_laps_end() {
        let input = Input::read("x".into(), "# processes: died; all: raised KeyError\n".into()).unwrap();
        assert_eq!((input.ending(Mode::Processes), input.ending(Mode::Threads)), ("died", "raised KeyError"));
        let input = Input::read("x".into(), "# cancelled; all: stopped\n".into()).unwrap();
        assert_eq!((input.cancelled, input.ending(Mode::Threads)), (true, "stopped"));
        for wrong in ["x = 1", "# processes: died", "# fibers: died; all: completed", "# nothing"] {
            assert!(Input::read("x".into(), wrong.into()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_mode_has_one_line() {
        let count = |mode, ending: &str, count| ((mode, ending.to_owned()), count);
        let counts = Counts::from([
            count(Mode::Threads, "completed", 60),
            count(Mode::Threads, "raised KeyError", 40),
            count(Mode::Processes, "died", 1),
        ]);
        let line = line(Mode::Threads, &counts);
        let expected = "threads 100 laps, 0 leaks, 0 processes left: completed 60, raised KeyError 40";
        assert_eq!(line.split_whitespace().collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn the_same_seed_makes_the_same_mix() {
        let mix = |mut seed: u64| (0..100).map(|_| below(&mut seed, 10)).collect::<Vec<_>>();
        assert_eq!(mix(5), mix(5));
        assert_ne!(mix(5), mix(6));
        assert!((0..10).all(|number| mix(5).contains(&number)));
    }

    #[test]
    fn every_input_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/soak");
        assert!(inputs(&folder).unwrap().len() >= 20);
    }
}

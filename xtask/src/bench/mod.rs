//! How fast the engine is, each figure as a ratio within one run: what is compared is measured in turn, so that both
//! meet the same machine.

mod dispatch;
mod figures;
mod latency;
mod pools;
mod speed_up;
mod transfer;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Result;
use clap::{Args, ValueEnum};
use shared::{Ending, Feed, LapRequest, Limits, Mode, Results};

use crate::kernel::{self, Lap};
use crate::project::Project;
use crate::setup::kernels::Kernel;

/// Workers of what is compared.
const WORKERS: u32 = 2;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// All of it.
    All,
    /// CPU-bound work on several workers, beside native threads.
    SpeedUp,
    /// Tasks that do nothing, as many as can be, beside the standard library's executors.
    Dispatch,
    /// One task at a time, there and back.
    Latency,
    /// 10 MB there and back.
    Transfer,
}

/// How thoroughly.
#[derive(Args)]
pub struct Options {
    /// What is measured.
    #[arg(long, value_enum, default_value_t = What::All)]
    what: What,
    /// How many times each is measured.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

/// With what it is measured.
struct Bench<'a> {
    project: &'a Project,
    kernel: &'a Kernel,
    rounds: u32,
    /// What the first lap of each source has returned: all others must return the same.
    expected: RefCell<BTreeMap<String, Results>>,
}

/// Measures and prints.
pub fn bench(project: &Project, kernel: &Kernel, options: &Options) -> Result<()> {
    let bench = Bench { project, kernel, rounds: options.rounds, expected: RefCell::default() };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{}, {cores} cores, {} rounds.", kernel.build.title(), options.rounds);
    let wanted = |what| options.what == What::All || options.what == what;
    if wanted(What::Dispatch) {
        dispatch::measure(&bench)?;
    }
    if wanted(What::Latency) {
        latency::measure(&bench)?;
    }
    if wanted(What::Transfer) {
        transfer::measure(&bench)?;
    }
    if wanted(What::SpeedUp) {
        speed_up::measure(&bench)?;
    }
    Ok(())
}

impl Bench<'_> {
    /// A lap of a source, which must complete: what it said, and the seconds from its first task handed out to the end
    /// of the last.
    fn lap(&self, source: &str, mode: Mode, workers: u32, feed: Feed) -> Result<(Lap, f64)> {
        self.checked_lap(source, mode, workers, feed, None)
    }

    /// The same, with a check that is called with its results.
    fn checked_lap(
        &self,
        source: &str,
        mode: Mode,
        workers: u32,
        feed: Feed,
        check: Option<&str>,
    ) -> Result<(Lap, f64)> {
        let request = LapRequest {
            source: source.to_owned(),
            file: self.project.notes().join("bench.py").display().to_string(),
            mode,
            workers,
            feed,
            port: 0,
            needs_work: true,
            pictures: false,
            check: check.map(str::to_owned),
            limits: Limits::default(),
        };
        match kernel::lap(self.kernel, &self.project.notes(), request)? {
            (lap, Ending::Completed { wall, results }) => {
                self.agree(source, mode, results)?;
                Ok((lap, wall.seconds()))
            }
            (_, ending) => anyhow::bail!("{mode}: {}", ending.sentence()),
        }
    }

    /// Fails if a lap returned something else than the first one of its source: then they are not to be compared.
    fn agree(&self, source: &str, mode: Mode, results: Results) -> Result<()> {
        match self.expected.borrow_mut().entry(source.to_owned()) {
            Entry::Vacant(place) => {
                place.insert(results);
            }
            Entry::Occupied(expected) => {
                if let Some(what) = shared::compare(expected.get(), &results) {
                    anyhow::bail!("{}", what.sentence("the first lap", mode.slug()));
                }
            }
        }
        Ok(())
    }
}

//! Under which conditions was measured.

use serde::{Deserialize, Serialize};

use super::lap::BenchLap;
use crate::{Nanos, OtherLoad};

/// If other programs used more than this share of the cores, nothing is concluded: a lap on all cores loses about as
/// much, one on a single core may lose nothing, so every ratio is wrong by up to that share.
pub const BUSY: f64 = 0.10;
/// The system counts in steps of 10 ms per core: what others used must be well above that.
const LEAST: Nanos = Nanos(100_000_000);

/// The machine, before and while it was measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// How many cores laps could use.
    pub cores: u32,
    /// How many the machine has.
    pub machine_cores: u32,
    /// What others used in the moment before the first lap, if the system says.
    pub before: Option<OtherLoad>,
    /// The system's load average of the minute before, if it has one.
    pub load_average: Option<f64>,
    /// How fast the cores were clocked, if the system says.
    pub frequency: Option<Frequency>,
}

/// The clock of the cores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frequency {
    /// Who decides: `performance`, `powersave`; none if the system doesn't say.
    pub governor: Option<String>,
    /// The lowest mean over the cores that was seen, in MHz.
    pub lowest: f64,
    /// The highest, in MHz.
    pub highest: f64,
}

impl Frequency {
    /// Of what was seen at one more moment, in MHz.
    pub fn with(self, seen: f64) -> Frequency {
        Frequency { lowest: self.lowest.min(seen), highest: self.highest.max(seen), ..self }
    }
}

/// How many cores others used during some laps, and of how many; none if the system doesn't say, or it is too little to
/// be known.
pub fn others<'a>(laps: impl IntoIterator<Item = &'a BenchLap>) -> Option<(f64, u32)> {
    let loads: Vec<OtherLoad> = laps.into_iter().filter_map(|lap| lap.other_load).collect();
    let cpu: u64 = loads.iter().map(|load| load.cpu.0).sum();
    let during: u64 = loads.iter().map(|load| load.during.0).sum();
    let cores = loads.iter().map(|load| load.cores).max()?;
    (cpu >= LEAST.0 && during > 0).then(|| (cpu as f64 / during as f64, cores))
}

/// The same if it is too much to conclude anything.
pub fn busy<'a>(laps: impl IntoIterator<Item = &'a BenchLap>) -> Option<(f64, u32)> {
    others(laps).filter(|(used, cores)| *used > BUSY * f64::from(*cores))
}

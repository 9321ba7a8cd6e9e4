//! The laps of one workload, build, mode and number of workers, through all rounds.

use super::class::Class;
use super::lap::{BenchLap, BenchOutcome, Measures};
use crate::measure::bootstrap::{Bounds, median_interval};
use crate::measure::statistics::{deviation, median};
use crate::{Mode, Nanos};

/// What was measured of one workload, build, mode and number of workers. Warm-up rounds are not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The workload's name.
    pub workload: String,
    /// Its class.
    pub class: Class,
    /// The id of the interpreter build.
    pub build: String,
    /// How it was executed.
    pub mode: Mode,
    /// With how many workers.
    pub workers: u32,
    /// By round: its number, and the figures.
    pub laps: Vec<(u32, Measures)>,
    /// Why laps failed: that of the first.
    pub failed: Option<String>,
}

impl Series {
    /// What its class is judged by, in seconds, by round.
    pub fn values(&self) -> Vec<f64> {
        let metric = self.class.metric();
        self.laps.iter().map(|(_, measures)| measures.of(metric)).collect()
    }

    /// The median of these, in seconds; none of no lap.
    pub fn median(&self) -> Option<f64> {
        median(&self.values())
    }

    /// The median distance from the median, in seconds, of three laps or more.
    pub fn deviation(&self) -> Option<f64> {
        deviation(&self.values()).filter(|_| self.laps.len() >= 3)
    }

    /// The median's 95 % interval, or of two laps their range, in seconds; none of one.
    pub fn spread(&self) -> Option<Bounds> {
        spread_of(&self.values())
    }

    /// How far the spread reaches from the median, as a share of it; none of one lap.
    pub fn error(&self) -> Option<f64> {
        error_of(&self.values())
    }

    /// The same of another figure; none also where a lap has none.
    pub fn error_in(&self, figure: impl Fn(&Measures) -> Option<f64>) -> Option<f64> {
        let values: Option<Vec<f64>> = self.laps.iter().map(|(_, measures)| figure(measures)).collect();
        error_of(&values?)
    }

    /// The median time until the workers were ready; none of no lap.
    pub fn ready(&self) -> Option<Nanos> {
        let ready: Vec<f64> = self.laps.iter().map(|(_, measures)| measures.ready.0 as f64).collect();
        median(&ready).map(|nanos| Nanos(nanos.round() as u64))
    }

    /// The median memory of a worker, in proportional bytes; none if the system doesn't say.
    pub fn memory(&self) -> Option<u64> {
        let bytes: Option<Vec<f64>> = self.laps.iter().map(|(_, measures)| Some(measures.memory? as f64)).collect();
        median(&bytes?).map(|bytes| bytes.round() as u64)
    }

    /// Which share of the workers' computing and carrying was carrying; none if that can't be told.
    pub fn carrying(&self) -> Option<f64> {
        let share = |measures: &Measures| {
            let (carrying, computing) = (measures.carrying?.0 as f64, measures.computing?.0 as f64);
            (carrying + computing > 0.0).then(|| carrying / (carrying + computing))
        };
        let shares: Option<Vec<f64>> = self.laps.iter().map(|(_, measures)| share(measures)).collect();
        median(&shares?)
    }

    /// The median wall time by task, over all workers: what one task took one worker; none of no task.
    pub fn task(&self) -> Option<Nanos> {
        let each = |measures: &Measures| {
            (measures.tasks > 0).then(|| measures.wall.0 as f64 * f64::from(self.workers) / f64::from(measures.tasks))
        };
        let times: Option<Vec<f64>> = self.laps.iter().map(|(_, measures)| each(measures)).collect();
        median(&times?).map(|nanos| Nanos(nanos.round() as u64))
    }

    /// By the rounds in which both completed: this one's figure and the other's.
    pub fn pairs(&self, other: &Series, figure: impl Fn(&Measures) -> Option<f64>) -> Vec<(f64, f64)> {
        let pair = |(round, measures): &(u32, Measures)| {
            let (_, theirs) = other.laps.iter().find(|(number, _)| number == round)?;
            Some((figure(measures)?, figure(theirs)?))
        };
        self.laps.iter().filter_map(pair).filter(|(mine, theirs)| *mine > 0.0 && *theirs > 0.0).collect()
    }
}

fn spread_of(values: &[f64]) -> Option<Bounds> {
    median_interval(values).or_else(|| Bounds::of(values.iter().copied()).filter(|_| values.len() > 1))
}

fn error_of(values: &[f64]) -> Option<f64> {
    let (median, spread) = (median(values)?, spread_of(values)?);
    (median > 0.0).then(|| (spread.high - median).max(median - spread.low) / median)
}

/// All series of these laps, in the order in which their first laps came.
pub fn series(laps: &[BenchLap]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for lap in laps {
        let is_mine = |series: &&mut Series| {
            (series.mode, series.workers) == (lap.mode, lap.workers)
                && series.workload == lap.workload
                && series.build == lap.build
        };
        let mine = match all.iter_mut().find(is_mine) {
            Some(mine) => mine,
            None => {
                all.push(Series {
                    workload: lap.workload.clone(),
                    class: lap.class,
                    build: lap.build.clone(),
                    mode: lap.mode,
                    workers: lap.workers,
                    laps: Vec::new(),
                    failed: None,
                });
                let Some(last) = all.last_mut() else { continue };
                last
            }
        };
        match (&lap.outcome, lap.measured()) {
            (BenchOutcome::Failed { sentence }, _) if mine.failed.is_none() => mine.failed = Some(sentence.clone()),
            (_, Some(measures)) => mine.laps.push((lap.round.number(), *measures)),
            (_, None) => {}
        }
    }
    all
}

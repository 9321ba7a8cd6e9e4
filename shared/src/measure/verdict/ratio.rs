//! How many times as fast, as soon, or as little: over several workloads, never without its spread.

use serde::{Deserialize, Serialize};

use crate::measure::bootstrap::{Bounds, combined_ratio_interval};
use crate::measure::statistics::median;

/// A ratio of medians; over several workloads the geometric mean of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// It.
    pub value: f64,
    /// Its 95 % interval, or of two rounds its range; none of one round.
    pub spread: Option<Bounds>,
    /// Of how many rounds: the fewest of a workload.
    pub rounds: u32,
    /// From the workload with the lowest ratio to that with the highest.
    pub among: Bounds,
}

/// What a ratio says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// It is above 1, by more than the noise.
    More,
    /// It is below 1, by more than the noise.
    Less,
    /// Nobody can tell.
    Noise,
}

impl Ratio {
    /// The first values by the second ones, of each workload's rounds; none if a workload has no round.
    pub fn of(workloads: &[Vec<(f64, f64)>]) -> Option<Ratio> {
        let each: Option<Vec<f64>> = workloads.iter().map(|pairs| of_medians(pairs)).collect();
        let each = each.filter(|each| !each.is_empty())?;
        let rounds = workloads.iter().map(Vec::len).min().unwrap_or_default() as u32;
        let ranges: Option<Vec<Bounds>> =
            workloads.iter().map(|pairs| Bounds::of(pairs.iter().map(|(above, below)| above / below))).collect();
        let range = || {
            let ranges = ranges?;
            let end = |of: fn(&Bounds) -> f64| mean(&ranges.iter().map(of).collect::<Vec<f64>>());
            Some(Bounds { low: end(|range| range.low), high: end(|range| range.high) }).filter(|_| rounds > 1)
        };
        Some(Ratio {
            value: mean(&each),
            spread: combined_ratio_interval(workloads).or_else(range),
            rounds,
            among: Bounds::of(each.iter().copied())?,
        })
    }

    /// What it says where differences under this share mean nothing.
    pub fn relation(&self, bound: f64) -> Relation {
        let is_noise = self.spread.is_none_or(|spread| spread.contain(1.0)) || (self.value - 1.0).abs() < bound;
        match is_noise {
            true => Relation::Noise,
            false if self.value > 1.0 => Relation::More,
            false => Relation::Less,
        }
    }

    /// How far the spread reaches from it, at most; none of one round.
    pub fn error(&self) -> Option<f64> {
        self.spread.map(|spread| (spread.high - self.value).max(self.value - spread.low))
    }

    /// The other way round.
    pub fn inverse(&self) -> Ratio {
        let turn = |bounds: Bounds| Bounds { low: 1.0 / bounds.high, high: 1.0 / bounds.low };
        Ratio { value: 1.0 / self.value, spread: self.spread.map(turn), among: turn(self.among), ..*self }
    }
}

fn of_medians(pairs: &[(f64, f64)]) -> Option<f64> {
    let (above, below): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    Some(median(&above)? / median(&below)?)
}

/// The geometric mean of positive numbers: that of ratios whose inverse is the mean of the inverse ones (P. J. Fleming
/// and J. J. Wallace, *How not to lie with statistics*, CACM 29(3), 1986).
pub fn mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len().max(1) as f64).exp()
}

//! pyperf's checks of whether measured values can be trusted (psf/pyperf, `format_checks` in `pyperf/_cli.py`).

use serde::{Deserialize, Serialize};

use crate::measure::statistics::median;

/// A standard deviation from this share of the mean on is too much.
const DEVIATION: f64 = 0.10;
/// The least or the greatest value may not be this share of the mean away from it.
const EXTREME: f64 = 0.50;
/// A value below this many seconds is shorter than what disturbs it.
const SHORTEST: f64 = 0.001;
/// How exactly pyperf wants a mean to be known: to this share of it.
const EXACT: f64 = 0.01;
/// The quantile of the normal distribution for 95 %.
const NORMAL: f64 = 1.96;

/// Why values can't be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Instability {
    /// The standard deviation is a large share of the mean.
    Spread {
        /// Which.
        share: f64,
    },
    /// The mean isn't known to one per cent: that takes more values.
    TooFew {
        /// How many there are.
        values: u32,
        /// How many it takes.
        needed: u32,
    },
    /// The least or the greatest value is far from the mean.
    Extreme {
        /// By this share of it, at most; below zero if it is the least.
        share: f64,
    },
    /// A value is shorter than what disturbs it.
    TooShort {
        /// In seconds.
        shortest: f64,
    },
}

impl Instability {
    /// Whether nothing can be concluded. Too few values only widen an interval.
    pub fn is_serious(&self) -> bool {
        !matches!(self, Instability::TooFew { .. })
    }

    /// In words, behind a name: `vary by 14 % of their mean (standard deviation)`.
    pub fn words(&self) -> String {
        match self {
            Instability::Spread { share } => {
                format!("vary by {:.0} % of their mean (standard deviation, 10 % are too much)", share * 100.0)
            }
            Instability::TooFew { values, needed } => {
                format!("are {values}: to know the mean to 1 % takes {needed}")
            }
            Instability::Extreme { share } if *share < 0.0 => {
                format!("have one that is {:.0} % below the mean", -share * 100.0)
            }
            Instability::Extreme { share } => format!("have one that is {:.0} % above the mean", share * 100.0),
            Instability::TooShort { shortest } => {
                format!("have one of {:.2} ms: below 1 ms chance is most of it", shortest * 1e3)
            }
        }
    }
}

/// What pyperf would warn of, of these values in seconds. Each is of a process of its own, as pyperf's runs are.
pub fn instabilities(values: &[f64]) -> Vec<Instability> {
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count.max(1) as f64;
    if count == 0 || mean <= 0.0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(deviation) = standard_deviation(values) {
        let share = deviation / mean;
        let needed = (4.0 * NORMAL * NORMAL * share * share / (EXACT * EXACT)).ceil() as u32;
        if share >= DEVIATION {
            found.push(Instability::Spread { share });
        } else if needed > count as u32 {
            found.push(Instability::TooFew { values: count as u32, needed });
        }
    }
    let away = values.iter().map(|value| value / mean - 1.0);
    found.extend(
        away.max_by(|one, other| one.abs().total_cmp(&other.abs()))
            .filter(|share| share.abs() >= EXTREME)
            .map(|share| Instability::Extreme { share }),
    );
    let shortest = values.iter().copied().min_by(f64::total_cmp);
    found.extend(shortest.filter(|value| *value < SHORTEST).map(|shortest| Instability::TooShort { shortest }));
    found
}

/// Of a sample; none of one value.
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    median(values)?;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}

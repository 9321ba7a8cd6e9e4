//! The honesty badge: how exact a workload's results are, and which differences mean nothing.

use serde::{Deserialize, Serialize};

use super::series::Series;

/// Differences below this share mean nothing on any machine: where code happens to lie in memory alone makes as much (T.
/// Mytkowicz, A. Diwan, M. Hauswirth and P. F. Sweeney, *Producing wrong data without doing anything obviously wrong!*,
/// ASPLOS 2009).
pub const LEAST_BOUND: f64 = 0.01;

/// How exact results are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Badge {
    /// How far a median's interval reaches from it, as a share: the most of the results; none of one round.
    pub error: Option<f64>,
    /// How many cores could be used.
    pub cores: u32,
    /// How many there are.
    pub machine_cores: u32,
}

impl Badge {
    /// Of these results, where so many cores of so many could be used.
    pub fn of<'a>(series: impl IntoIterator<Item = &'a Series>, cores: u32, machine_cores: u32) -> Badge {
        let errors: Option<Vec<f64>> =
            series.into_iter().filter(|series| !series.laps.is_empty()).map(Series::error).collect();
        Badge { error: errors.and_then(|errors| errors.into_iter().reduce(f64::max)), cores, machine_cores }
    }

    /// Differences under this share mean nothing: two results that are off by as much each, independently, differ by the
    /// square root of two times that. None of one round.
    pub fn bound(&self) -> Option<f64> {
        self.error.map(|error| (error * std::f64::consts::SQRT_2).max(LEAST_BOUND))
    }

    /// `±6 %, 2 of 8 CPUs allowed: differences under 8 % mean nothing`.
    pub fn sentence(&self) -> String {
        let Badge { cores, machine_cores, .. } = self;
        let allowed = format!("{cores} of {machine_cores} CPUs allowed");
        match (self.error, self.bound()) {
            (Some(error), Some(bound)) => {
                format!("±{}, {allowed}: differences under {} mean nothing", percent(error), percent(bound))
            }
            _ => format!("of one round, {allowed}: how much it varies is not known, so no difference means anything"),
        }
    }
}

/// A share as people read it: `6 %`, small ones with a digit behind the point.
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent < 9.95 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

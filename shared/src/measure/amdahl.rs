//! Amdahl's law: which share of the work must have been serial, if nothing else kept it from becoming faster.
//!
//! With a serial share s, n workers take s + (1 - s) / n of one worker's time (G. M. Amdahl, 1967). Measured are times,
//! so the squares of their differences from the law are made least; s enters in the first power, so there is one answer.

/// So many worker counts from 2 to the number of cores are needed: of one, every share would fit exactly.
const LEAST: usize = 2;
/// How far a share may lie outside of 0 to 1 and still be called 0 or 1.
const BEYOND: f64 = 0.05;
/// By how much of the sequential time a measured time may miss the fitted one.
const MISS: f64 = 0.1;

/// What the law says of measured speed-ups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amdahl {
    /// This share was serial.
    Fitted(SerialShare),
    /// Fewer than two worker counts from 2 to the number of cores were measured: nothing can be said.
    TooFew,
    /// No share from 0 to 1 comes near: something else than serial work decides.
    Unfitting,
}

/// The share of the work that can't be divided among workers, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SerialShare(pub f64);

impl SerialShare {
    /// How many times as fast as one worker so many are by the law.
    pub fn speed_up(self, workers: u32) -> f64 {
        1.0 / (self.0 + (1.0 - self.0) / f64::from(workers.max(1)))
    }

    /// What no number of workers exceeds; none if nothing is serial.
    pub fn limit(self) -> Option<f64> {
        (self.0 > 0.0).then(|| 1.0 / self.0)
    }
}

/// Fits the law to speed-ups by their number of workers. More workers than cores take turns, whatever is serial: these
/// don't count.
pub fn amdahl(points: &[(u32, f64)], cores: u32) -> Amdahl {
    let usable = || points.iter().filter(move |(workers, ratio)| (2..=cores).contains(workers) && *ratio > 0.0);
    let mut counts: Vec<u32> = usable().map(|(workers, _)| *workers).collect();
    counts.sort_unstable();
    counts.dedup();
    if counts.len() < LEAST {
        return Amdahl::TooFew;
    }
    // The time of n workers is 1/n of the parallel share more than all of the serial one: y = s x.
    let terms = usable().map(|(workers, ratio)| {
        let part = 1.0 / f64::from(*workers);
        (1.0 - part, 1.0 / ratio - part)
    });
    let (above, below) = terms.fold((0.0, 0.0), |(above, below), (x, y)| (above + x * y, below + x * x));
    let share = above / below;
    let fitted = SerialShare(share.clamp(0.0, 1.0));
    let misses = |(workers, ratio): &(u32, f64)| (1.0 / ratio - 1.0 / fitted.speed_up(*workers)).abs() > MISS;
    if !(-BEYOND..=1.0 + BEYOND).contains(&share) || usable().any(misses) {
        return Amdahl::Unfitting;
    }
    Amdahl::Fitted(fitted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of the law itself, each with its time changed by so much.
    fn points(share: f64, counts: &[u32], noise: &[f64]) -> Vec<(u32, f64)> {
        let noise = noise.iter().copied().chain(std::iter::repeat(0.0));
        let point = |(count, noise): (&u32, f64)| (*count, 1.0 / (1.0 / SerialShare(share).speed_up(*count) + noise));
        counts.iter().zip(noise).map(point).collect()
    }

    fn share(fit: Amdahl) -> Option<f64> {
        match fit {
            Amdahl::Fitted(SerialShare(share)) => Some((share * 1e4).round() / 1e4),
            Amdahl::TooFew | Amdahl::Unfitting => None,
        }
    }

    #[test]
    fn known_curves_are_found_again() {
        for known in [0.0, 0.02, 0.1, 0.5, 1.0] {
            assert_eq!(share(amdahl(&points(known, &[1, 2, 4, 8], &[]), 8)), Some(known));
        }
        // Of 2 and 4 workers, x is 0.5 and 0.75: a time of 0.03 more with 2 is 0.5 * 0.03 / 0.8125 more share.
        assert_eq!(share(amdahl(&points(0.1, &[2, 4], &[0.03]), 4)), Some(0.1185));
        assert_eq!(share(amdahl(&points(0.1, &[2, 4], &[0.03, -0.02]), 4)), Some(0.1));
    }

    #[test]
    fn a_curve_reaches_its_limit_and_no_further() {
        let tenth = SerialShare(0.1);
        assert_eq!((tenth.speed_up(1), tenth.limit()), (1.0, Some(10.0)));
        assert!((tenth.speed_up(9) - 5.0).abs() < 1e-12 && tenth.speed_up(1_000_000) < 10.0);
        assert_eq!((SerialShare(0.0).speed_up(7), SerialShare(0.0).limit()), (7.0, None));
    }

    #[test]
    fn nothing_is_fitted_to_too_few_points_or_to_what_does_not_follow() {
        for (points, cores, expected) in [
            (vec![], 8, Amdahl::TooFew),
            (vec![(1, 1.0), (2, 1.9)], 8, Amdahl::TooFew),
            // Twice the same count is one count; with more workers than cores it is no serial work that decides.
            (vec![(2, 1.9), (2, 1.8)], 8, Amdahl::TooFew),
            (vec![(2, 1.9), (3, 1.9), (4, 1.9)], 2, Amdahl::TooFew),
            // Slower with every worker, faster than ideal, up and down.
            (vec![(2, 0.8), (4, 0.5)], 4, Amdahl::Unfitting),
            (vec![(2, 2.6), (4, 6.0)], 4, Amdahl::Unfitting),
            (vec![(2, 2.0), (4, 1.1)], 4, Amdahl::Unfitting),
        ] {
            assert_eq!(amdahl(&points, cores), expected, "{points:?}");
        }
        assert_eq!(share(amdahl(&[(2, 2.02), (4, 4.1)], 4)), Some(0.0), "noise is no serial share below none");
    }
}

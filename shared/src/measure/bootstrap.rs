//! Percentile bootstrap intervals: how far a median, or a ratio of medians, would move if the rounds were drawn again.
//!
//! B. Efron and R. J. Tibshirani, *An Introduction to the Bootstrap*, Chapman & Hall 1993, chapter 13. Every resample
//! draws as many rounds as there are, with repetition; of the sorted figures of all resamples, the middle 95 % are the
//! interval. Of fewer than six rounds no interval of a median can be sure to 95 % (all rounds lie on one side of the
//! true median with probability 2 / 2ⁿ): there it is as wide as the values themselves, which is the widest it can be.

use serde::{Deserialize, Serialize};

use super::statistics::middle;

/// How often rounds are drawn again.
const RESAMPLES: usize = 2_000;
/// So many of the sorted figures are left out at each end: 2.5 % but one, so that both ends are treated alike.
const CUT: usize = RESAMPLES / 40 - 1;
/// Below so many rounds there is no interval.
const LEAST: usize = 3;
/// Any number: the same one, so that the same rounds always have the same interval.
const SEED: u64 = 0x5649_5247_494C_0001;

/// The two ends of an interval or a range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// The lower one.
    pub low: f64,
    /// The upper one, not below it.
    pub high: f64,
}

impl Bounds {
    /// From the lowest of these to the highest; none of nothing.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Bounds> {
        let each = values.into_iter().map(|value| Bounds { low: value, high: value });
        each.reduce(|one, other| Bounds { low: one.low.min(other.low), high: one.high.max(other.high) })
    }

    /// Whether a value lies between them, or on one of them.
    pub fn contain(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether some value lies within both.
    pub fn overlap(self, other: Bounds) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// From one end to the other.
    pub fn width(self) -> f64 {
        self.high - self.low
    }

    fn with(self, value: f64) -> Bounds {
        Bounds { low: self.low.min(value), high: self.high.max(value) }
    }
}

/// The 95 % interval of a median; none below three values. The median is in it.
pub fn median_interval(values: &[f64]) -> Option<Bounds> {
    let mut drawn = values.to_vec();
    interval(values.len(), |places| {
        places.iter().zip(&mut drawn).for_each(|(&place, drawn)| *drawn = values[place]);
        middle(&mut drawn)
    })
}

/// The 95 % interval of the median of the first values of these pairs by that of the second ones; none below three
/// pairs. Pairs are drawn whole, since both of a round met the same machine. The ratio itself is in it.
pub fn ratio_interval(pairs: &[(f64, f64)]) -> Option<Bounds> {
    let (mut above, mut below): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    interval(pairs.len(), |places| {
        for (slot, &place) in places.iter().enumerate() {
            (above[slot], below[slot]) = pairs[place];
        }
        Some(middle(&mut above)? / middle(&mut below)?)
    })
}

/// The same of values that have nothing to do with each other, such as those of two runs: each side is drawn by itself.
pub fn independent_ratio_interval(above: &[f64], below: &[f64]) -> Option<Bounds> {
    if above.len() < LEAST || below.len() < LEAST {
        return None;
    }
    let mut random = SplitMix(SEED);
    let mut draw =
        |values: &[f64]| middle(&mut values.iter().map(|_| values[random.below(values.len())]).collect::<Vec<_>>());
    let found = middle(&mut above.to_vec())? / middle(&mut below.to_vec())?;
    let figures: Option<Vec<f64>> = (0..RESAMPLES).map(|_| Some(draw(above)? / draw(below)?)).collect();
    let mut figures = figures?;
    figures.sort_unstable_by(f64::total_cmp);
    Some(Bounds { low: figures[CUT], high: figures[RESAMPLES - 1 - CUT] }.with(found))
}

/// The 95 % interval of the geometric mean of several such ratios, each of its own pairs: each's rounds are drawn by
/// themselves. None if one has fewer than three pairs.
pub fn combined_ratio_interval(parts: &[Vec<(f64, f64)>]) -> Option<Bounds> {
    if parts.is_empty() || parts.iter().any(|pairs| pairs.len() < LEAST) {
        return None;
    }
    let logarithm = |pairs: &mut dyn Iterator<Item = (f64, f64)>| {
        let (mut above, mut below): (Vec<f64>, Vec<f64>) = pairs.unzip();
        Some((middle(&mut above)? / middle(&mut below)?).ln())
    };
    let mean = |logarithms: Option<Vec<f64>>| Some((logarithms?.iter().sum::<f64>() / parts.len() as f64).exp());
    let found = mean(parts.iter().map(|pairs| logarithm(&mut pairs.iter().copied())).collect())?;
    let mut random = SplitMix(SEED);
    let figures: Option<Vec<f64>> = (0..RESAMPLES)
        .map(|_| {
            let mut drawn =
                |pairs: &Vec<(f64, f64)>| logarithm(&mut pairs.iter().map(|_| pairs[random.below(pairs.len())]));
            mean(parts.iter().map(&mut drawn).collect())
        })
        .collect();
    let mut figures = figures?;
    figures.sort_unstable_by(f64::total_cmp);
    Some(Bounds { low: figures[CUT], high: figures[RESAMPLES - 1 - CUT] }.with(found))
}

/// Of a figure that is computed from the values at these places.
fn interval(count: usize, mut figure: impl FnMut(&[usize]) -> Option<f64>) -> Option<Bounds> {
    if count < LEAST {
        return None;
    }
    let mut places: Vec<usize> = (0..count).collect();
    let found = figure(&places)?;
    let mut random = SplitMix(SEED);
    let mut figures = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        places.iter_mut().for_each(|place| *place = random.below(count));
        figures.push(figure(&places)?);
    }
    figures.sort_unstable_by(f64::total_cmp);
    // A ratio of medians need not be among the middle ones of its resamples.
    Some(Bounds { low: figures[CUT], high: figures[RESAMPLES - 1 - CUT] }.with(found))
}

/// Sebastiano Vigna's SplitMix64: small, and even enough to draw rounds.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but without, `count`.
    fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::median;

    fn bounds(low: f64, high: f64) -> Option<Bounds> {
        Some(Bounds { low, high })
    }

    /// Expected: the quantiles of the bootstrap distribution itself. A resample's median is not above the k-th of n
    /// values, n odd, exactly if at least (n + 1) / 2 of n draws are among the lowest k: a binomial tail, computed with
    /// `math.comb` in CPython. n = 7: 0.0102 for k = 1, 0.108 for k = 2; n = 11: 0.0072 for k = 2, 0.051 for k = 3;
    /// n = 21: 0.018 for k = 6, 0.056 for k = 7. The first k above 0.025 is the lower end.
    #[test]
    fn intervals_are_those_of_the_exact_distribution() {
        let up_to = |last: u32| (1..=last).map(f64::from).collect::<Vec<f64>>();
        for (values, expected) in [
            (up_to(1), None),
            (up_to(2), None),
            // Two of three draws are the lowest with probability 0.26, three of five with 0.058.
            (vec![1.0, 2.0, 10.0], bounds(1.0, 10.0)),
            (up_to(5), bounds(1.0, 5.0)),
            (up_to(7), bounds(2.0, 6.0)),
            (up_to(11), bounds(3.0, 9.0)),
            (up_to(21), bounds(7.0, 15.0)),
            (vec![7.0; 8], bounds(7.0, 7.0)),
        ] {
            assert_eq!(median_interval(&values), expected, "{values:?}");
        }
    }

    #[test]
    fn a_ratio_of_rounds_that_move_together_has_no_width() {
        let together: Vec<(f64, f64)> = (1..=9).map(|round| (f64::from(round) * 2.0, f64::from(round))).collect();
        assert_eq!(ratio_interval(&together), bounds(2.0, 2.0));
        assert_eq!(ratio_interval(&[(2.0, 1.0), (4.0, 2.0)]), None);
        // If the first pair is drawn twice, which it is with probability 0.26.
        assert_eq!(ratio_interval(&[(4.0, 1.0), (2.0, 2.0), (6.0, 3.0)]).map(|found| found.high), Some(4.0));
    }

    #[test]
    fn the_figure_lies_in_its_interval_which_lies_in_the_range_and_is_always_the_same() {
        let mut random = SplitMix(7);
        for count in 3..=40 {
            let values: Vec<f64> = (0..count).map(|_| 1.0 + random.below(1000) as f64).collect();
            let found = median_interval(&values).unwrap();
            assert!(found.contain(median(&values).unwrap()), "{values:?}: {found:?}");
            let range = Bounds::of(values.iter().copied()).unwrap();
            assert!(range.contain(found.low) && range.contain(found.high), "{values:?}: {found:?}");
            assert_eq!(median_interval(&values), Some(found));

            let pairs: Vec<(f64, f64)> = values.iter().map(|value| (*value, 1.0 + random.below(1000) as f64)).collect();
            let (above, below): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
            let ratio = median(&above).unwrap() / median(&below).unwrap();
            assert!(ratio_interval(&pairs).unwrap().contain(ratio), "{pairs:?}");
        }
    }

    #[test]
    fn more_rounds_of_the_same_noise_narrow_the_interval() {
        let mut random = SplitMix(3);
        let mut width = |count: usize| {
            let values: Vec<f64> = (0..count).map(|_| 100.0 + random.below(100) as f64).collect();
            median_interval(&values).unwrap().width()
        };
        assert!(width(7) > width(100));
    }

    #[test]
    fn every_round_is_drawn_about_as_often() {
        let mut random = SplitMix(SEED);
        let mut drawn = [0_u32; 7];
        (0..70_000).for_each(|_| drawn[random.below(7)] += 1);
        assert!(drawn.iter().all(|count| (9_500..10_500).contains(count)), "{drawn:?}");
    }
}

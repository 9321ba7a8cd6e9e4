//! The middle of some values, and how far they are from it.

/// The middle value, or the mean of the two middle ones; none of nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    middle(&mut values.to_vec())
}

/// The median of the distances from the median (MAD), in the values' unit; none of nothing.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let middle = median(values)?;
    self::middle(&mut values.iter().map(|value| (value - middle).abs()).collect::<Vec<f64>>())
}

/// The median of values that may be put into another order.
pub fn middle(values: &mut [f64]) -> Option<f64> {
    let half = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let odd = values.len() % 2 == 1;
    let (below, upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let upper = *upper;
    if odd {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some((lower + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected: `statistics.median` of CPython 3.14, of the values and of their distances from it.
    #[test]
    fn medians_and_deviations() {
        for (values, middle, distance) in [
            (vec![], None, None),
            (vec![3.0], Some(3.0), Some(0.0)),
            (vec![9.0, 1.0, 2.0], Some(2.0), Some(1.0)),
            (vec![1.0, 4.0], Some(2.5), Some(1.5)),
            (vec![1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0], Some(2.0), Some(1.0)),
            (vec![2.5, -1.0, 7.25, 3.0], Some(2.75), Some(2.0)),
        ] {
            assert_eq!((median(&values), deviation(&values)), (middle, distance), "{values:?}");
        }
    }
}

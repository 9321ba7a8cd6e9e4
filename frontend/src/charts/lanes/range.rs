//! Which part of a lap's clock is shown, and how zooming and moving change it.

use shared::Nanos;

/// Nothing shorter than this is shown, in nanoseconds: a few tasks that do nothing.
const SHORTEST: u64 = 20_000;

/// A part of a clock; it is never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// From when.
    pub start: Nanos,
    /// Until when.
    pub end: Nanos,
}

impl Range {
    /// From the beginning to this moment.
    pub fn until(end: Nanos) -> Range {
        Range { start: Nanos(0), end: end.max(Nanos(SHORTEST)) }
    }

    /// How long it is.
    pub fn length(self) -> Nanos {
        self.end.since(self.start)
    }

    /// How much time so many columns of pixels have each.
    pub fn column(self, columns: usize) -> Nanos {
        Nanos(self.length().0.div_ceil(columns.max(1) as u64).max(1))
    }

    /// The moment at this share of it, from 0 to 1.
    pub fn at(self, share: f64) -> Nanos {
        Nanos(self.start.0 + (self.length().0 as f64 * share.clamp(0.0, 1.0)) as u64)
    }

    /// Where a moment stands in it, from 0 to 1 if it is inside.
    pub fn share(self, moment: Nanos) -> f64 {
        (moment.0 as f64 - self.start.0 as f64) / self.length().0 as f64
    }

    /// So many times as long, with `at` staying where it is; none if that shows everything.
    pub fn zoomed(self, factor: f64, at: Nanos, whole: Range) -> Option<Range> {
        let length = ((self.length().0 as f64 * factor) as u64).max(SHORTEST);
        if length >= whole.length().0 {
            return None;
        }
        let before = (length as f64 * self.share(at).clamp(0.0, 1.0)) as u64;
        Some(Range::of_length(length, at.0.saturating_sub(before), whole))
    }

    /// Moved by this share of its length: to the right if it is positive. It stays inside.
    pub fn moved(self, share: f64, whole: Range) -> Range {
        let by = self.length().0 as f64 * share;
        Range::of_length(self.length().0, (self.start.0 as f64 + by).max(0.0) as u64, whole)
    }

    /// Moved just so far that a moment can be seen.
    pub fn with(self, moment: Nanos, whole: Range) -> Range {
        match self.share(moment) {
            share if share < 0.0 => self.moved(share, whole),
            share if share > 1.0 => self.moved(share - 1.0, whole),
            _ => self,
        }
    }

    fn of_length(length: u64, start: u64, whole: Range) -> Range {
        let start = start.clamp(whole.start.0, whole.end.0.saturating_sub(length).max(whole.start.0));
        Range { start: Nanos(start), end: Nanos(start + length) }
    }
}

/// As `partition_point`, for an answer near the beginning of a long slice: it looks at nothing far away.
pub fn near_partition_point<T>(slice: &[T], mut is_before: impl FnMut(&T) -> bool) -> usize {
    let mut bound = 1;
    while slice.get(bound - 1).is_some_and(&mut is_before) {
        bound *= 2;
    }
    let begin = bound / 2;
    begin + slice[begin..bound.min(slice.len())].partition_point(is_before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u64, end: u64) -> Range {
        Range { start: Nanos(start * 1_000_000), end: Nanos(end * 1_000_000) }
    }

    #[test]
    fn zooming_leaves_what_is_pointed_at_where_it_is() {
        let whole = range(0, 1_000);
        for (from, factor, at, to) in [
            (whole, 0.5, 500, Some(range(250, 750))),
            (whole, 0.5, 0, Some(range(0, 500))),
            (range(250, 750), 0.1, 750, Some(range(700, 750))),
            (range(250, 750), 2.0, 500, None),
            (range(900, 1_000), 4.0, 1_000, Some(range(600, 1_000))),
        ] {
            assert_eq!(from.zoomed(factor, Nanos(at * 1_000_000), whole), to, "{from:?} by {factor} at {at}");
        }
    }

    #[test]
    fn it_never_leaves_the_whole_nor_becomes_empty() {
        let whole = range(0, 100);
        assert_eq!(range(20, 40).moved(-2.0, whole), range(0, 20));
        assert_eq!(range(20, 40).moved(0.5, whole), range(30, 50));
        assert_eq!(range(20, 40).moved(9.0, whole), range(80, 100));
        let smallest = whole.zoomed(1e-9, Nanos(50_000_000), whole).unwrap();
        assert_eq!(smallest.length(), Nanos(SHORTEST));
        assert_eq!(Range::until(Nanos(0)).length(), Nanos(SHORTEST));
        assert_eq!(range(0, 1).column(0), Nanos(1_000_000));
    }

    #[test]
    fn near_answers_are_those_of_a_binary_search() {
        for length in [0, 1, 2, 7, 64, 100] {
            let numbers: Vec<usize> = (0..length).collect();
            for answer in 0..=length {
                assert_eq!(near_partition_point(&numbers, |number| *number < answer), answer, "{answer} of {length}");
            }
        }
    }

    #[test]
    fn it_follows_a_moment() {
        let whole = range(0, 100);
        for (moment, to) in [(10, range(10, 30)), (25, range(20, 40)), (50, range(30, 50))] {
            assert_eq!(range(20, 40).with(Nanos(moment * 1_000_000), whole), to, "{moment}");
        }
    }
}

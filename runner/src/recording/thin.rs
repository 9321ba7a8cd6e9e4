//! Figures of a run without what is finer than the pixels of a chart, and without what only has to be compared.

use std::collections::{BTreeMap, BTreeSet};

use shared::{Ending, Interval, LapEvent, Nanos, Prints, RunEvent, Span, State, WholeRun};

/// The lanes of a page have some 800 columns of pixels for the longest lap; on a projector twice as many.
const COLUMNS: u64 = 1_600;
/// Requests of a service are many, and no figure is made of them: so many columns have to do for them, and for what
/// their workers did.
const COLUMNS_OF_REQUESTS: u64 = 250;
/// Moments of states are as exact as this part of a column.
const OF_COLUMN: u64 = 8;
/// Moments of tasks are as exact as this part of their lap's average task.
const OF_TASK: u64 = 2_000;

/// Makes a run smaller whose events are merged.
pub fn thin(whole: &mut WholeRun) {
    let run = whole.run();
    let longest = run.laps.iter().map(|lap| lap.now.0).max().unwrap_or_default();
    let (column, of_requests) = (longest / COLUMNS, longest / COLUMNS_OF_REQUESTS);
    let mut names: Vec<BTreeMap<u64, u64>> = Vec::new();
    let units: BTreeMap<u32, u64> = (0..)
        .zip(&run.laps)
        .map(|(place, lap)| {
            let spans = || lap.workers.iter().flat_map(|worker| &worker.spans);
            let time: u64 = spans().map(|span| span.end.since(span.start).0).sum();
            (place, unit(time.checked_div(spans().count() as u64).unwrap_or_default() / OF_TASK))
        })
        .collect();
    let services: BTreeSet<u32> =
        (0..).zip(&run.laps).filter(|(_, lap)| lap.load.is_some()).map(|(place, _)| place).collect();
    for moment in &mut whole.moments {
        match &mut moment.event {
            RunEvent::Lap { lap, event: LapEvent::States { intervals, .. } } => {
                let column = if services.contains(lap) { of_requests } else { column };
                *intervals = rounded(&joined(intervals, column), unit(column / OF_COLUMN));
            }
            RunEvent::Lap { lap, event: LapEvent::Spans { spans, .. } } => {
                if services.contains(lap) {
                    *spans = longest_of_each(spans, of_requests);
                }
                let unit = units.get(lap).copied().unwrap_or(1);
                spans.iter_mut().for_each(|span| *span = coarse(*span, unit));
            }
            RunEvent::Lap { event: LapEvent::Loaded(report), .. } => report.histogram.clear(),
            RunEvent::LapEnded { ending: Ending::Completed { results, .. }, .. } => {
                rename(&mut results.prints, &mut names);
            }
            _ => {}
        }
    }
}

/// The greatest power of ten that is no more: numbers that end with zeros take less room.
fn unit(most: u64) -> u64 {
    most.checked_ilog10().map_or(1, |digits| 10_u64.pow(digits))
}

fn near(moment: Nanos, unit: u64) -> Nanos {
    Nanos((moment.0 + unit / 2) / unit * unit)
}

fn coarse(span: Span, unit: u64) -> Span {
    Span { start: near(span.start, unit), end: near(span.end, unit), cpu: near(span.cpu, unit), ..span }
}

/// Of the spans that begin in the same column the longest.
fn longest_of_each(spans: &[Span], column: u64) -> Vec<Span> {
    let of = |span: &Span| span.start.0 / column.max(1);
    let chunks = spans.chunk_by(|one, next| of(one) == of(next));
    chunks.filter_map(|chunk| chunk.iter().max_by_key(|span| span.end.since(span.start))).copied().collect()
}

/// Where several intervals fit into one column, one for each state, as long as all of that state were.
fn joined(intervals: &[Interval], column: u64) -> Vec<Interval> {
    let mut joined = Vec::new();
    let mut rest = intervals;
    while let Some(first) = rest.first() {
        let fits = |interval: &Interval| interval.end.since(first.start).0 <= column;
        let count = rest.iter().take_while(|interval| fits(interval)).count().max(1);
        let (group, after) = rest.split_at(count);
        let mut times: Vec<(State, u64)> = Vec::new();
        for interval in group {
            let time = interval.end.since(interval.start).0;
            match times.iter_mut().find(|(state, _)| *state == interval.state) {
                Some((_, sum)) => *sum += time,
                None => times.push((interval.state, time)),
            }
        }
        let mut start = first.start;
        for (state, time) in times {
            let end = Nanos(start.0 + time);
            joined.push(Interval { start, end, state });
            start = end;
        }
        rest = after;
    }
    joined
}

/// The same by rounded moments; what is shorter than can be said is gone, and equal neighbours are one.
fn rounded(intervals: &[Interval], unit: u64) -> Vec<Interval> {
    let mut kept: Vec<Interval> = Vec::new();
    for interval in intervals {
        let (start, end) = (near(interval.start, unit), near(interval.end, unit));
        match kept.last_mut() {
            _ if start == end => {}
            Some(last) if last.state == interval.state && last.end == start => last.end = end,
            _ => kept.push(Interval { start, end, state: interval.state }),
        }
    }
    kept
}

/// Calls fingerprints 0, 1 and so on, at each place by itself: which of them are equal is all that they say.
fn rename(prints: &mut Prints, names: &mut Vec<BTreeMap<u64, u64>>) {
    let Prints { each, blocks, .. } = prints;
    // The blocks come after the last of the others, wherever that is in this lap.
    names.resize_with(names.len().max(each.len() + blocks.len()), BTreeMap::new);
    for (print, known) in each.iter_mut().chain(blocks).zip(names) {
        let next = known.len() as u64;
        *print = *known.entry(*print).or_insert(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// States of so many pieces each, one after the other.
    fn states(pieces: &[(u64, State)], times: usize) -> Vec<Interval> {
        let mut start = Nanos(1_234_567);
        let all = pieces.iter().cycle().take(pieces.len() * times);
        all.map(|(length, state)| {
            let interval = Interval { start, end: Nanos(start.0 + length), state: *state };
            start = interval.end;
            interval
        })
        .collect()
    }

    /// How much of each column of pixels is in a state.
    fn shares(intervals: &[Interval], state: State, longest: u64, columns: u64) -> Vec<f64> {
        let width = longest.div_ceil(columns);
        let share = |column: u64| {
            let (from, until) = (column * width, (column + 1) * width);
            let inside = intervals
                .iter()
                .filter(|interval| interval.state == state)
                .map(|interval| interval.end.0.min(until).saturating_sub(interval.start.0.max(from)));
            inside.sum::<u64>() as f64 / width as f64
        };
        (0..columns).map(share).collect()
    }

    #[test]
    fn what_a_lane_shows_of_states_stays() {
        let (with, waits, blocked) = (State::WithGil(0), State::WaitingForGil, State::Blocked);
        for (pieces, times, shorter) in [
            // The GIL goes from one to the other every five milliseconds: all of it can be seen.
            (&[(5_000_000, with), (5_000_000, waits)][..], 100, 1),
            (&[(20_000, with), (30_000, waits)], 20_000, 12),
            (&[(1_000, with), (500, blocked), (200, waits)], 30_000, 10),
            (&[(900_000_000, with), (1_000, waits), (40_000, blocked)], 1, 1),
        ] {
            let before = states(pieces, times);
            let longest = before[before.len() - 1].end.0;
            let column = longest / COLUMNS;
            let after = rounded(&joined(&before, column), unit(column / OF_COLUMN));
            assert!(after.len() * shorter <= before.len(), "{} of {}", after.len(), before.len());
            assert!(after.windows(2).all(|pair| pair[0].end == pair[1].start), "there are gaps");
            for state in [with, waits, blocked] {
                let [seen, kept] = [&before, &after].map(|intervals| shares(intervals, state, longest, COLUMNS / 2));
                let off = seen.iter().zip(&kept).map(|(seen, kept)| (seen - kept).abs()).fold(0.0, f64::max);
                // A lane is 41 pixels high: that is five of them, in one column.
                assert!(off < 0.125, "{off} of a column in {state:?}");
                let sums = [seen.iter().sum::<f64>(), kept.iter().sum()];
                assert!((sums[0] - sums[1]).abs() < 0.005 * COLUMNS as f64, "{sums:?} columns in {state:?}");
            }
        }
    }

    #[test]
    fn tasks_keep_their_first_digits() {
        let span = Span { task: 3, start: Nanos(123_456_789), end: Nanos(223_456_789), cpu: Nanos(99_123_456) };
        let unit = unit(span.end.since(span.start).0 / OF_TASK);
        let rough = coarse(span, unit);
        assert_eq!((rough.start, rough.end, rough.cpu), (Nanos(123_460_000), Nanos(223_460_000), Nanos(99_120_000)));
        let short = Span { end: Nanos(span.start.0 + 900), cpu: Nanos(850), ..span };
        assert_eq!(coarse(short, super::unit(900 / OF_TASK)), short);
    }

    #[test]
    fn of_requests_that_begin_in_the_same_column_the_longest_stays() {
        let span = |task, start, end| Span { task, start: Nanos(start), end: Nanos(end), cpu: Nanos(1) };
        let spans = [span(0, 0, 5), span(2, 6, 9), span(4, 100, 900), span(6, 905, 906)];
        assert_eq!(longest_of_each(&spans, 100), [span(0, 0, 5), span(4, 100, 900), span(6, 905, 906)]);
        assert_eq!(longest_of_each(&spans, 0), spans);
    }

    #[test]
    fn fingerprints_are_equal_where_they_were() {
        let mut names = Vec::new();
        let laps = [vec![7, 8, 9], vec![7, 5, 9], vec![1, 8, 2], vec![1, 5]];
        let renamed = laps.map(|each| {
            let mut prints = Prints { each, ..Prints::default() };
            rename(&mut prints, &mut names);
            prints.each
        });
        assert_eq!(renamed, [vec![0, 0, 0], vec![0, 1, 0], vec![1, 0, 1], vec![1, 1]]);
    }
}

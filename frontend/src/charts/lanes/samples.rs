//! Workers' tracks for the lanes' tests.

use shared::{Interval, Nanos, Span, State};

/// So many intervals of this length, in nanoseconds, that hold the main interpreter's GIL and wait for it in turn.
pub fn alternating(count: u64, length: u64) -> Vec<Interval> {
    let states = [State::WithGil(0), State::WaitingForGil];
    (0..count).map(|place| interval(place * length, (place + 1) * length, states[(place % 2) as usize])).collect()
}

/// One interval.
pub fn interval(start: u64, end: u64, state: State) -> Interval {
    Interval { start: Nanos(start), end: Nanos(end), state }
}

/// So many tasks of this length with these gaps, in nanoseconds.
pub fn spans(count: u64, length: u64, gap: u64) -> Vec<Span> {
    (0..count)
        .map(|task| {
            let start = task * (length + gap);
            Span { task: task as u32, start: Nanos(start), end: Nanos(start + length), cpu: Nanos(length) }
        })
        .collect()
}

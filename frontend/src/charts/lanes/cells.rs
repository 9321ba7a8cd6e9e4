//! A worker's states as they are drawn: at most one cell for each column of pixels.

use shared::{Interval, Nanos, State};

use super::range::{Range, near_partition_point};
use super::sums::{ByLook, Look, Sums};

/// Part of a lane: one state that can be seen by itself, or what several come to in a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// From when.
    pub start: Nanos,
    /// Until when.
    pub end: Nanos,
    /// The share of each state, from 0 to 1.
    pub shares: ByLook<f64>,
    /// The interpreter whose GIL was held in it; of several, the first.
    pub lock: Option<u32>,
}

/// The cells of a range that is so many columns wide.
pub fn cells(states: &[Interval], sums: &Sums, range: Range, columns: usize) -> Vec<Cell> {
    let column = range.column(columns);
    let mut cells = Vec::new();
    let mut place = states.partition_point(|interval| interval.end <= range.start);
    let mut from = range.start;
    while let Some(interval) = states.get(place).filter(|interval| interval.start < range.end) {
        from = from.max(interval.start);
        let until = interval.end.min(range.end);
        if until.since(from) >= column || until == range.end {
            cells.push(alone(interval.state, from, until));
            from = until;
            place += 1;
        } else {
            let until = Nanos(from.0 + column.0).min(range.end);
            let next = place + near_partition_point(&states[place..], |interval| interval.end <= until);
            cells.push(mixed(
                &states[place..(next + 1).min(states.len())],
                sums.between(states, from, until),
                from,
                until,
            ));
            from = until;
            place = next;
        }
    }
    cells
}

fn alone(state: State, start: Nanos, end: Nanos) -> Cell {
    let mut shares = ByLook::default();
    shares[Look::of(state) as usize] = 1.0;
    let lock = match state {
        State::WithGil(lock) => Some(lock),
        _ => None,
    };
    Cell { start, end, shares, lock }
}

fn mixed(states: &[Interval], times: ByLook<u64>, start: Nanos, end: Nanos) -> Cell {
    let all = end.since(start).0.max(1) as f64;
    let lock = states.iter().find_map(|interval| match interval.state {
        State::WithGil(lock) => Some(lock),
        _ => None,
    });
    let shares = times.map(|time| time as f64 / all);
    Cell { start, end, shares, lock: lock.filter(|_| shares[Look::WithGil as usize] > 0.0) }
}

/// What is drawn of one state: from when, until when, and from which height to which, from 0 to 1.
pub fn layer(cells: &[Cell], look: Look) -> Vec<[f64; 4]> {
    let drawn = cells.iter().filter(|cell| cell.shares[look as usize] > 0.0);
    drawn
        .map(|cell| {
            let below: f64 = cell.shares[..look as usize].iter().sum();
            [cell.start.millis(), cell.end.millis(), below, below + cell.shares[look as usize]]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{alternating, interval};
    use super::*;

    fn cells_of(states: &[Interval], start: u64, end: u64, columns: usize) -> Vec<Cell> {
        let mut sums = Sums::default();
        sums.take(states);
        cells(states, &sums, Range { start: Nanos(start), end: Nanos(end) }, columns)
    }

    #[test]
    fn what_is_wider_than_a_column_is_drawn_as_it_was() {
        let states = alternating(4, 100);
        let cells = cells_of(&states, 50, 350, 30);
        let edges: Vec<_> = cells.iter().map(|cell| (cell.start.0, cell.end.0, cell.lock)).collect();
        assert_eq!(edges, [(50, 100, Some(0)), (100, 200, None), (200, 300, Some(0)), (300, 350, None)]);
        assert!(cells.iter().all(|cell| cell.shares.iter().sum::<f64>() == 1.0));
    }

    #[test]
    fn there_are_never_more_cells_than_columns_and_the_time_in_them_is_true() {
        for (count, length, columns) in [(200_000, 5, 600), (1_000, 77, 300), (1_000, 77, 2_000), (3, 1, 50)] {
            let states = alternating(count, length);
            let end = count * length;
            let cells = cells_of(&states, 0, end, columns);
            assert!(cells.len() <= columns + 1, "{} cells in {columns} columns", cells.len());
            let time = |look: Look| -> f64 {
                cells.iter().map(|cell| cell.shares[look as usize] * cell.end.since(cell.start).0 as f64).sum()
            };
            let waited: u64 = states.iter().skip(1).step_by(2).map(|state| state.end.since(state.start).0).sum();
            assert!((time(Look::WaitingForGil) - waited as f64).abs() < 1.0, "{count} of {length}");
            assert!((time(Look::WithGil) + time(Look::WaitingForGil) - end as f64).abs() < 1.0);
        }
    }

    #[test]
    fn shares_stand_upon_each_other() {
        let states = [
            interval(0, 25, State::WithGil(2)),
            interval(25, 50, State::WaitingForGil),
            interval(50, 100, State::Blocked),
            interval(100, 1_000, State::WithoutGil),
        ];
        let cells = cells_of(&states, 0, 1_000, 10);
        assert_eq!((cells.len(), cells[0].lock), (2, Some(2)));
        assert_eq!(layer(&cells, Look::WaitingForGil), [[0.0, 0.0001, 0.25, 0.5]]);
        assert_eq!(layer(&cells, Look::Blocked), [[0.0, 0.0001, 0.5, 1.0]]);
        assert_eq!(layer(&cells, Look::WithoutGil), [[0.0001, 0.001, 0.0, 1.0]]);
        assert_eq!(layer(&cells, Look::WaitingForCpu), [[0.0; 4]; 0]);
    }

    #[test]
    fn nothing_is_drawn_where_nothing_was_seen() {
        assert_eq!(cells_of(&[], 0, 100, 10), []);
        assert_eq!(cells_of(&alternating(2, 10), 50, 100, 10), []);
        let early = cells_of(&[interval(40, 60, State::Blocked)], 0, 100, 10);
        assert_eq!((early[0].start, early[0].end), (Nanos(40), Nanos(60)));
    }
}

//! A worker's tasks as they are drawn: at most one piece for each column of pixels.

use shared::{Nanos, Span};

use super::range::{Range, near_partition_point};

/// A task narrower than this many columns is drawn with those beside it.
const APART: u64 = 2;

/// What a piece stands for. The same numbers stand in js/src/lanes.js.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A task with an even place among its worker's.
    Even = 0,
    /// One with an odd place: another shade, so that neighbours are told apart.
    Odd = 1,
    /// Several tasks without a gap that could be seen.
    Many = 2,
    /// The task that is being executed.
    Running = 3,
}

/// Part of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it stands for.
    pub kind: Kind,
    /// From when.
    pub start: Nanos,
    /// Until when.
    pub end: Nanos,
    /// The task; of many, how many they are.
    pub number: u64,
}

/// The pieces of a range that is so many columns wide. Looks at few of the spans (in order of time), since there can
/// be millions.
pub fn pieces(spans: &[Span], range: Range, columns: usize) -> Vec<Piece> {
    let column = range.column(columns);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut place = spans.partition_point(|span| span.end <= range.start);
    while let Some(first) = spans.get(place).filter(|span| span.start < range.end) {
        if first.end.since(first.start).0 >= APART * column.0 {
            pieces.push(alone(place, first));
            place += 1;
            continue;
        }
        let border = Nanos((first.end.0 / column.0 + 1) * column.0);
        let inside = near_partition_point(&spans[place..], |span| span.end < border).max(1);
        let end = spans[place + inside - 1].end;
        match pieces.last_mut() {
            Some(last) if last.kind == Kind::Many && first.start.since(last.end).0 * 2 <= column.0 => {
                last.end = end;
                last.number += inside as u64;
            }
            _ if inside == 1 => pieces.push(alone(place, first)),
            _ => pieces.push(Piece { kind: Kind::Many, start: first.start, end, number: inside as u64 }),
        }
        place += inside;
    }
    pieces
}

fn alone(place: usize, span: &Span) -> Piece {
    let kind = if place.is_multiple_of(2) { Kind::Even } else { Kind::Odd };
    Piece { kind, start: span.start, end: span.end, number: u64::from(span.task) }
}

#[cfg(test)]
mod tests {
    use super::super::samples::spans;
    use super::*;

    fn whole(spans: &[Span]) -> Range {
        Range::until(spans.last().unwrap().end)
    }

    #[test]
    fn a_million_tasks_become_one_piece_where_no_gap_could_be_seen() {
        let spans = spans(1_000_000, 900, 100);
        let pieces = pieces(&spans, whole(&spans), 600);
        assert_eq!(pieces, [Piece { kind: Kind::Many, start: Nanos(0), end: Nanos(999_999_900), number: 1_000_000 }]);
    }

    #[test]
    fn there_are_never_more_pieces_than_columns_and_no_task_is_lost() {
        for (length, gap) in [(1, 999), (500, 500), (999, 1), (1, 1)] {
            let spans = spans(10_000, length, gap);
            let pieces = pieces(&spans, whole(&spans), 200);
            assert!(pieces.len() <= 202, "{} pieces of {length} and {gap}", pieces.len());
            let tasks: u64 = pieces.iter().map(|piece| if piece.kind == Kind::Many { piece.number } else { 1 }).sum();
            assert_eq!(tasks, 10_000);
            assert!(pieces.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }

    #[test]
    fn zoomed_in_each_task_stands_alone() {
        let spans = spans(1_000_000, 900, 100);
        let range = Range { start: Nanos(500_000_000), end: Nanos(500_020_000) };
        let pieces = pieces(&spans, range, 600);
        let tasks: Vec<u64> = pieces.iter().map(|piece| piece.number).collect();
        assert_eq!(tasks, (500_000..500_020).collect::<Vec<u64>>());
        assert_eq!((pieces[0].kind, pieces[1].kind), (Kind::Even, Kind::Odd));
    }

    #[test]
    fn gaps_that_can_be_seen_stay() {
        let spans = spans(30, 1_000, 50_000);
        assert_eq!(pieces(&spans, whole(&spans), 300).len(), 30);
    }
}

//! The place in the lanes that is pointed at, by mouse, finger or key.

use shared::{Nanos, Run};

use super::range::Range;
use super::rows::{Content, Row};
use super::sums::{RunSums, Sums};
use super::tell::{Spot, tell};

/// A key moves the mark by this share of what is shown.
const STEP: f64 = 0.02;

/// A place in a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Which row.
    pub row: usize,
    /// When.
    pub moment: Nanos,
    /// Who put it there.
    pub by: Hand,
}

/// How people point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// With a mouse or a finger.
    Pointer,
    /// With the keyboard: then it is also said aloud.
    Keys,
}

/// What a key does in the lanes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    /// Shows less time, or more: so many times as much.
    Zoom(f64),
    /// Shows everything.
    All,
    /// Shows what is beside, by this share of what is shown.
    Move(f64),
    /// Points at another moment, by this share of what is shown.
    Point(f64),
    /// Points at the lane above or below.
    Lane(isize),
    /// Points at nothing.
    Leave,
}

/// What a key does; with Shift, arrows move what is shown.
pub fn act(key: &str, shift: bool) -> Option<Act> {
    Some(match (key, shift) {
        ("+" | "=", _) => Act::Zoom(0.5),
        ("-" | "_", _) => Act::Zoom(2.0),
        ("0" | "Home", _) => Act::All,
        ("ArrowLeft", true) => Act::Move(-0.25),
        ("ArrowRight", true) => Act::Move(0.25),
        ("ArrowLeft", false) => Act::Point(-STEP),
        ("ArrowRight", false) => Act::Point(STEP),
        ("ArrowUp", _) => Act::Lane(-1),
        ("ArrowDown", _) => Act::Lane(1),
        ("Escape", _) => Act::Leave,
        _ => return None,
    })
}

/// The next lane above or below a row; the row itself where there is none.
pub fn lane_beside(rows: &[Row], from: usize, step: isize) -> usize {
    let is_lane = |row: &usize| matches!(rows.get(*row).map(|row| &row.content), Some(Content::Lane { .. }));
    let found = if step < 0 { (0..from).rev().find(is_lane) } else { (from + 1..rows.len()).find(is_lane) };
    found.unwrap_or(from)
}

/// What is told of a mark.
pub fn told(run: &Run, sums: &RunSums, rows: &[Row], mark: Mark, range: Range, columns: usize) -> Vec<String> {
    let Some(Row { lap, content: Content::Lane { worker, .. }, .. }) = rows.get(mark.row) else { return Vec::new() };
    let Some(of_lap) = run.laps.get(*lap) else { return Vec::new() };
    let nothing = Sums::default();
    let spot = Spot { worker: *worker, moment: mark.moment, column: range.column(columns) };
    tell(of_lap, sums.of(*lap, *worker).unwrap_or(&nothing), spot)
}

#[cfg(test)]
mod tests {
    use shared::Mode;

    use super::super::super::sample;
    use super::super::rows::rows;
    use super::*;

    #[test]
    fn keys_zoom_move_and_point() {
        for (key, shift, does) in [
            ("+", true, Some(Act::Zoom(0.5))),
            ("=", false, Some(Act::Zoom(0.5))),
            ("-", false, Some(Act::Zoom(2.0))),
            ("0", false, Some(Act::All)),
            ("ArrowRight", true, Some(Act::Move(0.25))),
            ("ArrowRight", false, Some(Act::Point(STEP))),
            ("ArrowUp", false, Some(Act::Lane(-1))),
            ("Escape", false, Some(Act::Leave)),
            ("a", false, None),
            ("Tab", false, None),
        ] {
            assert_eq!(act(key, shift), does, "{key}");
        }
    }

    #[test]
    fn headings_are_stepped_over() {
        let room = super::super::Room::of(&super::super::super::palette::plain());
        let (rows, _) = rows(&sample::completed(&[(Mode::Sequential, 9), (Mode::Threads, 9)]), room);
        for (from, step, to) in [(0, 1, 1), (1, 1, 3), (3, -1, 1), (3, 1, 4), (4, 1, 4), (1, -1, 1)] {
            assert_eq!(lane_beside(&rows, from, step), to, "{from} by {step}");
        }
    }
}

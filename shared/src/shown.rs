//! What a lap's results are, so that they can be shown as more than text. Made by the kernel after the measured time,
//! bounded in size.

use serde::{Deserialize, Serialize};

/// The shape that results have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// None in particular: their `repr()` says it ([`crate::Results::first`]).
    #[default]
    Values,
    /// Many numbers: how often they are how large.
    Histogram {
        /// In order.
        columns: Vec<HistogramColumn>,
        /// How many numbers are in no column: infinite ones, NaN, and those that were too many.
        left_out: u32,
    },
    /// Rows of equal length, or dicts with the same keys.
    Table {
        /// The columns' names; empty if they have none.
        names: Vec<String>,
        /// The first rows, each with as many texts as there are columns.
        rows: Vec<Vec<String>>,
        /// How many rows follow them.
        hidden: u32,
    },
    /// Numbers in two dimensions.
    Grid(PixelGrid),
}

/// How many numbers are in one range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistogramColumn {
    /// The range, for people.
    pub label: String,
    /// How many.
    pub count: u32,
}

/// A grid of numbers as a picture of at most 40,000 cells; of a larger one only every so manieth row and column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PixelGrid {
    /// How many columns the picture has.
    pub width: u32,
    /// How many rows.
    pub height: u32,
    /// How many columns the grid has.
    pub columns: u32,
    /// How many rows.
    pub rows: u32,
    /// Row by row: 0 for the least number to [`PixelGrid::MOST`] for the greatest, or [`PixelGrid::NO_NUMBER`].
    pub cells: Vec<u8>,
    /// The least number, for people.
    pub low: String,
    /// The greatest.
    pub high: String,
}

impl PixelGrid {
    /// The greatest number's cell.
    pub const MOST: u8 = 254;
    /// Infinite, or not a number.
    pub const NO_NUMBER: u8 = 255;

    /// Whether there is a cell for each place: who draws it may rely on this.
    pub fn is_whole(&self) -> bool {
        let places = u64::from(self.width) * u64::from(self.height);
        places > 0 && places == self.cells.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_with_too_few_cells_is_not_whole() {
        for (width, height, cells, whole) in
            [(2, 2, 4, true), (2, 2, 3, false), (0, 0, 0, false), (u32::MAX, u32::MAX, 1, false)]
        {
            let (low, high) = ("0".to_owned(), "1".to_owned());
            let grid = PixelGrid { width, height, columns: 2, rows: 2, cells: vec![0; cells], low, high };
            assert_eq!(grid.is_whole(), whole, "{width} × {height}, {cells} cells");
        }
    }
}

//! A grid of numbers as a picture: one colour for each, from the least to the greatest.

use charming::component::{Axis, Grid};
use charming::datatype::{DataFrame, DataPointItem};
use charming::element::AxisType;
use charming::series::Custom;
use shared::PixelGrid;

use super::{Palette, Picture};
use crate::text::thousands;

/// The picture's height in pixels is between these.
const LOWEST: f64 = 120.0;
const HIGHEST: f64 = 420.0;
/// About how wide it is.
const WIDTH: f64 = 560.0;

/// Draws it; nothing if its cells are not whole.
pub fn draw(grid: &PixelGrid, palette: &Palette) -> Option<Picture> {
    if !grid.is_whole() {
        return None;
    }
    // One item, whose name has all cells: the series `picture` in js/src/charts.js paints them at once.
    let cells: String = grid.cells.iter().map(|cell| format!("{cell:02x}")).collect();
    let item = DataPointItem::new(vec![f64::from(grid.width), f64::from(grid.height)]).name(cells.as_str());
    let axis = || Axis::new().type_(AxisType::Value).show(false);
    let chart = palette
        .chart()
        .grid(Grid::new().left(0).right(0).top(0).bottom(0))
        .x_axis(axis())
        .y_axis(axis())
        .series(Custom::new().render_item("picture").data(DataFrame::from(vec![item.into()])));
    let shape = f64::from(grid.rows) / f64::from(grid.columns.max(1));
    Some(Picture {
        chart,
        sentence: sentence(grid),
        drawn: grid.cells.len(),
        height: (WIDTH * shape).clamp(LOWEST, HIGHEST),
    })
}

fn sentence(grid: &PixelGrid) -> String {
    let PixelGrid { width, height, columns, rows, low, high, .. } = grid;
    let size = |number: &u32| thousands(u64::from(*number));
    let part = if (width, height) == (columns, rows) {
        String::new()
    } else {
        format!(" {} × {} of them are shown.", size(width), size(height))
    };
    if low == high {
        return format!("{} × {} numbers, all {low}.{part}", size(columns), size(rows));
    }
    format!("{} × {} numbers, from {low} (darkest) to {high} (brightest).{part}", size(columns), size(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(width: u32, height: u32, columns: u32) -> PixelGrid {
        let cells = vec![10; (width * height) as usize];
        PixelGrid { width, height, columns, rows: height, cells, low: "0".into(), high: "2.5".into() }
    }

    #[test]
    fn it_says_how_large_it_is_and_what_the_colours_mean() {
        assert_eq!(sentence(&grid(20, 10, 20)), "20 × 10 numbers, from 0 (darkest) to 2.5 (brightest).");
        let large = sentence(&grid(20, 10, 4_000));
        assert!(large.ends_with("20 × 10 of them are shown.") && large.starts_with("4,000 × 10"), "{large}");
    }

    #[test]
    fn all_cells_are_in_one_item() {
        let palette = super::super::palette::plain();
        let picture = draw(&grid(3, 2, 3), &palette).unwrap();
        let option = serde_json::to_value(&picture.chart).unwrap();
        assert_eq!(option["series"][0]["data"][0]["name"], "0a".repeat(6));
        assert!(draw(&PixelGrid { width: 4, ..grid(3, 2, 3) }, &palette).is_none());
    }
}

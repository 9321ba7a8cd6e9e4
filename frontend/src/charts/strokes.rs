//! Lines in charts. One function puts them together: charming's builders copy a large value with each of their calls,
//! and so the page's program has that once.

use charming::datatype::DataPoint;
use charming::element::{ItemStyle, LineStyle, LineStyleType, Symbol};
use charming::series::Line;

/// How a line looks.
pub struct Stroke<'a> {
    /// What it is called in the legend.
    pub name: &'a str,
    /// What stands at each of its points.
    pub symbol: Symbol,
    /// How large that is, in pixels.
    pub size: f64,
    /// The colour of line and symbols.
    pub colour: &'a str,
    /// In pixels; 0 draws symbols alone.
    pub width: f64,
    /// Whether it has gaps.
    pub dash: LineStyleType,
    /// The edge of its symbols: colour, and width in pixels.
    pub edge: (&'a str, f64),
    /// What has more lies above.
    pub z: i32,
}

/// A line through these points.
#[inline(never)]
pub fn line(stroke: Stroke, points: Vec<DataPoint>) -> Line {
    let Stroke { name, symbol, size, colour, width, dash, edge: (edge, edge_width), z } = stroke;
    Line::new()
        .name(name)
        .symbol(symbol)
        .symbol_size(size)
        .show_symbol(true)
        .line_style(LineStyle::new().color(colour).width(width).type_(dash))
        .item_style(ItemStyle::new().color(colour).border_color(edge).border_width(edge_width))
        .z(z)
        .data(points)
}

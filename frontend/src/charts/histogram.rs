//! A histogram: how many of the results are how large.

use charming::component::{Axis, Grid};
use charming::datatype::{DataFrame, DataPointItem};
use charming::element::{AxisType, ItemStyle, LineStyle, SplitLine};
use charming::series::Bar;
use shared::HistogramColumn;

use super::{Palette, Picture};
use crate::text::{count, thousands};

/// Draws these columns; so many numbers are in none.
pub fn draw(columns: &[HistogramColumn], left_out: u32, palette: &Palette) -> Picture {
    // Of a range the start is enough where there is little room.
    let starts = columns.iter().map(|column| column.label.split(" to ").next().unwrap_or_default().to_owned());
    let label = || palette.axis_label(&palette.text);
    let bar = |column: &HistogramColumn| {
        let name = format!("{}: {}", column.label, thousands(u64::from(column.count)));
        DataPointItem::new(f64::from(column.count)).name(name.as_str())
    };
    let chart = palette
        .chart()
        .grid(Grid::new().left(palette.words(58.0)).right(12).top(palette.words(12.0)).bottom(palette.words(30.0)))
        .x_axis(Axis::new().type_(AxisType::Category).data(starts.collect()).axis_label(label()))
        .y_axis(
            Axis::new()
                .type_(AxisType::Value)
                .min_interval(1)
                .axis_label(label())
                .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.line.as_str()))),
        )
        .series(
            Bar::new()
                .bar_width("90%")
                .item_style(ItemStyle::new().color(palette.accent.as_str()))
                .data(columns.iter().map(|column| bar(column).into()).collect::<DataFrame>()),
        );
    Picture { chart, sentence: sentence(columns, left_out), drawn: columns.len(), height: 200.0 }
}

/// What it shows, in words; of one column these are all there is to show.
pub fn sentence(columns: &[HistogramColumn], left_out: u32) -> String {
    let all: u64 = columns.iter().map(|column| u64::from(column.count)).sum();
    let Some(most) = columns.iter().rev().max_by_key(|column| column.count) else { return String::new() };
    let out = if left_out > 0 {
        format!(" {} more are in no column.", thousands(u64::from(left_out)))
    } else {
        String::new()
    };
    if let [only] = columns {
        return format!("{}, each {}.{out}", count(all, "number"), only.label);
    }
    format!("{}; most often {} ({}).{out}", count(all, "number"), most.label, thousands(u64::from(most.count)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(label: &str, count: u32) -> HistogramColumn {
        HistogramColumn { label: label.into(), count }
    }

    #[test]
    fn it_says_what_is_most_often() {
        for (columns, left_out, expected) in [
            (vec![column("1", 3), column("2", 1_200)], 0, "1,203 numbers; most often 2 (1,200)."),
            (
                vec![column("0 to 1", 2), column("1 to 2", 2)],
                1,
                "4 numbers; most often 0 to 1 (2). 1 more are in no column.",
            ),
            (vec![column("7", 64)], 0, "64 numbers, each 7."),
            (vec![column("7", 64)], 2, "64 numbers, each 7. 2 more are in no column."),
            (vec![], 0, ""),
        ] {
            assert_eq!(sentence(&columns, left_out), expected);
        }
    }

    #[test]
    fn every_column_is_a_bar_with_its_words() {
        let picture = draw(&[column("0 to 1", 2), column("1 to 2", 5)], 0, &super::super::palette::plain());
        let option = serde_json::to_value(&picture.chart).unwrap();
        assert_eq!(option["series"][0]["data"][1]["name"], "1 to 2: 5");
        assert_eq!(option["xAxis"]["data"][1], "1");
    }
}

//! The lower part: how long answers took in each mode, from the median to the longest, on a logarithmic axis.

use charming::Chart;
use charming::component::{Axis, LegendItem};
use charming::datatype::{CompositeValue, DataPoint, DataPointItem};
use charming::element::{
    AxisType, ItemStyle, Label, LabelAlign, LabelPosition, LineStyle, LineStyleType, NameLocation, SplitLine, Symbol,
};
use charming::series::Line;
use shared::{Bounds, Lap, Latencies, Mode, Nanos, Run, duration, median};

use super::super::strokes::{Stroke, line};
use super::super::{Palette, Reach, both};
use super::{Subject, counted, stroke};
use crate::text::{lap_name, short};

/// The height of a row with a number above its line and one below, and of one without, in pixels.
const ROW: f64 = 58.0;
const LOW_ROW: f64 = 30.0;
/// Of more rows than this the numbers are left out: the picture would be too high.
const LABELLED: usize = 6;

/// A quantile, and how it is drawn.
struct Quantile {
    name: &'static str,
    symbol: &'static str,
    /// What its number says, in words, by [`Subject`].
    said: [&'static str; 2],
    of: fn(Latencies) -> Nanos,
    /// Where its number stands, if it has one. Both grow to the left, where there is always room.
    label: Option<LabelPosition>,
}

/// From left to right. Each symbol fills a square, whose corners are drawn without an area.
const QUANTILES: [Quantile; 4] = [
    Quantile {
        name: "p50",
        symbol: "path://M4 0h4v12h-4zM0 0h0v12h0zM0 0h12v0h-12z",
        said: ["half of the answers took no longer than", "half of the frames were no later than"],
        of: |all| all.p50,
        label: Some(LabelPosition::Top),
    },
    Quantile {
        name: "p90",
        symbol: "path://M3 0h3l4 6l-4 6h-3l4 -6zM0 0h0v12h0zM0 0h12v0h-12z",
        said: ["90 % of the answers took no longer than", "90 % of the frames were no later than"],
        of: |all| all.p90,
        label: None,
    },
    Quantile {
        name: "p99",
        symbol: "path://M0 0h3l4 6l-4 6h-3l4 -6zM5 0h3l4 6l-4 6h-3l4 -6z",
        said: ["99 % of the answers took no longer than", "99 % of the frames were no later than"],
        of: |all| all.p99,
        label: Some(LabelPosition::Bottom),
    },
    Quantile {
        name: "max",
        symbol: "path://M0 5h8v-5h3v12h-3v-5h-8zM0 0h12v0h-12z",
        said: ["the longest answer took", "the longest freeze took"],
        of: |all| all.max,
        label: None,
    },
];

/// The laps of a mode with so many workers.
pub struct Row {
    pub mode: Mode,
    pub workers: u32,
    /// By [`QUANTILES`], in seconds: of several rounds the medians. None until a load has come to its end, or if no
    /// answer was good.
    pub quantiles: Option<[f64; QUANTILES.len()]>,
    name: String,
    stroke: LineStyleType,
}

/// A row for each that is planned, so that the picture's height stays.
pub fn rows(run: &Run, of: impl Fn(&Lap) -> Option<Latencies>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for lap in counted(run) {
        let (mode, workers) = (lap.plan.mode, lap.plan.workers);
        if rows.iter().any(|row| (row.mode, row.workers) == (mode, workers)) {
            continue;
        }
        let latencies: Vec<Latencies> =
            counted(run).filter(|lap| (lap.plan.mode, lap.plan.workers) == (mode, workers)).filter_map(&of).collect();
        let middle = |quantile: &Quantile| {
            median(&latencies.iter().map(|all| (quantile.of)(*all).seconds()).collect::<Vec<_>>())
        };
        let quantiles: Option<Vec<f64>> = QUANTILES.iter().map(middle).collect();
        let quantiles = quantiles.and_then(|all| all.try_into().ok());
        rows.push(Row { mode, workers, quantiles, name: lap_name(lap), stroke: stroke(run, lap) });
    }
    rows
}

/// How high each of so many rows is, in pixels.
pub fn height(rows: usize, palette: &Palette) -> f64 {
    palette.words(if rows > LABELLED { LOW_ROW } else { ROW })
}

/// What the symbols mean.
pub fn legend() -> Vec<LegendItem> {
    QUANTILES.iter().map(|quantile| (quantile.name, quantile.symbol).into()).collect()
}

/// Puts the rows and their axes into the second grid. The axis goes so far at least.
pub fn add(chart: Chart, rows: &[Row], subject: Subject, least: Reach, palette: &Palette) -> Chart {
    let (first, last) = ends(both(reach(rows), least.latencies));
    let name = |row: &Row| {
        if row.mode.is_parallel() {
            format!("{} × {}", short(row.mode), row.workers)
        } else {
            short(row.mode).to_owned()
        }
    };
    let mut chart = chart
        .x_axis(
            Axis::new()
                .grid_index(1)
                .type_(AxisType::Log)
                .min(first)
                .max(last)
                .name(if palette.narrow { "ms, logarithmic" } else { "milliseconds, logarithmic" })
                .name_location(NameLocation::Middle)
                .name_gap(palette.words(27.0))
                .name_text_style(palette.text_style(&palette.quiet))
                .axis_label(palette.axis_label(&palette.quiet))
                .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.line.as_str()))),
        )
        .y_axis(palette.bars(rows.iter().map(name).collect()).grid_index(1));
    let measured = || (0_i64..).zip(rows).filter_map(|(place, row)| Some((place, row, row.quantiles?)));
    for (place, row, [first, .., last]) in measured() {
        let colour = palette.mode(row.mode);
        let points = vec![point(first, place, &row.name, colour), point(last, place, &row.name, colour)];
        let stroke = Stroke {
            name: &row.name,
            symbol: Symbol::None,
            size: 0.0,
            colour,
            width: 3.0,
            dash: row.stroke,
            edge: (colour, 0.0),
            z: 3,
        };
        chart = chart.series(in_second_grid(stroke, points));
    }
    let is_labelled = rows.len() <= LABELLED;
    for (which, quantile) in QUANTILES.iter().enumerate() {
        let items = measured().map(|(place, row, times)| {
            let said = format!(
                "{}: {} {} ({})",
                row.name,
                quantile.said[subject as usize],
                in_words(times[which]),
                quantile.name
            );
            point(times[which], place, &said, palette.mode(row.mode))
        });
        let stroke = Stroke {
            name: quantile.name,
            symbol: Symbol::Custom(quantile.symbol.into()),
            size: palette.words(15.0),
            colour: &palette.text,
            width: 0.0,
            dash: LineStyleType::Solid,
            edge: (&palette.text, 0.0),
            z: 5,
        };
        let mut series = in_second_grid(stroke, items.collect());
        if let Some(position) = quantile.label.filter(|_| is_labelled) {
            let label = Label::new().show(true).position(position).align(LabelAlign::Right);
            let text = format!("{} {{@[2]}}", quantile.name);
            series =
                series.label(label.formatter(text.as_str()).color(palette.text.as_str()).font_size(palette.type_size));
        }
        chart = chart.series(series);
    }
    chart
}

fn in_second_grid(stroke: Stroke, points: Vec<DataPoint>) -> Line {
    line(stroke, points).x_axis_index(1).y_axis_index(1)
}

/// A time in a row, with the text that may stand beside it, and what is said of it.
fn point(seconds: f64, place: i64, said: &str, colour: &str) -> DataPoint {
    let value: Vec<CompositeValue> = vec![(seconds * 1e3).into(), place.into(), in_words(seconds).into()];
    DataPointItem::new(value).name(said).item_style(ItemStyle::new().color(colour)).into()
}

/// Seconds as people read them.
pub fn in_words(seconds: f64) -> String {
    duration(Nanos::of_seconds(seconds))
}

/// From the shortest to the longest that is drawn, in milliseconds; none while there is nothing.
pub fn reach(rows: &[Row]) -> Option<Bounds> {
    Bounds::of(rows.iter().filter_map(|row| row.quantiles).flatten().map(|seconds| seconds * 1e3))
}

/// The powers of ten between which these are.
fn ends(reach: Option<Bounds>) -> (f64, f64) {
    let Some(Bounds { low, high }) = reach.filter(|reach| reach.low > 0.0) else { return (1.0, 100.0) };
    let first = low.log10().floor();
    let last = high.log10().ceil().max(first + 1.0);
    (10_f64.powf(first), 10_f64.powf(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_ends_at_powers_of_ten() {
        for (low, high, expected) in
            [(0.3, 7.0, (0.1, 10.0)), (1.0, 1.0, (1.0, 10.0)), (12.0, 340.0, (10.0, 1_000.0)), (0.0, 5.0, (1.0, 100.0))]
        {
            assert_eq!(ends(Some(Bounds { low, high })), expected, "{low} to {high}");
        }
        assert_eq!(ends(None), (1.0, 100.0));
    }
}

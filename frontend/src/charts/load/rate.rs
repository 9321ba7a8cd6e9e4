//! The upper part: good answers a second over time, a line for each lap.

use charming::Chart;
use charming::component::{Axis, LegendItem};
use charming::datatype::{CompositeValue, DataPoint, DataPointItem};
use charming::element::{
    AreaStyle, AxisType, Icon, ItemStyle, LineStyle, LineStyleType, NameLocation, SplitLine, Symbol,
};
use charming::series;
use shared::{LoadProgress, LoadTrack, Mode, Nanos, Run, per_second};

use super::super::speed_up::marks;
use super::super::strokes::{self, Stroke};
use super::super::{Palette, Reach};
use super::{Subject, counted, stroke};
use crate::text::{lap_name, round};

/// A line has so many points at most, so that its symbols can be told apart; with little room, half of them.
pub const POINTS: u64 = 28;
/// Symbols stand nearer to each other than in the chart of speed-ups.
const SMALLER: f64 = 0.6;
/// What the part of a load is called that counts in no figure.
const WARM_UP: &str = "warm-up";
/// And the part with one more client.
const NEIGHBOUR: &str = "with the neighbour";
/// What is counted of a service.
const ANSWERS: &str = "answers a second";
/// And of a window.
const FRAMES: &str = "frames in time a second";
/// What failed, where something did.
const FAILED: &str = "failed";
/// Its mark.
const CROSS: &str = "path://M0 2l2 -2l4 4l4 -4l2 2l-4 4l4 4l-2 2l-4 -4l-4 4l-2 -2l4 -4z";
/// Tops of the axis, but for a power of ten, and in how many parts each is divided.
const ROUND: [(f64, f64); 8] =
    [(1.0, 5.0), (2.0, 4.0), (3.0, 3.0), (4.0, 4.0), (5.0, 5.0), (6.0, 3.0), (8.0, 4.0), (10.0, 5.0)];

/// The load on one lap.
pub struct Line {
    pub mode: Mode,
    /// The same in all rounds.
    pub name: String,
    pub stroke: LineStyleType,
    pub points: Vec<Point>,
    /// In which round, where there are several.
    pub round: String,
    /// What of it counts in no figure.
    pub warm_up: Nanos,
    /// Since when the neighbour asks, if there is one.
    pub neighbour: Option<Nanos>,
    /// From its begin to its planned end, with its warm-up.
    pub length: Nanos,
}

impl Line {
    fn has_failures(&self) -> bool {
        self.points.iter().any(|point| point.failed > 0.0)
    }
}

/// What came in a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When it was over, since the load began.
    pub at: Nanos,
    /// Good answers a second.
    pub rate: f64,
    /// Failed requests a second.
    pub failed: f64,
    /// Whether it counts in no figure.
    pub is_warm_up: bool,
}

/// A line for each lap that has load on it, or had.
pub fn lines(run: &Run, narrow: bool) -> Vec<Line> {
    counted(run)
        .filter_map(|lap| {
            let load = lap.load.as_ref()?;
            Some(Line {
                mode: lap.plan.mode,
                name: lap_name(lap),
                stroke: stroke(run, lap),
                points: points(load, if narrow { POINTS / 2 } else { POINTS }),
                round: round(run, lap),
                warm_up: load.plan.warm_up,
                neighbour: load.plan.neighbour.is_some().then(|| half(load)),
                length: length(load),
            })
        })
        .collect()
}

fn half(load: &LoadTrack) -> Nanos {
    Nanos(load.plan.warm_up.0 + load.plan.duration.0 / 2)
}

fn length(load: &LoadTrack) -> Nanos {
    Nanos(load.plan.warm_up.0 + load.plan.duration.0)
}

/// Moments that follow each other, as many of them put together as it takes to have no more points than that.
fn points(load: &LoadTrack, most: u64) -> Vec<Point> {
    let length = length(load);
    // After its end only those are answered that were asked before: no rate of the service.
    let in_time = |moment: &&LoadProgress| moment.elapsed.since(moment.window) < length;
    let moments: Vec<&LoadProgress> = load.progress.iter().filter(in_time).collect();
    let window = moments.first().map_or(1, |first| first.window.0.max(1));
    let each = usize::try_from(length.0.div_ceil(window).div_ceil(most)).unwrap_or(usize::MAX).max(1);
    let point = |moments: &[&LoadProgress]| {
        let last = moments.last()?;
        let answers: f64 = moments.iter().map(|moment| moment.throughput() * moment.window.seconds()).sum();
        let window: f64 = moments.iter().map(|moment| moment.window.seconds()).sum();
        let failed: u64 = moments.iter().flat_map(|moment| &moment.failures).map(|(_, count)| count).sum();
        let a_second = |count: f64| if window > 0.0 { count / window } else { 0.0 };
        let (rate, failed) = (a_second(answers), a_second(failed as f64));
        Some(Point { at: last.elapsed.min(length), rate, failed, is_warm_up: last.is_warm_up })
    };
    let parts = moments.chunk_by(|one, next| one.is_warm_up == next.is_warm_up);
    parts.flat_map(|part| part.chunks(each)).filter_map(point).collect()
}

/// Each line once, and what the lighter part of the picture is.
pub fn legend(lines: &[Line]) -> Vec<LegendItem> {
    let mut items: Vec<LegendItem> = Vec::new();
    for line in lines {
        if items.iter().all(|item| item.name != line.name) {
            items.push(line.name.as_str().into());
        }
    }
    if lines.iter().any(|line| line.warm_up.0 > 0) {
        items.push(LegendItem { name: WARM_UP.into(), icon: Some(Icon::Rect) });
    }
    if lines.iter().any(Line::has_failures) {
        items.push(LegendItem { name: FAILED.into(), icon: Some(Icon::Custom(CROSS.into())) });
    }
    if lines.iter().any(|line| line.neighbour.is_some()) {
        items.push(LegendItem { name: NEIGHBOUR.into(), icon: Some(Icon::Rect) });
    }
    items
}

/// How far the axes go: in answers a second, and in time.
pub fn reach(lines: &[Line]) -> (f64, Nanos) {
    let rates = lines.iter().flat_map(|line| &line.points).map(|point| point.rate.max(point.failed));
    (rates.fold(0.0, f64::max), lines.iter().map(|line| line.length).max().unwrap_or_default())
}

/// Puts the lines and their axes into the first grid. The axes go so far at least.
pub fn add(chart: Chart, lines: &[Line], subject: Subject, least: Reach, palette: &Palette) -> Chart {
    let (most, length) = reach(lines);
    let (top, interval) = top(most.max(least.rate));
    let length = length.max(least.load);
    let warm_up = lines.iter().map(|line| line.warm_up).max().unwrap_or_default();
    let (seconds, rate) = match subject {
        Subject::Answers if palette.narrow => ("seconds of load", ANSWERS),
        Subject::Answers => ("seconds since the load began", ANSWERS),
        Subject::Frames => ("seconds", FRAMES),
    };
    let mut chart = chart.x_axis(palette.amounts(seconds).max(length.seconds())).y_axis(
        Axis::new()
            .type_(AxisType::Value)
            .min(0)
            .max(top)
            .interval(interval)
            .name(rate)
            .name_location(NameLocation::Middle)
            .name_gap(palette.words(54.0))
            .name_text_style(palette.text_style(&palette.quiet))
            .axis_label(palette.axis_label(&palette.text))
            .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.line.as_str()))),
    );
    if warm_up.0 > 0 {
        let said = format!("{WARM_UP}: what comes before {} s counts in no figure", warm_up.seconds());
        let colour = palette.quiet.as_str();
        chart = chart.series(veil((WARM_UP, colour, &said), [Nanos(0), warm_up], warm_up, top));
    }
    if let Some(since) = lines.iter().filter_map(|line| line.neighbour).min() {
        let said = format!("{NEIGHBOUR}: since {} s one more client asks for something else", since.seconds());
        chart = chart.series(veil((NEIGHBOUR, palette.accent.as_str(), &said), [since, length], since, top));
    }
    for line in lines {
        let colour = palette.mode(line.mode);
        chart = chart.series(strokes::line(
            Stroke {
                name: &line.name,
                symbol: marks::symbol(line.mode),
                size: SMALLER * marks::symbol_size(line.mode),
                colour,
                width: 2.0,
                dash: line.stroke,
                edge: (&palette.ground, 1.0),
                z: 5,
            },
            line.points.iter().map(|point| item(line, *point, rate)).collect(),
        ));
    }
    for line in lines.iter().filter(|line| line.has_failures()) {
        let failed = line.points.iter().filter(|point| point.failed > 0.0).map(|point| failed(line, *point));
        let colour = palette.mode(line.mode);
        chart = chart.series(strokes::line(
            Stroke {
                name: FAILED,
                symbol: Symbol::Custom(CROSS.into()),
                size: 9.0,
                colour,
                width: 0.0,
                dash: LineStyleType::Solid,
                edge: (colour, 0.0),
                z: 6,
            },
            failed.collect(),
        ));
    }
    chart
}

fn failed(line: &Line, point: Point) -> DataPoint {
    let (seconds, rate) = (point.at.seconds(), per_second(point.failed));
    item_at(
        seconds,
        point.failed,
        &format!("{}{}, after {seconds:.1} s: {rate} failed a second", line.name, line.round),
    )
}

/// A part of the time lies under a veil that has a dotted line at its one edge.
fn veil((name, colour, said): (&str, &str, &str), [from, until]: [Nanos; 2], edge: Nanos, top: f64) -> series::Line {
    let corner = |at: Nanos, rate: f64| item_at(at.seconds(), rate, said);
    let (bottom, far) = (corner(edge, 0.0), if edge == from { until } else { from });
    let corners = vec![corner(far, top), corner(edge, top), bottom];
    let dash = LineStyleType::Dotted;
    let stroke = Stroke { name, symbol: Symbol::None, size: 0.0, colour, width: 2.0, dash, edge: (colour, 0.0), z: 1 };
    // As pale in the legend as it is in the picture.
    strokes::line(stroke, corners)
        .area_style(AreaStyle::new().color(colour).opacity(0.16))
        .item_style(ItemStyle::new().color(colour).opacity(0.4))
}

fn item(line: &Line, point: Point, what: &str) -> DataPoint {
    let warm_up = if point.is_warm_up { ", warm-up" } else { "" };
    let seconds = point.at.seconds();
    let rate = per_second(point.rate);
    let said = format!("{}{}, after {seconds:.1} s{warm_up}: {rate} {what}", line.name, line.round);
    item_at(seconds, point.rate, &said)
}

fn item_at(seconds: f64, rate: f64, text: &str) -> DataPoint {
    let value: Vec<CompositeValue> = vec![seconds.into(), rate.into()];
    DataPointItem::new(value).name(text).into()
}

/// Where an axis ends that has room for this, and how far apart its numbers are: all have few digits.
fn top(most: f64) -> (f64, f64) {
    let unit = 10_f64.powf(most.max(1.0).log10().floor());
    let mut ends = ROUND.into_iter().map(|(end, parts)| (end * unit, end * unit / parts));
    ends.find(|(end, _)| *end >= most).unwrap_or((10.0 * unit, 2.0 * unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (most, end, interval) in [
            (0.0, 1.0, 0.2),
            (0.4, 1.0, 0.2),
            (7.0, 8.0, 2.0),
            (96.0, 100.0, 20.0),
            (512.0, 600.0, 200.0),
            (1_000.0, 1_000.0, 200.0),
        ] {
            assert_eq!(top(most), (end, interval), "{most}");
        }
    }
}

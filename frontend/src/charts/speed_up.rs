//! Speed-up: how many times as fast as sequential each mode was, by the number of workers.

use charming::component::{Axis, Grid, Legend, LegendItem};
use charming::datatype::{CompositeValue, DataFrame, DataPoint, DataPointItem};
use charming::element::{
    AxisLabel, AxisType, Icon, ItemStyle, LineStyle, LineStyleType, NameLocation, SplitLine, Symbol, TextStyle,
};
use charming::series::Line;
use shared::{Group, Mode, Run, SourceKind, SpeedUp, speed_ups};

use super::{Palette, Picture, story};
use crate::text::{count, times};

/// More workers than this are shown only if they were measured.
const WORKERS_SHOWN: u32 = 8;

/// How the lines that were not measured look in the legend.
const DASHES: &str = "path://M0 9h6v2h-6zM9 9h6v2h-6zM18 9h6v2h-6zM0 0h0v20h0z";
const DOTS: &str = "path://M0 9h2v2h-2zM5 9h2v2h-2zM10 9h2v2h-2zM15 9h2v2h-2zM20 9h2v2h-2zM0 0h0v20h0z";

/// Symbols that ECharts doesn't have.
const PLUS: &str = "path://M4 0h2v4h4v2h-4v4h-2v-4h-4v-2h4z";
const CROSS: &str = "path://M1.5 0L5 3.5L8.5 0L10 1.5L6.5 5L10 8.5L8.5 10L5 6.5L1.5 10L0 8.5L3.5 5L0 1.5z";
const STAR: &str = "path://M5 0L6.2 3.8L10 3.8L6.9 6.1L8.1 10L5 7.6L1.9 10L3.1 6.1L0 3.8L3.8 3.8z";
const HOUSE: &str = "path://M5 0L10 4V10H0V4z";

/// Draws a run on a machine with so many cores.
pub fn draw(run: &Run, cores: u32, palette: &Palette) -> Picture {
    let points = speed_ups(run);
    let measured = run.laps.iter().map(|lap| lap.plan.workers).max().unwrap_or(1);
    let last = measured.max(cores.min(WORKERS_SHOWN)).max(2);
    let top = points.iter().map(|point| point.ratio).fold(f64::from(last), f64::max).ceil();
    let quiet = palette.quiet.as_str();
    let cores_name = (cores <= last).then(|| count(u64::from(cores), "core"));
    let mut legend = vec![LegendItem { name: "ideal".into(), icon: Some(Icon::Custom(DASHES.into())) }];
    legend
        .extend(cores_name.iter().map(|name| LegendItem { name: name.clone(), icon: Some(Icon::Custom(DOTS.into())) }));
    let modes = Mode::ALL.into_iter().filter(|mode| points.iter().any(|point| point.mode == *mode));
    legend.extend(modes.clone().map(|mode| LegendItem { name: mode.title().into(), icon: None }));
    let mut chart = palette
        .chart()
        .legend(
            Legend::new()
                .top(0)
                .left(0)
                .item_width(28)
                .data(legend)
                .text_style(TextStyle::new().color(palette.text.as_str()).font_size(14)),
        )
        .grid(Grid::new().left(58).right(18).top(if palette.narrow { 76 } else { 54 }).bottom(44))
        .x_axis(
            axis("workers", 26.0, palette)
                .type_(AxisType::Category)
                .data((1..=last).map(|workers| workers.to_string()).collect()),
        )
        .y_axis(
            axis("times as fast", 34.0, palette)
                .type_(AxisType::Value)
                .min(0)
                .max(top)
                .min_interval(1)
                .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.line.as_str()))),
        );
    chart = chart.series(
        reference("ideal", LineStyleType::Dashed, palette.text.as_str())
            .data((1..=last).map(|workers| at(workers, f64::from(workers), &ideal(workers))).collect::<DataFrame>()),
    );
    if let Some(name) = cores_name {
        chart = chart.series(
            reference(&name, LineStyleType::Dotted, quiet).data(vec![at(cores, 0.0, &name), at(cores, top, &name)]),
        );
    }
    for mode in modes {
        let mut mine: Vec<&SpeedUp> = points.iter().filter(|point| point.mode == mode).collect();
        mine.sort_by_key(|point| point.workers);
        let colour = palette.mode(mode);
        chart = chart.series(
            Line::new()
                .name(mode.title())
                .symbol(symbol(mode))
                .symbol_size(symbol_size(mode))
                .show_symbol(true)
                .line_style(LineStyle::new().color(colour).width(3))
                .item_style(ItemStyle::new().color(colour).border_color(palette.ground.as_str()).border_width(1.5))
                .z(5)
                .data(mine.into_iter().map(measured_point).collect::<DataFrame>()),
        );
    }
    let script = run.laps.iter().any(|lap| lap.kind == Some(SourceKind::Script));
    let height = if script { 0.0 } else { 300.0 };
    Picture { chart, sentence: sentence(run, cores, &points), drawn: points.len(), height }
}

fn axis(name: &str, gap: f64, palette: &Palette) -> Axis {
    Axis::new()
        .name(name)
        .name_location(NameLocation::Middle)
        .name_gap(gap)
        .name_text_style(TextStyle::new().color(palette.quiet.as_str()).font_size(14))
        .axis_label(AxisLabel::new().color(palette.text.as_str()).font_size(14))
}

/// A line that was not measured.
fn reference(name: &str, stroke: LineStyleType, colour: &str) -> Line {
    Line::new()
        .name(name)
        .symbol(Symbol::None)
        .line_style(LineStyle::new().color(colour).type_(stroke).width(2))
        .item_style(ItemStyle::new().color(colour))
}

/// Modes are told apart without colour, too.
fn symbol(mode: Mode) -> Symbol {
    match mode {
        Mode::Sequential => Symbol::Rect,
        Mode::Threads => Symbol::Triangle,
        Mode::Subinterpreters => Symbol::Circle,
        Mode::Processes => Symbol::Diamond,
        Mode::FreeThreaded | Mode::Asyncio => Symbol::RoundRect,
        Mode::SharedGil => Symbol::Arrow,
        Mode::ThreadPool => Symbol::Custom(PLUS.into()),
        Mode::InterpreterPool => Symbol::Custom(HOUSE.into()),
        Mode::ProcessPoolForkserver => Symbol::Custom(CROSS.into()),
        Mode::ProcessPoolSpawn => Symbol::Custom(STAR.into()),
    }
}

/// Points that fall on one another are all seen.
fn symbol_size(mode: Mode) -> f64 {
    match mode {
        Mode::Sequential | Mode::Threads | Mode::FreeThreaded | Mode::SharedGil | Mode::Asyncio => 16.0,
        Mode::ThreadPool | Mode::InterpreterPool | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => 15.0,
        Mode::Subinterpreters => 21.0,
        Mode::Processes => 13.0,
    }
}

fn measured_point(point: &SpeedUp) -> DataPoint {
    let workers = count(u64::from(point.workers), "worker");
    at(point.workers, point.ratio, &format!("{}, {workers}: {} times", point.mode.title(), times(point.ratio)))
}

fn ideal(workers: u32) -> String {
    format!("ideal, {}: {workers} times", count(u64::from(workers), "worker"))
}

fn at(workers: u32, height: f64, text: &str) -> DataPoint {
    let category = i64::from(workers) - 1;
    let value: Vec<CompositeValue> = vec![category.into(), height.into()];
    DataPointItem::new(value).name(text).into()
}

/// What the picture shows, in words.
fn sentence(run: &Run, cores: u32, points: &[SpeedUp]) -> String {
    if run.laps.iter().any(|lap| lap.kind == Some(SourceKind::Script)) {
        return "A script runs once: there is nothing to compare.".into();
    }
    if !run.laps.iter().any(|lap| lap.plan.mode == Mode::Sequential) {
        return "There is no baseline: tick Sequential and run again to see the speed-up.".into();
    }
    let of_group =
        |group: Group| points.iter().copied().filter(|point| point.mode.group() == group).collect::<Vec<_>>();
    let (native, stdlib) = (story::winner(&of_group(Group::Native)), story::winner(&of_group(Group::Stdlib)));
    let Some(best) = native.or(stdlib) else {
        let parallel = run.laps.iter().any(|lap| lap.plan.mode.is_parallel());
        return match (run.is_over(), parallel) {
            (_, false) => "Tick a mode besides Sequential to compare it.".into(),
            (true, _) => "Too few laps were completed to compare.".into(),
            (false, _) => "Points appear as laps are completed.".into(),
        };
    };
    let caution = if best.workers > cores {
        format!(" This machine has {}: more workers than that can't help.", count(u64::from(cores), "core"))
    } else if best.ratio > 1.05 * f64::from(best.workers) {
        " That is more than ideal: something else kept the machine busy. Run it again.".to_owned()
    } else {
        String::new()
    };
    let said = |best: SpeedUp| {
        let workers = count(u64::from(best.workers), "worker");
        format!("{} with {workers}, {} times as fast as sequential", best.mode.slug(), times(best.ratio))
    };
    let own = stdlib.map(|best| format!(" {} best of them {}.", story::OWN_DISPATCHER, said(best))).unwrap_or_default();
    let native = native.map(|best| format!("Best: {} (ideal: {}).", said(best), best.workers)).unwrap_or_default();
    format!("{native}{own} Each point is one measurement.{caution}").trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::palette::plain;
    use super::super::sample;
    use super::*;

    fn sentence_of(run: &Run) -> String {
        draw(run, 2, &plain()).sentence
    }

    #[test]
    fn points_stand_where_they_were_measured() {
        let run =
            sample::completed(&[(Mode::Sequential, 2_000), (Mode::Threads, 2_040), (Mode::Subinterpreters, 1_020)]);
        let picture = draw(&run, 2, &plain());
        assert_eq!(picture.drawn, 2);
        let option = serde_json::to_value(&picture.chart).unwrap();
        let series = option["series"].as_array().unwrap();
        let names: Vec<_> = series.iter().map(|series| series["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["ideal", "2 cores", "Threads", "Subinterpreters"]);
        assert_eq!(series[3]["data"][0]["value"][0], 1);
        assert!(picture.sentence.contains("subinterpreters with 2 workers, 2.0 times"), "{}", picture.sentence);
    }

    #[test]
    fn without_a_baseline_it_says_what_to_tick() {
        assert!(sentence_of(&sample::completed(&[(Mode::Threads, 10)])).contains("tick Sequential"));
        assert!(sentence_of(&sample::completed(&[(Mode::Sequential, 10)])).contains("Tick a mode"));
    }

    #[test]
    fn cores_beyond_the_picture_are_not_marked() {
        let run = sample::completed(&[(Mode::Sequential, 2_000), (Mode::Threads, 2_040)]);
        let option = serde_json::to_value(draw(&run, 64, &plain()).chart).unwrap();
        assert_eq!(option["series"].as_array().unwrap().len(), 2);
        let axis = option.pointer("/xAxis/data").or(option.pointer("/xAxis/0/data")).unwrap();
        assert_eq!(axis.as_array().unwrap().len(), 8);
    }
}

//! Speed-up: how many times as fast as sequential each mode was, by the number of workers.

pub mod marks;
mod words;

use charming::component::{Axis, Grid, Legend, LegendItem};
use charming::datatype::{CompositeValue, DataPoint, DataPointItem};
use charming::element::{
    AxisType, DimensionEncode, Icon, ItemStyle, LineStyle, LineStyleType, NameLocation, SplitLine, Symbol,
};
use charming::series::{Custom, Line};
use shared::{Amdahl, Mode, Run, SerialShare, SpeedUp, amdahl, speed_ups};

use super::strokes::{Stroke, line};
use super::{Palette, Picture, Reach, Table};
use crate::text::{count, spread};

/// More workers than this are shown only if they were measured.
const WORKERS_SHOWN: u32 = 8;

/// How the lines that were not measured look in the legend.
const DASHES: &str = "path://M0 9h6v2h-6zM9 9h6v2h-6zM18 9h6v2h-6zM0 0h0v20h0z";
const DOTS: &str = "path://M0 9h2v2h-2zM5 9h2v2h-2zM10 9h2v2h-2zM15 9h2v2h-2zM20 9h2v2h-2zM0 0h0v20h0z";

/// What the curves by Amdahl's law are called.
const FITTED: &str = "Amdahl's law, fitted";

/// How far the axes go for a run on a machine with so many cores: in workers, and in times as fast.
pub fn reach(run: &Run, cores: u32) -> (u32, f64) {
    let measured = run.laps.iter().map(|lap| lap.plan.workers).max().unwrap_or(1);
    let last = measured.max(cores.min(WORKERS_SHOWN)).max(2);
    (last, speed_ups(run).iter().map(|point| point.ratio).fold(f64::from(last), f64::max).ceil())
}

/// Draws a run on a machine with so many cores, with axes that go so far at least.
pub fn draw(run: &Run, cores: u32, least: Reach, palette: &Palette) -> Picture {
    let points = speed_ups(run);
    let (last, top) = reach(run, cores);
    let (last, top) = (last.max(least.workers), top.max(least.ratio));
    let quiet = palette.quiet.as_str();
    let cores_name = (cores <= last).then(|| count(u64::from(cores), "core"));
    let mut legend = vec![LegendItem { name: "ideal".into(), icon: Some(Icon::Custom(DASHES.into())) }];
    legend
        .extend(cores_name.iter().map(|name| LegendItem { name: name.clone(), icon: Some(Icon::Custom(DOTS.into())) }));
    let modes = Mode::ALL.into_iter().filter(|mode| points.iter().any(|point| point.mode == *mode));
    legend.extend(modes.clone().map(|mode| LegendItem { name: mode.title().into(), icon: None }));
    let fits = fits(&points, cores);
    let fitted: Vec<(Mode, SerialShare)> = fits.iter().filter_map(|(mode, fit)| Some((*mode, share(*fit)?))).collect();
    if !fitted.is_empty() {
        legend.push(LegendItem { name: FITTED.into(), icon: Some(Icon::Custom(DOTS.into())) });
    }
    let top_room = palette.legend_height(legend.iter().map(|item| item.name.as_str()));
    let bottom = palette.words(44.0);
    let mut chart = palette
        .chart()
        .legend(Legend::new().top(0).left(0).item_width(28).data(legend).text_style(palette.text_style(&palette.text)))
        .grid(Grid::new().left(palette.words(58.0)).right(18).top(top_room).bottom(bottom))
        .x_axis(
            axis("workers", palette.words(26.0), palette)
                .type_(AxisType::Category)
                .data((1..=last).map(|workers| workers.to_string()).collect()),
        )
        .y_axis(
            axis("times as fast", palette.words(34.0), palette)
                .type_(AxisType::Value)
                .min(0)
                .max(top)
                .min_interval(1)
                .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.line.as_str()))),
        );
    let ideals = (1..=last).map(|workers| at(workers, f64::from(workers), &ideal(workers))).collect();
    chart = chart.series(reference("ideal", LineStyleType::Dashed, &palette.text, ideals));
    if let Some(name) = cores_name {
        let ends = vec![at(cores, 0.0, &name), at(cores, top, &name)];
        chart = chart.series(reference(&name, LineStyleType::Dotted, quiet, ends));
    }
    for mode in modes {
        let mut mine: Vec<&SpeedUp> = points.iter().filter(|point| point.mode == mode).collect();
        mine.sort_by_key(|point| point.workers);
        let colour = palette.mode(mode);
        chart = chart.series(line(
            Stroke {
                name: mode.title(),
                symbol: marks::symbol(mode),
                size: marks::symbol_size(mode),
                colour,
                width: 3.0,
                dash: marks::stroke(mode),
                edge: (&palette.ground, 1.5),
                z: 5,
            },
            mine.iter().map(|point| measured_point(point)).collect(),
        ));
        let whiskers: Vec<DataPointItem> = mine.into_iter().filter_map(whisker).collect();
        if !whiskers.is_empty() {
            chart = chart.series(
                Custom::new()
                    .name(mode.title())
                    .render_item("whisker")
                    .item_style(ItemStyle::new().color(colour))
                    .encode(DimensionEncode::new().x(0).y(vec![1, 2]))
                    .data(whiskers),
            );
        }
    }
    for (mode, share) in fitted {
        let curve = curve(share, cores.min(last)).into_iter();
        let said = format!("{FITTED} to {}: {} serial", mode.title(), words::percent(share));
        let curve = curve.map(|(workers, ratio)| at(workers, ratio, &said)).collect();
        chart = chart.series(reference(FITTED, LineStyleType::Dotted, palette.mode(mode), curve));
    }
    let height = if run.is_timed() { 200.0 + top_room + bottom } else { 0.0 };
    Picture { chart, sentence: words::sentence(run, cores, &points, &fits), drawn: points.len(), height }
}

/// The numbers that are drawn.
pub fn table(run: &Run, cores: u32) -> Table {
    let points = speed_ups(run);
    let last = points.iter().map(|point| point.workers).max().unwrap_or(1);
    let number = |number: f64| format!("{number:.4}");
    let mut rows: Vec<Vec<String>> = Vec::new();
    for point in &points {
        let spread = point.spread();
        rows.push(vec![
            point.mode.slug().to_owned(),
            point.mode.group().slug().to_owned(),
            point.workers.to_string(),
            number(point.ratio),
            spread.map(|spread| number(spread.low)).unwrap_or_default(),
            spread.map(|spread| number(spread.high)).unwrap_or_default(),
            point.rounds.to_string(),
        ]);
    }
    let mut line = |name: &str, dispatcher: &str, workers: u32, ratio: f64| {
        let [workers, ratio] = [workers.to_string(), number(ratio)];
        let none = String::new;
        rows.push(vec![name.to_owned(), dispatcher.to_owned(), workers, ratio, none(), none(), none()]);
    };
    for (mode, fit) in fits(&points, cores) {
        let Some(share) = share(fit) else { continue };
        let name = format!("amdahl of {mode}, {} serial", words::percent(share));
        curve(share, cores.min(last))
            .into_iter()
            .for_each(|(workers, ratio)| line(&name, mode.group().slug(), workers, ratio));
    }
    (1..=last).for_each(|workers| line("ideal", "", workers, f64::from(workers)));
    Table { names: vec!["line", "dispatcher", "workers", "times_as_fast", "low", "high", "rounds"], rows }
}

/// What Amdahl's law says of each mode that was measured, by that mode's own points.
fn fits(points: &[SpeedUp], cores: u32) -> Vec<(Mode, Amdahl)> {
    let of = |mode: Mode| {
        let mine: Vec<(u32, f64)> =
            points.iter().filter(|point| point.mode == mode).map(|point| (point.workers, point.ratio)).collect();
        (!mine.is_empty()).then(|| (mode, amdahl(&mine, cores)))
    };
    Mode::ALL.into_iter().filter_map(of).collect()
}

fn share(fit: Amdahl) -> Option<SerialShare> {
    match fit {
        Amdahl::Fitted(share) => Some(share),
        Amdahl::TooFew | Amdahl::Unfitting => None,
    }
}

/// Up to the cores: with more workers than that it isn't the law that decides.
fn curve(share: SerialShare, last: u32) -> Vec<(u32, f64)> {
    (1..=last).map(|workers| (workers, share.speed_up(workers))).collect()
}

/// From the lower end of a point's spread to the upper one.
fn whisker(point: &SpeedUp) -> Option<DataPointItem> {
    let spread = point.spread()?;
    let value: Vec<CompositeValue> = vec![(i64::from(point.workers) - 1).into(), spread.low.into(), spread.high.into()];
    Some(DataPointItem::new(value))
}

fn axis(name: &str, gap: f64, palette: &Palette) -> Axis {
    Axis::new()
        .name(name)
        .name_location(NameLocation::Middle)
        .name_gap(gap)
        .name_text_style(palette.text_style(&palette.quiet))
        .axis_label(palette.axis_label(&palette.text))
}

/// A line that was not measured.
fn reference(name: &str, dash: LineStyleType, colour: &str, points: Vec<DataPoint>) -> Line {
    let stroke = Stroke { name, symbol: Symbol::None, size: 0.0, colour, width: 2.0, dash, edge: (colour, 0.0), z: 2 };
    line(stroke, points)
}

fn measured_point(point: &SpeedUp) -> DataPoint {
    let workers = count(u64::from(point.workers), "worker");
    at(point.workers, point.ratio, &format!("{}, {workers}: {}", point.mode.title(), spread(point)))
}

fn ideal(workers: u32) -> String {
    format!("ideal, {}: {workers} times", count(u64::from(workers), "worker"))
}

/// A point at a number of workers, with what is said of it.
pub(super) fn at(workers: u32, height: f64, text: &str) -> DataPoint {
    let category = i64::from(workers) - 1;
    let value: Vec<CompositeValue> = vec![category.into(), height.into()];
    DataPointItem::new(value).name(text).into()
}

#[cfg(test)]
mod tests {
    use super::super::palette::plain;
    use super::super::sample;
    use super::*;

    fn sentence_of(run: &Run) -> String {
        draw(run, 2, Reach::default(), &plain()).sentence
    }

    #[test]
    fn points_stand_where_they_were_measured() {
        let run =
            sample::completed(&[(Mode::Sequential, 2_000), (Mode::Threads, 2_040), (Mode::Subinterpreters, 1_020)]);
        let picture = draw(&run, 2, Reach::default(), &plain());
        assert_eq!(picture.drawn, 2);
        let option = serde_json::to_value(&picture.chart).unwrap();
        let series = option["series"].as_array().unwrap();
        let names: Vec<_> = series.iter().map(|series| series["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["ideal", "2 cores", "Threads", "Subinterpreters"]);
        assert_eq!(series[3]["data"][0]["value"][0], 1);
        assert!(picture.sentence.contains("subinterpreters with 2 workers, 2.0 times"), "{}", picture.sentence);
    }

    #[test]
    fn points_of_several_rounds_come_with_their_interval() {
        let run = sample::repeated(&[Mode::Sequential, Mode::Threads], &[2_000, 1_030, 2_000, 1_010, 2_000, 1_020]);
        assert_eq!(
            sentence_of(&run),
            "Best: threads with 2 workers, 1.96 times (1.94 to 1.98) as fast as sequential (ideal: 2). \
             Each point is the median of 3 rounds, with its 95 % interval. \
             A curve by Amdahl's law needs three cores or more."
        );
        let option = serde_json::to_value(draw(&run, 2, Reach::default(), &plain()).chart).unwrap();
        let whisker = &option["series"][3];
        assert_eq!((&whisker["type"], &whisker["name"]), (&"custom".into(), &"Threads".into()));
        assert_eq!(whisker["data"][0]["value"][0], 1);
    }

    /// Subinterpreters by the law with a serial share of 0.1, threads as one GIL has them.
    #[test]
    fn amdahl_s_law_is_fitted_by_mode_and_said() {
        let modes = [Mode::Sequential, Mode::Threads, Mode::Subinterpreters];
        let run = sample::counted(&modes, &[1, 2, 4], &[4_000, 4_000, 4_000, 4_000, 2_200, 6_000, 1_300]);
        let picture = draw(&run, 8, Reach::default(), &plain());
        assert!(
            picture.sentence.ends_with(
                "Serial share by Amdahl's law: subinterpreters 10.0 %, so never more than 10 times. \
                 The law does not fit threads."
            ),
            "{}",
            picture.sentence
        );
        let option = serde_json::to_value(&picture.chart).unwrap();
        let series = option["series"].as_array().unwrap();
        let curves: Vec<_> = series.iter().filter(|series| series["name"] == FITTED).collect();
        assert_eq!(curves.len(), 1);
        assert_eq!(curves[0]["data"].as_array().unwrap().len(), 8);
        let table = table(&run, 8);
        let lines: Vec<_> = table.rows.iter().map(|row| format!("{} {} {}", row[0], row[2], row[3])).collect();
        assert_eq!(lines[5], "subinterpreters 4 3.0769");
        assert!(lines.contains(&"amdahl of subinterpreters, 10.0 % serial 4 3.0769".to_owned()), "{lines:?}");
        assert!(lines.contains(&"ideal 4 4.0000".to_owned()), "{lines:?}");
    }

    #[test]
    fn executors_are_told_apart_and_named_with_their_dispatcher() {
        let modes = [Mode::Sequential, Mode::Threads, Mode::ThreadPool];
        let run = sample::counted(&modes, &[2, 3], &[4_000, 2_000, 2_100, 1_400, 1_500]);
        let picture = draw(&run, 4, Reach::default(), &plain());
        let option = serde_json::to_value(&picture.chart).unwrap();
        let stroke = |name: &str| {
            let series = option["series"].as_array().unwrap();
            series.iter().find(|series| series["name"] == name).unwrap()["lineStyle"]["type"].clone()
        };
        assert_eq!((stroke("Threads"), stroke("ThreadPoolExecutor")), ("solid".into(), "dashed".into()));
        assert!(
            picture.sentence.contains("Serial share by Amdahl's law with the executors' own dispatcher: thread-pool"),
            "{}",
            picture.sentence
        );
    }

    #[test]
    fn without_a_baseline_it_says_what_to_tick() {
        assert!(sentence_of(&sample::completed(&[(Mode::Threads, 10)])).contains("tick Sequential"));
        assert!(sentence_of(&sample::completed(&[(Mode::Sequential, 10)])).contains("Tick a mode"));
    }

    #[test]
    fn cores_beyond_the_picture_are_not_marked() {
        let run = sample::completed(&[(Mode::Sequential, 2_000), (Mode::Threads, 2_040)]);
        let option = serde_json::to_value(draw(&run, 64, Reach::default(), &plain()).chart).unwrap();
        assert_eq!(option["series"].as_array().unwrap().len(), 2);
        let axis = option.pointer("/xAxis/data").or(option.pointer("/xAxis/0/data")).unwrap();
        assert_eq!(axis.as_array().unwrap().len(), 8);
    }
}

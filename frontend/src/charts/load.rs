//! Load: what the clients of a service saw. Above, how many answers a second they got over time; below, how long these
//! took in each mode.

mod latency;
mod rate;
pub mod window;
mod words;

#[cfg(test)]
mod tests;

use charming::component::{Grid, Legend, LegendItem};
use charming::element::LineStyleType;
use shared::{Beside, Bounds, Lap, Latencies, LoadReport, Nanos, Round, Run};

use super::{Palette, Picture, Reach, Table};

/// The height of the upper part without what stands around it, in pixels.
const UPPER: f64 = 190.0;
/// The height of an axis with its name, for words of the usual size.
const AXIS: f64 = 46.0;
/// Beside the right end of an axis there is room for half of its last number.
const RIGHT: i32 = 18;

/// How far the axes go for a run: in answers a second, in time, and from the shortest to the longest latency that is
/// drawn, in milliseconds.
pub fn reach(run: &Run) -> (f64, Nanos, Option<Bounds>) {
    let (rate, length) = rate::reach(&rate::lines(run, false));
    (rate, length, latency::reach(&latency::rows(run, answers)))
}

/// What is counted, and how late it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Answers of a service.
    Answers,
    /// Frames of a window.
    Frames,
}

fn answers(lap: &Lap) -> Option<Latencies> {
    lap.load_report()?.latencies
}

/// Draws a run, with axes that go so far at least.
pub fn draw(run: &Run, least: Reach, palette: &Palette) -> Picture {
    let (lines, rows) = (rate::lines(run, palette.narrow), latency::rows(run, answers));
    draw_parts((&lines, &rows), Subject::Answers, words::sentence(run), least, palette)
}

fn draw_parts(
    (lines, rows): (&[rate::Line], &[latency::Row]),
    subject: Subject,
    sentence: String,
    least: Reach,
    palette: &Palette,
) -> Picture {
    if lines.is_empty() {
        return Picture { chart: palette.chart(), sentence, drawn: 0, height: 0.0 };
    }
    let (above, below) = (rate::legend(lines), latency::legend());
    let room = |legend: &[LegendItem]| palette.legend_height(legend.iter().map(|item| item.name.as_str()));
    let top = room(&above);
    let second = top + UPPER + palette.words(AXIS) + 8.0;
    let lower = second + room(&below);
    let each = latency::height(rows.len(), palette);
    let bars = rows.len() as f64 * each;
    let legend = |items: Vec<LegendItem>, top: f64| {
        Legend::new().top(top).left(0).item_width(28).data(items).text_style(palette.text_style(&palette.text))
    };
    let left = palette.words(if palette.narrow { 104.0 } else { 138.0 });
    let chart = palette
        .chart()
        .legend(vec![legend(above, 0.0), legend(below, second)])
        .grid(Grid::new().left(palette.words(76.0)).right(RIGHT).top(top).height(UPPER))
        .grid(Grid::new().left(left).right(RIGHT).top(lower).height(bars));
    let chart = latency::add(rate::add(chart, lines, subject, least, palette), rows, subject, least, palette);
    let points: usize = lines.iter().map(|line| line.points.len()).sum();
    let drawn = points + rows.iter().filter(|row| row.quantiles.is_some()).count();
    Picture { chart, sentence, drawn, height: lower + bars + palette.words(AXIS) + 4.0 }
}

/// The numbers that are drawn, and all others that are known of a lap with load on it. A lap whose load did not come to
/// its end has none.
pub fn table(run: &Run) -> Table {
    let line = |lap: &Lap| {
        let report = lap.load_report();
        let latency = |of: fn(Latencies) -> Nanos| {
            report.and_then(|report| report.latencies).map(|all| format!("{:.6}", of(all).millis())).unwrap_or_default()
        };
        let beside = |of: fn(&Beside) -> Option<Latencies>| {
            let latencies = report.and_then(|report| of(report.beside.as_ref()?));
            latencies.map(|all| format!("{:.6}", all.p50.millis())).unwrap_or_default()
        };
        let round = match lap.plan.round {
            Round::WarmUp(_) => "warm-up".to_owned(),
            Round::Measured(round) => (round + 1).to_string(),
        };
        vec![
            lap.plan.mode.slug().to_owned(),
            lap.plan.workers.to_string(),
            round,
            report.map(|report| format!("{:.3}", report.throughput())).unwrap_or_default(),
            latency(|all| all.p50),
            latency(|all| all.p90),
            latency(|all| all.p99),
            latency(|all| all.p999),
            latency(|all| all.max),
            beside(|beside| beside.alone),
            beside(|beside| beside.elsewhere),
            beside(|beside| beside.same),
            report.map(|report| report.failed().to_string()).unwrap_or_default(),
            report.map(failures).unwrap_or_default(),
        ]
    };
    Table {
        names: vec![
            "mode",
            "workers",
            "round",
            "answers_per_second",
            "p50_ms",
            "p90_ms",
            "p99_ms",
            "p999_ms",
            "max_ms",
            "p50_alone_ms",
            "p50_beside_on_others_ms",
            "p50_beside_on_same_ms",
            "failed",
            "failures",
        ],
        rows: run.laps.iter().filter(|lap| lap.load.is_some()).map(line).collect(),
    }
}

/// `3 answered with status 500; 2 no whole answer in time`.
fn failures(report: &LoadReport) -> String {
    let said: Vec<String> = report.failures.iter().map(|(what, count)| format!("{count} {what}")).collect();
    said.join("; ")
}

/// Those of which something is drawn: not the laps of warm-up rounds, which count in nothing.
fn counted(run: &Run) -> impl Iterator<Item = &Lap> {
    run.laps.iter().filter(|lap| !lap.is_warm_up())
}

/// A mode has one colour and one symbol: its laps with other numbers of workers are told apart by their line.
fn stroke(run: &Run, lap: &Lap) -> LineStyleType {
    let mut counts: Vec<u32> =
        counted(run).filter(|other| other.plan.mode == lap.plan.mode).map(|other| other.plan.workers).collect();
    counts.sort_unstable();
    counts.dedup();
    match counts.iter().position(|count| *count == lap.plan.workers) {
        Some(1) => LineStyleType::Dashed,
        Some(2) => LineStyleType::Dotted,
        _ => LineStyleType::Solid,
    }
}

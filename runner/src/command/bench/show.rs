//! The results as text: a table for each workload with its honesty badge, and the verdicts.

use shared::{Instability, Ratio, Said, Series, bytes, duration, instabilities, percent};

use super::results::{OfWorkload, Results};
use crate::command::screen::{Screen, Tone};
use crate::command::table::{Column, NOTHING, Table, left, right};

/// Shows everything.
pub fn show(results: &Results, screen: &mut Screen) {
    for of in results.by_workload() {
        workload(results, &of, screen);
    }
    screen.row("The machine", Tone::Heading);
    results.circumstances().iter().for_each(|said| screen.row(said, Tone::Plain));
    screen.row("", Tone::Plain);
    for verdict in results.verdicts() {
        said(&verdict.said(), screen);
    }
    reading(screen);
}

fn workload(results: &Results, of: &OfWorkload, screen: &mut Screen) {
    let workload = of.workload;
    let size = if workload.size.is_empty() { String::new() } else { format!(": {}", workload.size) };
    screen.row(&format!("{} ({}){size}", workload.name, workload.class.title()), Tone::Heading);
    if !workload.shows.is_empty() {
        screen.row(&workload.shows, Tone::Plain);
    }
    let builds = results.agenda.lanes.len() > 1;
    let table = Table::new(columns(of, builds), screen.width());
    screen.row(&table.heading(), Tone::Heading);
    for series in &of.series {
        let tone = if series.failed.is_some() { Tone::Bad } else { Tone::Plain };
        screen.row(&table.line(&cells(results, of, series, builds)), tone);
    }
    badges(of).iter().for_each(|badge| screen.row(badge, Tone::Plain));
    screen.row("", Tone::Plain);
}

fn columns(of: &OfWorkload, builds: bool) -> Vec<Column> {
    let longest = of.series.iter().map(|series| series.mode.slug().len()).max().unwrap_or_default();
    let mut columns = vec![left("mode", longest), right("workers", 7)];
    columns.extend(builds.then(|| left("build", 24)));
    columns.extend([
        right("rounds", 6),
        right(figure(of), 9),
        right("±", 6),
        right("deviation", 9),
        right("ready after", 11),
        right("memory each", 11),
        left("speed-up", 0),
    ]);
    columns
}

/// What the class is judged by.
pub fn figure(of: &OfWorkload) -> &'static str {
    match of.workload.class.metric() {
        shared::Metric::Wall => "median",
        shared::Metric::Ready => "ready",
    }
}

fn cells(results: &Results, of: &OfWorkload, series: &Series, builds: bool) -> Vec<String> {
    let mut cells = vec![series.mode.slug().to_owned(), series.workers.to_string()];
    cells.extend(builds.then(|| results.title(&series.build)));
    cells.extend(figures(of, series));
    cells
}

/// What stands in a series' line behind mode, workers and build.
pub fn figures(of: &OfWorkload, series: &Series) -> Vec<String> {
    let nothing = || NOTHING.to_owned();
    let time = |seconds: Option<f64>| seconds.map_or_else(nothing, |time| duration(shared::Nanos::of_seconds(time)));
    vec![
        series.laps.len().to_string(),
        time(series.median()),
        series.error().map_or_else(nothing, percent),
        time(series.deviation()),
        series.ready().map_or_else(nothing, duration),
        series.memory().map_or_else(nothing, bytes),
        match (&series.failed, of.speed_up(series)) {
            (Some(sentence), _) => sentence.clone(),
            (None, Some(ratio)) => speed_up(&ratio),
            (None, None) if series.mode.is_parallel() => nothing(),
            (None, None) => "the baseline".to_owned(),
        },
    ]
}

fn speed_up(ratio: &Ratio) -> String {
    match ratio.spread {
        Some(spread) => {
            let noise = if spread.contain(1.0) { ", within the noise" } else { "" };
            format!("{:.2} ({:.2} to {:.2}){noise}", ratio.value, spread.low, spread.high)
        }
        None => format!("{:.2}, of one round", ratio.value),
    }
}

/// The honesty badge of a workload's results, and what pyperf would warn of.
pub fn badges(of: &OfWorkload) -> Vec<String> {
    let others = match of.others {
        Some((used, cores)) => format!(" Other programs used {used:.1} of the {cores} cores meanwhile."),
        None => String::new(),
    };
    let mut lines = vec![format!("{}.{others}", of.badge.sentence())];
    lines.extend(warnings(of).into_iter().map(|warning| format!("pyperf would warn: {warning}")));
    lines
}

/// What pyperf would warn of, each with whose times it is of, in one line for all of them.
fn warnings(of: &OfWorkload) -> Vec<String> {
    let short = |series: &Series| match series.mode.is_parallel() {
        true => format!("{} × {}", series.mode, series.workers),
        false => series.mode.slug().to_owned(),
    };
    let all = || {
        of.series.iter().flat_map(|series| instabilities(&series.values()).into_iter().map(move |one| (series, one)))
    };
    let whose = |figure: &dyn Fn(&Instability) -> Option<f64>, most: fn(f64, f64) -> f64| {
        let found: Vec<(String, f64)> =
            all().filter_map(|(series, one)| Some((short(series), figure(&one)?))).collect();
        let worst = found.iter().map(|(_, figure)| *figure).reduce(most)?;
        Some((found.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", "), worst))
    };
    let spread = |one: &Instability| if let Instability::Spread { share } = one { Some(*share) } else { None };
    let extreme = |one: &Instability| if let Instability::Extreme { share } = one { Some(share.abs()) } else { None };
    let short_ones =
        |one: &Instability| if let Instability::TooShort { shortest } = one { Some(*shortest) } else { None };
    let few =
        |one: &Instability| if let Instability::TooFew { needed, .. } = one { Some(f64::from(*needed)) } else { None };
    let words = [
        whose(&spread, f64::max).map(|(who, share)| {
            format!("the standard deviation is up to {} of the mean, 10 % are too much ({who}).", percent(share))
        }),
        whose(&extreme, f64::max)
            .map(|(who, share)| format!("there are times up to {} away from the mean ({who}).", percent(share))),
        whose(&short_ones, f64::min).map(|(who, shortest)| {
            format!("there are times of {}, below 1 ms ({who}).", duration(shared::Nanos::of_seconds(shortest)))
        }),
        whose(&few, f64::max)
            .map(|(who, needed)| format!("to know the mean to 1 % takes more rounds, up to {needed:.0} ({who}).")),
    ];
    words.into_iter().flatten().collect()
}

fn said(said: &Said, screen: &mut Screen) {
    screen.row(&said.about, Tone::Heading);
    said.found.iter().for_each(|found| screen.row(found, Tone::Plain));
    for (title, lines) in [("What limits it", &said.limits), ("Left out", &said.left_out)] {
        if !lines.is_empty() {
            screen.row(&format!("{title}:"), Tone::Plain);
            lines.iter().for_each(|line| screen.row(&format!("  {line}"), Tone::Plain));
        }
    }
    screen.row("", Tone::Plain);
}

/// How to read it.
pub const READING: [&str; 3] = [
    "±: how far the 95 % interval of the median reaches from it (of two rounds, their range). Deviation: the median \
     distance from the median. Speed-up: the sequential median by this median, with its interval.",
    "Ready after: from the order to the first task handed out, start-up and imports included; it is in no wall time. \
     Memory: proportional bytes of a worker at its peak; what several processes share counts in parts.",
    "The standard library's executors dispatch tasks themselves: compare them with each other.",
];

fn reading(screen: &mut Screen) {
    READING.iter().for_each(|line| screen.row(line, Tone::Plain));
}

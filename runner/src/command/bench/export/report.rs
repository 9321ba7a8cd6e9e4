//! A report of everything, in parts that every format lays out in its own way.

use shared::{BenchVerdict, Metric, Ratio};

use super::super::published::published;
use super::super::results::{OfWorkload, Results};
use super::super::show::{READING, badges, figures};
use super::super::suite::Size;

/// A part.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of this level, from 1.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// A table.
    Table {
        /// Its headings.
        heading: Vec<String>,
        /// Its lines.
        rows: Vec<Vec<String>>,
    },
    /// Speed-ups as bars.
    Bars(Vec<Bar>),
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is of.
    pub name: String,
    /// How long it is.
    pub ratio: Ratio,
}

/// The parts, in order.
pub fn report(results: &Results) -> Vec<Block> {
    let heading = |level, text: &str| Block::Heading(level, text.to_owned());
    let mut blocks = vec![heading(1, "Threads, interpreters, processes: what pays here"), Block::Text(about(results))];
    if !results.is_complete {
        blocks.push(Block::Text("The measurement was stopped: not all rounds are in it.".to_owned()));
    }
    blocks.push(heading(2, "Verdict"));
    let verdicts = results.verdicts();
    if verdicts.is_empty() {
        blocks.push(Block::Text("No mode was measured of which there is something to say.".to_owned()));
    }
    verdicts.iter().for_each(|verdict| blocks.extend(of_verdict(verdict)));
    blocks.push(heading(2, "The machine"));
    blocks.push(Block::List(results.circumstances()));
    blocks.push(heading(2, "What was measured"));
    let builds = results.agenda.lanes.len() > 1;
    results.by_workload().iter().for_each(|of| blocks.extend(of_workload(results, of, builds)));
    blocks.push(Block::List(READING.iter().map(|line| (*line).to_owned()).collect()));
    blocks.push(heading(2, "Beside what others have published"));
    blocks.push(Block::Text(
        "Ratios, since machines differ: how many times as fast as threads. Read what was really measured first. \
         Where there is no verdict, nothing of this machine is beside it."
            .to_owned(),
    ));
    blocks.extend(of_published(results));
    blocks
}

fn about(results: &Results) -> String {
    let agenda = &results.agenda;
    let cpu = agenda.machine.cpu.as_deref().unwrap_or("a processor that the system doesn't name");
    let builds: Vec<String> = agenda.lanes.iter().map(|lane| lane.build.title()).collect();
    let size = match agenda.size {
        _ if !agenda.files.is_empty() => "files of one's own",
        Size::Full => "the suite in full",
        Size::Quick => "the suite in its quick sizes",
    };
    let (rounds, machine) = (results.rounds, &agenda.machine);
    format!(
        "Measured by Virgil {} from {} on: {size}, {rounds} rounds and one to warm up, with {}, on {cpu} ({}, {}).",
        agenda.virgil,
        agenda.when,
        builds.join(" and "),
        machine.system,
        machine.architecture
    )
}

fn of_verdict(verdict: &BenchVerdict) -> Vec<Block> {
    let said = verdict.said();
    let mut blocks = vec![Block::Heading(3, said.about)];
    blocks.extend(said.found.into_iter().map(Block::Text));
    for (title, lines) in [("What limits it:", said.limits), ("Left out:", said.left_out)] {
        if !lines.is_empty() {
            blocks.extend([Block::Text(title.to_owned()), Block::List(lines)]);
        }
    }
    blocks
}

fn of_workload(results: &Results, of: &OfWorkload, builds: bool) -> Vec<Block> {
    let workload = of.workload;
    let size = if workload.size.is_empty() { String::new() } else { format!(" Here: {}.", workload.size) };
    let metric = match workload.class.metric() {
        Metric::Wall => "median",
        Metric::Ready => "ready",
    };
    let mut heading = vec!["mode", "workers"];
    heading.extend(builds.then_some("build"));
    heading.extend(["rounds", metric, "±", "deviation", "ready after", "memory each", "speed-up"]);
    let name = |series: &shared::Series| {
        let mut name = vec![series.mode.slug().to_owned(), series.workers.to_string()];
        name.extend(builds.then(|| results.title(&series.build)));
        name
    };
    let rows = of.series.iter().map(|series| [name(series), figures(of, series)].concat()).collect();
    let bar = |series: &shared::Series| {
        let ratio = of.speed_up(series)?;
        Some(Bar { name: name(series).join(" × "), ratio })
    };
    let bars: Vec<Bar> = of.series.iter().filter_map(bar).collect();
    let mut blocks = vec![Block::Heading(3, format!("{} ({})", workload.name, workload.class.title()))];
    // Of files of one's own nothing is said.
    blocks.extend((!workload.shows.is_empty()).then(|| Block::Text(format!("{}{size}", workload.shows))));
    blocks.push(Block::Table { heading: heading.into_iter().map(str::to_owned).collect(), rows });
    blocks.extend((!bars.is_empty()).then_some(Block::Bars(bars)));
    blocks.push(Block::List(badges(of)));
    blocks
}

fn of_published(results: &Results) -> Vec<Block> {
    // The tests read the file.
    let tables = published().unwrap_or_default();
    let ratio = |value: f64| format!("{value:.2}");
    tables
        .iter()
        .flat_map(|table| {
            let rows = table.lines(results).into_iter().map(|line| {
                let own = line.own.map(|own| match own.error() {
                    Some(error) => format!("{:.2} ±{error:.2}", own.value),
                    None => format!("{:.2}, of one round", own.value),
                });
                vec![line.mode.slug().to_owned(), line.figure, ratio(line.ratio), own.unwrap_or_else(|| "-".to_owned())]
            });
            let heading = ["mode", "published", "as fast as threads", "here"].map(str::to_owned).to_vec();
            [
                Block::Heading(3, table.title.clone()),
                Block::Text(format!("{} Machine: {}. Version: {}.", table.measured, table.machine, table.version)),
                Block::Table { heading, rows: rows.collect() },
                Block::Text(format!("{} Source: {}.", table.caution, table.source)),
            ]
        })
        .collect()
}

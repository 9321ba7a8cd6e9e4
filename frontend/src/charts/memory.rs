//! Memory: what each worker of a lap took, stacked, when it was ready and at its peak.

use charming::component::{Aria, Decal, DecalItem, Grid, Legend, LegendItem};
use charming::datatype::{CompositeValue, DataFrame, DataPointItem};
use charming::element::{ItemStyle, Symbol};
use charming::series::Bar;
use shared::{Group, Memory, Mode, Run, Sharing, SourceKind, WorkerMemory, bytes};

use super::spent::{median_lap, which_lap};
use super::{Machine, Palette, Picture, Table, story};
use crate::text::{lap_name, short, thousands, worker_tag};

/// The height of a bar with what is around it, in pixels.
const ROW: f64 = 28.0;
/// What the two parts of a block are called.
const PARTS: [&str; 2] = ["when ready", "more at its peak"];
/// The two ways of counting: of each lap a bar for each.
const COUNTS: [&str; 2] = ["private", "proportional"];
/// Why figures are what they are, for those who know another tool's.
const WHY: &str = "Private is what no other process has; proportional adds an even share of what processes have in common. \
                   Resident size (RSS), which other tools show, would mislead: it counts what is shared once for each.";
/// Workers that take less are not worth counting how many would fit.
const LITTLE: u64 = 1_000_000;

/// A lap whose workers' memory is known.
struct Row {
    mode: Mode,
    workers: u32,
    name: String,
    each: Vec<WorkerMemory>,
}

impl Row {
    /// The bytes of a worker by way of counting and part.
    fn of(&self, worker: usize, count: usize, part: usize) -> Option<u64> {
        let memory = self.each.get(worker)?;
        let counted = |footprint: shared::Footprint| [footprint.private, footprint.proportional][count];
        let (ready, peak) = (counted(memory.ready), counted(memory.peak));
        Some([ready, peak.saturating_sub(ready)][part])
    }

    /// The private bytes of a worker at its peak: the middle one of them.
    fn typical(&self) -> u64 {
        let mut peaks: Vec<u64> = self.each.iter().map(|memory| memory.peak.private).collect();
        peaks.sort_unstable();
        peaks.get(peaks.len() / 2).copied().unwrap_or_default()
    }
}

fn rows(run: &Run) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for lap in &run.laps {
        let kind @ (mode, workers) = (lap.plan.mode, lap.plan.workers);
        if rows.iter().any(|row| (row.mode, row.workers) == kind) {
            continue;
        }
        let Some(lap) = median_lap(run, kind) else { continue };
        let accounts = lap.workers.iter().map(|worker| worker.account.as_ref()?.memory);
        let Some(each) = accounts.collect::<Option<Vec<WorkerMemory>>>() else { continue };
        let name = if lap.kind == Some(SourceKind::Script) { "Script".to_owned() } else { lap_name(lap) };
        rows.push(Row { mode, workers, name, each });
    }
    rows
}

/// Draws a run.
pub fn draw(run: &Run, machine: Machine, palette: &Palette) -> Picture {
    let rows = rows(run);
    let stripes = DecalItem::new()
        .color(palette.ground.as_str())
        .dash_array_x(dashes(&[1, 0]))
        .dash_array_y(dashes(&[3, 4]))
        .rotation(std::f64::consts::FRAC_PI_4);
    let decals = vec![DecalItem::new().symbol(Symbol::None), stripes];
    let legend: Vec<LegendItem> = PARTS.map(LegendItem::from).to_vec();
    let text = || palette.text_style(&palette.text);
    let left = palette.words(if palette.narrow { 104.0 } else { 138.0 });
    let (top, bottom) = (palette.legend_height(PARTS.into_iter()), palette.words(46.0));
    let labels = rows.iter().flat_map(|row| COUNTS.map(|count| label(row, count)));
    let mut chart = palette
        .chart()
        .aria(Aria::new().enabled(true).decal(Decal::new().show(true).decals(decals)))
        .legend(Legend::new().top(0).left(0).item_width(22).data(legend).text_style(text()))
        .grid(Grid::new().left(left).right(18).top(top).bottom(bottom))
        .x_axis(palette.amounts("MB of all workers"))
        .y_axis(palette.bars(labels.collect()));
    let most = rows.iter().map(|row| row.each.len()).max().unwrap_or_default();
    for (worker, part) in (0..most).flat_map(|worker| [(worker, 0), (worker, 1)]) {
        let blocks = rows.iter().flat_map(|row| [0, 1].map(|count| block(row, (worker, count, part), palette).into()));
        chart = chart.series(
            Bar::new()
                .name(PARTS[part])
                .stack("memory")
                .bar_width("72%")
                .item_style(ItemStyle::new().color(palette.quiet.as_str()))
                .data(blocks.collect::<DataFrame>()),
        );
    }
    let height = if rows.is_empty() { 0.0 } else { rows.len() as f64 * 2.0 * palette.words(ROW) + top + bottom + 4.0 };
    let drawn = rows.iter().map(|row| row.each.len()).sum();
    Picture { chart, sentence: sentence(run, &rows, machine), drawn, height }
}

fn dashes(dashes: &[i32]) -> CompositeValue {
    dashes.iter().map(|dash| (*dash).into()).collect::<Vec<CompositeValue>>().into()
}

fn label(row: &Row, count: &str) -> String {
    match count {
        "private" if row.mode.is_parallel() => format!("{} × {}", short(row.mode), row.workers),
        "private" if row.name == "Script" => row.name.clone(),
        "private" => short(row.mode).to_owned(),
        other => other.to_owned(),
    }
}

/// The part of a worker's block in one way of counting.
fn block(row: &Row, (worker, count, part): (usize, usize, usize), palette: &Palette) -> DataPointItem {
    let bytes_of = row.of(worker, count, part).unwrap_or_default();
    let tag = worker_tag(row.mode, Some(worker as u32));
    let name = format!("{}, {tag}: {} {}, {}", row.name, bytes(bytes_of), PARTS[part], COUNTS[count]);
    DataPointItem::new(bytes_of as f64 / 1e6).name(name.as_str()).item_style(
        ItemStyle::new().color(palette.mode(row.mode)).border_color(palette.ground.as_str()).border_width(1),
    )
}

/// What the picture shows, in words.
fn sentence(run: &Run, rows: &[Row], machine: Machine) -> String {
    if rows.is_empty() {
        let completed = run.laps.iter().any(|lap| lap.wall().is_some());
        return match (completed, run.is_over()) {
            (true, _) => "How much memory the workers took is not available: this system doesn't say it.".into(),
            (false, false) => "What a lap's workers took is known when it has completed.".into(),
            (false, true) => "No lap was completed, so nothing is known of its memory: run it again.".into(),
        };
    }
    let of_group = |group: Group| {
        let mine: Vec<&Row> = Mode::ALL
            .into_iter()
            .filter(|mode| mode.group() == group)
            .filter_map(|mode| rows.iter().filter(|row| row.mode == mode).max_by_key(|row| row.workers))
            .collect();
        let said: Vec<String> =
            mine.iter().map(|row| format!("{} {}", row.mode.slug(), bytes(row.typical()))).collect();
        (!said.is_empty()).then(|| {
            let fit = machine.memory.and_then(|memory| fitting(&mine, memory)).unwrap_or_default();
            format!("Private memory of a worker at its peak: {}.{fit}", said.join(", "))
        })
    };
    let native = of_group(Group::Native);
    let executors = of_group(Group::Stdlib).map(|said| format!("{} {said}", story::OWN_DISPATCHER));
    let even = rows.iter().flat_map(|row| &row.each).any(|memory| memory.sharing == Sharing::Even);
    let even = even.then(|| "Workers of one process share evenly what it has grown by.".to_owned());
    [native, executors, even, Some(WHY.to_owned()), which_lap(run)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// ` Your RAM (9.10 GB free) fits about 640 such processes, 1,100 such interpreters.`
fn fitting(rows: &[&Row], memory: Memory) -> Option<String> {
    let counted = rows.iter().filter(|row| row.mode.is_parallel() && row.typical() >= LITTLE);
    let mut said: Vec<String> = counted
        .map(|row| format!("{} workers of {}", thousands(about(memory.usable() / row.typical())), row.mode.slug()))
        .collect();
    let last = said.pop()?;
    let list = if said.is_empty() { last } else { format!("{} or {last}", said.join(", ")) };
    Some(format!(" Your RAM, of which {} are free, fits about {list}.", bytes(memory.usable())))
}

/// With two digits that count.
fn about(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or_default().saturating_sub(1));
    number / unit * unit
}

/// The numbers that are drawn, in bytes.
pub fn table(run: &Run) -> Table {
    let line = |row: &Row, worker: usize, memory: &WorkerMemory| {
        let sharing = match memory.sharing {
            Sharing::Own => "own process",
            Sharing::Even => "even part of one process' growth",
        };
        let mut line =
            vec![row.mode.slug().to_owned(), row.workers.to_string(), worker.to_string(), sharing.to_owned()];
        let numbers = [memory.ready.private, memory.peak.private, memory.ready.proportional, memory.peak.proportional];
        line.extend(numbers.map(|number| number.to_string()));
        line
    };
    let rows = rows(run);
    let lines =
        rows.iter().flat_map(|row| row.each.iter().enumerate().map(move |(worker, memory)| line(row, worker, memory)));
    Table {
        names: vec![
            "mode",
            "workers",
            "worker",
            "counted_as",
            "private_ready",
            "private_peak",
            "proportional_ready",
            "proportional_peak",
        ],
        rows: lines.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::palette::plain;
    use super::super::sample;
    use super::*;
    use shared::{Account, Footprint, LapEvent, RunEnding, RunEvent};

    const MACHINE: Machine =
        Machine { cores: 2, memory: Some(Memory { total: 16_000_000_000, available: 9_100_000_000, limit: None }) };

    fn remember(run: &mut Run, lap: u32, sharing: Sharing, private: u64) {
        let footprint = |private| Footprint { private, proportional: private + 1_000_000 };
        for worker in 0..run.laps[lap as usize].plan.workers {
            let memory = WorkerMemory { sharing, ready: footprint(private), peak: footprint(private + 2_000_000) };
            let account = Box::new(Account { worker, memory: Some(memory), ..Account::default() });
            sample::in_lap(run, lap, LapEvent::Accounted(account));
        }
    }

    fn measured(modes: &[(Mode, Sharing, u64)]) -> Run {
        let mut run = sample::accepted(&modes.iter().map(|(mode, ..)| *mode).collect::<Vec<_>>());
        for (lap, (_, sharing, private)) in (0..).zip(modes) {
            sample::begin(&mut run, lap, 1);
            remember(&mut run, lap, *sharing, *private);
            sample::finish(&mut run, lap, 10);
        }
        run.apply(&RunEvent::Ended(RunEnding::Completed));
        run
    }

    #[test]
    fn it_says_what_a_worker_takes_and_how_many_fit() {
        let run =
            measured(&[(Mode::Subinterpreters, Sharing::Even, 5_000_000), (Mode::Processes, Sharing::Own, 12_000_000)]);
        let picture = draw(&run, MACHINE, &plain());
        let sentence = &picture.sentence;
        assert!(
            sentence.starts_with(
                "Private memory of a worker at its peak: subinterpreters 7.00 MB, processes 14.0 MB. \
                 Your RAM, of which 9.10 GB are free, fits about 1,300 workers of subinterpreters or 650 workers of \
                 processes. Workers of one process share evenly"
            ),
            "{sentence}"
        );
        assert!(sentence.contains("Resident size (RSS)"), "{sentence}");
        assert_eq!(picture.drawn, 4);
        let option = serde_json::to_value(&picture.chart).unwrap();
        assert_eq!(option["series"].as_array().unwrap().len(), 4, "two workers, each ready and at its peak");
        assert_eq!(option["series"][1]["data"][2]["value"], 2.0);
        assert_eq!(option["yAxis"]["data"][3], "proportional");
    }

    #[test]
    fn the_table_has_what_is_drawn() {
        let table = table(&measured(&[(Mode::Processes, Sharing::Own, 12_000_000)]));
        assert_eq!(
            table.rows[1],
            ["processes", "2", "1", "own process", "12000000", "14000000", "13000000", "15000000"]
        );
    }

    #[test]
    fn nothing_is_known_before_a_lap_has_completed_or_where_the_system_does_not_say() {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        let sentence = |run: &Run| draw(run, MACHINE, &plain()).sentence;
        assert!(sentence(&run).contains("when it has completed"));
        sample::finish(&mut run, 0, 10);
        assert!(sentence(&run).contains("not available"));
        for (number, expected) in [(0, 0), (7, 7), (650, 650), (1_349, 1_300), (99_999, 99_000)] {
            assert_eq!(about(number), expected);
        }
    }
}

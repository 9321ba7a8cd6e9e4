//! Lanes: a row for each worker of each lap, all on one clock: who worked, when, on what; who held which GIL, and who
//! waited for what.

mod cells;
mod figure;
mod keys;
mod legend;
pub mod mark;
mod range;
mod rows;
mod stage;
mod sums;
mod tasks;
mod tell;
mod tip;
mod words;

#[cfg(test)]
mod samples;

use charming::Chart;
use charming::component::{Axis, Grid};
use charming::datatype::{CompositeValue, DataPointItem};
use charming::element::{AxisLine, AxisType, DimensionEncode, ItemStyle, LineStyle, NameLocation, SplitLine};
use charming::series::Custom;
use shared::{Basis, Lap, LapPhase, Mode, Nanos, Run};

use super::{Palette, Picture};
use cells::{cells, layer};
pub use figure::Lanes;
use keys::{Key, Lock, held_now, keys, undisputed};
use range::Range;
use rows::{Content, LANE, Row};
use sums::{Look, RunSums, Sums};
use tasks::{Kind, Piece, pieces};

/// The room right of the lanes, in pixels: the key of whoever has a GIL now stands there.
const RIGHT: f64 = 36.0;
/// The room above them.
const TOP: f64 = 2.0;

/// How many columns of pixels the lanes have where nobody has measured them.
const COLUMNS: usize = 806;

/// What an item of the chart is. The same list stands in js/src/lanes.js.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// A lap's name.
    Heading = 0,
    /// A worker: its tasks and states.
    Lane = 1,
    /// The lap's end.
    End = 2,
    /// A lock that is held for a while.
    Key = 3,
    /// A lock that is held now.
    Now = 4,
}

/// What is looked at, and with how much room.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sight {
    range: Range,
    /// How many columns of pixels the range has.
    columns: usize,
    room: Room,
}

/// What stands round the lanes, and in which size.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Room {
    /// Left of them, in pixels: the workers' names.
    left: f64,
    /// Below them: the clock.
    bottom: f64,
    /// The height of a heading.
    heading: f64,
    /// Whether there is little of it.
    narrow: bool,
}

impl Room {
    fn of(palette: &Palette) -> Room {
        Room {
            left: palette.words(if palette.narrow { 94.0 } else { 118.0 }),
            bottom: palette.words(48.0),
            heading: palette.words(18.0) + 7.0,
            narrow: palette.narrow,
        }
    }
}

/// What a lane shows, for those who ask the page instead of looking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Tally {
    /// By lane, `lap.worker=look+look`.
    states: Vec<String>,
    /// By key, `lap.worker=lock`.
    keys: Vec<String>,
}

/// A chart that is ready to be drawn.
struct Sketch {
    chart: Chart,
    rows: Vec<Row>,
    tally: Tally,
    height: f64,
}

/// All of the clock that any lap of the run has needed, and at least so much.
fn whole(run: &Run, until: Nanos) -> Range {
    Range::until(rows::shown(run).map(|(_, lap)| lap.now).max().unwrap_or_default().max(until))
}

/// How many tasks were executed, and are.
fn spans(run: &Run) -> usize {
    let running = run.laps.iter().flat_map(|lap| &lap.workers).filter(|worker| worker.running.is_some()).count();
    run.laps.iter().map(Lap::done).sum::<usize>() + running
}

/// All of a run at once, for where there is no page around it.
pub fn picture(run: &Run, palette: &Palette) -> Picture {
    let mut sums = RunSums::default();
    sums.take(run);
    let sight = Sight { range: whole(run, Nanos(0)), columns: COLUMNS, room: Room::of(palette) };
    let Sketch { chart, height, .. } = draw(run, &sums, sight, palette);
    Picture { chart, sentence: words::sentence(run), drawn: spans(run), height }
}

fn draw(run: &Run, sums: &RunSums, sight: Sight, palette: &Palette) -> Sketch {
    let (rows, height) = rows::rows(run, sight.room);
    let mut tally = Tally::default();
    let mut items: Vec<(Mode, DataPointItem)> = Vec::new();
    let mut alone: Vec<Lock> = Vec::new();
    for row in &rows {
        let lap = &run.laps[row.lap];
        let mode = lap.plan.mode;
        match &row.content {
            Content::Heading(text) => {
                alone = undisputed(lap, |worker| {
                    let states = &lap.workers[worker].states;
                    sums.of(row.lap, worker).map(|sums| sums.locks(states)).unwrap_or_default()
                });
                items.push((
                    mode,
                    item(Item::Heading, row.top, sight.room.heading, Vec::new()).name(heading(lap, text)),
                ));
                items.extend(end(lap, row.top + sight.room.heading, sight.range).map(|item| (mode, item)));
            }
            Content::Lane { worker, label } => {
                let nothing = Sums::default();
                let lane = Lane { lap, worker: *worker, sums: sums.of(row.lap, *worker).unwrap_or(&nothing), sight };
                let name = format!("{}.{worker}", row.lap);
                let cells = lane.cells();
                let seen: Vec<_> =
                    Look::ALL.into_iter().filter(|look| !layer(&cells, *look).is_empty()).map(Look::slug).collect();
                tally.states.push(format!("{name}={}", seen.join("+")));
                items.push((mode, item(Item::Lane, row.top, LANE, lane.layers(&cells)).name(lane.name(label))));
                for key in lane.keys(&cells, &alone) {
                    tally.keys.push(format!("{name}={}", key.lock.number()));
                    let at =
                        vec![key.start.millis().into(), key.end.millis().into(), f64::from(key.lock.number()).into()];
                    items.push((mode, item(Item::Key, row.top, LANE, at)));
                }
                if let Some(lock) = held_now(lap, *worker) {
                    items.push((mode, item(Item::Now, row.top, LANE, vec![f64::from(lock.number()).into()])));
                }
            }
        }
    }
    let mut chart = frame(palette, sight, height);
    for mode in Mode::ALL {
        let data: Vec<DataPointItem> =
            items.iter().filter(|(of, _)| *of == mode).map(|(_, item)| item.clone()).collect();
        if !data.is_empty() {
            let style = ItemStyle::new().color(palette.mode(mode));
            let custom = Custom::new().name(mode.title()).render_item("lane").item_style(style);
            chart = chart.series(custom.encode(DimensionEncode::new().x(3).y(1)).data(data));
        }
    }
    Sketch { chart, rows, tally, height: height + TOP + sight.room.bottom }
}

/// Axes and nothing in them. The vertical one counts pixels.
fn frame(palette: &Palette, sight: Sight, height: f64) -> Chart {
    let quiet = palette.quiet.as_str();
    let clock = Axis::new()
        .type_(AxisType::Value)
        .min(sight.range.start.millis())
        .max(sight.range.end.millis())
        .name("milliseconds since the lap's start")
        .name_location(NameLocation::Middle)
        .name_gap(palette.words(28.0))
        .split_number(if palette.is_sparse() { 3.0 } else { 6.0 })
        .axis_line(AxisLine::new().show(false))
        .name_text_style(palette.text_style(quiet))
        .axis_label(palette.axis_label(quiet))
        .split_line(SplitLine::new().line_style(LineStyle::new().color(palette.line.as_str())));
    let pixels = Axis::new().type_(AxisType::Value).inverse(true).min(0).max(height.max(1.0)).show(false);
    palette
        .chart()
        .grid(Grid::new().left(sight.room.left).right(RIGHT).top(TOP).bottom(sight.room.bottom))
        .x_axis(clock)
        .y_axis(pixels)
}

/// One item: what it is, where it begins and how high it is, in pixels, and what is in it.
fn item(kind: Item, top: f64, height: f64, content: Vec<CompositeValue>) -> DataPointItem {
    let value: Vec<CompositeValue> =
        vec![(kind as i64).into(), top.into(), height.into(), 0.0.into(), CompositeValue::Array(content)];
    DataPointItem::new(value)
}

/// The lap's name, and what is not known of it.
fn heading(lap: &Lap, text: &str) -> String {
    let inferred = lap.sampling.is_some_and(|sampling| sampling.basis == Basis::Inferred);
    let shortened = lap.sampling.is_some_and(|sampling| sampling.shortened);
    let note = match (inferred, shortened) {
        (true, _) => "   GIL inferred",
        (false, true) => "   first states only",
        (false, false) => "",
    };
    format!("{text}{note}")
}

/// The line at the lap's end, through all of its lanes from `top` on; none if it isn't in sight.
fn end(lap: &Lap, top: f64, range: Range) -> Option<DataPointItem> {
    if !matches!(lap.phase, LapPhase::Ended(_)) {
        return None;
    }
    let end = match (lap.began, lap.wall()) {
        (Some(began), Some(wall)) => Nanos(began.0 + wall.0),
        _ => lap.now,
    };
    let height = LANE * lap.workers.len() as f64;
    let seen = (0.0..=1.0).contains(&range.share(end));
    seen.then(|| item(Item::End, top, height, vec![end.millis().into()]))
}

/// One worker's row.
struct Lane<'a> {
    lap: &'a Lap,
    worker: usize,
    sums: &'a Sums,
    sight: Sight,
}

impl Lane<'_> {
    fn cells(&self) -> Vec<cells::Cell> {
        cells(&self.lap.workers[self.worker].states, self.sums, self.sight.range, self.sight.columns)
    }

    /// Its label, and behind a line's end what is said instead of states.
    fn name(&self, label: &str) -> String {
        let missing = self.lap.workers[self.worker].states.is_empty() && matches!(self.lap.phase, LapPhase::Ended(_));
        if missing { format!("{label}\nstates not available") } else { label.to_owned() }
    }

    /// First the tasks as kind, start, end and number; then the start-up as start and end; then each state as start,
    /// end, and from which height to which.
    fn layers(&self, cells: &[cells::Cell]) -> Vec<CompositeValue> {
        let Sight { range, columns, .. } = self.sight;
        let track = &self.lap.workers[self.worker];
        let mut tasks = pieces(&track.spans, range, columns);
        if let Some(running) = track.running.filter(|running| running.start < range.end) {
            let end = self.lap.now.max(running.start);
            tasks.push(Piece { kind: Kind::Running, start: running.start, end, number: u64::from(running.task) });
        }
        // A recorded run has not all of its requests.
        let is_uncounted = self.lap.is_served();
        let tasks = tasks.iter().flat_map(|piece| {
            let start = piece.start.max(range.start).millis();
            let number = if piece.kind == Kind::Many && is_uncounted { 0.0 } else { piece.number as f64 };
            [f64::from(piece.kind as u8), start, piece.end.min(range.end).millis(), number]
        });
        let ready = track.ready.or(self.lap.began).unwrap_or(self.lap.now).min(range.end);
        let starting = if ready > range.start { vec![range.start.millis(), ready.millis()] } else { Vec::new() };
        let mut layers = vec![tasks.collect::<Vec<f64>>().into(), starting.into()];
        layers.extend(Look::ALL.map(|look| CompositeValue::from(layer(cells, look).concat())));
        layers
    }

    fn keys(&self, cells: &[cells::Cell], alone: &[Lock]) -> Vec<Key> {
        let lock = |interpreter| Lock::of(self.lap, self.worker, interpreter);
        keys(cells, lock, alone, self.sight.range.column(self.sight.columns))
    }
}

#[cfg(test)]
mod tests;

//! What stands in the rows of the lanes.

use shared::{Lap, LapPhase, Mode, Nanos, Run, SourceKind, Span, SpeedUp, WorkerTrack, speed_ups};

use crate::text::{compares_counts, count, duration, lap_name, times};

/// More spans than this in a row's share of the picture are drawn together.
const SPANS_APART: usize = 2_000;
/// How many columns of pixels a row has, for the purpose of drawing spans together.
const COLUMNS: u64 = 800;
/// What a bar is. The same list stands in js/src/charts.js.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From the lap's start until the worker is ready.
    StartUp = 0,
    /// A task with an even place among its worker's.
    Even = 1,
    /// A task with an odd place: another shade, so that neighbours are told apart.
    Odd = 2,
    /// The task that is being executed.
    Running = 3,
    /// Several tasks without a gap that could be seen.
    Many = 4,
    /// The lap's name; its end is not used.
    Heading = 5,
    /// The lap's end; its number is how many rows it crosses.
    End = 6,
}

/// Something in a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// From the top.
    pub row: usize,
    /// Whose colour it has.
    pub mode: Mode,
    /// What it is.
    pub kind: Kind,
    /// From when.
    pub start: Nanos,
    /// Until when.
    pub end: Nanos,
    /// The task, or as the kind says.
    pub number: u64,
    /// What is told when it is pointed at; of a heading, its words.
    pub text: String,
}

/// The rows' labels, from the top, and what stands in them; with few words where it is narrow.
pub fn layout(run: &Run, narrow: bool) -> (Vec<String>, Vec<Bar>) {
    let mut rows = Vec::new();
    let mut bars = Vec::new();
    let shown = || run.laps.iter().filter(|lap| !matches!(lap.phase, LapPhase::Waiting | LapPhase::Skipped));
    let latest = shown().map(|lap| lap.now).max().unwrap_or_default();
    let column = Nanos((latest.0 / COLUMNS).max(1));
    let crowded = shown().map(Lap::done).sum::<usize>() > SPANS_APART;
    let ratios = speed_ups(run);
    for lap in shown() {
        let mode = lap.plan.mode;
        let first = rows.len();
        let bar = |row, kind, start, end, number, text| Bar { row, mode, kind, start, end, number, text };
        rows.push(String::new());
        bars.push(bar(first, Kind::Heading, Nanos(0), Nanos(0), 0, heading(run, lap, &ratios, narrow)));
        for (number, worker) in lap.workers.iter().enumerate() {
            let row = rows.len();
            rows.push(row_label(mode, number));
            let ready = worker.ready.or(lap.began).unwrap_or(lap.now);
            bars.push(bar(row, Kind::StartUp, Nanos(0), ready, 0, format!("start-up · {}", duration(ready))));
            bars.extend(
                worker_bars(worker, lap.now, crowded.then_some(column))
                    .into_iter()
                    .map(|(kind, start, end, number, text)| bar(row, kind, start, end, number, text)),
            );
        }
        if matches!(lap.phase, LapPhase::Ended(_)) {
            let end = match (lap.began, lap.wall()) {
                (Some(began), Some(wall)) => Nanos(began.0 + wall.0),
                _ => lap.now,
            };
            bars.push(bar(
                first + 1,
                Kind::End,
                Nanos(0),
                end,
                lap.workers.len() as u64,
                format!("lap's end · {}", duration(end)),
            ));
        }
    }
    (rows, bars)
}

fn row_label(mode: Mode, worker: usize) -> String {
    if mode.is_parallel() { format!("{} · {worker}", short(mode)) } else { short(mode).to_owned() }
}

/// The mode's name where there is little room.
fn short(mode: Mode) -> &'static str {
    match mode {
        Mode::Subinterpreters => "subinterp.",
        Mode::InterpreterPool => "interp. pool",
        Mode::ProcessPoolForkserver => "forkserver",
        Mode::ProcessPoolSpawn => "spawn",
        _ => mode.slug(),
    }
}

/// `Threads × 2: 1.02 s, 1.9 times as fast`.
fn heading(run: &Run, lap: &Lap, ratios: &[SpeedUp], narrow: bool) -> String {
    let mode = lap.plan.mode;
    let name = if lap.kind == Some(SourceKind::Script) {
        "Script".to_owned()
    } else if compares_counts(run) {
        lap_name(lap)
    } else {
        mode.title().to_owned()
    };
    let Some(wall) = lap.wall() else { return name };
    let ratio = ratios.iter().find(|point| (point.mode, point.workers) == (mode, lap.plan.workers));
    match ratio {
        Some(point) if !narrow => format!("{name}   {}   {}× as fast", duration(wall), times(point.ratio)),
        _ => format!("{name}   {}", duration(wall)),
    }
}

type Piece = (Kind, Nanos, Nanos, u64, String);

fn worker_bars(worker: &WorkerTrack, now: Nanos, column: Option<Nanos>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = match column {
        Some(column) => together(&worker.spans, column).into_iter().map(Bunch::piece).collect(),
        None => worker.spans.iter().enumerate().map(|(place, span)| apart(place, span)).collect(),
    };
    if let Some(running) = worker.running {
        let text = format!("task {} · since {}", running.task, duration(now.since(running.start)));
        pieces.push((Kind::Running, running.start, now.max(running.start), u64::from(running.task), text));
    }
    pieces
}

fn apart(place: usize, span: &Span) -> Piece {
    let kind = if place.is_multiple_of(2) { Kind::Even } else { Kind::Odd };
    let wall = span.end.since(span.start);
    let text = format!("task {} · {} (CPU {})", span.task, duration(wall), duration(span.cpu));
    (kind, span.start, span.end, u64::from(span.task), text)
}

/// Tasks between which no gap could be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bunch {
    start: Nanos,
    end: Nanos,
    tasks: u64,
}

impl Bunch {
    fn piece(self) -> Piece {
        let text = format!("{} · {}", count(self.tasks, "task"), duration(self.end.since(self.start)));
        (Kind::Many, self.start, self.end, self.tasks, text)
    }
}

/// At most one rectangle for each column of pixels: spans (in order of time) that end in the same column are one, and
/// so are those without a gap of half a column. Looks at few of the spans, since there can be millions.
fn together(spans: &[Span], column: Nanos) -> Vec<Bunch> {
    let mut bunches: Vec<Bunch> = Vec::new();
    let mut rest = spans;
    while let Some(first) = rest.first() {
        let border = Nanos((first.end.0 / column.0 + 1) * column.0);
        let (inside, after) = rest.split_at(rest.partition_point(|span| span.end < border).max(1));
        rest = after;
        let end = inside.last().map_or(first.end, |last| last.end);
        match bunches.last_mut() {
            Some(last) if first.start.since(last.end).0 * 2 <= column.0 => {
                last.end = end;
                last.tasks += inside.len() as u64;
            }
            _ => bunches.push(Bunch { start: first.start, end, tasks: inside.len() as u64 }),
        }
    }
    bunches
}

#[cfg(test)]
mod tests;

//! The rows of the lanes, from the top: a heading for each lap, and a lane for each of its workers.

use shared::{Lap, LapPhase, Run, SourceKind, SpeedUp, duration, speed_ups};

use super::Room;
use crate::text::{compares_counts, lap_name, round, short, times, worker_tag};

/// The height of a lane, in pixels.
pub const LANE: f64 = 41.0;

/// What a row is.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A lap's name and how long it took.
    Heading(String),
    /// A worker, and what stands before its lane.
    Lane {
        /// Which of the lap's workers.
        worker: usize,
        /// Its name.
        label: String,
    },
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Of which of the run's laps.
    pub lap: usize,
    /// Where it begins, in pixels from the top.
    pub top: f64,
    /// What it is.
    pub content: Content,
}

/// The laps that have begun, by their place in the run.
pub fn shown(run: &Run) -> impl Iterator<Item = (usize, &Lap)> {
    run.laps.iter().enumerate().filter(|(_, lap)| !matches!(lap.phase, LapPhase::Waiting | LapPhase::Skipped))
}

/// The rows, and how high all of them are; with few words where it is narrow.
pub fn rows(run: &Run, room: Room) -> (Vec<Row>, f64) {
    let ratios = speed_ups(run);
    let mut rows = Vec::new();
    let mut top = 0.0;
    for (place, lap) in shown(run) {
        let mut row = |content, height| {
            rows.push(Row { lap: place, top, content });
            top += height;
        };
        row(Content::Heading(heading(run, lap, &ratios, room.narrow)), room.heading);
        for worker in 0..lap.workers.len() {
            row(Content::Lane { worker, label: label(lap, worker) }, LANE);
        }
    }
    (rows, top)
}

/// The row at so many pixels from the top.
pub fn at(rows: &[Row], y: f64) -> Option<usize> {
    rows.partition_point(|row| row.top <= y).checked_sub(1)
}

/// What stands before a lane.
fn label(lap: &Lap, worker: usize) -> String {
    let mode = lap.plan.mode;
    if lap.kind == Some(SourceKind::Script) {
        thread_name(lap, worker)
    } else if mode.is_parallel() {
        format!("{} · {worker}", short(mode))
    } else {
        short(mode).to_owned()
    }
}

/// A lane in a sentence: `Threads × 2, thread 1`; of a script `Script, reader`.
pub fn lane_name(lap: &Lap, worker: usize) -> String {
    if lap.kind == Some(SourceKind::Script) {
        return format!("Script, {}", thread_name(lap, worker));
    }
    format!("{}, {}", lap_name(lap), worker_tag(lap.plan.mode, Some(worker as u32)))
}

/// A script's thread, as it calls itself.
fn thread_name(lap: &Lap, worker: usize) -> String {
    let name = lap.workers.get(worker).and_then(|track| track.name.clone());
    name.unwrap_or_else(|| if worker == 0 { "main thread".to_owned() } else { format!("thread {worker}") })
}

/// `Threads × 2   1.02 s   1.9× as fast`.
fn heading(run: &Run, lap: &Lap, ratios: &[SpeedUp], narrow: bool) -> String {
    let mode = lap.plan.mode;
    let name = if lap.kind == Some(SourceKind::Script) {
        "Script".to_owned()
    } else if compares_counts(run) {
        lap_name(lap)
    } else {
        mode.title().to_owned()
    };
    let name = name + &round(run, lap);
    let Some(wall) = lap.wall() else { return name };
    let ratio = ratios.iter().find(|point| (point.mode, point.workers) == (mode, lap.plan.workers));
    match ratio {
        Some(point) if !narrow && lap.measured().is_some() => {
            format!("{name}   {}   {}× as fast", duration(wall), times(point.ratio))
        }
        _ => format!("{name}   {}", duration(wall)),
    }
}

#[cfg(test)]
mod tests {
    use shared::LapEvent;

    use super::super::super::sample;
    use super::*;
    use shared::Mode;

    fn room() -> Room {
        Room::of(&super::super::super::palette::plain())
    }

    fn words(run: &Run) -> Vec<String> {
        let (rows, _) = rows(run, room());
        rows.into_iter()
            .map(|row| match row.content {
                Content::Heading(text) => text,
                Content::Lane { label, .. } => label,
            })
            .collect()
    }

    #[test]
    fn a_lap_has_a_heading_and_a_lane_for_each_worker() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        sample::begin(&mut run, 0, 4);
        assert_eq!(words(&run), ["Sequential", "sequential"], "a lap that waits has no rows yet");
        let done = sample::completed(&[(Mode::Sequential, 100), (Mode::Threads, 104)]);
        let threads = ["Threads   104 ms   0.96× as fast", "threads · 0", "threads · 1"];
        assert_eq!(words(&done), [&["Sequential   100 ms", "sequential"][..], &threads].concat());
    }

    #[test]
    fn a_script_s_threads_have_their_names() {
        let mut run = sample::accepted(&[Mode::Processes]);
        sample::begin(&mut run, 0, 1);
        sample::in_lap(&mut run, 0, LapEvent::Source(SourceKind::Script));
        run.laps[0].workers[1].name = Some("reader".into());
        assert_eq!(words(&run), ["Script", "main thread", "reader"]);
        assert_eq!(lane_name(&run.laps[0], 1), "Script, reader");
    }

    #[test]
    fn a_row_is_found_by_its_height() {
        let (rows, height) = rows(&sample::completed(&[(Mode::Threads, 104)]), room());
        let heading = room().heading;
        assert_eq!(height, heading + 2.0 * LANE);
        for (y, row) in [(-1.0, None), (0.0, Some(0)), (heading, Some(1)), (heading + LANE + 1.0, Some(2))] {
            assert_eq!(at(&rows, y), row, "{y}");
        }
    }
}

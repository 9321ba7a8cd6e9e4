//! Topology: what the modes consist of, drawn from the run: processes, interpreters with their locks, threads, and who
//! has a lock now.

mod layout;
mod structure;

use charming::component::{Axis, Grid};
use charming::datatype::{CompositeValue, DataPointItem};
use charming::element::{AxisType, DimensionEncode, ItemStyle};
use charming::series::Custom;
use shared::{Lap, LapPhase, Mode, Run, SourceKind};

use self::layout::{Kind, Shape, doing, shapes};
use self::structure::{Role, structure, words};
use super::{Palette, Picture, Table};
use crate::text::lap_name;

/// More threads than this can't be read beside each other; with little room.
const MOST: usize = 9;
const MOST_NARROW: usize = 4;
/// So many modes are put into words; the picture has all.
const SAID: usize = 4;

/// Draws a run.
pub fn draw(run: &Run, palette: &Palette) -> Picture {
    let laps = laps(run);
    let scale = palette.words(1.0);
    let most = if palette.narrow { MOST_NARROW } else { (MOST as f64 / scale) as usize };
    let mut all: Vec<Shape> = Vec::new();
    for (place, lap) in laps.iter().enumerate() {
        let top = place as f64 * layout::height();
        all.extend(shapes(lap, &structure(lap), heading(run, lap), (top, most)));
    }
    let height = laps.len() as f64 * layout::height() * scale;
    let axis = || Axis::new().type_(AxisType::Value).min(0).show(false);
    let mut chart = palette
        .chart()
        .grid(Grid::new().left(0).right(0).top(0).bottom(0))
        .x_axis(axis().max(100))
        .y_axis(axis().max(height.max(1.0)).inverse(true));
    for mode in Mode::ALL {
        let data: Vec<DataPointItem> =
            all.iter().filter(|shape| shape.mode == mode).map(|shape| point(shape, scale)).collect();
        if !data.is_empty() {
            chart = chart.series(
                Custom::new()
                    .name(mode.title())
                    .render_item("box")
                    .item_style(ItemStyle::new().color(palette.mode(mode)))
                    .encode(DimensionEncode::new().x(0).y(1))
                    .data(data),
            );
        }
    }
    Picture { chart, sentence: sentence(run, &laps), drawn: all.len(), height }
}

/// Of each mode the lap that goes on, or else the last one with the most workers.
fn laps(run: &Run) -> Vec<&Lap> {
    let begun = |lap: &&Lap| !matches!(lap.phase, LapPhase::Waiting | LapPhase::Skipped);
    let active = run.active_lap().and_then(|lap| run.laps.get(lap as usize));
    let of = |mode: Mode| {
        let mine = run.laps.iter().filter(|lap| lap.plan.mode == mode).filter(begun);
        active.filter(|lap| lap.plan.mode == mode).or_else(|| mine.max_by_key(|lap| lap.plan.workers))
    };
    Mode::ALL.into_iter().filter_map(of).collect()
}

fn name(lap: &Lap) -> String {
    if lap.kind == Some(SourceKind::Script) { "Script".to_owned() } else { lap_name(lap) }
}

fn heading(run: &Run, lap: &Lap) -> String {
    let now = if goes_on(run, lap) { ", now" } else { "" };
    name(lap) + now
}

fn goes_on(run: &Run, lap: &Lap) -> bool {
    !run.is_over() && matches!(lap.phase, LapPhase::Starting | LapPhase::Measured { .. })
}

/// Boxes are as high as their words need.
fn point(shape: &Shape, scale: f64) -> DataPointItem {
    let value = [shape.left, shape.top * scale, shape.width, shape.height * scale, f64::from(shape.kind as u8)];
    let value: Vec<CompositeValue> = value.into_iter().map(CompositeValue::from).collect();
    DataPointItem::new(value).name(shape.text.as_str())
}

/// What the picture shows, in words.
fn sentence(run: &Run, laps: &[&Lap]) -> String {
    if laps.is_empty() {
        return "Boxes appear as soon as the first lap starts.".into();
    }
    let mut said: Vec<String> = Vec::new();
    // While a lap goes on, it is the one to look at.
    if let Some(lap) = laps.iter().find(|lap| goes_on(run, lap)) {
        let holders: Vec<String> = (0..lap.plan.workers)
            .filter(|worker| doing(lap, Role::Worker(*worker)).kind == Kind::WithKey)
            .map(|worker| worker.to_string())
            .collect();
        let holds = match holders.as_slice() {
            [] => String::new(),
            [one] => format!(" Worker {one} has a GIL now."),
            several => format!(" Workers {} have a GIL each now.", several.join(" and ")),
        };
        return format!("{}: {}.{holds}", name(lap), words(&structure(lap)));
    }
    said.extend(laps.iter().take(SAID).map(|lap| format!("{}: {}.", name(lap), words(&structure(lap)))));
    if laps.len() > SAID {
        said.push(format!("{} more in the picture.", laps.len() - SAID));
    }
    said.join(" ")
}

/// What is drawn, a row for each thread.
pub fn table(run: &Run) -> Table {
    let mut rows = Vec::new();
    for lap in laps(run) {
        for process in structure(lap) {
            for interpreter in process.interpreters {
                let lock = match interpreter.lock {
                    structure::Lock::Own => "own GIL",
                    structure::Lock::Shared => "the main interpreter's GIL",
                    structure::Lock::Absent => "no GIL",
                };
                let row = |thread: &str, doing: &str| {
                    [lap.plan.mode.slug(), &process.name, &interpreter.name, lock, thread, doing]
                        .map(str::to_owned)
                        .to_vec()
                };
                if interpreter.threads.is_empty() {
                    rows.push(row("", ""));
                }
                rows.extend(interpreter.threads.iter().map(|thread| row(&thread.name, &doing(lap, thread.role).words)));
            }
        }
    }
    Table { names: vec!["mode", "process", "interpreter", "lock", "thread", "does"], rows }
}

#[cfg(test)]
mod tests {
    use super::super::palette::plain;
    use super::super::sample;
    use super::*;
    use shared::{Interval, LapEvent, Nanos, Running, State};

    fn see(run: &mut Run, lap: u32, worker: u32, state: State) {
        let interval = Interval { start: Nanos(10_000_000), end: Nanos(12_000_000), state };
        sample::in_lap(run, lap, LapEvent::States { worker, intervals: vec![interval] });
    }

    fn texts(run: &Run, kind: Kind) -> Vec<String> {
        let lap = laps(run)[0];
        let all = shapes(lap, &structure(lap), String::new(), (0.0, MOST));
        all.into_iter().filter(|shape| shape.kind == kind).map(|shape| shape.text.replace('\n', ": ")).collect()
    }

    #[test]
    fn the_key_is_on_the_thread_that_has_the_lock() {
        let mut run = sample::accepted(&[Mode::Threads]);
        assert_eq!(draw(&run, &plain()).height, 0.0);
        sample::begin(&mut run, 0, 4);
        assert_eq!(texts(&run, Kind::Idle), ["thread 0: waits for a task", "thread 1: waits for a task"]);
        see(&mut run, 0, 0, State::WithGil(0));
        see(&mut run, 0, 1, State::WaitingForGil);
        assert_eq!(texts(&run, Kind::WithKey), ["thread 0: has the GIL"]);
        assert_eq!(texts(&run, Kind::Waiting), ["thread 1: waits for the GIL"]);
        assert_eq!((texts(&run, Kind::HeldLock), texts(&run, Kind::FreeLock)), (vec!["GIL".to_owned()], vec![]));
        assert_eq!(
            draw(&run, &plain()).sentence,
            "Threads × 2: one process, one interpreter with one GIL, 2 threads. Worker 0 has a GIL now."
        );
    }

    #[test]
    fn with_a_lock_each_both_have_a_key_and_one_for_all_is_drawn_once() {
        let mut run = sample::accepted(&[Mode::Subinterpreters]);
        sample::begin(&mut run, 0, 4);
        (0..2).for_each(|worker| see(&mut run, 0, worker, State::WithGil(worker + 1)));
        assert_eq!((texts(&run, Kind::HeldLock).len(), texts(&run, Kind::FreeLock).len()), (2, 1));
        assert!(draw(&run, &plain()).sentence.ends_with("Workers 0 and 1 have a GIL each now."));
        let mut run = sample::accepted(&[Mode::SharedGil]);
        sample::begin(&mut run, 0, 4);
        see(&mut run, 0, 1, State::WithGil(0));
        assert_eq!(texts(&run, Kind::HeldLock), ["GIL for all"]);
        assert_eq!(texts(&run, Kind::FreeLock), Vec::<String>::new());
    }

    #[test]
    fn boxes_stay_within_their_parents_and_the_picture() {
        let modes = [Mode::Threads, Mode::Subinterpreters, Mode::Processes, Mode::ProcessPoolForkserver];
        let mut run = sample::counted(&modes, &[2, 12], &[10; 8]);
        run.laps[0].workers[0].running = Some(Running { worker: 0, task: 1, start: Nanos(0) });
        for lap in laps(&run) {
            for most in [MOST, MOST_NARROW] {
                let all = shapes(lap, &structure(lap), String::new(), (0.0, most));
                let within = |inner: &Shape, outer: &Shape| {
                    outer.left <= inner.left
                        && inner.left + inner.width <= outer.left + outer.width + 1e-9
                        && inner.top + inner.height <= outer.top + outer.height
                };
                let of = |kind| all.iter().filter(move |shape| shape.kind == kind);
                assert!(all.iter().all(|shape| shape.left >= 0.0 && shape.left + shape.width <= 100.0 + 1e-9));
                for (inner, outer) in [(Kind::Interpreter, Kind::Process), (Kind::Idle, Kind::Interpreter)] {
                    assert!(of(inner).all(|inner| of(outer).any(|outer| within(inner, outer))), "{:?}", lap.plan);
                }
                assert!(of(Kind::Idle).count() <= most);
                assert!(of(Kind::Process).any(|shape| shape.text.contains("more not drawn")), "{:?}", lap.plan);
            }
        }
        assert!(
            draw(&run, &plain()).sentence.contains("Processes × 12: 12 processes, 12 interpreters with a GIL each")
        );
    }

    #[test]
    fn the_table_has_a_row_for_each_thread() {
        let run = sample::completed(&[(Mode::Sequential, 5), (Mode::Processes, 5)]);
        let table = table(&run);
        let rows: Vec<String> = table.rows.iter().map(|row| row.join(", ")).collect();
        assert_eq!(rows[0], "sequential, process, main interpreter, own GIL, main thread, 1 task");
        assert_eq!(rows[1], "processes, parent process, main interpreter, own GIL, main thread, hands out tasks");
        assert_eq!(rows.len(), 4);
    }
}

//! The same of a program with a window: how many frames it dealt with in time, and how late they were while it worked.

use shared::{Bounds, FRAME, Lap, Latencies, Lateness, Nanos, Run, window_words};

use super::super::{Palette, Picture, Reach, Table};
use super::rate::{Line, POINTS, Point};
use super::{Subject, counted, draw_parts, latency, rate, stroke};
use crate::text::{lap_name, round};

/// How far the axes go for a run, as for a service.
pub fn reach(run: &Run) -> (f64, Nanos, Option<Bounds>) {
    let (rate, length) = rate::reach(&lines(run, POINTS));
    (rate, length, latency::reach(&latency::rows(run, busy)))
}

/// Draws a run, with axes that go so far at least.
pub fn draw(run: &Run, least: Reach, palette: &Palette) -> Picture {
    let lines = lines(run, if palette.narrow { POINTS / 2 } else { POINTS });
    let rows = latency::rows(run, busy);
    draw_parts((&lines, &rows), Subject::Frames, sentence(run), least, palette)
}

fn sentence(run: &Run) -> String {
    let words = window_words(run);
    match (words.is_empty(), run.is_over()) {
        (false, _) => words.join(" "),
        (true, false) => {
            "As soon as the window is open, lines appear here, of how many frames it deals with in time, and under them \
             how late frames are while its work is done."
                .into()
        }
        (true, true) => "No work was given to the pool, so nothing is known of the window while it works.".into(),
    }
}

/// How late frames were while the window worked.
fn busy(lap: &Lap) -> Option<Latencies> {
    let late = lap.window.frames(true)?;
    let Lateness { beats, p50, p90, p99, max, .. } = late;
    Some(Latencies { count: beats.into(), mean: p50, p50, p90, p99, p999: max, max })
}

/// A line for each lap, with so many points at most.
fn lines(run: &Run, most: u64) -> Vec<Line> {
    counted(run)
        .filter_map(|lap| {
            let (began, last) = (lap.began?, lap.window.frames.last()?.due);
            let length = last.since(began);
            let window = Nanos((length.0 / most).max(250_000_000));
            Some(Line {
                mode: lap.plan.mode,
                name: lap_name(lap),
                stroke: stroke(run, lap),
                points: points(lap, began, window),
                round: round(run, lap),
                warm_up: Nanos(0),
                neighbour: None,
                length,
            })
        })
        .collect()
}

/// Whole windows of time: how many of the frames that were due in each came in time, a second.
fn points(lap: &Lap, began: Nanos, window: Nanos) -> Vec<Point> {
    let place = |due: Nanos| (due.since(began).0 / window.0) as usize;
    let frames = &lap.window.frames;
    let whole = frames.last().map_or(0, |last| place(last.due));
    let mut counts = vec![0_u32; whole];
    for frame in frames.iter().filter(|frame| frame.late <= FRAME) {
        if let Some(count) = counts.get_mut(place(frame.due)) {
            *count += 1;
        }
    }
    let point = |(place, count): (u64, u32)| Point {
        at: Nanos((place + 1) * window.0),
        rate: f64::from(count) / window.seconds(),
        failed: 0.0,
        is_warm_up: false,
    };
    (0..).zip(counts).map(point).collect()
}

/// What is known of each lap's window.
pub fn table(run: &Run) -> Table {
    let line = |lap: &Lap| {
        let mut line = vec![lap.plan.mode.slug().to_owned(), lap.plan.workers.to_string()];
        for late in [lap.window.frames(true), lap.window.frames(false), lap.window.inputs(true)] {
            let times = late.map(|late| [late.p50, late.p95, late.p99, late.max]);
            line.extend((0..4).map(|at| times.map(|all| format!("{:.6}", all[at].millis())).unwrap_or_default()));
            line.push(late.map(|late| late.missed.to_string()).unwrap_or_default());
        }
        line
    };
    Table {
        names: vec![
            "mode",
            "workers",
            "p50_ms",
            "p95_ms",
            "p99_ms",
            "max_ms",
            "missed",
            "rest_p50_ms",
            "rest_p95_ms",
            "rest_p99_ms",
            "rest_max_ms",
            "rest_missed",
            "input_p50_ms",
            "input_p95_ms",
            "input_p99_ms",
            "input_max_ms",
            "input_missed",
        ],
        rows: run.laps.iter().filter(|lap| lap.is_desktop()).map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use shared::{Beat, LapEvent, Mode, RunEvent, SourceKind};

    use super::*;
    use crate::charts::palette::plain;
    use crate::charts::sample;

    fn run() -> Run {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        let began = run.laps[0].began.unwrap().0;
        // A second at 60 frames, then one in which all are late by 20 ms.
        let beat = |frame: u64| {
            let late = if frame < 60 { 1_000_000 } else { 20_000_000 };
            Beat { due: Nanos(began + frame * FRAME.0), late: Nanos(late), busy: frame >= 60 }
        };
        for event in [LapEvent::Source(SourceKind::Desktop), LapEvent::Frames { beats: (0..=120).map(beat).collect() }]
        {
            run.apply(&RunEvent::Lap { lap: 0, event });
        }
        run
    }

    #[test]
    fn frames_in_time_are_counted_by_the_second() {
        let run = run();
        let lines = lines(&run, POINTS);
        let rates: Vec<f64> = lines[0].points.iter().map(|point| point.rate.round()).collect();
        assert_eq!(rates.len(), 7, "only whole windows count");
        assert!(rates[..3].iter().all(|rate| (56.0..=64.0).contains(rate)), "{rates:?}");
        assert!(rates[4..].iter().all(|rate| *rate == 0.0), "{rates:?}");
    }

    #[test]
    fn what_is_late_while_it_works_is_drawn_and_said() {
        let run = run();
        let picture = draw(&run, Reach::default(), &plain());
        assert!(picture.drawn > 7 && picture.height > 200.0);
        assert!(
            picture.sentence.contains("no later than 20.0 ms, 1.00 ms at rest; 100 % were missed"),
            "{}",
            picture.sentence
        );
        let table = table(&run);
        assert_eq!(table.rows[0].len(), table.names.len());
        assert_eq!(table.rows[0][2..7], ["20.000000", "20.000000", "20.000000", "20.000000", "61"]);
    }
}

//! What is told of a place in a lane when it is pointed at.

use shared::{Basis, Lap, LapPhase, Nanos, Span, State, WorkerTrack, duration};

use super::keys::Lock;
use super::rows::lane_name;
use super::sums::{Look, Sums};
use super::words;
use crate::text::count;

/// A place in a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Which of the lap's workers.
    pub worker: usize,
    /// When.
    pub moment: Nanos,
    /// How much time a column of pixels has.
    pub column: Nanos,
}

/// What is there, in lines.
pub fn tell(lap: &Lap, sums: &Sums, spot: Spot) -> Vec<String> {
    let Some(track) = lap.workers.get(spot.worker) else { return Vec::new() };
    let who = lane_name(lap, spot.worker);
    let mut lines = vec![format!("{who}, at {}", duration(spot.moment))];
    let ready = track.ready.or(lap.began).unwrap_or(lap.now);
    if spot.moment < ready {
        lines.push(format!("Starting; it was ready after {}.", duration(ready)));
        return lines;
    }
    let (task, span) = task(lap, track, spot);
    lines.push(task);
    lines.push(state(lap, sums, spot));
    if let Some(span) = span.filter(|_| !track.states.is_empty()) {
        let times = sums.between(&track.states, span.start, span.end);
        lines.push(format!("During the task: {}.", shares(times)));
    }
    if lap.is_served() {
        let answered = count(track.service.answered(), "request");
        lines.push(format!("Its worker: {}, {answered} answered.", words::connections(lap, track)));
    }
    if lap.sampling.is_some_and(|sampling| sampling.basis == Basis::Inferred) {
        lines.push("Who had the GIL is inferred: CPython 3.12 doesn't publish it.".to_owned());
    }
    lines
}

/// What it did for whom, and the task if it is one.
fn task(lap: &Lap, track: &WorkerTrack, spot: Spot) -> (String, Option<Span>) {
    let thing = if lap.is_served() { "Request" } else { "Task" };
    let spans = &track.spans;
    let half = spot.column.0 / 2;
    let from = spans.partition_point(|span| span.end.0 < spot.moment.0.saturating_sub(half));
    let inside = spans[from..].partition_point(|span| span.start.0 <= spot.moment.0 + half);
    match (inside, spans.get(from)) {
        (1, Some(span)) => {
            let wall = span.end.since(span.start);
            (
                format!("{thing} {}: {}, of that {} on a CPU.", span.task, duration(wall), duration(span.cpu)),
                Some(*span),
            )
        }
        (2.., _) if lap.is_served() => ("Several requests here: zoom in to see each.".to_owned(), None),
        (2.., _) => (format!("{} here: zoom in to see each.", count(inside as u64, "task")), None),
        _ => match track.running.filter(|running| running.start <= spot.moment) {
            Some(running) => {
                (format!("{thing} {}: running for {}.", running.task, duration(lap.now.since(running.start))), None)
            }
            None => (format!("No {}.", thing.to_lowercase()), None),
        },
    }
}

fn state(lap: &Lap, sums: &Sums, spot: Spot) -> String {
    let states = &lap.workers[spot.worker].states;
    if states.is_empty() {
        return match lap.phase {
            LapPhase::Ended(_) => "What its thread did is not available.".to_owned(),
            _ => "What its thread does is not known yet.".to_owned(),
        };
    }
    let half = spot.column.0 / 2;
    let (from, until) = (Nanos(spot.moment.0.saturating_sub(half)), Nanos(spot.moment.0 + half.max(1)));
    let place = states.partition_point(|interval| interval.end <= from);
    match states.get(place) {
        Some(interval) if interval.start < until && interval.end >= until.min(states[states.len() - 1].end) => {
            let lock = match interval.state {
                State::WithGil(interpreter) => {
                    format!("running with {}", Lock::of(lap, spot.worker, interpreter).words())
                }
                state => state.words().to_owned(),
            };
            format!("Its thread: {lock}, for {}.", duration(interval.end.since(interval.start)))
        }
        Some(interval) if interval.start < until => {
            format!("Its thread here: {}.", shares(sums.between(states, from, until)))
        }
        _ => "What its thread did here is not known.".to_owned(),
    }
}

fn shares(times: [u64; Look::ALL.len()]) -> String {
    let all: u64 = times.iter().sum();
    words::shares(|state| (all > 0).then(|| times[Look::of(state) as usize] as f64 / all as f64))
}

#[cfg(test)]
mod tests {
    use shared::{Answers, ConnectionChange, ConnectionStep, LapEvent, Mode, Run, SourceKind};

    use super::super::super::sample;
    use super::super::samples::interval;
    use super::*;

    const MILLI: u64 = 1_000_000;

    fn told(moment: u64, column: u64) -> String {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 12);
        let span = |task, start, end| Span {
            task,
            start: Nanos(start * MILLI),
            end: Nanos(end * MILLI),
            cpu: Nanos(5 * MILLI),
        };
        sample::in_lap(&mut run, 0, LapEvent::Spans { worker: 1, spans: vec![span(3, 10, 20), span(4, 20, 30)] });
        let intervals = vec![
            interval(10 * MILLI, 15 * MILLI, State::WithGil(0)),
            interval(15 * MILLI, 20 * MILLI, State::WaitingForGil),
            interval(20 * MILLI, 30 * MILLI, State::WithGil(0)),
        ];
        sample::in_lap(&mut run, 0, LapEvent::States { worker: 1, intervals });
        let lap = &run.laps[0];
        let mut sums = Sums::default();
        sums.take(&lap.workers[1].states);
        let spot = Spot { worker: 1, moment: Nanos(moment * MILLI), column: Nanos(column * MILLI) };
        tell(lap, &sums, spot).join(" ")
    }

    #[test]
    fn a_worker_of_a_service_tells_what_it_holds_and_has_answered() {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 0);
        let change = |port, step| ConnectionChange { worker: 1, port, at: Nanos(10 * MILLI), step };
        let opened = (41_001..41_007).map(|port| change(port, ConnectionStep::Opened));
        let changes = opened.chain([change(41_001, ConnectionStep::Closed)]).collect();
        let answers = vec![Answers { status: 200, count: 7 }, Answers { status: 404, count: 1 }];
        for event in [
            LapEvent::Source(SourceKind::Service),
            LapEvent::Connections { changes },
            LapEvent::Answered { worker: 1, answers },
        ] {
            sample::in_lap(&mut run, 0, event);
        }
        let spot = Spot { worker: 1, moment: Nanos(50 * MILLI), column: Nanos(MILLI) };
        let last = |run: &Run| tell(&run.laps[0], &Sums::default(), spot).pop().unwrap();
        assert_eq!(
            last(&run),
            "Its worker: holds 5 connections, from port 41002, 41003, 41004, 41005 and 1 more, 8 requests answered."
        );
        sample::finish(&mut run, 0, 100);
        assert_eq!(last(&run), "Its worker: given 6 connections, 8 requests answered.");
    }

    #[test]
    fn a_place_tells_its_task_and_its_state() {
        for (moment, column, said) in [
            (4, 1, "Threads × 2, thread 1, at 4.00 ms Starting; it was ready after 8.00 ms."),
            (
                17,
                1,
                "Threads × 2, thread 1, at 17.0 ms Task 3: 10.0 ms, of that 5.00 ms on a CPU. Its thread: waiting for \
                 the GIL, for 5.00 ms. During the task: running with the GIL 50 %, waiting for the GIL 50 %.",
            ),
            (
                25,
                1,
                "Threads × 2, thread 1, at 25.0 ms Task 4: 10.0 ms, of that 5.00 ms on a CPU. Its thread: running with \
                 the main interpreter's GIL, for 10.0 ms. During the task: running with the GIL 100 %.",
            ),
            (
                20,
                20,
                "Threads × 2, thread 1, at 20.0 ms 2 tasks here: zoom in to see each. Its thread here: running with \
                 the GIL 75 %, waiting for the GIL 25 %.",
            ),
            (50, 1, "Threads × 2, thread 1, at 50.0 ms No task. What its thread did here is not known."),
        ] {
            assert_eq!(told(moment, column), said, "{moment} in {column}");
        }
    }
}

//! What the lanes show, in words.

use shared::{Basis, Lap, LapPhase, Nanos, Run, SourceKind, State, StateTotals, WorkerTrack, duration};

use super::super::story;
use super::rows::{lane_name, shown};
use crate::text::{compares_counts, count, lap_name, lap_title, round, thousands};

/// Of so many connections the clients' ports are named.
const PORTS: usize = 4;

/// A worker that ends later than this share of the lap after the one before it is a straggler.
const LATE: f64 = 0.1;

/// What stands under the picture.
pub fn sentence(run: &Run) -> String {
    let active = run.active_lap().filter(|_| !run.is_over()).and_then(|lap| run.laps.get(lap as usize));
    if let Some(lap) = active {
        let title = lap_title(lap);
        return match (&lap.phase, &lap.load) {
            (LapPhase::Starting, _) => format!("{title}: starting."),
            (_, Some(load)) => format!("{title}: {}.", load.now()),
            _ if lap.kind == Some(SourceKind::Script) => "The script is running.".into(),
            _ => format!("{title}: {} of {} done.", thousands(lap.done() as u64), count(u64::from(lap.tasks), "task")),
        };
    }
    [Some(story::of(run)), waits(run), straggler(run)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// How much each lap waited for the GIL: `Waiting for the GIL: threads 49 % of the time, subinterpreters 0 %.`
fn waits(run: &Run) -> Option<String> {
    let said: Vec<String> = shown(run)
        .filter(|(_, lap)| lap.wall().is_some() && !lap.is_warm_up())
        .filter_map(|(_, lap)| {
            let all = lap.totals().into_iter().fold(StateTotals::default(), StateTotals::plus);
            let share = all.share(State::WaitingForGil)?;
            let name = match lap.kind {
                Some(SourceKind::Script) => "the script".to_owned(),
                _ => name(run, lap),
            };
            let basis = lap.sampling.filter(|sampling| sampling.basis == Basis::Inferred).map_or("", |_| " (inferred)");
            Some(format!("{name} {}{basis}", percent(share)))
        })
        .collect();
    let (first, rest) = said.split_first()?;
    let others: String = rest.iter().map(|said| format!(", {said}")).collect();
    Some(format!("Time spent waiting for the GIL: {first}{others}."))
}

fn name(run: &Run, lap: &Lap) -> String {
    let name = if compares_counts(run) { lap_name(lap) } else { lap.plan.mode.title().to_owned() };
    // Python's own names keep their capitals, and so does the GIL.
    let lower =
        if lap.plan.mode.group() == shared::Group::Native { name.to_lowercase().replace("gil", "GIL") } else { name };
    lower + &round(run, lap)
}

/// The lap that lost most by one worker that ended long after the others.
fn straggler(run: &Run) -> Option<String> {
    let late = shown(run).filter_map(|(_, lap)| {
        let (began, wall) = (lap.began?, lap.measured()?);
        let mut ends: Vec<(Nanos, usize)> = lap
            .workers
            .iter()
            .enumerate()
            .filter_map(|(place, worker)| Some((worker.spans.last()?.end, place)))
            .collect();
        ends.sort();
        let [.., (before, _), (last, worker)] = ends[..] else { return None };
        let alone = last.since(before.max(began));
        let share = alone.seconds() / wall.seconds();
        (share >= LATE).then_some((share, alone, worker, lap))
    });
    let (_, alone, worker, lap) = late.max_by(|one, other| one.0.total_cmp(&other.0))?;
    let who = format!("{} {worker}", lap.plan.mode.worker_name());
    Some(format!("In {}, {who} was the straggler: for its last {} no other had work.", name(run, lap), duration(alone)))
}

/// Which connections a worker of a service holds, by the client's port; when the lap is over, how many it was given.
pub fn connections(lap: &Lap, track: &WorkerTrack) -> String {
    let held = &track.service.held;
    if matches!(lap.phase, LapPhase::Ended(_)) {
        return format!("given {}", count(track.service.connections, "connection"));
    }
    let ports: Vec<String> = held.iter().take(PORTS).map(u16::to_string).collect();
    let more = held.len().saturating_sub(PORTS);
    let from = match (ports.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(", from port {}", ports.join(", ")),
        (false, more) => format!(", from port {} and {more} more", ports.join(", ")),
    };
    format!("holds {}{from}", count(held.len() as u64, "connection"))
}

/// The lanes for those who can't see them: a sentence for each.
pub fn lanes(run: &Run) -> Vec<String> {
    let lane = |lap: &Lap, worker: usize| {
        let track = &lap.workers[worker];
        let tasks = match lap.is_served() {
            true => format!("{} answered, {}", count(track.service.answered(), "request"), connections(lap, track)),
            false => count(track.spans.len() as u64, "task"),
        };
        let states = match track.totals {
            Some(totals) => shares(|state| totals.share(state)),
            None if matches!(lap.phase, LapPhase::Ended(_)) => "states not available".to_owned(),
            None => "states as they come".to_owned(),
        };
        format!("{}: {tasks}; {states}.", lane_name(lap, worker))
    };
    shown(run).flat_map(|(_, lap)| (0..lap.workers.len()).map(move |worker| lane(lap, worker))).collect()
}

/// `running with the GIL 51 %, waiting for the GIL 49 %`: the shares that aren't nothing.
pub fn shares(share: impl Fn(State) -> Option<f64>) -> String {
    let states = [State::WithGil(0), State::WithoutGil, State::WaitingForGil, State::WaitingForCpu, State::Blocked];
    let said: Vec<String> = states
        .into_iter()
        .filter_map(|state| share(state).filter(|share| *share >= 0.005).map(|share| (state, share)))
        .map(|(state, share)| format!("{} {}", state.words(), percent(share)))
        .collect();
    if said.is_empty() { "nothing seen".to_owned() } else { said.join(", ") }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 100.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use shared::{Ending, LapEvent, Mode, Results, RunEnding, RunEvent, Sampling, Span};

    use super::super::super::sample;
    use super::*;

    /// Two laps of two workers, of which the second ends so many milliseconds later; one half waits.
    fn raced(later: u64) -> Run {
        let mut run = sample::accepted(&[Mode::Threads, Mode::Subinterpreters]);
        for lap in [0, 1] {
            sample::begin(&mut run, lap, 2);
            for worker in [0, 1] {
                let (start, end) = (Nanos(10_000_000), Nanos((110 + u64::from(worker) * later) * 1_000_000));
                let spans = vec![Span { task: worker, start, end, cpu: Nanos(1) }];
                sample::in_lap(&mut run, lap, LapEvent::Spans { worker, spans });
            }
            let waiting_for_gil = Nanos(50 - 50 * u64::from(lap));
            let totals = StateTotals { with_gil: Nanos(50), waiting_for_gil, ..StateTotals::default() };
            let sampling = Sampling {
                basis: Basis::Read,
                samplers: 1,
                samples: 100,
                cost: Nanos(1),
                time: Nanos(100_000_000),
                shortened: false,
            };
            sample::in_lap(&mut run, lap, LapEvent::Sampled { sampling, totals: vec![(0, totals), (1, totals)] });
            let ending = Ending::Completed { wall: Nanos((100 + later) * 1_000_000), results: Results::default() };
            run.apply(&RunEvent::LapEnded { lap, ending });
        }
        run.apply(&RunEvent::Ended(RunEnding::Completed));
        run
    }

    #[test]
    fn it_says_who_waited_for_the_gil_and_who_was_late() {
        let said = sentence(&raced(50));
        assert!(said.contains("Time spent waiting for the GIL: threads 50 %, subinterpreters 0 %."), "{said}");
        assert!(
            said.ends_with("thread 1 was the straggler: for its last 50.0 ms no other had work.")
                || said.ends_with("interpreter 1 was the straggler: for its last 50.0 ms no other had work."),
            "{said}"
        );
        assert!(!sentence(&raced(1)).contains("straggler"));
    }

    #[test]
    fn what_was_not_sampled_is_said_to_be_missing() {
        let run = sample::completed(&[(Mode::Sequential, 5)]);
        assert!(!sentence(&run).contains("GIL"));
        assert_eq!(lanes(&run), ["Sequential, main thread: 1 task; states not available."]);
    }

    #[test]
    fn every_lane_is_put_into_words() {
        assert_eq!(
            lanes(&raced(0))[..2],
            [
                "Threads × 2, thread 0: 1 task; running with the GIL 50 %, waiting for the GIL 50 %.",
                "Threads × 2, thread 1: 1 task; running with the GIL 50 %, waiting for the GIL 50 %.",
            ]
        );
    }

    #[test]
    fn while_it_runs_it_says_how_far_it_is() {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 12);
        assert_eq!(sentence(&run), "Threads with 2 workers: 0 of 12 tasks done.");
    }
}

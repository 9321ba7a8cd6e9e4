//! How far a run is and how its laps ended.

use leptos::prelude::*;
use shared::{
    Ending, Lap, LapPhase, LoadReport, LoadTrack, Mode, Phase, Run, RunEnding, SourceKind, StopStage, duration,
    speed_ups,
};

use crate::each::each;
use crate::text::{compares_counts, count, lap_name, lap_title, round, thousands, times};

/// The name of a run's phase in the page.
pub fn phase(run: Option<&Run>) -> &'static str {
    match run.map(|run| &run.phase) {
        None => "idle",
        Some(Phase::Queued { .. }) => "queued",
        Some(Phase::Running) => "running",
        Some(Phase::Stopping(_)) => "stopping",
        Some(Phase::Ended(_)) => "ended",
    }
}

/// The name of a run's ending in the page.
pub fn ending(run: &Run) -> Option<&'static str> {
    let Phase::Ended(ending) = &run.phase else { return None };
    Some(match ending {
        RunEnding::Completed => "completed",
        RunEnding::Withdrawn => "stopped",
        RunEnding::Impossible { .. } => "impossible",
        RunEnding::AsLap(lap) => match run.laps.get(*lap as usize).map(|lap| &lap.phase) {
            Some(LapPhase::Ended(ending)) => lap_ending(ending),
            _ => "died",
        },
    })
}

fn lap_ending(ending: &Ending) -> &'static str {
    match ending {
        Ending::Completed { .. } => "completed",
        Ending::Raised(_) => "raised",
        Ending::Stopped(_) => "stopped",
        Ending::TimedOut { .. } => "timed-out",
        Ending::LimitExceeded(_) => "limit-exceeded",
        Ending::Died(_) => "died",
    }
}

/// One line while the run goes on; empty when it is over.
pub fn line(run: &Run) -> String {
    let lap = run.active_lap();
    match &run.phase {
        Phase::Ended(_) => String::new(),
        Phase::Queued { ahead: 0 } => "Queued: it is next.".into(),
        Phase::Queued { ahead } => format!("Queued: {} first.", count(u64::from(*ahead), "other run")),
        Phase::Stopping(StopStage::Asked) => "Stopping: the code was interrupted…".into(),
        Phase::Stopping(StopStage::Killing) => "Stopping: the code did not react, ending its processes…".into(),
        Phase::Running => match lap.and_then(|lap| run.laps.get(lap as usize)) {
            Some(active) => lap_line(run, lap.unwrap_or_default() + 1, active),
            None => "The next lap is about to start…".into(),
        },
    }
}

/// How much of the run is done, from 0 to 1, each lap counting the same.
pub fn share(run: &Run) -> f64 {
    let done: f64 = run
        .laps
        .iter()
        .map(|lap| match lap.phase {
            LapPhase::Waiting | LapPhase::Starting => 0.0,
            LapPhase::Measured { .. } => lap.share(),
            LapPhase::Ended(_) | LapPhase::Skipped => 1.0,
        })
        .sum();
    done / run.laps.len().max(1) as f64
}

fn lap_line(run: &Run, number: u32, lap: &Lap) -> String {
    let place = if run.laps.len() > 1 { format!("Lap {number} of {}: ", run.laps.len()) } else { String::new() };
    let now = duration(lap.now);
    match (&lap.phase, lap.kind) {
        (LapPhase::Starting, _) => format!("{place}{}, starting…", lap_name(lap)),
        (_, Some(SourceKind::Script)) => format!("Script running, {now}"),
        (_, Some(SourceKind::Service)) => {
            let load = lap.load.as_ref().map(LoadTrack::now).unwrap_or_default();
            format!("{place}{}, {load}, {now}", lap_name(lap))
        }
        (_, Some(SourceKind::Desktop)) => format!("{place}{}, the window is open, {now}", lap_name(lap)),
        _ => format!(
            "{place}{}, {} of {}, {now}",
            lap_name(lap),
            thousands(lap.done() as u64),
            count(u64::from(lap.tasks), "task")
        ),
    }
}

/// What the run's ending says; with several laps it names the one that it is about. What to do about an exception is
/// said beside its traceback.
pub fn sentence(run: &Run) -> Option<String> {
    let Phase::Ended(RunEnding::AsLap(lap)) = &run.phase else { return run.sentence() };
    let lap = run.laps.get(*lap as usize)?;
    let LapPhase::Ended(ending) = &lap.phase else { return run.sentence() };
    let summary = ending.summary();
    let named = run.laps.len() > 1 && lap.kind != Some(SourceKind::Script);
    Some(if named { format!("{}: {summary}", lap_title(lap)) } else { summary })
}

/// One row of the table of laps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Row {
    place: usize,
    mode: Mode,
    name: String,
    wall: String,
    speed_up: String,
    state: &'static str,
    said: String,
}

fn rows(run: &Run) -> Vec<Row> {
    let ratios = speed_ups(run);
    let with_counts = compares_counts(run);
    let script = run.laps.iter().any(|lap| lap.kind == Some(SourceKind::Script));
    let decisive = match run.phase {
        Phase::Ended(RunEnding::AsLap(lap)) => Some(lap as usize),
        _ => None,
    };
    let row = |(place, lap): (usize, &Lap)| {
        let mode = lap.plan.mode;
        let ratio = ratios.iter().find(|point| (point.mode, point.workers) == (mode, lap.plan.workers));
        let (state, said) = match &lap.phase {
            LapPhase::Waiting => ("waiting", "waiting".to_owned()),
            LapPhase::Skipped => ("skipped", "not run".to_owned()),
            LapPhase::Starting => ("running", "starting…".to_owned()),
            LapPhase::Measured { .. } => ("running", "running…".to_owned()),
            LapPhase::Ended(Ending::Completed { .. }) if lap.load.is_some() => {
                ("completed", lap.load_report().map_or("completed".to_owned(), LoadReport::summary))
            }
            LapPhase::Ended(Ending::Completed { .. }) if lap.is_desktop() => {
                ("completed", lap.window.frames(true).map_or("completed".to_owned(), |late| late.summary()))
            }
            LapPhase::Ended(Ending::Completed { results, .. }) if !script => {
                ("completed", count(u64::from(results.count), "task"))
            }
            LapPhase::Ended(Ending::Completed { .. }) => ("completed", "completed".to_owned()),
            // The run's ending or the traceback says it in full.
            LapPhase::Ended(Ending::Raised(raised)) => ("raised", format!("raised {}", raised.exception)),
            LapPhase::Ended(ending) if decisive == Some(place) => {
                (lap_ending(ending), lap_ending(ending).replace('-', " "))
            }
            LapPhase::Ended(ending) => (lap_ending(ending), ending.summary()),
        };
        let name = if with_counts { lap_name(lap) } else { mode.title().to_owned() };
        Row {
            place,
            mode,
            name: if script { "Script".to_owned() } else { name + &round(run, lap) },
            wall: match lap.phase {
                LapPhase::Measured { began } if lap.now > began => duration(lap.now.since(began)),
                _ => lap.wall().map(duration).unwrap_or_default(),
            },
            speed_up: match ratio {
                _ if lap.is_warm_up() => "not counted".to_owned(),
                Some(point) => format!("{}×", times(point.ratio)),
                None if lap.measured().is_some() && !mode.is_parallel() && !script => "1×".to_owned(),
                None => String::new(),
            },
            state,
            said,
        }
    };
    run.laps.iter().enumerate().filter(|(_, lap)| !script || lap.phase != LapPhase::Skipped).map(row).collect()
}

/// The table of laps.
#[component]
pub fn Laps(run: RwSignal<Option<Run>>) -> impl IntoView {
    let rows = Memo::new(move |_| run.with(|run| run.as_ref().map(rows).unwrap_or_default()));
    view! {
        <table class="laps" class:empty=move || rows.with(Vec::is_empty)>
            <caption class="unseen">"How each lap ended"</caption>
            <thead>
                <tr>
                    <th scope="col">"Mode"</th>
                    <th scope="col" class="number">"Time"</th>
                    <th scope="col" class="number">"Speed-up"</th>
                    <th scope="col">"Ending"</th>
                </tr>
            </thead>
            <tbody>
                {each(move || rows.get(), Row::clone, row_view)}
            </tbody>
        </table>
    }
}

fn row_view(row: Row) -> impl IntoView {
    let Row { place, mode, name, wall, speed_up, state, said } = row;
    view! {
        <tr data-state=state data-lap=place.to_string()>
            <th scope="row" class=format!("mode {mode}")><span class="swatch" aria-hidden="true"></span>{name}</th>
            <td class="number">{wall}</td>
            <td class="number">{speed_up}</td>
            <td>{said}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::{Round, RunEvent};

    #[test]
    fn the_line_says_how_far_it_is() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        assert_eq!(line(&run), "Queued: it is next.");
        run.apply(&RunEvent::Queued { ahead: 2 });
        assert_eq!(line(&run), "Queued: 2 other runs first.");
        sample::begin(&mut run, 0, 12);
        assert_eq!(line(&run), "Lap 1 of 2: Sequential, 0 of 12 tasks, 10.0 ms");
        run.apply(&RunEvent::Stopping(StopStage::Killing));
        assert!(line(&run).contains("did not react"));
    }

    #[test]
    fn phases_and_endings_have_names() {
        assert_eq!(phase(None), "idle");
        let mut run = sample::accepted(&[Mode::Sequential]);
        assert_eq!((phase(Some(&run)), ending(&run)), ("queued", None));
        sample::begin(&mut run, 0, 1);
        assert_eq!(phase(Some(&run)), "running");
        let done = sample::completed(&[(Mode::Sequential, 5)]);
        assert_eq!((phase(Some(&done)), ending(&done)), ("ended", Some("completed")));
        run.apply(&RunEvent::Ended(RunEnding::Withdrawn));
        assert_eq!(ending(&run), Some("stopped"));
    }

    #[test]
    fn the_table_has_times_and_speed_ups() {
        let run = sample::completed(&[(Mode::Sequential, 2_000), (Mode::Threads, 1_000)]);
        let cells: Vec<_> = rows(&run).into_iter().map(|row| (row.name, row.wall, row.speed_up)).collect();
        let row = |name: &str, wall: &str, ratio: &str| (name.to_owned(), wall.to_owned(), ratio.to_owned());
        assert_eq!(cells, [row("Sequential", "2.00 s", "1×"), row("Threads", "1.00 s", "2.0×")]);
    }

    #[test]
    fn rounds_and_warm_ups_are_told_apart() {
        let mut run = sample::repeated(&[Mode::Sequential], &[30, 20, 10]);
        for (lap, round) in run.laps.iter_mut().zip([Round::WarmUp(0), Round::Measured(0), Round::Measured(1)]) {
            lap.plan.round = round;
        }
        let cells: Vec<_> = rows(&run).into_iter().map(|row| (row.name, row.speed_up)).collect();
        let row = |name: &str, ratio: &str| (name.to_owned(), ratio.to_owned());
        let (first, second) = (row("Sequential, round 1", "1×"), row("Sequential, round 2", "1×"));
        assert_eq!(cells, [row("Sequential, warm-up", "not counted"), first, second]);
    }
}

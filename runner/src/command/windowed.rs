//! The table of programs with a window: a line for each lap.

use shared::{Lap, Lateness, Nanos, Run, duration};

use super::table::{NOTHING, Table, ending, has_rounds, left, mode_column, right};

/// Whether the source turned out to be a program with a window.
pub fn is_desktop(run: &Run) -> bool {
    run.laps.iter().any(Lap::is_desktop)
}

/// That of the laps, with a column for rounds and one for builds where there are several.
pub fn table(run: &Run, builds: usize, width: Option<usize>) -> Table {
    let mut columns = vec![mode_column(run), right("workers", 7)];
    columns.extend(has_rounds(run).then(|| right("round", 7)));
    columns.extend((builds > 1).then(|| left("build", 24)));
    columns.extend([
        right("at rest", 8),
        right("late p50", 8),
        right("p99", 8),
        right("freeze", 8),
        right("missed", 7),
    ]);
    columns.push(left("ending", 0));
    Table::new(columns, width)
}

/// What stands in the line of a lap that has ended, on the build of this title.
pub fn cells(run: &Run, lap: &Lap, build: &str, builds: usize) -> Vec<String> {
    let last = run.laps.iter().map(|lap| lap.plan.round.number()).max().unwrap_or_default();
    let mut cells = vec![lap.plan.mode.slug().to_owned(), lap.plan.workers.to_string()];
    cells.extend(has_rounds(run).then(|| format!("{}/{}", lap.plan.round.number() + 1, last + 1)));
    cells.extend((builds > 1).then(|| build.to_owned()));
    let (idle, busy) = (lap.window.frames(false), lap.window.frames(true));
    let at =
        |late: Option<Lateness>, of: fn(Lateness) -> Nanos| late.map_or(NOTHING.to_owned(), |late| duration(of(late)));
    cells.extend([
        at(idle, |late| late.p50),
        at(busy, |late| late.p50),
        at(busy, |late| late.p99),
        at(busy, |late| late.max),
        busy.map_or(NOTHING.to_owned(), |late| format!("{:.0} %", late.missed_share() * 100.0)),
        ending(lap),
    ]);
    cells
}

/// What a lap is at.
pub fn now(lap: &Lap) -> String {
    match lap.window.frames.last() {
        Some(frame) => format!("the window is {} late", duration(frame.late)),
        None => "the window opens".into(),
    }
}

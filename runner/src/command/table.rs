//! The tables as text: what stands in which column, padded, cut where a terminal ends.

use console::{Alignment, measure_text_width, pad_str, truncate_str};
use shared::{Bounds, Ending, Lap, LapGroup, LapPhase, Mode, Round, Run, SourceKind, Verdict, duration, speed_up};

/// What stands where there is nothing to say.
pub const NOTHING: &str = "-";
/// Between two columns.
const GAP: &str = "  ";
/// Less than this of a last column is no use: then it is left whole, and the terminal breaks the line.
const NARROWEST: usize = 12;

/// One column.
pub struct Column {
    heading: &'static str,
    width: usize,
    alignment: Alignment,
}

/// A table whose lines can be written one by one, since its columns are as wide as anything that can come.
pub struct Table {
    /// From left to right.
    pub columns: Vec<Column>,
    /// How many characters fit in a line of the terminal; none if it is none.
    pub width: Option<usize>,
}

impl Table {
    /// With these columns.
    pub fn new(columns: Vec<Column>, width: Option<usize>) -> Table {
        Table { columns, width }
    }

    /// That of the laps of a run, with a column for rounds and one for builds where there are several.
    pub fn of_laps(run: &Run, builds: usize, width: Option<usize>) -> Table {
        let rounds = has_rounds(run);
        let mut columns = vec![mode_column(run), right("workers", 7)];
        columns.extend(rounds.then(|| right("round", 7)));
        columns.extend((builds > 1).then(|| left("build", 24)));
        columns.extend([right("wall time", 9), right("speed-up", 8), left("ending", 0)]);
        Table { columns, width }
    }

    /// That of the medians.
    pub fn of_groups(run: &Run, width: Option<usize>) -> Table {
        let columns = vec![
            mode_column(run),
            right("workers", 7),
            right("laps", 4),
            right("median", 8),
            right("fastest to slowest", 20),
            right("deviation", 9),
            left("speed-up", 0),
        ];
        Table { columns, width }
    }

    /// The headings.
    pub fn heading(&self) -> String {
        let headings: Vec<String> = self.columns.iter().map(|column| column.heading.to_owned()).collect();
        self.line(&headings)
    }

    /// A line with these in its columns; the last is cut where the terminal ends.
    pub fn line(&self, cells: &[String]) -> String {
        let mut line = String::new();
        for (column, cell) in self.columns.iter().zip(cells) {
            if !line.is_empty() {
                line.push_str(GAP);
            }
            let room = self.width.unwrap_or(usize::MAX).saturating_sub(measure_text_width(&line));
            let cell = plain(cell);
            match column.width {
                0 if room < NARROWEST => line.push_str(&cell),
                0 => line.push_str(&truncate_str(&cell, room, "…")),
                width => line.push_str(&pad_str(&cell, width, column.alignment, None)),
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// A column that begins at its left end; of no width if it is the last.
pub fn left(heading: &'static str, width: usize) -> Column {
    Column { heading, width, alignment: Alignment::Left }
}

/// A column that ends at its right end.
pub fn right(heading: &'static str, width: usize) -> Column {
    Column { heading, width, alignment: Alignment::Right }
}

/// The first column.
pub fn mode_column(run: &Run) -> Column {
    let longest = run.laps.iter().map(|lap| lap.plan.mode.slug().len()).max().unwrap_or_default();
    left("mode", longest.max("script".len()))
}

/// In one line, and without anything that could move the terminal's cursor.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// What stands in the line of a lap that has ended, executed by the build of this title.
pub fn lap_cells(run: &Run, lap: &Lap, build: &str, builds: usize) -> Vec<String> {
    let last = run.laps.iter().filter(|lap| !lap.plan.round.is_warm_up()).map(|lap| lap.plan.round.number()).max();
    let round = match lap.plan.round {
        _ if lap.kind == Some(SourceKind::Script) => NOTHING.to_owned(),
        Round::WarmUp(_) => "warm-up".to_owned(),
        Round::Measured(round) => format!("{}/{}", round + 1, last.unwrap_or_default() + 1),
    };
    let mut cells = vec![lap_title(lap).to_owned(), lap.plan.workers.to_string()];
    cells.extend(has_rounds(run).then_some(round));
    cells.extend((builds > 1).then(|| build.to_owned()));
    let speed_up = match lap.plan.mode {
        Mode::Sequential => NOTHING.to_owned(),
        _ => speed_up(run, lap).map_or(NOTHING.to_owned(), ratio),
    };
    cells.extend([lap.wall().map_or(NOTHING.to_owned(), duration), speed_up, ending(lap)]);
    cells
}

/// What stands in the line of a group.
pub fn group_cells(group: &LapGroup) -> Vec<String> {
    let (fastest, slowest) = (group.walls.iter().min(), group.walls.iter().max());
    let spread =
        fastest.zip(slowest).map(|(fastest, slowest)| format!("{} to {}", duration(*fastest), duration(*slowest)));
    let speed_up = match group.speed_up {
        Some(speed_up) => {
            let noise = if speed_up.is_noise() { ", within the noise" } else { "" };
            let said = ratio(speed_up.ratio);
            match speed_up.spread() {
                Some(Bounds { low, high }) => format!("{said} ({} to {}){noise}", ratio(low), ratio(high)),
                None => format!("{said}, of one lap"),
            }
        }
        None if group.mode.is_parallel() => NOTHING.to_owned(),
        None => "the baseline".to_owned(),
    };
    vec![
        group.mode.slug().to_owned(),
        group.workers.to_string(),
        group.walls.len().to_string(),
        duration(group.median),
        spread.unwrap_or_default(),
        group.deviation.map_or(NOTHING.to_owned(), duration),
        speed_up,
    ]
}

/// Whether a run has several rounds, warm-ups included.
pub fn has_rounds(run: &Run) -> bool {
    run.laps.iter().any(|lap| lap.plan.round != Round::Measured(0))
}

/// What a lap is called.
pub fn lap_title(lap: &Lap) -> &'static str {
    match lap.kind {
        Some(SourceKind::Script) => "script",
        _ => lap.plan.mode.slug(),
    }
}

/// How a lap has ended, in short if it is good.
pub fn ending(lap: &Lap) -> String {
    let LapPhase::Ended(ending) = &lap.phase else { return NOTHING.to_owned() };
    let verdict = match &lap.verdict {
        None => String::new(),
        Some(Verdict::Passed) => ", check passed".into(),
        Some(Verdict::Failed(sentence)) => format!(", check failed: {sentence}"),
        Some(Verdict::Broken(trace)) => {
            format!(", check broken: {}", trace.trim_end().lines().next_back().unwrap_or_default())
        }
    };
    match ending {
        Ending::Completed { .. } => format!("completed{verdict}"),
        _ => ending.sentence(),
    }
}

/// How many times as fast.
fn ratio(ratio: f64) -> String {
    format!("{ratio:.2}")
}

#[cfg(test)]
mod tests {
    use shared::{CellId, Nanos, Rounds, RunId, RunTicket, SpeedUp, plan};

    use super::*;

    fn run(repeats: impl Into<Rounds>) -> Run {
        let plan = plan(&[Mode::Sequential, Mode::Subinterpreters], &[2], repeats).unwrap();
        Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan })
    }

    #[test]
    fn lines_stand_under_each_other_and_end_with_the_terminal() {
        let cells = ["threads", "2", "1.02 s", "0.97", "ValueError: 数値\nis no number in task 3"].map(str::to_owned);
        for (width, heading, line) in [
            (
                None,
                "mode             workers  wall time  speed-up  ending",
                "threads                2     1.02 s      0.97  ValueError: 数値 is no number in task 3",
            ),
            (
                Some(66),
                "mode             workers  wall time  speed-up  ending",
                "threads                2     1.02 s      0.97  ValueError: 数値 i…",
            ),
            (
                Some(20),
                "mode             workers  wall time  speed-up  ending",
                "threads                2     1.02 s      0.97  ValueError: 数値 is no number in task 3",
            ),
        ] {
            let table = Table::of_laps(&run(1), 1, width);
            assert_eq!((table.heading().as_str(), table.line(&cells).as_str()), (heading, line));
        }
    }

    #[test]
    fn rounds_and_builds_have_columns_where_there_are_several() {
        for (repeats, builds, heading) in [
            (3, 1, "mode             workers    round  wall time  speed-up  ending"),
            (1, 2, "mode             workers  build                     wall time  speed-up  ending"),
        ] {
            assert_eq!(Table::of_laps(&run(repeats), builds, None).heading(), heading);
            let cells = lap_cells(&run(repeats), &run(repeats).laps[1], "CPython 3.14.1", builds);
            assert_eq!(cells.len(), 6, "{cells:?}");
        }
    }

    #[test]
    fn nothing_moves_the_cursor() {
        let table = Table::of_groups(&run(1), None);
        assert_eq!(table.line(&["a\x1b[2Jb\r".to_owned()]), "a [2Jb");
    }

    #[test]
    fn a_speed_up_comes_with_its_spread() {
        let (mode, workers) = (Mode::Threads, 2);
        let (range, interval) = (Bounds { low: 0.9, high: 1.3 }, Bounds { low: 0.97, high: 1.061 });
        let speed_up = SpeedUp { mode, workers, ratio: 1.02, rounds: 3, range, interval: Some(interval) };
        let walls = vec![Nanos(1_000_000), Nanos(2_500_000), Nanos(3_000_000)];
        let deviation = Some(Nanos(500_000));
        let group =
            LapGroup { mode, workers, median: walls[1], walls, deviation, interval: None, speed_up: Some(speed_up) };
        let cells = group_cells(&group);
        assert_eq!(cells[4..], ["1.00 ms to 3.00 ms", "500 µs", "1.02 (0.97 to 1.06), within the noise"]);
        for (rounds, said) in [(2, "1.02 (0.90 to 1.30), within the noise"), (1, "1.02, of one lap")] {
            let speed_up = SpeedUp { rounds, interval: None, ..speed_up };
            assert_eq!(group_cells(&LapGroup { speed_up: Some(speed_up), ..group.clone() })[6], said);
        }
    }

    #[test]
    fn a_warm_up_is_called_so() {
        let run = run(Rounds { warm_up: 1, measured: 1 });
        let rounds: Vec<_> = run.laps.iter().map(|lap| lap_cells(&run, lap, "", 1)[2].clone()).collect();
        assert_eq!(rounds, ["warm-up", "warm-up", "1/1", "1/1"]);
    }
}

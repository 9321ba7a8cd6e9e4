//! The rows of the log, made from a run.

use shared::{Line, Mode, Run, RunId, Stream};

use super::ansi;
use super::filter::Filter;
use crate::text::{lap_title, worker_tag};

/// In a flood, who follows the end gets so many of the last lines, about twice what is seen of them: more would keep the
/// page busy.
pub const FLOOD_ROWS: usize = 24;

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// What follows was printed in this lap.
    Lap { lap: usize, title: String },
    /// A line.
    Line { lap: usize, mode: Mode, line: Line },
    /// Lines that are not shown.
    Hidden { lap: usize, count: u64 },
}

/// What tells a row from others; a line that grows is another row.
pub type Key = (RunId, usize, u64, usize);

impl Row {
    pub fn key(&self, run: RunId) -> Key {
        match self {
            Row::Lap { lap, .. } => (run, *lap, u64::MAX, 0),
            Row::Line { lap, line, .. } => (run, *lap, line.number, line.text.len()),
            Row::Hidden { lap, count } => (run, *lap, u64::MAX - 1, *count as usize),
        }
    }

    pub fn lap(&self) -> usize {
        match self {
            Row::Lap { lap, .. } | Row::Line { lap, .. } | Row::Hidden { lap, .. } => *lap,
        }
    }
}

/// The rows of a run's log that a filter lets through. Of laps with more lines than are kept at most `most` of the last.
pub fn rows(run: &Run, filter: &Filter, most: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let several = run.laps.iter().filter(|lap| lap.output.count() > 0).count() > 1;
    for (number, lap) in run.laps.iter().enumerate().filter(|(_, lap)| lap.output.count() > 0) {
        if several {
            rows.push(Row::Lap { lap: number, title: lap_title(lap) });
        }
        let row = |line: &Line| Row::Line { lap: number, mode: lap.plan.mode, line: line.clone() };
        rows.extend(lap.output.head().iter().map(row));
        let tail = lap.output.tail().count();
        let left_out = if lap.output.hidden() > 0 { tail.saturating_sub(most) } else { 0 };
        if lap.output.hidden() > 0 {
            rows.push(Row::Hidden { lap: number, count: lap.output.hidden() + left_out as u64 });
        }
        rows.extend(lap.output.tail().skip(left_out).map(row));
    }
    rows.retain(|row| filter.lets(row));
    rows
}

/// The lines as text: each with who printed it, if there are several.
pub fn text(rows: &[Row]) -> String {
    let lines =
        || rows.iter().filter_map(|row| if let Row::Line { mode, line, .. } = row { Some((mode, line)) } else { None });
    let mut writers = lines().map(|(mode, line)| (mode, line.worker));
    let first = writers.next();
    let several = writers.any(|writer| Some(writer) != first);
    let mut text = String::new();
    for row in rows {
        match row {
            Row::Lap { title, .. } => text += &format!("--- {title} ---\n"),
            Row::Hidden { count, .. } => text += &format!("--- {count} lines are not shown ---\n"),
            Row::Line { mode, line, .. } => {
                if several {
                    text += &format!("[{}] ", worker_tag(*mode, line.worker));
                }
                text += &ansi::plain(&line.text);
                text.push('\n');
            }
        }
    }
    text
}

/// What a line's stream is called, where it isn't the usual one.
pub fn sign(stream: Stream) -> Option<&'static str> {
    match stream {
        Stream::Stdout => None,
        Stream::Stderr => Some("err"),
        Stream::Native => Some("native"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::LapEvent;

    pub fn print(run: &mut Run, lap: u32, worker: u32, text: &str) {
        let event = LapEvent::Output { worker: Some(worker), task: None, stream: Stream::Stdout, text: text.into() };
        sample::in_lap(run, lap, event);
    }

    fn all(run: &Run) -> Vec<Row> {
        rows(run, &Filter::default(), usize::MAX)
    }

    #[test]
    fn laps_are_named_only_where_there_are_several() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        print(&mut run, 0, 0, "one\n");
        assert_eq!(all(&run).len(), 1);
        sample::begin(&mut run, 1, 1);
        print(&mut run, 1, 1, "two\n");
        let rows = all(&run);
        assert_eq!(rows.len(), 4);
        assert!(matches!(&rows[2], Row::Lap { title, .. } if title == "Threads with 2 workers"));
        let only = Filter { lap: Some(1), ..Filter::default() };
        assert!(super::rows(&run, &only, usize::MAX).iter().all(|row| row.lap() == 1));
    }

    #[test]
    fn a_flood_is_a_few_rows_with_distinct_keys() {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        for number in 0..50_000 {
            print(&mut run, 0, 1, &format!("{number}\n"));
        }
        let rows = all(&run);
        assert_eq!(rows.len(), 501);
        assert!(rows.contains(&Row::Hidden { lap: 0, count: 49_500 }));
        let keys: std::collections::BTreeSet<Key> = rows.iter().map(|row| row.key(RunId(1))).collect();
        assert_eq!(keys.len(), rows.len());
        let few = super::rows(&run, &Filter::default(), FLOOD_ROWS);
        assert_eq!(few.len(), 200 + 1 + FLOOD_ROWS);
        assert!(few.contains(&Row::Hidden { lap: 0, count: 50_000 - 200 - FLOOD_ROWS as u64 }));
        assert_eq!(few.last(), rows.last());
    }

    #[test]
    fn what_is_copied_says_who_printed_it_where_there_are_several() {
        let mut run = sample::accepted(&[Mode::Threads]);
        sample::begin(&mut run, 0, 1);
        print(&mut run, 0, 0, "\x1b[31mone\x1b[0m\n");
        assert_eq!(text(&all(&run)), "one\n");
        print(&mut run, 0, 1, "two\n");
        assert_eq!(text(&all(&run)), "[thread 0] one\n[thread 1] two\n");
        let only = Filter { worker: Some(Some(1)), ..Filter::default() };
        assert_eq!(text(&rows(&run, &only, usize::MAX)), "two\n");
    }
}

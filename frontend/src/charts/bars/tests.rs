use shared::{LapEvent, Running};

use super::super::sample;
use super::*;

fn spans(count: u64, length: u64, gap: u64) -> Vec<Span> {
    (0..count)
        .map(|task| {
            let start = task * (length + gap);
            Span { task: task as u32, start: Nanos(start), end: Nanos(start + length), cpu: Nanos(length) }
        })
        .collect()
}

#[test]
fn a_million_tasks_become_one_bar_where_no_gap_could_be_seen() {
    let bunches = together(&spans(1_000_000, 900, 100), Nanos(1_000_000));
    assert_eq!(bunches, [Bunch { start: Nanos(0), end: Nanos(999_999_900), tasks: 1_000_000 }]);
}

#[test]
fn there_are_never_more_bars_than_columns() {
    for (length, gap) in [(1, 999), (500, 500), (999, 1), (1, 1)] {
        let spans = spans(10_000, length, gap);
        let width = spans[9_999].end.0;
        let column = Nanos((width / 200).max(1));
        let bunches = together(&spans, column);
        assert!(bunches.len() <= 202, "{} bars of {length} and {gap}", bunches.len());
        assert_eq!(bunches.iter().map(|bunch| bunch.tasks).sum::<u64>(), 10_000);
        assert!(bunches.windows(2).all(|pair| pair[0].end <= pair[1].start));
    }
}

#[test]
fn gaps_that_can_be_seen_stay() {
    let bunches = together(&spans(3, 1_000, 5_000), Nanos(100));
    assert_eq!(bunches.len(), 3);
}

#[test]
fn a_lap_has_a_heading_and_a_row_for_each_worker() {
    let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
    sample::begin(&mut run, 0, 4);
    let (rows, _) = layout(&run, false);
    assert_eq!(rows, ["", "sequential"], "a lap that waits has no rows yet");
    let done = sample::completed(&[(Mode::Sequential, 100), (Mode::Threads, 104)]);
    let (rows, bars) = layout(&done, false);
    assert_eq!(rows, ["", "sequential", "", "threads · 0", "threads · 1"]);
    let headings: Vec<_> = bars.iter().filter(|bar| bar.kind == Kind::Heading).map(|bar| bar.text.as_str()).collect();
    assert_eq!(headings, ["Sequential   100 ms", "Threads   104 ms   0.96× as fast"]);
    let end = bars.iter().rfind(|bar| bar.kind == Kind::End).unwrap();
    assert_eq!((end.row, end.end, end.number), (3, Nanos(114_000_000), 2));
}

#[test]
fn the_running_task_grows_with_the_clock() {
    let mut run = sample::accepted(&[Mode::Threads]);
    sample::begin(&mut run, 0, 4);
    for at in [50_000_000, 100_000_000] {
        let running = vec![Running { worker: 1, task: 3, start: Nanos(20_000_000) }];
        sample::in_lap(&mut run, 0, LapEvent::Progress { at: Nanos(at), running });
        let (_, bars) = layout(&run, false);
        let bar = bars.iter().find(|bar| bar.kind == Kind::Running).unwrap();
        assert_eq!((bar.row, bar.start, bar.end, bar.number), (2, Nanos(20_000_000), Nanos(at), 3));
    }
}

//! Very many, very large.

use shared::{Ending, Mode};

use crate::harness::{modes, run, run_checked};

#[test]
fn a_hundred_thousand_tiny_tasks() {
    let source = "ITEMS = range(100_000)\ndef work(item): return item * 2\n";
    let check = "def check(results, lap):\n    assert results == [2 * n for n in range(100_000)]\n    assert [task.task for task in lap.tasks] == list(range(100_000))\n";
    for mode in modes() {
        let record = run_checked(source, mode, check);
        record.results();
        let verdict = record.events.last();
        assert!(matches!(verdict, Some(shared::LapEvent::Checked(shared::Verdict::Passed))), "{mode}: {verdict:?}");
        let mut tasks: Vec<u32> = record.spans().iter().map(|(_, span)| span.task).collect();
        tasks.sort_unstable();
        assert!(tasks.iter().copied().eq(0..100_000), "{mode}: {} spans", tasks.len());
    }
}

#[test]
fn one_giant_task() {
    for mode in modes() {
        let record = run("ITEMS = [3_000_000]\ndef work(item): return sum(range(item))\n", mode, 4);
        assert_eq!(record.results(), ["4499998500000"], "{mode}");
        assert_eq!(record.spans().len(), 1, "{mode}");
    }
}

#[test]
fn values_that_are_too_large_for_a_process() {
    // The system gives zeroes that nobody reads for nothing. The other modes have no such limit.
    let limit = "1,100,000,000 bytes. In the mode processes items and results are sent from process to process, at most \
                 1,073,737,728 bytes each: use smaller pieces. The same code works in the modes sequential, threads and \
                 subinterpreters.";
    for (source, place) in [
        ("ITEMS = [1, bytes(1_100_000_000)]\ndef work(item): return 1\n", ": Item 1 of `ITEMS` has"),
        (
            "ITEMS = [1]\ndef work(item): return bytes(1_100_000_000)\n",
            " in task 0: What `work` returned for item 0 has",
        ),
    ] {
        let record = run(source, Mode::Processes, 2);
        let sentence = record.ending.as_ref().map(Ending::sentence).unwrap_or_default();
        assert_eq!(sentence, format!("OverflowError{place} {limit}"));
        record.assert_nothing_left();
    }
}

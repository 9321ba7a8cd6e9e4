//! What is the same in every mode.

use std::collections::BTreeSet;

use shared::{Feed, LapEvent, LapRequest, Mode, SourceKind, Span, Verdict};

use crate::harness::{all, called, modes, parallel, request, run, run_checked, run_request};

#[test]
fn every_mode_gives_the_same_results_and_one_span_for_each_task() {
    let source = "ITEMS = range(30)\ndef work(item):\n    return item * item\n";
    for (mode, source) in all(source) {
        let workers = if mode.is_parallel() { 2 } else { 1 };
        let record = run(&source, mode, workers);
        let squares: Vec<String> = (0..20).map(|item| (item * item).to_string()).collect();
        assert_eq!(record.results(), squares, "{mode}");

        let mut spans = record.spans();
        spans.sort_by_key(|(_, span)| span.task);
        let tasks: Vec<u32> = spans.iter().map(|(_, span)| span.task).collect();
        assert_eq!(tasks, (0..30).collect::<Vec<_>>(), "{mode}");
        assert!(spans.iter().all(|(worker, span)| *worker < workers && span.start <= span.end), "{mode}");
    }
}

#[test]
fn events_come_in_order() {
    for (mode, source) in all("ITEMS = [1, 2]\ndef work(item): print(item)\n") {
        let workers = if mode.is_parallel() { 3 } else { 1 };
        let record = run(&source, mode, workers);
        assert!(matches!(record.events[0], LapEvent::Source(SourceKind::Workload)), "{mode}");
        let ready: BTreeSet<u32> = record.events[1..]
            .iter()
            .map_while(|event| if let LapEvent::WorkerReady { worker, .. } = event { Some(*worker) } else { None })
            .collect();
        assert_eq!(ready, (0..workers).collect(), "{mode}");
        let mut rest = record.events[1 + workers as usize..].iter();
        let Some(LapEvent::Began { tasks: 2, at }) = rest.find(|event| !matches!(event, LapEvent::Wrapped { .. }))
        else {
            panic!("{mode}: {:?}", record.events)
        };
        assert!(record.spans().iter().all(|(_, span)| span.start >= *at), "{mode}");
        let begins = record.events.iter().filter(|event| matches!(event, LapEvent::Began { .. })).count();
        assert_eq!(begins, 1, "{mode}");
    }
}

#[test]
fn the_source_is_replayed_as_multiprocessing_does() {
    let source = "
import sys
ITEMS = [0, 1, 2, 3]
def work(item):
    main, replayed = sys.modules['__main__'], sys.modules['__mp_main__']
    return __name__, main is replayed, main.work is work, __file__, sys.argv[0] == __file__, sys.path[0]
if __name__ == '__main__':
    raise SystemExit('a main guard has fired')
";
    for (mode, source) in all(source) {
        let record = run(&source, mode, 2);
        let expected = "('__mp_main__', True, True, '/nonexistent/cell.py', True, '/nonexistent')";
        assert_eq!(record.results(), [expected; 4], "{mode}");
    }
}

#[test]
fn objects_of_the_source_s_classes_are_items_and_results() {
    let source = "
from dataclasses import dataclass
@dataclass
class Point:
    x: int
def ITEMS():
    return (Point(number) for number in range(3))
def work(point):
    assert type(point) is Point, type(point)
    return [Point(point.x + 1), None, True, 1.5, b'bytes', 'te\\u00e4t', 2 ** 80]
";
    for (mode, source) in all(source) {
        let record = run(&source, mode, 2);
        let first = "[Point(x=1), None, True, 1.5, b'bytes', 'teät', 1208925819614629174706176]";
        assert_eq!(record.results()[0], first, "{mode}");
    }
}

#[test]
fn plain_values_cross_as_they_are() {
    let source = "
ITEMS = [None, True, -1, 2 ** 63, 0.5, 'text \\udc80', '€', b'\\x00\\xff', (1,), type('Number', (int,), {'__module__': 'x'}) and 7]
def work(item): return item
";
    let expected =
        ["None", "True", "-1", "9223372036854775808", "0.5", r"'text \udc80'", "'€'", r"b'\x00\xff'", "(1,)", "7"];
    for (mode, source) in all(source) {
        assert_eq!(run(&source, mode, 2).results(), expected, "{mode}");
    }
}

#[test]
fn workers_work_at_the_same_time() {
    let source = "import time\nITEMS = range(8)\ndef work(item): time.sleep(0.1)\n";
    for mode in parallel() {
        let record = run(source, mode, 4);
        record.results();
        let workers: BTreeSet<u32> = record.spans().iter().map(|(worker, _)| *worker).collect();
        assert_eq!(workers.len(), 4, "{mode}");
        let progress = |event: &LapEvent| matches!(event, LapEvent::Progress { running, .. } if running.len() == 4);
        assert!(record.events.iter().any(progress), "{mode}");
    }
}

#[test]
fn workers_share_what_their_mode_shares() {
    let source = "
import os, time
seen = set()
ITEMS = range(4)
def work(item):
    time.sleep(0.05)
    seen.add(item)
    return os.getpid(), id(seen)
";
    for mode in called() {
        let (processes, sets) = match mode {
            Mode::Sequential | Mode::Threads | Mode::FreeThreaded | Mode::ThreadPool | Mode::Asyncio => (1, 1),
            Mode::Subinterpreters | Mode::SharedGil | Mode::InterpreterPool => (1, 2),
            Mode::Processes | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => (2, 0),
        };
        let record = run(source, mode, 2);
        let count = |part: fn(&str) -> &str| {
            record.results().iter().map(|result| part(result)).collect::<BTreeSet<&str>>().len()
        };
        assert_eq!(count(|result| result.split(',').next().unwrap()), processes, "{mode}");
        // Two processes may have their sets at the same address.
        if sets > 0 {
            assert_eq!(count(|result| result.split(',').nth(1).unwrap()), sets, "{mode}");
        }
    }
}

#[test]
fn cpu_time_is_measured() {
    let source = "import time\nITEMS = ['sleep', 'spin']\ndef work(item):\n    end = time.monotonic() + 0.1\n    if item == 'sleep':\n        time.sleep(0.1)\n    while time.monotonic() < end: pass\n";
    let record = run(source, Mode::Sequential, 1);
    let spans = record.spans();
    assert!(spans[0].1.cpu.millis() < 40.0, "{spans:?}");
    assert!(spans[1].1.cpu.millis() > spans[0].1.cpu.millis(), "{spans:?}");
}

#[test]
fn large_bytes_arrive_whole_both_ways() {
    let source = "
ITEMS = [bytes([number]) * size for number, size in enumerate((4095, 4096, 65_535, 65_536, 3_000_000))]
def work(item):
    assert type(item) is bytes and len(set(item)) == 1
    return bytes([item[0] + 100]) * len(item)
";
    let check = "
def check(results, lap):
    sizes = 4095, 4096, 65_535, 65_536, 3_000_000
    assert results == [bytes([number + 100]) * size for number, size in enumerate(sizes)]
";
    for mode in parallel() {
        let record = run_checked(source, mode, check);
        let passed = |event: &LapEvent| matches!(event, LapEvent::Checked(Verdict::Passed));
        assert!(record.events.iter().any(passed), "{mode}: {record:?}");
    }
}

#[test]
fn fed_one_by_one_every_task_is_executed_after_the_other() {
    for mode in modes() {
        let source = "ITEMS = range(50)\ndef work(item): return item\n";
        let record = run_request(LapRequest { feed: Feed::OneByOne, ..request(source, mode, 2) });
        assert_eq!(record.results()[..3], ["0", "1", "2"], "{mode}");
        let mut spans: Vec<Span> = record.spans().into_iter().map(|(_, span)| span).collect();
        spans.sort_by_key(|span| span.task);
        assert_eq!(spans.len(), 50, "{mode}");
        assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{mode}: {spans:?}");
    }
}

#[test]
fn what_is_raised_ends_a_lap_that_is_fed_one_by_one() {
    for mode in modes() {
        let source = "ITEMS = [1, 0, 1]\ndef work(item): return 1 / item\n";
        let record = run_request(LapRequest { feed: Feed::OneByOne, ..request(source, mode, 2) });
        assert_eq!(record.raised().exception, "ZeroDivisionError", "{mode}");
    }
}

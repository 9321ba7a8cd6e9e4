//! The threads that a script starts are followed, each in a lane of its own, with answers that are known beforehand.

use shared::{Interval, LapEvent, MAX_WORKERS, Mode, State, StateTotals};

use crate::harness::{Record, build, run};
use crate::states::{intervals, share, totals, waits_for_gil, waits_half_of_the_time};

/// Wait for all of them, so that the main thread does nothing else.
const JOIN: &str = "
for thread in threads: thread.start()
for thread in threads: thread.join()
";

const SPIN: &str = "
import threading, time
END = time.monotonic() + 0.8
def spin():
    while time.monotonic() < END: pass
";

/// The lanes of a script that must have completed: what each is called, and its totals, the main thread's first.
fn lanes(source: &str) -> (Record, Vec<(String, StateTotals)>) {
    let record = run(source, Mode::Sequential, 1);
    let mut names = vec![String::new()];
    for event in &record.events {
        if let LapEvent::Thread { worker, name, .. } = event {
            assert!(*worker >= 1 && *worker < MAX_WORKERS, "{event:?}");
            names.resize(names.len().max(*worker as usize + 1), String::new());
            names[*worker as usize].clone_from(name);
        }
    }
    let lanes = names.into_iter().zip(totals(&record)).collect();
    (record, lanes)
}

/// What a thread of this name is called.
fn called(name: &str, lane: usize) -> String {
    // Before, the system knows only the process's name.
    if build().python.minor >= 14 { name.to_owned() } else { format!("thread {lane}") }
}

#[test]
fn two_threads_of_a_script_wait_for_the_gil_half_of_the_time() {
    let source =
        format!("{SPIN}threads = [threading.Thread(target=spin, name=f'spin {{number}}') for number in 'ab']{JOIN}");
    let (record, lanes) = lanes(&source);
    assert_eq!(lanes.len(), 3);
    let mut names = [lanes[1].0.clone(), lanes[2].0.clone()];
    names.sort_unstable();
    assert_eq!(names, [called("spin a", 1), called("spin b", 2)]);
    waits_half_of_the_time(lanes[1].1.plus(lanes[2].1));
    for (name, totals) in &lanes[1..] {
        assert!(waits_for_gil(*totals, 5), "{name}: {totals:?}");
    }
    // It joins them.
    assert!(share(lanes[0].1, State::Blocked) > 0.7, "{lanes:?}");
    let ended: Vec<u32> = record.events.iter().filter_map(ended).collect();
    assert!(ended.iter().all(|worker| [1, 2].contains(worker)), "{ended:?}");
    for worker in 0..3 {
        let intervals = intervals(&record, worker);
        let follow = |pair: &[Interval]| pair[0].end == pair[1].start;
        assert!(!intervals.is_empty() && intervals.windows(2).all(follow), "{worker}: {intervals:?}");
    }
}

fn ended(event: &LapEvent) -> Option<u32> {
    if let LapEvent::ThreadEnded { worker, .. } = event { Some(*worker) } else { None }
}

#[test]
fn the_threads_of_an_executor_have_lanes() {
    let source = format!(
        "{SPIN}
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as executor:
    list(executor.map(lambda item: spin(), range(2)))
"
    );
    let (_, lanes) = lanes(&source);
    assert_eq!(lanes.len(), 3, "{lanes:?}");
    assert_eq!(lanes[1].0, called("ThreadPoolExecu…", 1));
    waits_half_of_the_time(lanes[1].1.plus(lanes[2].1));
}

#[test]
fn the_interpreters_of_an_executor_do_not_wait_for_each_other() {
    if build().python.minor < 14 {
        println!("SKIPPED: InterpreterPoolExecutor is there since CPython 3.14.");
        return;
    }
    let source = "
from concurrent.futures import InterpreterPoolExecutor
SPIN = '''
import time
end = time.monotonic() + 1
while time.monotonic() < end: pass
'''
with InterpreterPoolExecutor(2) as executor:
    list(executor.map(exec, [SPIN, SPIN]))
";
    let (record, lanes) = lanes(source);
    assert_eq!(lanes.len(), 3, "{lanes:?}");
    let mut interpreters = Vec::new();
    for (worker, (_, totals)) in (1..).zip(&lanes[1..]) {
        assert!(share(*totals, State::WaitingForGil) < 0.1, "{totals:?}");
        assert!(totals.with_gil.0 > totals.without_gil.0 * 4, "{totals:?}");
        // The one in which it was for most of the time.
        let most = intervals(&record, worker).into_iter().filter_map(|interval| match interval.state {
            State::WithGil(interpreter) => Some((interval.end.since(interval.start), interpreter)),
            _ => None,
        });
        let mut by_interpreter = std::collections::BTreeMap::new();
        most.for_each(|(time, interpreter)| *by_interpreter.entry(interpreter).or_insert(0) += time.0);
        interpreters
            .extend(by_interpreter.into_iter().max_by_key(|(_, time)| *time).map(|(interpreter, _)| interpreter));
    }
    assert!(
        interpreters.len() == 2 && interpreters[0] != interpreters[1] && !interpreters.contains(&0),
        "{interpreters:?}"
    );
}

#[test]
fn a_thread_that_sleeps_is_blocked() {
    let source = format!(
        "import threading, time
threads = [threading.Thread(target=time.sleep, args=[0.5], name='sleeper')]{JOIN}"
    );
    let (_, lanes) = lanes(&source);
    assert_eq!(lanes.len(), 2, "{lanes:?}");
    assert_eq!(lanes[1].0, called("sleeper", 1));
    assert!(share(lanes[1].1, State::Blocked) > 0.7, "{lanes:?}");
    assert!(share(lanes[1].1, State::WaitingForGil) < 0.05, "{lanes:?}");
}

#[test]
fn threads_and_interpreters_that_come_and_go_do_no_harm() {
    let mut source = "
import threading, time
for number in range(400):
    thread = threading.Thread(target=time.sleep, args=[0.003])
    thread.start()
    if number % 4: thread.join()
"
    .to_owned();
    if build().python.minor >= 14 {
        source += "
from concurrent import interpreters
for number in range(30):
    interpreter = interpreters.create()
    interpreter.call(time.sleep, 0.005)
    interpreter.close()
";
    }
    let (_, lanes) = lanes(&source);
    assert!((2..=MAX_WORKERS as usize).contains(&lanes.len()), "{}", lanes.len());
}

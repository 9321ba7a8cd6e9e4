//! The standard library's executors, and what they do with what can go wrong.

use std::collections::BTreeSet;

use shared::{Cause, Ending, LapEvent, Mode, StopStage, Stream};

use crate::harness::{Kernel, Record, pools, request, run, skipped};

const PROCESSES: [Mode; 2] = [Mode::ProcessPoolForkserver, Mode::ProcessPoolSpawn];

fn sentence(record: &Record) -> String {
    record.ending.as_ref().map(Ending::sentence).unwrap_or_default()
}

#[test]
fn all_workers_work_at_the_same_time() {
    let source = "import time\nITEMS = range(8)\ndef work(item): time.sleep(0.1)\n";
    for mode in pools() {
        let record = run(source, mode, 4);
        record.results();
        let workers: BTreeSet<u32> = record.spans().iter().map(|(worker, _)| *worker).collect();
        assert_eq!(workers.len(), 4, "{mode}");
        record.assert_nothing_left();
    }
}

#[test]
fn what_the_wrapper_costs_is_said_before_measurement_begins() {
    for mode in pools() {
        let record = run("ITEMS = [1]\ndef work(item): pass\n", mode, 2);
        record.results();
        let place = |wanted: fn(&LapEvent) -> bool| record.events.iter().position(wanted).unwrap();
        let wrapped = place(|event| matches!(event, LapEvent::Wrapped { per_task } if per_task.0 > 0));
        assert!(wrapped < place(|event| matches!(event, LapEvent::Began { .. })), "{mode}");
    }
}

#[test]
fn cpu_time_is_that_of_the_task() {
    let source = "import time\nITEMS = ['sleep', 'spin']\ndef work(item):\n    end = time.monotonic() + 0.1\n    if item == 'sleep':\n        time.sleep(0.1)\n    while time.monotonic() < end: pass\n";
    for mode in pools() {
        let mut spans = run(source, mode, 1).spans();
        spans.sort_by_key(|(_, span)| span.task);
        assert!(spans[0].1.cpu.millis() < 40.0, "{mode}: {spans:?}");
        assert!(spans[1].1.cpu > spans[0].1.cpu && spans[1].1.cpu <= spans[1].1.end.since(spans[1].1.start), "{mode}");
    }
}

#[test]
fn what_workers_print_has_their_number_and_task() {
    let source = "
import sys
ITEMS = range(6)
def work(item):
    print('item', item)
    print('€' * 3000, item, file=sys.stderr)
    sys.stdout.write(f'no end {item}')
";
    for mode in pools() {
        let record = run(source, mode, 2);
        record.results();
        for (worker, span) in record.spans() {
            let of = |stream| -> String {
                let own = |(by, task, _): &(Option<u32>, Option<u32>, String)| {
                    (*by, *task) == (Some(worker), Some(span.task))
                };
                record.output(stream).into_iter().filter(own).map(|(_, _, text)| text).collect()
            };
            let task = span.task;
            assert_eq!(of(Stream::Stdout), format!("item {task}\nno end {task}"), "{mode}");
            assert_eq!(of(Stream::Stderr), format!("{} {task}\n", "€".repeat(3000)), "{mode}");
        }
        assert_eq!(record.text(Stream::Native), "", "{mode}");
    }
}

#[test]
fn what_is_raised_keeps_its_place_and_its_lines() {
    let source = "
class Odd(Exception):
    def __init__(self, one, two):
        super().__init__(f'{one} and {two}')
def inner(item):
    raise Odd(item, 'more')
ITEMS = [1, 2, 3, 4]
def work(item):
    if item == 3:
        inner(item)
";
    for mode in pools() {
        let record = run(source, mode, 2);
        let raised = record.raised();
        let place = (raised.exception.as_str(), raised.message.as_str(), raised.line, raised.task);
        assert_eq!(place, ("Odd", "3 and more", Some(6), Some(2)), "{mode}: {raised:?}");
        assert!(raised.worker.is_some(), "{mode}");
        assert!(raised.traceback.contains("    raise Odd(item, 'more')"), "{mode}: {}", raised.traceback);
        assert!(!raised.traceback.contains("virgil"), "{mode}: {}", raised.traceback);
        record.assert_nothing_left();
    }
}

#[test]
fn what_is_raised_ends_a_lap_though_an_earlier_task_goes_on() {
    let source = "ITEMS = [0, 1]\ndef work(item):\n    while item == 0: pass\n    raise ValueError('no')\n";
    for mode in pools() {
        assert_eq!(run(source, mode, 2).raised().task, Some(1), "{mode}");
    }
}

#[test]
fn a_program_that_leaves_is_an_exception() {
    for mode in pools() {
        let said = sentence(&run("import sys\nITEMS = [1]\ndef work(item): sys.exit(3)\n", mode, 2));
        assert!(said.starts_with("SystemExit in task 0, line 3: 3. `work` has left the program"), "{mode}: {said}");
    }
}

#[test]
fn a_source_that_only_a_worker_can_t_replay_is_said() {
    let source = "
import os, sys
if os.getpid() != PARENT: raise RuntimeError('not here')
ITEMS = [1]
def work(item): pass
";
    for mode in pools().into_iter().filter(|mode| PROCESSES.contains(mode)) {
        // The kernel replays it first; its children are others.
        let source = source.replace("PARENT", "int(os.environ.setdefault('VIRGIL_TEST_PARENT', str(os.getpid())))");
        let record = run(&source, mode, 2);
        let said = sentence(&record);
        assert!(said.contains("while worker ") && said.contains("read the source, line 3: not here"), "{mode}: {said}");
        record.assert_nothing_left();
    }
}

#[test]
fn what_can_t_be_pickled_is_named() {
    for mode in pools().into_iter().filter(|mode| *mode != Mode::ThreadPool) {
        for (source, said) in [
            (
                "import threading\nITEMS = [1, threading.Lock()]\ndef work(item): pass\n",
                "Item 1 of `ITEMS` can't be pickled",
            ),
            (
                "import threading\nITEMS = [1]\ndef work(item): return threading.Lock()\n",
                "What `work` returned can't be pickled",
            ),
        ] {
            let sentence = sentence(&run(source, mode, 2));
            assert!(sentence.contains(said) && sentence.contains(mode.slug()), "{mode}: {sentence}");
        }
    }
}

#[test]
fn what_nobody_runs_is_refused() {
    let record = run("ITEMS = [1]\ndef inner(): yield 1\nwork = lambda item: inner()\n", Mode::ThreadPool, 2);
    assert!(sentence(&record).contains("`work` returned a generator"), "{}", sentence(&record));
}

#[test]
fn a_process_that_dies_is_named() {
    let source = "
import os, time
ITEMS = [0, 1, 2, 3]
def work(item):
    time.sleep(0.05)
    if item == 2:
        print('almost there', flush=True)
        END
";
    for mode in pools().into_iter().filter(|mode| PROCESSES.contains(mode)) {
        for (end, cause) in [("os._exit(3)", Cause::Exit(3)), ("os.kill(os.getpid(), 9)", Cause::Signal(9))] {
            let record = run(&source.replace("END", end), mode, 2);
            let Some(Ending::Died(death)) = &record.ending else { panic!("{mode}: {:?}", record.ending) };
            assert_eq!((death.cause, death.last_line.as_deref()), (cause, Some("almost there")), "{mode}");
            assert!(death.worker.is_some(), "{mode}");
            record.assert_nothing_left();
        }
    }
}

#[test]
fn a_process_that_dies_while_tasks_are_handed_out_is_named() {
    let source = "import os\nITEMS = range(20_000)\ndef work(item): os._exit(3)\n";
    for mode in pools().into_iter().filter(|mode| PROCESSES.contains(mode)) {
        let record = run(source, mode, 3);
        let Some(Ending::Died(death)) = &record.ending else { panic!("{mode}: {:?}", record.ending) };
        assert_eq!(death.cause, Cause::Exit(3), "{mode}");
        record.assert_nothing_left();
    }
}

fn cancelled(source: &str, mode: Mode) -> Record {
    let mut kernel = Kernel::start();
    kernel.command(&shared::KernelCommand::Lap(request(source, mode, 2)));
    let mut asked = false;
    kernel.record(|kernel, event| {
        if !asked && matches!(event, LapEvent::Output { stream: Stream::Stdout, .. }) {
            kernel.command(&shared::KernelCommand::Cancel);
            asked = true;
        }
    })
}

/// An interrupt may come just where one layer of it catches nothing, but not two.
const STUBBORN: &str = "
ITEMS = [1]
def spin():
    while True:
        try:
            while True: pass
        except BaseException: pass
def work(item):
    print('go')
    while True:
        try: spin()
        except BaseException: pass
";

#[test]
fn stop_says_whether_it_had_to_kill() {
    for mode in pools() {
        for (source, stage) in [
            ("ITEMS = range(100)\ndef work(item):\n    print('go')\n    while True: pass\n", StopStage::Asked),
            (STUBBORN, StopStage::Killing),
        ] {
            let record = cancelled(source, mode);
            assert_eq!(record.ending, Some(Ending::Stopped(stage)), "{mode}: {source}");
            assert_eq!(record.text(Stream::Native), "", "{mode}");
            record.assert_nothing_left();
        }
    }
}

#[test]
fn a_source_that_never_ends_is_stopped_while_workers_replay_it() {
    let source = "
import os, sys
ITEMS = [1]
def work(item): pass
if os.environ.setdefault('VIRGIL_TEST_REPLAYED', str(os.getpid())) != str(os.getpid()):
    print('go')
    while True: pass
";
    for mode in pools().into_iter().filter(|mode| PROCESSES.contains(mode)) {
        let record = cancelled(source, mode);
        assert_eq!(record.ending, Some(Ending::Stopped(StopStage::Asked)), "{mode}");
        record.assert_nothing_left();
    }
}

#[test]
fn a_check_judges_pools_too() {
    let source = "ITEMS = [1, 2, 3]\ndef work(item): return item * 2\n";
    let check = "def check(results, lap):\n    assert results == [2, 4, 6]\n    assert [task.task for task in lap.tasks] == [0, 1, 2]\n    assert all(0 <= task.start <= task.end for task in lap.tasks), lap.tasks\n";
    for mode in pools() {
        let record = crate::harness::run_checked(source, mode, check);
        assert!(record.events.contains(&LapEvent::Checked(shared::Verdict::Passed)), "{mode}: {:?}", record.events);
    }
}

#[test]
fn pools_of_interpreters_came_with_3_14() {
    let minor = crate::harness::build().python.minor;
    assert_eq!(pools().contains(&Mode::InterpreterPool), minor >= 14);
    if minor < 14 {
        skipped("InterpreterPoolExecutor: this CPython is older than 3.14");
    }
}

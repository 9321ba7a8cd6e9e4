//! How laps end that don't complete.

use shared::{Cause, Ending, Exceeded, Limit, Mode, Stream};

use crate::harness::{Record, modes, parallel, run};

#[test]
fn what_a_task_raises_is_shown_with_its_source() {
    let source = "ITEMS = [1, 0]\ndef half(item):\n    return 1 / item\ndef work(item):\n    return half(item)\n";
    for mode in modes() {
        let record = run(source, mode, 1);
        let raised = record.raised();
        assert_eq!((raised.exception.as_str(), raised.message.as_str()), ("ZeroDivisionError", "division by zero"));
        assert_eq!((raised.line, raised.worker, raised.task), (Some(3), Some(0), Some(1)), "{mode}");
        for shown in ["return 1 / item", "return half(item)", "File \"/nonexistent/cell.py\", line 5, in work"] {
            assert!(raised.traceback.contains(shown), "{mode}: {}", raised.traceback);
        }
        assert!(!raised.traceback.contains("virgil"), "{mode}: {}", raised.traceback);
        assert_eq!(record.spans().len(), 2, "{mode}");
    }
}

#[test]
fn the_first_exception_ends_the_lap_without_waiting() {
    let source = "import time\nITEMS = ['raise', 'wait', 'wait']\ndef work(item):\n    if item == 'wait':\n        time.sleep(30)\n    time.sleep(0.2)\n    raise KeyError(item)\n";
    for mode in parallel() {
        let started = std::time::Instant::now();
        assert_eq!(run(source, mode, 2).raised().exception, "KeyError", "{mode}");
        assert!(started.elapsed().as_secs() < 15, "{mode}");
    }
}

#[test]
fn what_the_source_raises_belongs_to_no_worker() {
    let record = run("ITEMS = [1]\ndef work(item): pass\nraise LookupError('at the top')\n", Mode::Subinterpreters, 2);
    let raised = record.raised();
    assert_eq!((raised.exception.as_str(), raised.line, raised.worker), ("LookupError", Some(3), None));
    assert_eq!(raised.traceback.matches("File ").count(), 1, "{}", raised.traceback);
}

#[test]
fn what_a_replay_raises_belongs_to_its_worker() {
    let source = "import threading, sys, os\nITEMS = [1]\nif os.environ.get('SEEN'):\n    raise RuntimeError('again')\nos.environ['SEEN'] = '1'\ndef work(item): pass\n";
    let record = run(source, Mode::Processes, 1);
    let raised = record.raised();
    assert_eq!((raised.exception.as_str(), raised.worker, raised.task), ("RuntimeError", Some(0), None));
}

#[test]
fn a_syntax_error_is_shown_with_its_text() {
    for (source, line, shown) in [
        ("ITEMS = [1]\ndef work(item)\n    return 1\n", 2, "def work(item)"),
        ("ITEMS = [1]\ndef work(item): pass\nreturn 5\n", 3, "return 5"),
    ] {
        let record = run(source, Mode::Threads, 2);
        let raised = record.raised();
        assert_eq!((raised.exception.as_str(), raised.line), ("SyntaxError", Some(line)));
        assert!(raised.traceback.contains(shown) && !raised.traceback.contains("virgil"), "{}", raised.traceback);
        assert!(record.events.is_empty(), "nothing has run: {:?}", record.events);
    }
}

#[test]
fn a_workload_that_lacks_something_is_told_what() {
    for (source, said) in [
        ("def work(item): pass\n", "`ITEMS` is not"),
        ("ITEMS: list = [1]\n", "`work` is not"),
        ("ITEMS = []\ndef work(item): pass\n", "`ITEMS` is empty"),
        ("ITEMS = [1]\nwork = 5\n", "no function"),
        ("ITEMS = [1]\nasync def work(item): pass\n", "coroutine"),
        ("ITEMS = 5\ndef work(item): pass\n", "not iterable"),
    ] {
        let record = run(source, Mode::Subinterpreters, 2);
        assert!(record.raised().message.contains(said), "{:?}", record.raised());
    }
}

#[test]
fn endless_items_are_a_limit() {
    let source = "import itertools\nITEMS = itertools.count()\ndef work(item): pass\n";
    let record = run(source, Mode::Subinterpreters, 2);
    assert_eq!(record.ending, Some(Ending::LimitExceeded(Exceeded::of(Limit::Items { limit: 2_000_000 }))));
}

fn advice(record: &Record) -> &str {
    record.raised().advice.as_deref().unwrap_or_default()
}

#[test]
fn what_cannot_be_pickled_is_explained() {
    for mode in [Mode::Subinterpreters, Mode::Processes] {
        let record = run("ITEMS = [1]\ndef work(item):\n    return lambda: item\n", mode, 1);
        let raised = record.raised();
        assert!(advice(&record).contains("What `work` returned can't be pickled"), "{mode}: {raised:?}");
        assert!(raised.message.contains("local object"), "{mode}: {raised:?}");
        assert_eq!(raised.task, Some(0), "{mode}");

        let record = run("ITEMS = [1, lambda: 1]\ndef work(item): pass\n", mode, 1);
        assert!(advice(&record).contains("Item 1 of `ITEMS` can't be pickled"), "{mode}: {record:?}");
    }
    run("ITEMS = [1]\ndef work(item):\n    return lambda: item\n", Mode::Threads, 1).results();
}

#[test]
fn a_dead_worker_process_is_named() {
    let source = "import os\nITEMS = range(4)\ndef work(item):\n    if item == 2:\n        print('last words')\n        os._exit(3)\n";
    let record = run(source, Mode::Processes, 1);
    let Some(Ending::Died(death)) = &record.ending else { panic!("{:?}", record.ending) };
    assert_eq!((death.cause, death.worker, death.task), (Cause::Exit(3), Some(0), Some(2)));
    assert_eq!(death.last_line.as_deref(), Some("last words"));
    assert!(death.peak_memory.is_some_and(|bytes| bytes > 1_000_000));
}

#[test]
fn a_worker_process_may_crash() {
    let source = "import os, signal\nITEMS = [1]\ndef work(item):\n    os.write(1, b'before')\n    os.kill(os.getpid(), signal.SIGKILL)\n";
    let record = run(source, Mode::Processes, 1);
    let Some(Ending::Died(death)) = &record.ending else { panic!("{:?}", record.ending) };
    assert_eq!((death.cause, death.last_line.as_deref()), (Cause::Signal(9), Some("before")));
}

#[test]
fn system_exit_in_a_task_is_raised() {
    for mode in modes() {
        let record = run("import sys\nITEMS = [1]\ndef work(item): sys.exit(4)\n", mode, 1);
        let raised = record.raised();
        assert_eq!((raised.exception.as_str(), raised.message.as_str()), ("SystemExit", "4"), "{mode}");
    }
}

#[test]
fn exceptions_that_cannot_be_shown_are_named() {
    let source = "
class Broken(Exception):
    def __str__(self): raise RuntimeError('no')
ITEMS = [1]
def work(item): raise Broken()
";
    for mode in modes() {
        let record = run(source, mode, 1);
        let raised = record.raised();
        assert_eq!((raised.exception.as_str(), raised.line), ("Broken", Some(5)), "{mode}");
        assert!(raised.message.contains("str() failed"), "{mode}: {raised:?}");
    }
}

#[test]
fn deep_recursion_is_an_exception() {
    let source = "import sys\nsys.setrecursionlimit(10 ** 6)\nITEMS = [1]\ndef work(item): return [work(item)]\n";
    for mode in [Mode::Threads, Mode::Subinterpreters] {
        let record = run(&source.replace("10 ** 6", "20000"), mode, 1);
        assert_eq!(record.raised().exception, "RecursionError", "{mode}");
    }
}

#[test]
fn a_crash_loses_no_printed_line() {
    let source = "import ctypes\nITEMS = range(100)\ndef work(item):\n    print('line', item)\n    if item == 99:\n        ctypes.string_at(0)\n";
    for mode in [Mode::Sequential, Mode::Threads, Mode::Subinterpreters] {
        let record = run(source, mode, 1);
        assert_eq!(record.ending, None, "{mode}: the runner says how it died");
        assert!(record.text(Stream::Stdout).ends_with("line 99\n"), "{mode}");
    }
    let record = run(source, Mode::Processes, 1);
    let Some(Ending::Died(death)) = &record.ending else { panic!("{:?}", record.ending) };
    assert_eq!((death.cause, death.task), (Cause::Signal(11), Some(99)));
    assert_eq!(death.last_line.as_deref(), Some("line 99"));
}

#[test]
fn a_worker_that_keeps_the_gil_delays_no_ending() {
    // Multiplying never lets the GIL go.
    let source = "import time\nITEMS = ['hold', 'raise']\ndef work(item):\n    if item == 'hold':\n        time.sleep(0.3)\n        return 3 ** 30_000_000 % 7\n    time.sleep(0.4)\n    raise KeyError\n";
    let started = std::time::Instant::now();
    assert_eq!(run(source, Mode::Subinterpreters, 2).raised().exception, "KeyError");
    assert!(started.elapsed().as_secs() < 10);
}

#[test]
fn the_standard_library_loads_in_many_interpreters_at_once() {
    let source = "
import asyncio, ctypes, datetime, decimal, hashlib, json, sqlite3, ssl, xml.etree.ElementTree, zoneinfo
ITEMS = range(8)
def work(item):
    database = sqlite3.connect(':memory:')
    asyncio.run(asyncio.sleep(0))
    return str(datetime.date(2026, 1, 1 + item)), str(decimal.Decimal(item) / 3)[:3], database.execute('select 1').fetchone()
";
    for mode in [Mode::Threads, Mode::Subinterpreters] {
        let record = run(source, mode, 4);
        assert_eq!(record.results()[7], "('2026-01-08', '2.3', (1,))", "{mode}");
    }
}

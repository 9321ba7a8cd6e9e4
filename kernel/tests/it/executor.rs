//! `virgil.pool`: the standard library's interface over the kernel's own workers.

use shared::{Ending, Mode, Stream};

use crate::harness::{Record, able, request, run_request};

/// What the programs below have in common: functions for workers at the top, as multiprocessing asks for.
const TOP: &str = "
import os, threading, time
import virgil

def double(number):
    return number * 2

def fail(text):
    raise ValueError(text)

def where(_):
    time.sleep(0.05)
    return os.getpid(), threading.get_ident()

def steps(count):
    for step in range(count):
        virgil.progress((step + 1) / count / 2)
        time.sleep(0.03)
    return count

def nap(seconds):
    time.sleep(seconds)

class Odd(Exception):
    def __init__(self, one, two):
        super().__init__('odd')

def odd(_):
    raise Odd(1, 2)
";

/// The modes of pools that this build has.
fn modes() -> Vec<Mode> {
    able()
        .filter(|mode| matches!(mode, Mode::Threads | Mode::Subinterpreters | Mode::SharedGil | Mode::Processes))
        .collect()
}

/// Executes this below the main guard, with the mode as `MODE`.
fn program(mode: Mode, body: &str) -> Record {
    let body: String = body.trim().lines().map(|line| format!("    {line}\n")).collect();
    let source = format!("{TOP}\nif __name__ == '__main__':\n    MODE = '{}'\n{body}", mode.slug());
    run_request(request(&source, Mode::Sequential, 1))
}

fn printed(mode: Mode, body: &str) -> String {
    let record = program(mode, body);
    assert!(matches!(record.ending, Some(Ending::Completed { .. })), "{mode:?}: {:?}", record.ending);
    record.assert_nothing_left();
    record.text(Stream::Stdout)
}

#[test]
fn calls_are_answered_in_every_mode() {
    for mode in modes().into_iter().chain([Mode::Sequential]) {
        let text = printed(
            mode,
            "
with virgil.pool(MODE, 2) as pool:
    print(sum(pool.map(double, range(1000))), pool.submit(double, number=21).result(), pool.mode)
",
        );
        assert_eq!(text, format!("999000 42 {}\n", mode.slug()));
    }
}

#[test]
fn two_workers_work_at_once() {
    for mode in modes() {
        let text = printed(
            mode,
            "
with virgil.pool(MODE, 2) as pool:
    places = set(pool.map(where, range(8)))
    print(len(places), os.getpid() in {process for process, _ in places})
",
        );
        assert_eq!(text, format!("2 {}\n", if mode == Mode::Processes { "False" } else { "True" }), "{mode:?}");
    }
}

#[test]
fn an_exception_comes_with_its_traceback() {
    for mode in modes() {
        let text = printed(
            mode,
            "
import traceback
with virgil.pool(MODE, 1) as pool:
    try:
        pool.submit(fail, 'so').result()
    except ValueError as exception:
        print(exception, 'raise ValueError(text)' in ''.join(traceback.format_exception(exception)))
    print(type(pool.submit(odd, 1).exception()).__name__)
    print(pool.submit(double, 2).result())
",
        );
        let odd = if mode == Mode::Threads { "Odd" } else { "RuntimeError" };
        assert_eq!(text, format!("so True\n{odd}\n4\n"), "{mode:?}");
    }
}

#[test]
fn progress_is_seen_before_the_end() {
    for mode in modes() {
        let text = printed(
            mode,
            "
with virgil.pool(MODE, 1) as pool:
    future = pool.submit(steps, 10)
    seen = []
    while not future.done():
        seen.append(future.progress)
        time.sleep(0.01)
    print(seen == sorted(seen), 0 < max(seen) < 1, len(set(seen)) > 3, future.progress, future.worker, future.result())
    waiting = pool.submit(fail, 'x')
    waiting.exception()
    print(waiting.progress)
",
        );
        assert_eq!(text, "True True True 1.0 0 10\n0.0\n", "{mode:?}");
    }
}

#[test]
fn what_waits_can_be_cancelled_and_what_runs_cannot() {
    for mode in modes() {
        let text = printed(
            mode,
            "
from concurrent.futures import wait, CancelledError
pool = virgil.pool(MODE, 1)
running = pool.submit(nap, 0.3)
while not running.running():
    time.sleep(0.01)
pending = pool.submit(double, 1)
third = pool.submit(double, 3)
print(pending.running(), running.cancel(), pending.cancel(), pending.cancelled())
done, _ = wait([running, pending])
print(len(done), third.result())
later = [pool.submit(nap, 0.1) for _ in range(5)]
pool.shutdown(cancel_futures=True)
print(all(future.done() for future in later), sum(future.cancelled() for future in later) >= 4)
try:
    pool.submit(double, 1)
except RuntimeError as error:
    print(error)
",
        );
        let said = "False False True True\n2 6\nTrue True\ncannot schedule new futures after shutdown\n";
        assert_eq!(text, said, "{mode:?}");
    }
}

#[test]
fn a_program_waits_for_its_calls_before_it_ends() {
    for mode in modes() {
        let text = printed(
            mode,
            "
future = virgil.pool(MODE, 1).submit(nap, 0.2)
future.add_done_callback(lambda future: print('done'))
print('end')
",
        );
        assert_eq!(text, "end\ndone\n", "{mode:?}");
    }
}

#[test]
fn a_large_argument_and_a_large_result_cross_whole() {
    for mode in modes() {
        let text = printed(
            mode,
            "
with virgil.pool(MODE, 1) as pool:
    data = bytes(range(256)) * 80_000
    print(pool.submit(double, data).result() == data * 2)
",
        );
        assert_eq!(text, "True\n", "{mode:?}");
    }
}

#[test]
fn what_cannot_cross_is_said_where_it_is_submitted() {
    for mode in modes().into_iter().filter(|mode| *mode != Mode::Threads) {
        let record = program(mode, "virgil.pool(MODE, 1).submit(lambda: 1)");
        let raised = record.raised();
        assert!(raised.traceback.contains("must stand at the top of the file"), "{mode:?}: {raised:?}");
        assert!(raised.line.is_some(), "{mode:?}: {raised:?}");
    }
}

#[test]
fn bad_pools_are_refused_with_a_sentence() {
    for (arguments, said) in [
        ("'thread'", "there is no mode 'thread': there are sequential, threads"),
        ("'threads', 0", "a pool needs at least one worker, not 0"),
        ("'threads', 5000", "a pool has from 1 to"),
        ("'threads', 1.5", "workers must be a whole number, not 1.5"),
        ("'free-threaded'", "this Python has a GIL"),
    ] {
        let record = program(Mode::Threads, &format!("virgil.pool({arguments})"));
        if cfg!(Py_GIL_DISABLED) && arguments.starts_with("'free") {
            continue;
        }
        assert!(record.raised().message.contains(said), "{:?}", record.raised());
    }
}

#[test]
fn a_source_without_a_main_guard_is_told_to_have_one() {
    for mode in modes().into_iter().filter(|mode| *mode != Mode::Threads) {
        let source = format!("{TOP}\nprint(virgil.pool('{}', 2).submit(double, 2).result())", mode.slug());
        let record = run_request(request(&source, Mode::Sequential, 1));
        let raised = record.raised();
        assert_eq!(raised.exception, "concurrent.futures._base.BrokenExecutor", "{mode:?}: {raised:?}");
        assert!(raised.message.contains("if __name__ == \"__main__\":"), "{mode:?}: {raised:?}");
    }
}

#[test]
fn a_worker_process_that_dies_breaks_the_pool_and_nothing_else() {
    let text = printed(
        Mode::Processes,
        "
pool = virgil.pool(MODE, 1)
first, second = pool.submit(os._exit, 7), pool.submit(double, 1)
print(first.exception())
print(type(second.exception()).__name__, type(pool.submit(double, 1).exception()).__name__)
",
    );
    assert!(text.contains("exited with status 7") || text.contains("status 7"), "{text}");
    assert!(text.ends_with("BrokenExecutor BrokenExecutor\n"), "{text}");
}

#[test]
fn what_workers_print_is_theirs() {
    for mode in modes() {
        let record = program(mode, "virgil.pool(MODE, 1).submit(print, 'from a worker').result()\nprint('from main')");
        let printed = record.output(Stream::Stdout);
        let find =
            |text| printed.iter().find(|(.., said)| said.contains(text)).unwrap_or_else(|| panic!("{printed:?}"));
        assert_eq!(find("from main").0, Some(0), "{mode:?}");
        assert_ne!(find("from a worker").0, Some(0), "{mode:?}");
    }
}

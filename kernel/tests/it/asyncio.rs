//! Coroutines on one event loop.

use std::collections::BTreeSet;

use shared::{Ending, LapEvent, Mode, StopStage, Stream};

use crate::harness::{Kernel, Record, called, request, run, run_checked};

fn sentence(record: &Record) -> String {
    record.ending.as_ref().map(Ending::sentence).unwrap_or_default()
}

#[test]
fn as_many_are_in_flight_as_there_are_workers() {
    let source = "
import asyncio
now = most = 0
ITEMS = range(12)
async def work(item):
    global now, most
    now += 1
    most = max(most, now)
    await asyncio.sleep(0.05)
    now -= 1
    return most
";
    let record = run(source, Mode::Asyncio, 4);
    assert_eq!(record.results().last().unwrap(), "4");
    let spans = record.spans();
    assert_eq!(spans.iter().map(|(worker, _)| *worker).collect::<BTreeSet<u32>>(), (0..4).collect());
    for worker in 0..4 {
        let mut own: Vec<_> = spans.iter().filter(|(by, _)| *by == worker).map(|(_, span)| span).collect();
        own.sort_by_key(|span| span.start);
        assert!(own.is_sorted_by(|one, next| one.end <= next.start), "{own:?}");
    }
    assert!(record.events.iter().any(|event| matches!(event, LapEvent::Wrapped { .. })));
    record.assert_nothing_left();
}

#[test]
fn what_coroutines_print_has_their_task() {
    let source = "
import asyncio
ITEMS = range(6)
async def inner(item):
    await asyncio.sleep(0)
    print('inner', item)
async def work(item):
    print('begin', item, end='.')
    await asyncio.sleep(0.01)
    await asyncio.gather(inner(item))
    await asyncio.to_thread(print, 'thread', item)
";
    let record = run(source, Mode::Asyncio, 3);
    record.results();
    for (worker, span) in record.spans() {
        let task = span.task;
        let own = record.output(Stream::Stdout).into_iter().filter(|(_, of, _)| *of == Some(task));
        let (workers, texts): (BTreeSet<_>, Vec<_>) = own.map(|(by, _, text)| (by, text)).unzip();
        assert_eq!(workers, BTreeSet::from([Some(worker)]));
        assert_eq!(texts.concat(), format!("begin {task}.inner {task}\nthread {task}\n"));
    }
}

#[test]
fn cpu_time_is_that_of_a_coroutine_s_own_steps() {
    let source = "
import asyncio, time
ITEMS = ['wait', 'spin']
async def work(item):
    if item == 'wait':
        await asyncio.sleep(0.2)
        return
    end = time.thread_time() + 0.1
    while time.thread_time() < end: await asyncio.sleep(0)
";
    let mut spans = run(source, Mode::Asyncio, 2).spans();
    spans.sort_by_key(|(_, span)| span.task);
    let [wait, spin] = [spans[0].1, spans[1].1];
    // Both were in flight at the same time, and one of them has used the thread.
    assert!(wait.start < spin.end && wait.cpu.0 * 4 < spin.cpu.0, "{wait:?} {spin:?}");
}

#[test]
fn what_is_raised_keeps_its_place() {
    let source = "
import asyncio
ITEMS = [1, 2, 3]
async def work(item):
    await asyncio.sleep(0.01)
    if item == 2:
        raise WHAT
    await asyncio.sleep(100)
";
    for (what, name) in [
        ("ValueError('no')", "ValueError"),
        ("SystemExit(3)", "SystemExit"),
        ("KeyboardInterrupt", "KeyboardInterrupt"),
        ("asyncio.CancelledError", "asyncio.exceptions.CancelledError"),
    ] {
        let record = run(&source.replace("WHAT", what), Mode::Asyncio, 3);
        let raised = record.raised();
        let place = (raised.exception.as_str(), raised.line, raised.worker, raised.task);
        assert_eq!(place, (name, Some(7), Some(1), Some(1)), "{raised:?}");
        assert!(raised.traceback.contains("raise ") && !raised.traceback.contains("virgil"), "{}", raised.traceback);
    }
}

#[test]
fn a_mode_says_which_function_it_takes() {
    let record = run("ITEMS = [1]\ndef work(item): pass\n", Mode::Asyncio, 2);
    assert!(sentence(&record).contains("write `async def work(item):`"), "{}", sentence(&record));
    let record = run("import time\nITEMS = [1]\nwork = time.sleep\n", Mode::Asyncio, 2);
    assert!(sentence(&record).contains("the mode asyncio awaits coroutines"), "{}", sentence(&record));
    for mode in called() {
        let said = sentence(&run("ITEMS = [1]\nasync def work(item): pass\n", mode, 2));
        assert!(said.contains(&format!("the mode {mode} doesn't await: choose the mode asyncio")), "{mode}: {said}");
    }
}

#[test]
fn whatever_a_coroutine_waits_for_stop_ends_it() {
    let stopped = |body: &str| {
        let source = format!("import asyncio, time\nITEMS = range(9)\nasync def work(item):\n{body}\n");
        let mut kernel = Kernel::start();
        kernel.command(&shared::KernelCommand::Lap(request(&source, Mode::Asyncio, 2)));
        let mut asked = false;
        let record = kernel.record(|kernel, event| {
            if !asked && matches!(event, LapEvent::Output { .. }) {
                kernel.command(&shared::KernelCommand::Cancel);
                asked = true;
            }
        });
        record.assert_nothing_left();
        record.ending
    };
    for body in [
        "    print('go')\n    while True: pass",
        "    print('go')\n    while True: await asyncio.sleep(0)",
        "    print('go')\n    await asyncio.sleep(1000)",
        "    print('go')\n    await asyncio.Event().wait()",
        "    print('go')\n    while True:\n        try: await asyncio.sleep(1000)\n        except BaseException: pass",
    ] {
        assert_eq!(stopped(body), Some(Ending::Stopped(StopStage::Asked)), "{body}");
    }
    // It prints where an interrupt can't end it any more: one may come where one layer catches nothing, but not two.
    let body = "
    while True:
        try:
            while True:
                try:
                    print('go')
                    while True: pass
                except BaseException: pass
        except BaseException: pass";
    assert_eq!(stopped(body), Some(Ending::Stopped(StopStage::Killing)));
}

#[test]
fn a_check_judges_coroutines_too() {
    let source = "ITEMS = [1, 2, 3]\nasync def work(item): return item * 2\n";
    let check = "def check(results, lap):\n    assert results == [2, 4, 6] and lap.mode == 'asyncio'\n    assert [task.task for task in lap.tasks] == [0, 1, 2]\n";
    let record = run_checked(source, Mode::Asyncio, check);
    assert!(record.events.contains(&LapEvent::Checked(shared::Verdict::Passed)), "{:?}", record.events);
}

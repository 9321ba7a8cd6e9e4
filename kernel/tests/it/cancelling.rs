//! Stop.

use std::time::{Duration, Instant};

use shared::{Ending, KernelCommand, LapEvent, Mode, StopStage, Stream};

use crate::harness::{Kernel, Record, modes, request};

fn cancel_when(source: &str, mode: Mode, workers: u32, when: impl Fn(&LapEvent) -> bool) -> (Record, Duration) {
    let mut kernel = Kernel::start();
    kernel.command(&KernelCommand::Lap(request(source, mode, workers)));
    let mut cancelled = None;
    let record = kernel.record(|kernel, event| {
        if cancelled.is_none() && when(event) {
            kernel.command(&KernelCommand::Cancel);
            cancelled = Some(Instant::now());
        }
    });
    (record, cancelled.expect("cancelled").elapsed())
}

fn prints(event: &LapEvent) -> bool {
    matches!(event, LapEvent::Output { stream: Stream::Stdout, .. })
}

#[test]
fn endless_loops_are_stopped_in_every_mode() {
    let source = "ITEMS = range(100)\ndef work(item):\n    print('go')\n    while True: pass\n";
    for mode in modes() {
        let (record, took) = cancel_when(source, mode, 2, prints);
        assert_eq!(record.ending, Some(Ending::Stopped(StopStage::Asked)), "{mode}");
        assert!(took < Duration::from_secs(10), "{mode}: {took:?}");
    }
}

#[test]
fn exceptions_that_never_say_what_they_are_are_stopped() {
    let source = "
class E(Exception):
    def __str__(self):
        print('go')
        while True: pass
ITEMS = [1]
def work(item): raise E
";
    for mode in modes() {
        let (record, _) = cancel_when(source, mode, 2, prints);
        assert_eq!(record.ending, Some(Ending::Stopped(StopStage::Asked)), "{mode}");
        record.assert_nothing_left();
    }
}

#[test]
fn reading_the_source_and_scripts_are_stopped() {
    for source in [
        "print('go')\nwhile True: pass\n",
        "ITEMS = [1]\ndef work(item): pass\nprint('go')\nwhile True: pass\n",
        "def ITEMS():\n    print('go')\n    while True: yield 1\n    \ndef work(item): pass\n",
    ] {
        let (record, _) = cancel_when(source, Mode::Subinterpreters, 2, prints);
        let limit_or_stop = matches!(record.ending, Some(Ending::Stopped(_) | Ending::LimitExceeded(_)));
        assert!(limit_or_stop, "{source}: {:?}", record.ending);
    }
}

#[test]
fn code_that_takes_no_for_an_answer_is_ended() {
    let source = "
ITEMS = [1]
def work(item):
    print('go')
    # An interrupt may come where one layer of it catches nothing, but not two.
    while True:
        try:
            while True:
                try:
                    while True: pass
                except BaseException: pass
        except BaseException: pass
";
    for mode in modes() {
        let (record, _) = cancel_when(source, mode, 1, prints);
        assert_eq!(record.ending, Some(Ending::Stopped(StopStage::Killing)), "{mode}");
    }
}

#[test]
fn a_native_call_that_does_not_return_is_ended() {
    let source = "import time\nITEMS = [1000]\ndef work(item):\n    print('go')\n    time.sleep(item)\n";
    for mode in modes() {
        let (record, _) = cancel_when(source, mode, 1, prints);
        assert_eq!(record.ending, Some(Ending::Stopped(StopStage::Killing)), "{mode}");
        record.assert_nothing_left();
    }
}

#[test]
fn native_work_is_not_handed_out_any_more() {
    let source = "import time\nITEMS = [0.05] * 1000\nwork = time.sleep\n";
    for mode in modes() {
        let (record, took) = cancel_when(source, mode, 2, |event| matches!(event, LapEvent::Began { .. }));
        assert_eq!(record.ending, Some(Ending::Stopped(StopStage::Asked)), "{mode}");
        assert!(took < Duration::from_secs(10), "{mode}: {took:?}");
    }
}

#[test]
fn a_kernel_whose_runner_is_gone_ends() {
    let mut kernel = Kernel::start();
    kernel.command(&KernelCommand::Lap(request("while True: pass", Mode::Sequential, 1)));
    assert!(kernel.event().is_some());
    let started = Instant::now();
    kernel.hang_up();
    while kernel.is_running() {
        assert!(started.elapsed() < Duration::from_secs(5), "it lives on");
        std::thread::sleep(Duration::from_millis(5));
    }
}

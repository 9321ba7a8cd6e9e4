//! Threads and interpreters that the code makes and leaves behind.

use shared::Stream;

use super::Answer::{Results, Says};
use super::Where::{Everywhere, Isolated, Only};
use super::{Case, check};
use crate::harness::{build, modes, run};
use shared::Mode;

#[test]
fn threads_that_are_left_running_hold_nothing_up() {
    let one = &[(Everywhere, Results(&["1"]))];
    check(&[
        Case(
            "import threading, time\nITEMS = [1]\ndef work(item):\n    threading.Thread(target=time.sleep, args=(600,)).start()\n    return 1\n",
            one,
        ),
        Case(
            "import threading\nITEMS = [1]\ndef spin():\n    while True: pass\ndef work(item):\n    threading.Thread(target=spin).start()\n    return 1\n",
            one,
        ),
        Case(
            "import threading\nITEMS = [1]\ndef talk():\n    while True: print('talk')\ndef work(item):\n    threading.Thread(target=talk).start()\n    return 1\n",
            one,
        ),
    ]);
}

#[test]
fn what_only_a_main_interpreter_can_do() {
    check(&[
        Case(
            "import threading\nITEMS = [1]\ndef work(item):\n    threading.Thread(target=print, daemon=True).start()\n    return 1\n",
            &[
                (
                    Isolated,
                    Says(
                        "RuntimeError in task 0, line 4: daemon threads are disabled in this …interpreter. Interpreters \
                         beside the main one have no daemon threads: start the thread without `daemon=True`, and \
                         join it. The same code works in the modes sequential, threads and processes.",
                    ),
                ),
                (Everywhere, Results(&["1"])),
            ],
        ),
        Case(
            "import os\nITEMS = [1]\ndef work(item):\n    child = os.fork()\n    if child == 0: os._exit(0)\n    os.waitpid(child, 0)\n    return 1\n",
            &[
                (
                    Isolated,
                    Says(
                        "RuntimeError in task 0, line 4: fork not supported for isolated subinterpreters. An \
                         interpreter beside the main one can't be forked: start the process with `subprocess`. The \
                         same code works in the modes sequential, threads and processes.",
                    ),
                ),
                (Everywhere, Results(&["1"])),
            ],
        ),
        Case(
            "import signal\nITEMS = [1]\ndef work(item):\n    signal.signal(signal.SIGUSR1, signal.SIG_DFL)\n    return 1\n",
            &[
                (Only(&[Mode::Sequential, Mode::Processes]), Results(&["1"])),
                (
                    Everywhere,
                    Says(
                        "ValueError in task 0, line 4: signal only works in main thread of the main interpreter. Only a \
                         main thread can do that. The same code works in the modes sequential and processes.",
                    ),
                ),
            ],
        ),
    ]);
}

#[test]
fn interpreters_that_are_left_open_hold_nothing_up() {
    let create = match build().python.minor {
        12 => {
            "import _xxsubinterpreters as interpreters\ndef create(): interpreters.run_string(interpreters.create(), 'x = 1')\n"
        }
        13 => {
            "import _interpreters as interpreters\ndef create(): interpreters.run_string(interpreters.create(), 'x = 1')\n"
        }
        _ => "from concurrent import interpreters\ndef create(): interpreters.create().exec('x = 1')\n",
    };
    let source = format!("{create}ITEMS = [1, 2]\ndef work(item):\n    create()\n    return item\n");
    for mode in modes() {
        let record = run(&source, mode, 2);
        assert_eq!(record.results(), ["1", "2"], "{mode}");
        record.assert_nothing_left();
    }
}

#[test]
fn prints_of_threads_are_never_a_wrong_worker_s() {
    let source = "
import threading
ITEMS = range(40)
def work(item):
    thread = threading.Thread(target=print, args=(item,)); thread.start(); thread.join()
";
    for mode in modes() {
        let record = run(source, mode, 2);
        record.results();
        let spans = record.spans();
        let executor = |item: u32| spans.iter().find(|(_, span)| span.task == item).map(|(worker, _)| *worker);
        let mut printed: Vec<u32> = Vec::new();
        for (worker, _, text) in record.output(Stream::Stdout) {
            for item in text.lines().map(|line| line.parse().unwrap()) {
                // Threads of one interpreter are nobody's in particular.
                assert!(worker.is_none() || worker == executor(item), "{mode}: {item} by {worker:?}");
                assert!(worker.is_some() || matches!(mode, Mode::Threads | Mode::FreeThreaded), "{mode}: {item}");
                printed.push(item);
            }
        }
        printed.sort_unstable();
        assert_eq!(printed, (0..40).collect::<Vec<u32>>(), "{mode}");
    }
}

//! What memory workers take, with answers that are known beforehand.

use shared::{LapEvent, Mode, Sharing, WorkerMemory};

use crate::harness::{Record, modes, run};

const HELD: u64 = 200_000_000;

fn memory(record: &Record) -> Vec<WorkerMemory> {
    record.results();
    let of = |event: &LapEvent| match event {
        LapEvent::Accounted(account) => Some(account.memory.expect("Linux says what a process holds")),
        _ => None,
    };
    record.events.iter().filter_map(of).collect()
}

/// By how much the peaks of all workers exceed what they had when they were ready.
fn grown(memory: &[WorkerMemory]) -> u64 {
    memory.iter().map(|worker| worker.peak.private.saturating_sub(worker.ready.private)).sum()
}

#[test]
fn what_workers_hold_is_in_their_peak() {
    let cases = [
        ("one holds it", 1, "held = []\nITEMS = [200_000_000]\ndef work(item): held.append(bytearray(b'1') * item)\n"),
        ("one gives it back at once", 1, "ITEMS = [200_000_000]\ndef work(item): len(bytearray(b'1') * item)\n"),
        (
            "two hold the half of it each",
            2,
            "import time\nheld = []\nITEMS = [100_000_000] * 2\ndef work(item):\n    held.append(bytearray(b'1') * item)\n    time.sleep(0.3)\n",
        ),
    ];
    for (name, workers, source) in cases {
        for mode in modes() {
            let workers = if mode.is_parallel() { workers } else { 1 };
            let memory = memory(&run(source, mode, workers));
            let grown = grown(&memory);
            assert!((HELD * 9 / 10..HELD * 13 / 10).contains(&grown), "{name}, {mode}: {memory:?}");
            let even = memory.iter().all(|worker| worker.peak == memory[0].peak);
            assert!(even || mode == Mode::Processes, "{name}, {mode}: {memory:?}");
        }
    }
}

#[test]
fn what_a_worker_takes_when_it_is_ready_is_that_of_its_mode() {
    let of = |mode| {
        let memory = memory(&run("import json, decimal\nITEMS = range(4)\ndef work(item): pass\n", mode, 4));
        let sharing = if mode == Mode::Processes { Sharing::Own } else { Sharing::Even };
        assert!(memory.iter().all(|worker| worker.sharing == sharing), "{mode}: {memory:?}");
        assert!(memory.iter().all(|worker| worker.ready.private <= worker.peak.private), "{mode}: {memory:?}");
        memory.iter().map(|worker| worker.ready.private).min().unwrap()
    };
    // Of a process not counted is what it shares with the others, however much that is.
    let process = of(Mode::Processes);
    assert!((2_000_000..40_000_000).contains(&process), "{process}");
    let thread = of(Mode::Threads);
    assert!(thread < process / 4, "{thread}, a process {process}");
    if modes().contains(&Mode::Subinterpreters) {
        let interpreter = of(Mode::Subinterpreters);
        assert!(interpreter > 1_000_000 && interpreter > 4 * thread, "{interpreter}, a thread {thread}");
    }
}

//! What the system keeps each process of a lap from using.

use shared::{Ending, LapRequest, Limits, Mode, Nanos};

use crate::harness::{Record, modes, request, run_request};

const MEMORY: u64 = 200_000_000;

fn limited(source: &str, mode: Mode, limits: Limits) -> Record {
    run_request(LapRequest { limits, ..request(source, mode, 2) })
}

#[test]
fn a_memory_bomb_raises_memory_error_with_its_line_in_every_mode() {
    let limits = Limits { memory: MEMORY, ..Limits::default() };
    for grow in ["bytearray(1_000_000_000)", "[bytearray(2_000_000) for _ in range(1000)]", "list(range(100_000_000))"]
    {
        let source = format!("ITEMS = [1]\ndef work(item):\n    kept = {grow}\n    return len(kept)\n");
        for mode in modes() {
            let record = limited(&source, mode, limits);
            let Some(Ending::Raised(raised)) = &record.ending else { panic!("{mode}, {grow}: {:?}", record.ending) };
            assert_eq!((raised.exception.as_str(), raised.line), ("MemoryError", Some(3)), "{mode}, {grow}");
            record.assert_nothing_left();
        }
    }
}

#[test]
fn code_that_catches_memory_error_goes_on() {
    let source = "
ITEMS = range(4)
def work(item):
    try:
        bytearray(1_000_000_000)
    except MemoryError:
        return len(bytearray(1_000_000))
";
    for mode in modes() {
        let record = limited(source, mode, Limits { memory: MEMORY, ..Limits::default() });
        assert_eq!(record.results(), ["1000000"; 4], "{mode}");
    }
}

#[test]
fn files_that_stay_open_are_refused_in_every_mode() {
    let source = "
ITEMS = [1]
def work(item):
    kept = []
    while True:
        kept.append(open('/dev/null'))
        assert len(kept) < 400
";
    for mode in modes() {
        let record = limited(source, mode, Limits { open_files: 300, ..Limits::default() });
        let raised = record.raised();
        assert_eq!(raised.exception, "OSError", "{mode}: {raised:?}");
        assert!(raised.message.starts_with("[Errno 24]"), "{mode}: {raised:?}");
    }
}

#[test]
fn what_a_lap_starts_is_held_to_the_same() {
    let source = "
import subprocess, sys
ITEMS = [1]
def work(item):
    code = 'import resource as r; print([r.getrlimit(of)[0] for of in (r.RLIMIT_CPU, r.RLIMIT_NOFILE, r.RLIMIT_DATA)])'
    return subprocess.run([sys.executable, '-c', code], capture_output=True, text=True).stdout.strip()
";
    let limits = Limits { cpu: Nanos(60_000_000_000), open_files: 300, memory: MEMORY, ..Limits::default() };
    for mode in modes() {
        let record = limited(source, mode, limits);
        let stacks = if matches!(mode, Mode::Sequential | Mode::Processes) { 0 } else { 2 * 16 * 1024 * 1024 };
        let files = 300 + 8 * if mode.is_parallel() { 2 } else { 1 };
        assert_eq!(record.results(), [format!("'[65, {files}, {}]'", MEMORY + stacks)], "{mode}");
    }
}

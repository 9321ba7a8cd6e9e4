//! What a lap uses too much of.

use std::time::{Duration, Instant};

use shared::{Ending, Exceeded, Limit, LimitChoice, Limits, Mode, Nanos, RunEvent};

use crate::bench::{Bench, brief, children, installed_kernels};

#[tokio::test(flavor = "multi_thread")]
async fn a_lap_that_reaches_a_limit_is_ended_and_says_which() {
    let limits = Limits { wall: Nanos(700_000_000), processes: 40, output: 200_000, ..Limits::default() };
    let bench = Bench::with(limits, "ordinary").await;
    for (script, ending) in [
        ("say x; ignore", "0 timed out"),
        ("sleep 50; hang", "0 timed out"),
        ("children 60; ignore", "0 Processes { limit: 40 }"),
        ("escapees 60; ignore", "0 Processes { limit: 40 }"),
        ("bomb 7; ignore", "0 Processes { limit: 40 }"),
        ("flood 1000; ignore", "0 Output { limit: 200000 }"),
        ("children 30; sleep 250; ended", "0 completed"),
    ] {
        let start = Instant::now();
        let events = bench.play(script).await;
        assert_eq!(events[events.len() - 2], ending, "{script}");
        assert!(start.elapsed() < Duration::from_secs(10), "{script}: {:?}", start.elapsed());
        assert!(children().len() <= 1, "{:?}", children());
        let text: usize = events.iter().map(String::len).sum();
        assert!(text < 600_000, "{script}: {text} bytes kept");
    }
    bench.close().await;
}

/// How a run of this source in this mode ends with the real kernel of the preferred Python.
async fn ended(limits: Limits, mode: Mode, source: &str) -> Ending {
    let bench = Bench::with_kernels(limits, installed_kernels()).await;
    let run = bench.submit_source(&[mode], source, None).await;
    let events = bench.events(run).await;
    let Some(RunEvent::LapEnded { ending, .. }) = events.get(events.len() - 2) else { panic!("{events:?}") };
    bench.close().await;
    ending.clone()
}

/// The limit, the peak of memory and the last line of a lap that must have exceeded one.
fn exceeded(ending: Ending) -> (Limit, u64, String) {
    let sentence = ending.sentence();
    let Ending::LimitExceeded(Exceeded { limit, peak_memory, last_line }) = ending else { panic!("{ending:?}") };
    let (peak, line) = (peak_memory.expect("this system says"), last_line.expect("a line was printed"));
    assert!(sentence.contains(&line) && sentence.contains("at most"), "{sentence}");
    (limit, peak, line)
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_of_all_processes_together_is_limited() {
    let memory = 200_000_000;
    let limits = Limits { memory, ..Limits::default() };
    // Each worker stays below what the system lets a process have.
    let hold = "import time\ndef work(item):\n    print('holding', flush=True)\n    kept = b'x' * 150_000_000\n    time.sleep(60)\nITEMS = [1, 2]\n";
    // Shared memory is no process's own.
    let share = "import mmap, time\ndef work(item):\n    print('sharing', flush=True)\n    kept = mmap.mmap(-1, 300_000_000)\n    for start in range(0, 300_000_000, 4096): kept[start] = 1\n    time.sleep(60)\nITEMS = [1]\n";
    for (mode, source, line) in [(Mode::Processes, hold, "holding"), (Mode::Threads, share, "sharing")] {
        let (limit, peak, last) = exceeded(ended(limits, mode, source).await);
        assert_eq!((limit, last.as_str()), (Limit::Memory { limit: memory }, line), "{mode}");
        assert!((memory..1_000_000_000).contains(&peak), "{mode}: {peak}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_gets_no_more_memory_or_files_is_told_how_much_a_lap_may_have() {
    let limits = Limits { memory: 200_000_000, open_files: 300, ..Limits::default() };
    // With several processes it may be seen that they hold too much together, before one of them gets no more.
    for mode in [Mode::Sequential, Mode::Threads, Mode::Subinterpreters] {
        for (line, said) in [
            ("kept = [bytearray(2_000_000) for _ in range(1000)]", "a lap may hold 200 MB. This one held "),
            ("kept = [open('/dev/null') for _ in range(1000)]", "about 300 files open"),
        ] {
            let ending = ended(limits, mode, &format!("def work(item):\n    {line}\nITEMS = [1]\n")).await;
            assert!(matches!(&ending, Ending::Raised(raised) if raised.line == Some(2)), "{mode}: {ending:?}");
            assert!(ending.sentence().contains(said), "{mode}: {}", ending.sentence());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cpu_time_of_all_processes_together_is_limited() {
    let limits = Limits { cpu: Nanos(1_000_000_000), ..Limits::default() };
    let source = "print('busy', flush=True)\ndef work(item):\n    while True: pass\nITEMS = [1, 2]\n";
    for mode in [Mode::Threads, Mode::Processes] {
        let (limit, _, line) = exceeded(ended(limits, mode, source).await);
        assert_eq!((limit, line.as_str()), (Limit::Cpu { limit: limits.cpu }, "busy"), "{mode}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_and_output_of_code_are_limited() {
    let limits = Limits { processes: 30, output: 100_000, ..Limits::default() };
    let spawn = "import subprocess\nprint('starting', flush=True)\nkept = []\nwhile True:\n    kept.append(subprocess.Popen(['sleep', '60']))\n";
    let fork = "import os, warnings\nwarnings.simplefilter('ignore')\nprint('starting', flush=True)\nfor _ in range(7): os.fork()\nimport time\ntime.sleep(60)\n";
    let print = "while True: print('more')\n";
    let processes = Limit::Processes { limit: 30 };
    for (source, limit, line) in [
        (spawn, processes, "starting"),
        (fork, processes, "starting"),
        (print, Limit::Output { limit: 100_000 }, "more"),
    ] {
        let (reached, peak, last) = exceeded(ended(limits, Mode::Sequential, source).await);
        assert_eq!((reached, last.as_str()), (limit, line));
        assert!(peak > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lap_that_takes_too_long_says_what_it_held_and_printed() {
    let limits = Limits { wall: Nanos(1_500_000_000), ..Limits::default() };
    let source = "kept = b'x' * 50_000_000\nprint('waiting', flush=True)\nimport time\ntime.sleep(60)\n";
    let ending = ended(limits, Mode::Sequential, source).await;
    let Ending::TimedOut { limit, peak_memory, last_line } = &ending else { panic!("{ending:?}") };
    assert_eq!((*limit, last_line.as_deref()), (limits.wall, Some("waiting")));
    assert!(peak_memory.is_some_and(|peak| peak >= 50_000_000), "{ending:?}");
    // What forks share counts once.
    let source = "import os, time, warnings\nwarnings.simplefilter('ignore')\nkept = b'x' * 100_000_000\nprint('forking', flush=True)\nfor _ in range(6):\n    if os.fork() == 0: break\ntime.sleep(60)\n";
    let ending = ended(limits, Mode::Sequential, source).await;
    let Ending::TimedOut { peak_memory, .. } = &ending else { panic!("{ending:?}") };
    assert!(peak_memory.is_some_and(|peak| (100_000_000..300_000_000).contains(&peak)), "{ending:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_s_own_limits_count_where_they_are_tighter() {
    let bench = Bench::new().await;
    for (wall, processes, ending) in [
        (Some(Nanos(300_000_000)), None, "0 timed out"),
        (None, Some(5), "0 Processes { limit: 5 }"),
        (None, Some(100_000), "0 completed"),
    ] {
        let limits = LimitChoice { wall, processes, ..LimitChoice::default() };
        let run = bench.submit_limited("children 10; sleep 1000; ended", limits).await;
        let events = brief(&bench.events(run).await);
        assert_eq!(events[events.len() - 2], ending, "{limits:?}");
    }
    bench.close().await;
}

//! The engine with the kernel of the preferred Python: what people will write, and what goes wrong with it.

use std::time::{Duration, Instant};

use shared::Limits;
use shared::{Cause, Ending, LapEvent, Mode, Run, RunEvent, Verdict};

use crate::bench::{Bench, brief, children, installed_kernels};

/// What a build with a GIL can do.
const WITH_A_GIL: [Mode; 4] = [Mode::Sequential, Mode::Threads, Mode::Subinterpreters, Mode::Processes];
/// One second is promised; a busy machine gets some more.
const SOON: Duration = Duration::from_secs(3);

/// With the kernels that are installed.
async fn bench() -> Bench {
    Bench::with_kernels(Limits::default(), installed_kernels()).await
}

/// The run as it is after these events, and its first lap's ending.
fn ended(bench: &Bench, run: shared::RunId, events: &[RunEvent]) -> (Run, Ending) {
    let mut life = Run::new(bench.engine.log(run).expect("it is remembered").ticket().clone());
    events.iter().for_each(|event| life.apply(event));
    let ending = events.iter().find_map(|event| match event {
        RunEvent::LapEnded { ending, .. } => Some(ending.clone()),
        _ => None,
    });
    (life, ending.unwrap_or_else(|| panic!("no lap ended: {:?}", brief(events))))
}

async fn play(bench: &Bench, modes: &[Mode], source: &str) -> (Run, Ending) {
    let run = bench.submit_source(modes, source, None).await;
    let events = bench.events(run).await;
    ended(bench, run, &events)
}

const WORKLOAD: &str = "def work(item):\n    print('item', item)\n    return item * item\n\nITEMS = range(8)\n";

#[tokio::test(flavor = "multi_thread")]
async fn every_mode_does_the_work() {
    let bench = bench().await;
    let (run, _) = play(&bench, &WITH_A_GIL, WORKLOAD).await;
    assert_eq!(run.sentence().as_deref(), Some("Completed: 4 laps."));
    for lap in &run.laps {
        assert_eq!((lap.tasks, lap.done(), lap.output.count()), (8, 8, 8), "{}", lap.plan.mode);
        assert!(lap.workers.iter().all(|worker| worker.ready.is_some()), "{}", lap.plan.mode);
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_its_verdict() {
    let bench = bench().await;
    let check = "def check(results, lap):\n    assert results[3] == 10, 'the fourth is wrong'\n";
    let run = bench.submit_source(&[Mode::Threads], WORKLOAD, Some(check)).await;
    let events = bench.events(run).await;
    let verdict = events.iter().find_map(|event| match event {
        RunEvent::Lap { event: LapEvent::Checked(verdict), .. } => Some(verdict.clone()),
        _ => None,
    });
    assert_eq!(verdict, Some(Verdict::Failed("the fourth is wrong".into())));
    bench.close().await;
}

/// The modes, what is tried to be stopped in them, and whether it can be interrupted.
#[tokio::test(flavor = "multi_thread")]
async fn stop_stops_everything_within_a_second() {
    let bench = bench().await;
    let task = |body: &str| format!("def work(item):\n    print('here', flush=True)\n{body}\n\nITEMS = range(4)\n");
    let endless = task("    while True: pass");
    // An interrupt may come where one layer of it catches nothing, but not two.
    let swallow = task(
        "    while True:\n        try:\n            while True:\n                try:\n                    while True: pass\n                except BaseException: pass\n        except BaseException: pass",
    );
    let sleep = task("    import time\n    time.sleep(60)");
    let detached = "import subprocess, time\nsubprocess.Popen(['sh', '-c', 'trap \"\" TERM; (setsid sleep 1000 &) ; sleep 1000'], start_new_session=True)\nprint('here', flush=True)\ntime.sleep(60)\n";
    let forks = "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(1000)\nprint('here', flush=True)\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException: pass\n";
    for (name, modes, source) in [
        ("endless loop", WITH_A_GIL.to_vec(), endless.as_str()),
        ("swallows BaseException", WITH_A_GIL.to_vec(), swallow.as_str()),
        ("sleep", vec![Mode::Threads, Mode::Processes], sleep.as_str()),
        ("detached processes", vec![Mode::Sequential], detached),
        ("forks", vec![Mode::Sequential], forks),
    ] {
        for mode in modes {
            let run = bench.submit_source(&[mode], source, None).await;
            bench.printed(run, "here").await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            let pressed = Instant::now();
            bench.engine.stop(run);
            let events = bench.events(run).await;
            let took = pressed.elapsed();
            let left = children();
            let (_, ending) = ended(&bench, run, &events);
            println!("{name}, {mode}: {ending:?} after {took:?}");
            assert!(matches!(ending, Ending::Stopped(_)), "{name}, {mode}: {ending:?}");
            assert!(took < SOON, "{name}, {mode}: {took:?}");
            assert!(left.len() <= 1, "{name}, {mode}: {left:?}");
        }
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_kills_a_kernel_is_explained_and_the_next_run_works() {
    let bench = bench().await;
    for (source, cause) in [
        ("import os\nprint('last words', flush=True)\nos._exit(3)\n", Cause::Exit(3)),
        ("import os\nprint('last words', flush=True)\nos._exit(0)\n", Cause::Exit(0)),
        ("import ctypes\nprint('last words', flush=True)\nctypes.string_at(0)\n", Cause::Signal(11)),
        ("import os\nprint('last words', flush=True)\nos.abort()\n", Cause::Signal(6)),
        (
            "import os, time\nprint('last words', flush=True)\ntime.sleep(.1)\nos.write(3, b'this is no frame')\ntime.sleep(60)\n",
            Cause::Unheard,
        ),
        ("import os\nprint('last words', flush=True)\nos.closerange(3, 65536)\nprint('unheard')\n", Cause::Unheard),
    ] {
        let (_, ending) = play(&bench, &[Mode::Threads], source).await;
        let Ending::Died(death) = &ending else { panic!("{source}: {ending:?}") };
        assert_eq!((death.cause, death.last_line.as_deref()), (cause, Some("last words")), "{source}");
        println!("{}", ending.sentence());
        let (_, next) = play(&bench, &[Mode::Threads], "print('works')").await;
        assert!(matches!(next, Ending::Completed { .. }), "after {source}: {next:?}");
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_below_python_just_before_a_crash_is_not_lost() {
    let bench = bench().await;
    for round in 0..20 {
        let source = format!("import ctypes, os\nos.write(1, b'line\\nlast words {round}')\nctypes.string_at(0)\n");
        let (run, ending) = play(&bench, &[Mode::Sequential], &source).await;
        let Ending::Died(death) = &ending else { panic!("{ending:?}") };
        assert_eq!(death.last_line.as_deref(), Some(format!("last words {round}").as_str()));
        assert_eq!(run.laps[0].output.count(), 2, "{:?}", run.laps[0].output);
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_thousand_lines_come_through_flushed_or_not() {
    let bench = bench().await;
    for flush in ["False", "True"] {
        let start = Instant::now();
        let source = format!("for number in range(200_000):\n    print('line', number, flush={flush})\n");
        let (run, ending) = play(&bench, &[Mode::Sequential], &source).await;
        println!("flush={flush}: {:?}", start.elapsed());
        assert!(matches!(ending, Ending::Completed { .. }), "{ending:?}");
        let output = &run.laps[0].output;
        assert_eq!(output.count(), 200_000);
        assert_eq!(output.head()[0].text, "line 0");
        assert_eq!(output.last().map(|line| line.text.as_str()), Some("line 199999"));
    }
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn with_a_spare_a_worker_is_ready_at_once() {
    let bench = bench().await;
    let mut times = Vec::new();
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let start = Instant::now();
        let run = bench.submit_source(&[Mode::Threads], WORKLOAD, None).await;
        bench.until(run, |events| brief(events).iter().any(|event| event == "0 ready 0")).await;
        times.push(start.elapsed());
        bench.events(run).await;
    }
    times.sort();
    println!("from submit to the first worker: {:?} median, {:?} worst", times[5], times[9]);
    bench.close().await;
}

//! Programs with a window: real Qt, rendered offscreen, from an environment that is made for the tests.

mod pictures;

use shared::{
    Beat, Cause, Ending, FRAME, KernelCommand, LapEvent, LapRequest, Lateness, Mode, Nanos, SourceKind, Stream,
};

use crate::harness::{Kernel, Record, able, request, run_with, skipped};

/// Work for a pool, and a window that begins it and ends by itself.
const TOP: &str = "
import sys, time
import virgil

def spin(seconds):
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        virgil.progress((time.thread_time() - start) / seconds)
    return 'spun'

def double(number):
    return number * 2
";

/// A window that is closed as soon as this many calls of `spin` are answered, with half a second of rest before them.
fn spinning(calls: u32, seconds: f64) -> String {
    format!(
        "{TOP}
def main(pool):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QLabel
    app = QApplication([])
    label = QLabel('at rest')
    label.show()
    futures = []
    def begin():
        futures.extend(pool.submit(spin, {seconds}) for _ in range({calls}))
        look.start(20)
    def seen():
        label.setText(f'{{sum(future.progress for future in futures):.2f}}')
        if all(future.done() for future in futures):
            print([future.result() for future in futures], sorted({{future.worker for future in futures}}))
            app.quit()
    look = QTimer(timeout=seen)
    QTimer.singleShot(500, begin)
    app.exec()
    return 'closed'
"
    )
}

/// A window whose loop runs this, after a moment.
fn window(body: &str) -> String {
    let body: String = body.trim().lines().map(|line| format!("        {line}\n")).collect();
    format!(
        "{TOP}
def main(pool):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QDialog, QLabel
    app = QApplication([])
    label = QLabel('a window')
    label.show()
    def later():
{body}
    QTimer.singleShot(100, later)
    app.exec()
"
    )
}

/// The python of the environment, unless it has no Qt.
fn environment() -> Option<String> {
    python_with("PyQt6", "VIRGIL_TEST_ENVIRONMENT")
}

/// The python that this variable names, if it has this binding of Qt.
fn python_with(binding: &str, variable: &str) -> Option<String> {
    let python = std::env::var(variable).ok().filter(|python| {
        let import = std::process::Command::new(python).args(["-c", &format!("import {binding}.QtWidgets")]).output();
        import.is_ok_and(|output| output.status.success())
    });
    if python.is_none() {
        skipped(&format!("there is no environment with {binding}; {variable} names its python"));
    }
    python
}

/// The modes of windows that this build has.
fn modes() -> Vec<Mode> {
    let has_pool = |mode: &Mode| mode.suits("def main(pool): pass");
    able().filter(has_pool).collect()
}

fn run(python: &str, source: &str, mode: Mode, workers: u32) -> Record {
    run_with(python, LapRequest { ..request(source, mode, workers) })
}

/// Asks a program to stop as soon as it has dealt with frames.
fn stopped_at_its_first_frames(python: &str, source: &str, mode: Mode) -> Record {
    let mut kernel = Kernel::start_with(python);
    kernel.command(&KernelCommand::Lap(request(source, mode, 1)));
    let mut asked = false;
    kernel.record(|kernel, event| {
        if matches!(event, LapEvent::Frames { .. }) && !asked {
            asked = true;
            kernel.command(&KernelCommand::Cancel);
        }
    })
}

fn frames(record: &Record) -> Vec<Beat> {
    let frames = |event: &LapEvent| if let LapEvent::Frames { beats } = event { beats.clone() } else { Vec::new() };
    record.events.iter().flat_map(frames).collect()
}

fn inputs(record: &Record) -> Vec<Beat> {
    let inputs = |event: &LapEvent| if let LapEvent::Inputs { beats } = event { beats.clone() } else { Vec::new() };
    record.events.iter().flat_map(inputs).collect()
}

fn completed(record: &Record) -> bool {
    matches!(record.ending, Some(Ending::Completed { .. }))
}

#[test]
fn a_window_s_work_is_executed_in_every_mode() {
    let Some(python) = environment() else { return };
    for mode in modes() {
        let record = run(&python, &spinning(2, 0.3), mode, 2);
        assert!(completed(&record), "{mode:?}: {:?}", record.ending);
        record.assert_nothing_left();
        assert!(record.events.contains(&LapEvent::Source(SourceKind::Desktop)));
        let (workers, lanes) = if mode == Mode::Sequential { ("[0]", vec![0]) } else { ("[0, 1]", vec![0, 1]) };
        assert_eq!(record.text(Stream::Stdout), format!("['spun', 'spun'] {workers}\n"), "{mode:?}");
        let mut seen: Vec<u32> = record.spans().iter().map(|(worker, _)| *worker).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, lanes, "{mode:?}");
        assert!(record.spans().iter().all(|(_, span)| span.end.since(span.start) >= Nanos(290_000_000)), "{mode:?}");
        // What was due came at even moments, and all of it was dealt with.
        let frames = frames(&record);
        assert!(frames.windows(2).all(|pair| pair[1].due.since(pair[0].due) == FRAME), "{mode:?}");
        assert!(frames.iter().any(|beat| beat.busy) && frames.iter().any(|beat| !beat.busy), "{mode:?}");
        assert!(!inputs(&record).is_empty(), "{mode:?}");
    }
}

#[test]
fn work_on_the_window_s_own_thread_freezes_it_for_as_long_as_it_takes() {
    let Some(python) = environment() else { return };
    let record = run(&python, &spinning(1, 0.5), Mode::Sequential, 1);
    let busy = Lateness::of(frames(&record).into_iter().filter(|beat| beat.busy)).unwrap();
    // Of a freeze of half a second 29 of 30 frames come too late, half of them by more than a quarter of a second.
    assert!(busy.max >= Nanos(480_000_000), "{busy:?}");
    assert!(busy.missed_share() > 0.8, "{busy:?}");
    let input = Lateness::of(inputs(&record).into_iter().filter(|beat| beat.busy)).unwrap();
    assert!(input.max >= Nanos(300_000_000), "{input:?}");
}

#[test]
fn of_calls_within_a_call_on_the_window_s_own_thread_the_outermost_is_noted() {
    let Some(python) = environment() else { return };
    let body = "pool.submit(lambda: pool.submit(double, 1).result())\npool.submit(double, 2)\napp.quit()";
    let record = run(&python, &window(body), Mode::Sequential, 1);
    assert!(completed(&record), "{:?}", record.ending);
    let tasks: Vec<u32> = record.spans().iter().map(|(_, span)| span.task).collect();
    assert_eq!(tasks, [0, 2]);
}

#[test]
fn threads_make_a_window_wait_and_interpreters_do_not() {
    let Some(python) = environment() else { return };
    let late = |mode| {
        let record = run(&python, &spinning(1, 1.5), mode, 1);
        Lateness::of(frames(&record).into_iter().filter(|beat| beat.busy)).unwrap()
    };
    let own = if able().any(|mode| mode == Mode::Subinterpreters) { Mode::Subinterpreters } else { Mode::Processes };
    // Other programs may use the machine: one of three laps of each shows it.
    let least = |mode| (0..3).map(|_| late(mode).p50).min().unwrap();
    let (threads, own) = (least(Mode::Threads), least(own));
    assert!(threads.0 > 2 * own.0, "threads {threads:?}, own {own:?}");
}

#[test]
fn what_a_slot_raises_ends_the_program_with_its_traceback() {
    let Some(python) = environment() else { return };
    let record = run(&python, &window("1 / 0"), Mode::Threads, 1);
    let raised = record.raised();
    assert_eq!(raised.exception, "ZeroDivisionError");
    assert!(raised.traceback.contains("in later"), "{raised:?}");
    assert!(raised.line.is_some());
    record.assert_nothing_left();
}

#[test]
fn a_program_may_end_in_many_ways() {
    let Some(python) = environment() else { return };
    for (body, completes) in [
        ("label.close()", true),
        ("app.quit()", true),
        ("sys.exit()", true),
        ("sys.exit(0)", true),
        ("dialog = QDialog(label)\nQTimer.singleShot(100, dialog.accept)\ndialog.exec()\nlabel.close()", true),
        ("sys.exit(3)", false),
        ("sys.exit('no')", false),
    ] {
        let record = run(&python, &window(body), Mode::Threads, 1);
        assert_eq!(completed(&record), completes, "{body}: {:?}", record.ending);
        record.assert_nothing_left();
    }
}

#[test]
fn a_program_without_an_event_loop_is_told_to_have_one() {
    let Some(python) = environment() else { return };
    let record = run(&python, "def main(pool):\n    print(pool.submit(abs, -1).result())\n", Mode::Threads, 1);
    assert!(record.raised().message.contains("app.exec()"), "{:?}", record.raised());
    assert_eq!(record.text(Stream::Stdout), "1\n");
}

#[test]
fn qt_at_the_top_is_refused_where_workers_have_interpreters_of_their_own() {
    let Some(python) = environment() else { return };
    if !able().any(|mode| mode == Mode::Subinterpreters) {
        return;
    }
    let source = format!("from PyQt6.QtWidgets import QApplication\n{}", window("app.quit()"));
    let record = run(&python, &source, Mode::Subinterpreters, 1);
    let advice = record.raised().advice.clone().unwrap_or_default();
    assert!(advice.contains("inside of `main`"), "{:?}", record.raised());
    assert!(completed(&run(&python, &source, Mode::Threads, 1)));
}

#[test]
fn a_window_can_be_stopped_whatever_it_does() {
    let Some(python) = environment() else { return };
    for (mode, source) in [
        (Mode::Threads, window("pass")),
        (Mode::Threads, window("QDialog(label).exec()")),
        (Mode::Threads, window("while True: pass")),
        (Mode::Sequential, window("pool.submit(spin, 60)")),
        (Mode::Threads, window("pool.submit(spin, 60)")),
        (Mode::Processes, window("pool.submit(spin, 60)")),
    ] {
        let record = stopped_at_its_first_frames(&python, &source, mode);
        assert!(matches!(record.ending, Some(Ending::Stopped(_))), "{mode:?}: {:?}\n{source}", record.ending);
        record.assert_nothing_left();
    }
}

#[test]
fn a_worker_that_dies_is_said_and_the_window_goes_on() {
    let Some(python) = environment() else { return };
    let body = "import os\nfuture = pool.submit(os._exit, 5)\nprint(type(future.exception(5)).__name__)\napp.quit()";
    let record = run(&python, &window(body), Mode::Processes, 1);
    assert!(completed(&record), "{:?}", record.ending);
    let died = |event: &LapEvent| matches!(event, LapEvent::WorkerDied(death) if death.cause == Cause::Exit(5));
    assert!(record.events.iter().any(died));
    assert_eq!(record.text(Stream::Stdout), "BrokenExecutor\n");
}

#[test]
fn a_check_is_given_the_frames_and_what_main_returned() {
    let Some(python) = environment() else { return };
    let check = "
def check(window, lap):
    busy = [frame.late for frame in window.frames if frame.busy]
    assert lap.tasks and len(busy) > 5, (len(busy), lap.tasks)
    assert (window.returned, lap.workers) == ('closed', 1), (window.returned, lap.workers)
    assert max(busy) < 0.1, 'the window was frozen'
";
    let verdict = |mode| {
        let lap = LapRequest { check: Some(check.into()), ..request(&spinning(1, 0.4), mode, 1) };
        let record = run_with(&python, lap);
        record
            .events
            .iter()
            .find_map(|event| if let LapEvent::Checked(verdict) = event { Some(verdict.clone()) } else { None })
    };
    assert_eq!(verdict(Mode::Sequential), Some(shared::Verdict::Failed("the window was frozen".into())));
    assert_eq!(verdict(Mode::Processes), Some(shared::Verdict::Passed));
}

/// Whoever uses PySide6 gets the same; it is in no environment of ours, so another one is named for it.
#[test]
fn programs_with_pyside_are_measured_and_end_as_those_with_pyqt_do() {
    let Some(python) = python_with("PySide6", "VIRGIL_TEST_PYSIDE") else { return };
    let with_pyside = |source: &str| source.replace("PyQt6", "PySide6");
    for mode in modes() {
        let record = run(&python, &with_pyside(&spinning(2, 0.3)), mode, 2);
        assert!(completed(&record), "{mode:?}: {:?}", record.ending);
        record.assert_nothing_left();
        let frames = frames(&record);
        assert!(frames.iter().any(|beat| beat.busy) && frames.iter().any(|beat| !beat.busy), "{mode:?}");
        assert!(!inputs(&record).is_empty(), "{mode:?}");
    }
    for (body, completes) in [("label.close()", true), ("sys.exit(0)", true), ("sys.exit(3)", false), ("1 / 0", false)]
    {
        let record = run(&python, &with_pyside(&window(body)), Mode::Threads, 1);
        assert_eq!(completed(&record), completes, "{body}: {:?}", record.ending);
        assert!(completes || matches!(record.ending, Some(Ending::Raised(_))), "{body}: {:?}", record.ending);
    }
    for body in ["pass", "while True: pass", "pool.submit(spin, 60)"] {
        let record = stopped_at_its_first_frames(&python, &with_pyside(&window(body)), Mode::Threads);
        assert!(matches!(record.ending, Some(Ending::Stopped(_))), "{body}: {:?} {:?}", record.ending, record.status);
        record.assert_nothing_left();
    }
    if able().any(|mode| mode == Mode::Subinterpreters) {
        let source = with_pyside(&format!("from PyQt6.QtWidgets import QApplication\n{}", window("app.quit()")));
        let record = run(&python, &source, Mode::Subinterpreters, 1);
        assert!(
            record.raised().advice.clone().unwrap_or_default().contains("inside of `main`"),
            "{:?}",
            record.raised()
        );
    }
}

#[test]
fn modes_without_a_pool_are_refused_with_a_sentence() {
    let Some(python) = environment() else { return };
    for mode in [Mode::Asyncio, Mode::ThreadPool] {
        let record = run(&python, &window("app.quit()"), mode, 1);
        assert!(record.raised().message.contains("choose sequential"), "{:?}", record.raised());
    }
}

/// Lateness by mode and workers, with the idle baseline of the same laps: `cargo test … -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement: on a machine that does nothing else"]
fn figures() {
    let Some(python) = environment() else { return };
    let rounds = 5;
    let own = [Mode::Threads, Mode::Subinterpreters, Mode::Processes];
    let mut seen: Vec<(Mode, u32, Vec<[Lateness; 3]>)> = Vec::new();
    for _ in 0..rounds {
        for workers in [1, 2, 4] {
            for mode in own {
                let record = run(&python, &spinning(workers, 2.0), mode, workers);
                let of =
                    |beats: Vec<Beat>, busy| Lateness::of(beats.into_iter().filter(|beat: &Beat| beat.busy == busy));
                let lap = [
                    of(frames(&record), true).unwrap(),
                    of(frames(&record), false).unwrap(),
                    of(inputs(&record), true).unwrap(),
                ];
                match seen.iter_mut().find(|(of, with, _)| (*of, *with) == (mode, workers)) {
                    Some((.., laps)) => laps.push(lap),
                    None => seen.push((mode, workers, vec![lap])),
                }
            }
        }
    }
    let ms = |time: Nanos| time.0 as f64 / 1e6;
    println!("{rounds} interleaved rounds, medians: frames while spinning, at rest, inputs while spinning");
    for (mode, workers, laps) in &seen {
        let middle = |of: &dyn Fn(&[Lateness; 3]) -> f64| {
            let mut all: Vec<f64> = laps.iter().map(of).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        println!(
            "{mode:>16} × {workers}: p50 {:6.2} p95 {:6.2} p99 {:6.2} max {:6.2} ms, missed {:4.1} %; at rest p50 {:5.2} ms; input p50 {:6.2} p99 {:6.2} ms",
            middle(&|lap| ms(lap[0].p50)),
            middle(&|lap| ms(lap[0].p95)),
            middle(&|lap| ms(lap[0].p99)),
            middle(&|lap| ms(lap[0].max)),
            middle(&|lap| lap[0].missed_share() * 100.0),
            middle(&|lap| ms(lap[1].p50)),
            middle(&|lap| ms(lap[2].p50)),
            middle(&|lap| ms(lap[2].p99)),
        );
    }
}

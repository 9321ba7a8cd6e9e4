//! Pictures of windows that nobody sees otherwise, and where somebody presses in them.

use shared::{KernelCommand, LapEvent, LapRequest, Lateness, Mode, Pictures, Stream, Touch, WindowPicture};

use super::{completed, environment, run};
use crate::harness::{Kernel, Record, request, run_with};

/// A bar that fills itself once the button above it is pressed.
const BAR: &str = r#"
def main(pool):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QProgressBar, QPushButton, QVBoxLayout, QWidget
    app = QApplication([])
    window = QWidget()
    window.setWindowTitle("Work")
    window.resize(300, 200)
    layout = QVBoxLayout(window)
    button, bar = QPushButton("Start"), QProgressBar()
    bar.setValue(0)
    layout.addWidget(button)
    layout.addStretch()
    layout.addWidget(bar)
    window.show()
    def step():
        bar.setValue(bar.value() + 20)
        bar.value() >= 100 and app.quit()
    timer = QTimer(timeout=step)
    def start():
        print("pressed", button.geometry().center().y() < 40)
        timer.start(400)
    button.clicked.connect(start)
    QTimer.singleShot(20_000, app.quit)
    app.exec()
"#;

fn pictures(record: &Record) -> Vec<WindowPicture> {
    let picture =
        |event: &LapEvent| if let LapEvent::Pictured(picture) = event { Some(*picture.clone()) } else { None };
    record.events.iter().filter_map(picture).collect()
}

/// With a press there when the first picture has come.
fn watched(python: &str, source: &str, mode: Mode, touch: Touch) -> Record {
    let mut kernel = Kernel::start_with(python);
    kernel.command(&KernelCommand::Lap(LapRequest { pictures: true, ..request(source, mode, 1) }));
    let mut seen = 0;
    kernel.record(|kernel, event| {
        if let LapEvent::Pictured(_) = event {
            seen += 1;
            if seen == 1 {
                kernel.command(&KernelCommand::Touch(touch));
            }
        }
    })
}

#[test]
fn what_changes_is_seen_and_a_press_arrives() {
    let Some(python) = environment() else { return };
    for mode in [Mode::Sequential, Mode::Threads] {
        let record = watched(&python, BAR, mode, Touch { window: 0, x: 150, y: 22 });
        assert!(completed(&record), "{:?}", record.ending);
        assert_eq!(record.text(Stream::Stdout), "pressed True\n");
        let pictures = pictures(&record);
        let first = &pictures[0];
        assert_eq!((first.title.as_str(), first.width, first.height), ("Work", 300, 200));
        assert_eq!(first.parts.iter().map(|part| part.height).sum::<u32>(), 200, "all of it at first");
        assert!(pictures.len() >= 3, "{}", pictures.len());
        for later in &pictures[1..] {
            let height: u32 = later.parts.iter().map(|part| part.height).sum();
            assert!(height < 150, "only what has changed: {height}");
        }
        // As files of PNG begin, in base64.
        let parts = pictures.iter().flat_map(|picture| &picture.parts);
        assert!(parts.clone().all(|part| part.png.starts_with("iVBORw0KGgo")));
        let mut seen = Pictures::default();
        pictures.iter().for_each(|picture| seen.add(picture));
        assert_eq!(seen.windows.len(), 1);
        record.assert_nothing_left();
    }
}

#[test]
fn windows_that_open_and_close_are_noticed() {
    let Some(python) = environment() else { return };
    let source = r#"
def main(pool):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QDialog, QLabel
    app = QApplication([])
    label = QLabel("first")
    label.show()
    dialog = QDialog(label)
    QTimer.singleShot(500, dialog.close)
    QTimer.singleShot(1200, app.quit)
    QTimer.singleShot(100, dialog.exec)
    app.exec()
"#;
    let record = watched(&python, source, Mode::Threads, Touch { window: 7, x: 0, y: 0 });
    assert!(completed(&record), "{:?}", record.ending);
    let of_dialog: Vec<bool> =
        pictures(&record).iter().filter(|picture| picture.window == 1).map(|picture| picture.width > 0).collect();
    assert_eq!((of_dialog.first(), of_dialog.last()), (Some(&true), Some(&false)), "{of_dialog:?}");
}

#[test]
fn no_picture_is_taken_unless_somebody_would_see_it() {
    let Some(python) = environment() else { return };
    let source = BAR.replace("    button.clicked.connect(start)\n", "    QTimer.singleShot(50, start)\n");
    let record = run(&python, &source, Mode::Threads, 1);
    assert!(completed(&record) && pictures(&record).is_empty(), "{:?}", record.ending);
    let asked = run_with(&python, LapRequest { pictures: true, ..request(&source, Mode::Threads, 1) });
    assert!(completed(&asked) && !pictures(&asked).is_empty(), "{:?}", asked.ending);
}

/// A window of 800 by 600 pixels in which a bar and a clock move fifty times a second, with and without pictures.
#[test]
#[ignore = "a measurement: on a machine that does nothing else"]
fn figures_of_pictures() {
    let Some(python) = environment() else { return };
    let source = r#"
import time

def spin(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until: pass

def main(pool):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QLabel, QProgressBar, QVBoxLayout, QWidget
    app = QApplication([])
    window = QWidget()
    window.resize(800, 600)
    layout = QVBoxLayout(window)
    bar, clock = QProgressBar(), QLabel()
    layout.addWidget(clock)
    layout.addWidget(bar)
    window.show()
    def step():
        bar.setValue((bar.value() + 1) % 100)
        clock.setText(f"{time.time():.3f}")
        future.done() and app.quit()
    future = pool.submit(spin, 3)
    timer = QTimer(timeout=step)
    timer.start(20)
    app.exec()
"#;
    for mode in [Mode::Threads, Mode::Subinterpreters, Mode::Processes] {
        for pictured in [false, true, false, true, false, true] {
            let record = run_with(&python, LapRequest { pictures: pictured, ..request(source, mode, 1) });
            let taken = pictures(&record);
            let late = Lateness::of(super::frames(&record)).unwrap();
            let bytes: usize = taken.iter().flat_map(|picture| &picture.parts).map(|part| part.png.len()).sum();
            let took: u64 = taken.iter().map(|picture| picture.took.0).sum();
            println!(
                "{mode}: {} pictures of {:.2} ms, {} KB in all; frames p50 {:.2} p95 {:.2} p99 {:.2} ms, missed {:.1} %",
                taken.len(),
                took as f64 / 1e6 / taken.len().max(1) as f64,
                bytes / 1000,
                late.p50.0 as f64 / 1e6,
                late.p95.0 as f64 / 1e6,
                late.p99.0 as f64 / 1e6,
                late.missed_share() * 100.0,
            );
        }
    }
}

//! A cell that defines `main(pool)`: a real window with Qt, drawn where nobody sees it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::harness::Bench;

/// Works for a moment, and is closed then.
const WINDOW: &str = r#"
import time

def spin(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until: pass

def main(pool):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QLabel
    app = QApplication([])
    label = QLabel("a window")
    label.show()
    futures = []
    def begin():
        futures.append(pool.submit(spin, 0.8))
        look.start(20)
    look = QTimer(timeout=lambda: all(future.done() for future in futures) and app.quit())
    QTimer.singleShot(500, begin)
    app.exec()
"#;

#[tokio::test]
async fn a_window_is_measured_in_every_chosen_mode() {
    let bench = Bench::at_primes().await;
    bench.write(WINDOW).await;
    bench.choose(&["sequential", "processes"], &["1"]).await;
    bench.run().await;
    bench.find_text("[data-cell=primes] .progress .words", "the window is open").await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    let rows = bench.texts("[data-cell=primes] .laps tbody tr").await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    // Work of 0.8 s on the window's own thread freezes it for as long.
    let frozen = rows.iter().find(|row| row.contains("Sequential")).unwrap();
    let freeze = frozen.split_once("freeze ").unwrap().1;
    let (number, unit) = freeze.split_once(' ').unwrap();
    let milliseconds = number.parse::<f64>().unwrap() * if unit.starts_with("ms") { 1.0 } else { 1000.0 };
    assert!(milliseconds >= 799.0, "{rows:?}");
    assert!(rows.iter().all(|row| row.contains("half no later than ")), "{rows:?}");
    bench.find_text("[data-cell=primes] figure[data-chart=window]", "while it worked, half the frames").await;
    for (name, width, height, colours) in
        [("wide", 1280, 720, "light"), ("wide-dark", 1280, 720, "dark"), ("phone", 390, 844, "dark")]
    {
        bench.view(width, height, colours).await;
        bench.picture(&format!("window-{name}")).await;
        assert!(bench.page_width().await <= width, "too wide at {width}");
    }
    bench.close().await;
}

/// A bar that moves once the button above it is pressed, until it is pressed again.
const BUTTON: &str = r#"
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
    timer = QTimer(timeout=lambda: bar.setValue((bar.value() + 7) % 100))
    def press():
        print("pressed")
        app.quit() if timer.isActive() else timer.start(300)
    button.clicked.connect(press)
    QTimer.singleShot(100_000, app.quit)
    app.exec()
"#;

#[tokio::test]
async fn a_window_without_a_display_is_seen_in_the_page_and_can_be_pressed() {
    if std::env::var_os("DISPLAY").or_else(|| std::env::var_os("WAYLAND_DISPLAY")).is_some() {
        eprintln!("SKIPPED: this machine has a display, so windows open there");
        return;
    }
    let bench = Bench::at_primes().await;
    bench.write(BUTTON).await;
    bench.choose(&["threads"], &["1"]).await;
    bench.run().await;
    bench.find("[data-cell=primes] .windows svg[data-window]").await;
    bench.find_text("[data-cell=primes] .windows figcaption", "Work").await;
    bench.find_text("[data-cell=primes] .windows-words", "no display").await;
    // Every image has its file inside: a new one is a change that was seen.
    let images = async || -> Vec<String> {
        let script = "return [...document.querySelectorAll('[data-cell=primes] .windows image')]
            .map(image => image.getAttribute('href').slice(-60))";
        bench.driver.execute(script, vec![]).await.unwrap().convert().unwrap()
    };
    assert_eq!(images().await.len(), 1, "one picture is the whole window at first");
    // On the button at the top, in one step: what a mouse points at moves while the page grows.
    let press = async || {
        let script = "const shown = document.querySelector('[data-cell=primes] .windows svg');
            const { left, top, width } = shown.getBoundingClientRect();
            const at = (edge, pixels) => edge + pixels * width / 300;
            shown.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: at(left, 150), clientY: at(top, 22) }))";
        bench.driver.execute(script, vec![]).await.unwrap();
    };
    press().await;
    bench.find_text("[data-cell=primes] .output", "pressed").await;
    let seen = RefCell::new(BTreeSet::new());
    bench
        .wait("the bar to move", async || {
            let now = images().await;
            seen.borrow_mut().extend(now);
            seen.borrow().len() >= 5
        })
        .await;
    for (name, width, height, colours) in
        [("wide", 1280, 720, "light"), ("wide-dark", 1280, 720, "dark"), ("phone", 390, 844, "dark")]
    {
        bench.view(width, height, colours).await;
        bench.find("[data-cell=primes] .windows").await.scroll_into_view().await.unwrap();
        bench.picture(&format!("window-seen-{name}")).await;
        assert!(bench.page_width().await <= width, "too wide at {width}");
    }
    bench.view(1280, 720, "light").await;
    press().await;
    assert_eq!(bench.ending().await, "completed", "{}", bench.sentence().await);
    bench.find_text("[data-cell=primes] .windows-words", "as it was at the end").await;
    // After a reload the page has all of it again.
    bench.driver.refresh().await.unwrap();
    bench.find("[data-cell=primes] .windows image").await;
    bench.close().await;
}

//! A cell that defines `main(pool)`: a real window with Qt, drawn where nobody sees it.

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
    assert!(frozen.contains("freeze 8") || frozen.contains("freeze 9") || frozen.contains("freeze 1"), "{rows:?}");
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

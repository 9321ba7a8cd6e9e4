//! `virgil run` of a program with a window, rendered where nobody sees it.

use runner::command::result::Kind;

use crate::bench::Bench;

/// Rests, works, and ends by itself.
pub const WINDOW: &str = "
import time

def spin(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until: pass

def main(pool):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QLabel
    app = QApplication([])
    label = QLabel('a window')
    label.show()
    futures = []
    def begin():
        futures.append(pool.submit(spin, 0.6))
        look.start(20)
    look = QTimer(timeout=lambda: all(future.done() for future in futures) and app.quit())
    QTimer.singleShot(400, begin)
    app.exec()

if __name__ == '__main__':
    import virgil
    virgil.run(main)
";

#[test]
fn a_window_s_lateness_is_shown_by_mode_and_in_words() {
    let bench = Bench::with("code.py", WINDOW);
    let (document, ended) = bench.json("code.py --modes sequential,processes --workers 1");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(document.source.kind, Some(Kind::Desktop));
    let windows: Vec<_> = document.laps.iter().map(|lap| lap.window.clone().unwrap()).collect();
    let [frozen, alive] = windows.as_slice() else { panic!("{ended:?}") };
    for window in [frozen, alive] {
        assert!(window.idle.as_ref().is_some_and(|idle| idle.count > 10), "{window:?}");
        assert!(window.frames.len() > 40, "{window:?}");
    }
    let freeze = |window: &runner::command::result::window::Window| window.busy.as_ref().unwrap().max_ns;
    assert!(freeze(frozen) > 550_000_000, "{:?}", frozen.busy);
    assert!(freeze(frozen) > freeze(alive), "{:?}", alive.busy);
    assert_eq!(document.laps[1].by_worker[0].tasks.len(), 1);
    assert_eq!(document.laps[1].by_worker[1].name.as_deref(), Some("window"));
    for said in ["late p50", "freeze", "sequential: while it worked, half the frames were no later than"] {
        assert!(ended.stderr.contains(said), "{said}: {ended:?}");
    }
}

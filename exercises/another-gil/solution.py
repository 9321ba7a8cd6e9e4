"""A window beside two workers that compute."""

import sys
import time

INTERVAL_MS = 5
sys.setswitchinterval(INTERVAL_MS / 1000)
SECONDS = 1.5


def spin(seconds):
    """Keeps a core busy for so long, and says how far it is."""
    import virgil

    begin = now = time.thread_time()
    while now < begin + seconds:
        virgil.progress((now - begin) / seconds)
        now = time.thread_time()


def main(pool):
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication, QProgressBar, QVBoxLayout, QWidget

    class Window(QWidget):
        """A bar for each call, and a timer that looks at them."""

        def __init__(self, pool):
            super().__init__(windowTitle="Another GIL")
            self.pool, self.futures = pool, []
            self.bars = [QProgressBar(), QProgressBar()]
            layout = QVBoxLayout(self)
            for bar in self.bars:
                layout.addWidget(bar)
            self.timer = QTimer(self, interval=50)
            self.timer.timeout.connect(self.look)
            QTimer.singleShot(500, self.begin)

        def begin(self):
            self.futures = [self.pool.submit(spin, SECONDS) for _ in self.bars]
            self.timer.start()

        def look(self):
            for bar, future in zip(self.bars, self.futures):
                bar.setValue(round(future.progress * 100))
            if all(future.done() for future in self.futures):
                self.timer.stop()
                QTimer.singleShot(500, self.close)

    app = QApplication([])
    window = Window(pool)
    window.show()
    app.exec()


if __name__ == "__main__":
    import virgil

    virgil.run(main, "threads", 2)

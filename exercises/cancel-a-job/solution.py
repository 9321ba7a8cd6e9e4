"""A window whose job is no longer wanted."""

import time

SECONDS = 3


def spin(seconds):
    """Keeps a core busy for so long."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def main(pool):
    from PyQt6.QtCore import Qt, QTimer
    from PyQt6.QtTest import QTest
    from PyQt6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

    app = QApplication([])
    window = QWidget(windowTitle="Cancel a job")
    start, stop = QPushButton("Start"), QPushButton("Cancel")
    layout = QVBoxLayout(window)
    layout.addWidget(start)
    layout.addWidget(stop)
    futures = []
    timer = QTimer(window, interval=20)

    def begin():
        futures.extend(pool.submit(spin, SECONDS / 30) for _ in range(30))
        timer.start()

    def cancel():
        print("cancelled:", sum(future.cancel() for future in futures))

    def look():
        if all(future.done() for future in futures):
            timer.stop()
            window.close()

    start.clicked.connect(begin)
    stop.clicked.connect(cancel)
    timer.timeout.connect(look)
    # What a person would do: press one button, and a second later the other.
    for moment, button in (300, start), (1300, stop):
        QTimer.singleShot(moment, lambda button=button: QTest.mouseClick(button, Qt.MouseButton.LeftButton))
    window.show()
    app.exec()


if __name__ == "__main__":
    import virgil

    virgil.run(main, "threads", 1)

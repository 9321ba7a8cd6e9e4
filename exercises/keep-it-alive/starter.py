"""A window that computes."""

import time

SECONDS = 1.5


def spin(seconds):
    """Keeps a core busy for so long."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def main(pool):
    # Qt refuses to be in several interpreters, so it is imported here.
    from PyQt6.QtCore import Qt, QTimer
    from PyQt6.QtTest import QTest
    from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

    app = QApplication([])
    window = QWidget(windowTitle="Keep it alive")
    label, button = QLabel("At rest"), QPushButton("Compute")
    layout = QVBoxLayout(window)
    layout.addWidget(label)
    layout.addWidget(button)

    def compute():
        label.setText("Computing…")
        spin(SECONDS)
        done()

    def done():
        label.setText("Done")
        QTimer.singleShot(500, window.close)

    button.clicked.connect(compute)
    # Its button is pressed as a person would, but at the same moment in every mode.
    QTimer.singleShot(500, lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton))
    window.show()
    app.exec()


if __name__ == "__main__":
    import virgil

    virgil.run(main, "threads", 1)

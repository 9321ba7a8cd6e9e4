"""A window that counts words, and pays for it with each click."""

import time

import virgil

CLICKS = 5


def count_words(text):
    return len(text.split())


def main(pool):
    from PyQt6.QtCore import Qt, QTimer
    from PyQt6.QtTest import QTest
    from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

    app = QApplication([])
    window = QWidget(windowTitle="Words")
    field, button, label = QLineEdit(), QPushButton("Count"), QLabel()
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addWidget(button)
    layout.addWidget(label)
    times, said = [], []

    def count():
        begun = time.perf_counter()
        with virgil.pool(pool.mode, pool.workers) as workers:
            words = workers.submit(count_words, field.text()).result()
        label.setText(f"{words} words")
        times.append(time.perf_counter() - begun)

    def use():
        """What a person would do: types one more word and clicks."""
        QTest.keyClicks(field, "word ")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        said.append(label.text())
        if len(said) < CLICKS:
            QTimer.singleShot(200, use)
        else:
            QTimer.singleShot(500, window.close)

    button.clicked.connect(count)
    QTimer.singleShot(500, use)
    window.show()
    app.exec()
    print(f"From the click to the answer: {sorted(times)[CLICKS // 2] * 1000:.1f} ms")
    return said


if __name__ == "__main__":
    virgil.run(main, "threads", 2)

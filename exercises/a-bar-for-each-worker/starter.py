"""A window with a bar for each worker."""

import time

import virgil

CALLS = 6
FUNCTION = "count_primes"
ARGUMENT = 100_000


def count_primes(limit):
    """How many primes are below the limit."""
    found = 0
    for number in range(2, limit):
        found += all(number % divisor for divisor in range(2, int(number**0.5) + 1))
    return found


def add_digits(limit):
    """The sum of the digits of all numbers below the limit."""
    total = 0
    for number in range(limit):
        total += sum(map(int, str(number)))
    return total


FUNCTIONS = {"add_digits": add_digits, "count_primes": count_primes}


def main(pool):
    from PyQt6.QtCore import Qt, QTimer
    from PyQt6.QtTest import QTest
    from PyQt6.QtWidgets import QApplication, QComboBox, QFormLayout, QLabel, QProgressBar, QPushButton, QSpinBox, QWidget

    app = QApplication([])
    window = QWidget(windowTitle=f"{pool.workers} workers: {pool.mode}")
    function, argument, start = QComboBox(), QSpinBox(maximum=1_000_000), QPushButton("Start")
    function.addItems(FUNCTIONS)
    bars, told = [QProgressBar() for _ in range(pool.workers)], QLabel()
    layout = QFormLayout(window)
    layout.addRow("Function", function)
    layout.addRow("Argument", argument)
    layout.addRow(start)
    for worker, bar in enumerate(bars):
        layout.addRow(f"Worker {worker}", bar)
    layout.addRow(told)
    futures, moments, timer = [], [], QTimer(window, interval=20)
    # For the check: all that the bars have shown.
    seen = [[] for _ in bars]
    for bar, values in zip(bars, seen):
        bar.valueChanged.connect(values.append)

    def begin():
        start.setEnabled(False)
        moments.append(time.perf_counter())
        work = FUNCTIONS[function.currentText()]
        futures.extend(pool.submit(work, argument.value()) for _ in range(CALLS))
        timer.start()

    def look():
        for bar, future in zip(bars, futures):
            bar.setValue(round(future.progress * 100))
        if len(moments) == 1 and any(future.done() for future in futures):
            moments.append(time.perf_counter())
        if all(future.done() for future in futures):
            moments.append(time.perf_counter())
            told.setText("first answer after {1:.2f} s, all after {2:.2f} s".format(*(m - moments[0] for m in moments)))
            timer.stop()
            QTimer.singleShot(500, window.close)

    def use():
        """What a person would do: chooses the function, types its argument and presses Start."""
        QTest.keyClicks(function, FUNCTION)
        argument.selectAll()
        QTest.keyClicks(argument, str(ARGUMENT))
        QTest.mouseClick(start, Qt.MouseButton.LeftButton)

    start.clicked.connect(begin)
    timer.timeout.connect(look)
    QTimer.singleShot(500, use)
    window.show()
    app.exec()
    print(told.text())
    return seen


if __name__ == "__main__":
    virgil.run(main, "threads", 2)

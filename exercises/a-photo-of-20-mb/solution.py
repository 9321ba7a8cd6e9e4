"""A window that shows photos of 20 MB, brighter than they are."""

import tempfile
import time
from pathlib import Path

WIDTH, HEIGHT, PHOTOS = 2560, 2730, 8
# The window has room for every eighth pixel of every eighth row.
STEP = 8


def brighter(photo):
    """The same photo, as light as it should be: green, the second byte of a pixel, tells how light it is."""
    mean = sum(photo[1::3]) // (len(photo) // 3)
    return photo.translate(bytes(min(255, value * 160 // mean) for value in range(256)))


def small(photo):
    """As much of it as the window has room for."""
    pixels = bytearray()
    for start in range(0, len(photo), 3 * WIDTH * STEP):
        row = photo[start : start + 3 * WIDTH]
        line = bytearray(3 * WIDTH // STEP)
        for colour in range(3):
            line[colour::3] = row[colour :: 3 * STEP]
        pixels += line
    return bytes(pixels)


def read(path):
    """Reads a photo where it is worked on, and gives back what the window shows of it."""
    return small(brighter(Path(path).read_bytes()))


def main(pool):
    from PyQt6.QtCore import Qt, QTimer
    from PyQt6.QtGui import QImage, QPixmap
    from PyQt6.QtTest import QTest
    from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

    app = QApplication([])
    window = QWidget(windowTitle="Brighter")
    picture, button = QLabel(), QPushButton("Next photo")
    layout = QVBoxLayout(window)
    layout.addWidget(picture)
    layout.addWidget(button)
    folder = tempfile.TemporaryDirectory()
    file = Path(folder.name, "photo")
    file.write_bytes(bytes(range(256)) * 30 * HEIGHT)
    given, got, shown, times = [], [], [], []
    timer = QTimer(window, interval=5)

    def next_photo():
        times.append(time.perf_counter())
        given[:] = [str(file)]
        got[:] = [pool.submit(read, *given)]
        timer.start()

    def look():
        if got[0].done():
            timer.stop()
            got[:] = [got[0].result()]
            show(got[0])

    def show(pixels):
        shown[:] = [pixels]
        width, height = WIDTH // STEP, len(pixels) * STEP // (3 * WIDTH)
        picture.setPixmap(QPixmap.fromImage(QImage(pixels, width, height, 3 * width, QImage.Format.Format_RGB888)))
        times[-1] = time.perf_counter() - times[-1]
        if len(times) < PHOTOS:
            QTimer.singleShot(50, click)
        else:
            QTimer.singleShot(500, window.close)

    def click():
        """What a person would do."""
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    button.clicked.connect(next_photo)
    timer.timeout.connect(look)
    QTimer.singleShot(500, click)
    window.show()
    app.exec()
    print(f"From the click to the picture: {sorted(times)[PHOTOS // 2] * 1000:.0f} ms")
    folder.cleanup()
    # For the check: what was given to the pool last, what came back, and what the window shows.
    return given, got, shown


if __name__ == "__main__":
    import virgil

    virgil.run(main, "threads", 1)

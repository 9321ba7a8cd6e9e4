"""Pictures of a program's windows, where nobody can see these."""

import binascii
import importlib
import sys
import time

import _virgil

# Seconds from one picture to the next, at least.
LOOK_EVERY = 0.25
# A picture may take so much of the event loop's time.
SHARE = 0.05
# So many bytes of pictures a second, however much changes.
BYTES_A_SECOND = 256_000
# Rows of pixels that are compared, and sent, together.
BAND = 16


class Camera:
    """Takes pictures of all windows, says what has changed, and presses where somebody has."""

    def __init__(self, binding, touched):
        self.core, self.gui, self.widgets = (
            importlib.import_module(f"{binding}.{module}") for module in ("QtCore", "QtGui", "QtWidgets")
        )
        # Windows by number, with what was seen of each.
        self.windows, self.seen = {}, {}
        self.next_number = 0
        self.touches = self.core.QSocketNotifier(touched, self.core.QSocketNotifier.Type.Read)
        self.touches.activated.connect(self.touch)
        self.timer = self.core.QTimer()
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self.take)
        self.timer.start(0)

    def take(self):
        start = time.perf_counter()
        try:
            sent = self.look()
        except Exception as error:
            self.end()
            print(f"The window can't be shown here: {type(error).__name__}: {error}", file=sys.stderr)
            return
        took = time.perf_counter() - start
        self.timer.start(round(1000 * max(LOOK_EVERY, took / SHARE, sent / BYTES_A_SECOND)))

    def look(self):
        """How many bytes there were to send."""
        open_now = [window for window in self.widgets.QApplication.topLevelWidgets() if window.isVisible()]
        known = {id(window): number for number, window in self.windows.items()}
        sent = 0
        for window in open_now:
            number = known.get(id(window))
            if number is None:
                number, self.next_number = self.next_number, self.next_number + 1
                self.windows[number] = window
            sent += self.picture(number, window)
        # When the last one closes the program is over, and what it has come to stays to be seen.
        gone = [number for number, window in self.windows.items() if window not in open_now] if open_now else []
        for number in gone:
            del self.windows[number]
            self.seen.pop(number, None)
            _virgil.pictured((number, "", 0, 0, 0, ()))
        return sent

    def picture(self, number, window):
        start = time.perf_counter_ns()
        image = window.grab().toImage().convertToFormat(self.gui.QImage.Format.Format_RGB32)
        width, height, stride = image.width(), image.height(), image.bytesPerLine()
        bits = image.constBits()
        if hasattr(bits, "setsize"):
            bits.setsize(image.sizeInBytes())
        pixels = bytes(bits)
        before_width, before = self.seen.get(number, (0, b""))
        if before_width != width or len(before) != len(pixels):
            before = b""
        self.seen[number] = width, pixels
        parts = tuple(
            (0, top, width, bottom - top, self.png(image.copy(0, top, width, bottom - top)))
            for top, bottom in changed_rows(before, pixels, stride, height)
        )
        if parts:
            took = time.perf_counter_ns() - start
            _virgil.pictured((number, window.windowTitle(), width, height, took, parts))
        return sum(len(part[-1]) for part in parts)

    def png(self, image):
        buffer = self.core.QBuffer()
        buffer.open(self.core.QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        return binascii.b2a_base64(bytes(buffer.data()), newline=False).decode("ascii")

    def touch(self, *_):
        while (touched := _virgil.next_touch()) >= 0:
            window = self.windows.get(touched >> 40)
            if window is not None:
                self.press(window, self.core.QPoint(touched >> 20 & 0xFFFFF, touched & 0xFFFFF))

    def press(self, window, place):
        """As a mouse would: the events wait in the program's queue, as its own do."""
        target = window.childAt(place) or window
        kinds, buttons = self.core.QEvent.Type, self.core.Qt.MouseButton
        within, of_all = target.mapFrom(window, place), window.mapToGlobal(place)
        for kind, held in (kinds.MouseButtonPress, buttons.LeftButton), (kinds.MouseButtonRelease, buttons.NoButton):
            event = self.gui.QMouseEvent(
                kind,
                self.core.QPointF(within),
                self.core.QPointF(of_all),
                buttons.LeftButton,
                held,
                self.core.Qt.KeyboardModifier.NoModifier,
            )
            self.core.QCoreApplication.postEvent(target, event)
        self.timer.start(30)

    def end(self):
        self.timer.stop()
        self.touches.setEnabled(False)


def changed_rows(before, pixels, stride, height):
    """From which rows to which the picture is another: bands that follow each other together. All of it, if nothing was
    there before."""
    runs = []
    for top in range(0, height, BAND):
        bottom = min(top + BAND, height)
        if before and before[top * stride : bottom * stride] == pixels[top * stride : bottom * stride]:
            continue
        if runs and runs[-1][1] == top:
            runs[-1] = runs[-1][0], bottom
        else:
            runs.append((top, bottom))
    return runs


def camera_for(binding):
    """A camera, if pictures are to be taken: of windows, and only where nobody sees them otherwise."""
    widgets = sys.modules.get(f"{binding}.QtWidgets")
    if widgets is None:
        return None
    application = widgets.QApplication.instance()
    if not isinstance(application, widgets.QApplication) or application.platformName() not in ("offscreen", "minimal"):
        return None
    touched = _virgil.watch_touches()
    return Camera(binding, touched) if touched >= 0 else None

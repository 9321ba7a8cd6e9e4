"""In the main interpreter of a kernel: fingerprints of results, by which laps are compared.

Equal values have equal fingerprints in every process: types and values count, and neither addresses, nor hashes, nor the
order in a set or a dict. Floats are compared exactly; NaN equals NaN, and 0.0 equals -0.0.
"""

import sys
import time

try:
    # hashlib would load OpenSSL.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

# The time for all of it, in seconds of this thread's CPU, so that as much is compared on a machine that is busy.
PATIENCE = 0.2
# The same by the clock on the wall.
AT_THE_LATEST = 5.0
# Values inside of one another.
DEPTH = 100
# Of long bytes so many are read between two looks at the clock.
PIECE = 1 << 20
# So many results are shown at the most, in so many characters, and each in so many; larger ones are not.
SHOWN, TEXT, SHORT, LARGE = 1_000, 64_000, 80, 100


class Late(Exception):
    """There is no more time."""


class Prints:
    """The fingerprints of a lap's results, which come in order."""

    def __init__(self, first, each):
        self.until = time.thread_time() + PATIENCE, time.monotonic() + AT_THE_LATEST
        self.first = first
        self.most = each
        self.each = []
        self.blocks = []
        self.block = None
        self.held = 0
        self.opaque = 0
        self.held_opaque = 0
        self.texts = []
        self.room = TEXT
        self.seen = 0

    def add(self, results):
        """Takes these. False if there is no time for more."""
        try:
            for result in results:
                self.take(result)
        except Late:
            return False
        return not is_late(self.until)

    def take(self, result):
        reader = Reader(self.until)
        digest = reader.read(result)
        if len(self.each) < self.most:
            self.each.append(digest)
            self.opaque += reader.opaque
        else:
            self.block = self.block or blake2b(digest_size=8)
            self.block.update(digest)
            self.held += 1
            self.held_opaque += reader.opaque
            if self.held == self.most:
                self.close()
        if self.first <= self.seen < SHOWN and self.room > 0:
            text = brief(result) if reader.values <= LARGE else ""
            self.texts.append(text)
            self.room -= len(text)
        self.seen += 1

    def close(self):
        """What was held is compared as a whole."""
        self.blocks.append(self.block.digest())
        self.opaque += self.held_opaque
        self.block, self.held, self.held_opaque = None, 0, 0

    def finish(self, count):
        """Of so many results: the fingerprints, how many were compared, of how many only the type, and texts."""
        if self.held and self.seen == count:
            self.close()
        compared = len(self.each) + min(len(self.blocks) * self.most, max(count - self.most, 0))
        return b"".join(self.each), b"".join(self.blocks), compared, self.opaque, tuple(self.texts)


class Reader:
    """Reads one result."""

    def __init__(self, until):
        self.until = until
        self.values = 0
        self.opaque = False
        self.around = []

    def read(self, value):
        hasher = blake2b(digest_size=8)
        self.feed(hasher.update, value)
        return hasher.digest()

    def feed(self, update, value):
        self.values += 1
        if not self.values & 0xFF:
            self.look_at_the_clock()
        kind = type(value)
        if value is None or kind is bool:
            update(b"N" if value is None else b"T" if value else b"F")
        elif kind is int:
            update(b"i%x;" % value)
        elif kind is float:
            update(b"f%s;" % (value + 0.0).hex().encode())
        elif kind is str:
            self.feed_bytes(update, b"s", value.encode("utf-8", "surrogatepass"))
        elif kind is bytes:
            self.feed_bytes(update, b"b", value)
        else:
            self.feed_other(update, kind, value)

    def feed_bytes(self, update, mark, value):
        update(mark + b"%d:" % len(value))
        if len(value) <= PIECE:
            return update(value)
        with memoryview(value) as view:
            for start in range(0, len(value), PIECE):
                self.look_at_the_clock()
                update(view[start : start + PIECE])

    def feed_other(self, update, kind, value):
        update(b"<%s>" % kind.__qualname__.encode("utf-8", "surrogatepass"))
        if id(value) in self.around:
            return update(b"^")
        if len(self.around) == DEPTH:
            return self.give_up(update)
        self.around.append(id(value))
        try:
            self.feed_parts(update, kind, value)
        except (Late, KeyboardInterrupt):
            raise
        except BaseException:
            # It can't be read: whatever it raises says nothing of what `work` has done.
            self.give_up(update)
        finally:
            self.around.pop()

    def feed_parts(self, update, kind, value):
        if isinstance(value, (list, tuple)) or is_deque(kind):
            update(b"(%d:" % len(value))
            for part in value:
                self.feed(update, part)
        elif isinstance(value, (set, frozenset)):
            self.feed_unordered(update, b"{", [self.read(part) for part in value])
        elif isinstance(value, dict):
            self.feed_unordered(update, b":", [self.read(key) + self.read(part) for key, part in value.items()])
        elif hasattr(kind, "__dataclass_fields__"):
            import dataclasses

            for field in dataclasses.fields(value):
                if field.compare:
                    self.feed(update, field.name)
                    self.feed(update, getattr(value, field.name))
        elif isinstance(value, complex):
            self.feed(update, value.real)
            self.feed(update, value.imag)
        elif isinstance(value, int):
            self.feed(update, int(value))
        elif isinstance(value, float):
            self.feed(update, float(value))
        elif isinstance(value, str):
            self.feed(update, str.__str__(value))
        elif isinstance(value, BaseException):
            self.feed(update, value.args)
        elif kind is type(sys.implementation):
            self.feed(update, vars(value))
        else:
            self.feed_last(update, kind, value)

    def feed_unordered(self, update, mark, digests):
        update(mark + b"%d:" % len(digests))
        for digest in sorted(digests):
            update(digest)

    def feed_last(self, update, kind, value):
        """Its memory, if it shows that, as arrays do; else what it says of itself."""
        try:
            view = memoryview(value)
        except TypeError:
            pass
        else:
            with view:
                if "O" not in view.format and "P" not in view.format:
                    self.feed(update, (view.format, view.shape))
                    plain = view.nbytes > 0 and view.c_contiguous
                    return self.feed_bytes(update, b"m", view.cast("B") if plain else view.tobytes())
        text = "" if kind.__repr__ is object.__repr__ else repr(value)
        if not text or " at 0x" in text:
            return self.give_up(update)
        self.feed(update, text)

    def give_up(self, update):
        """Only the type is compared."""
        self.opaque = True
        update(b"?")

    def look_at_the_clock(self):
        if is_late(self.until):
            raise Late


def is_late(until):
    return time.thread_time() > until[0] or time.monotonic() > until[1]


def is_deque(kind):
    return kind.__name__ == "deque" and kind.__module__ == "collections"


def brief(result):
    try:
        text = repr(result[:SHORT] if type(result) in (str, bytes) else result)
    except BaseException as exception:
        if isinstance(exception, KeyboardInterrupt):
            raise
        return ""
    return text if len(text) <= SHORT else text[: SHORT - 1] + "\N{HORIZONTAL ELLIPSIS}"


def prints(first, each):
    """Of nothing yet. The texts of the first are kept elsewhere; so many results have a fingerprint each, and so many
    together have one from then on."""
    return Prints(first, each)


def add(prints, results):
    return prints.add(results)


def finish(prints, count):
    return prints.finish(count)

"""The CPU time of one coroutine: others take turns with it on its thread."""

from time import thread_time_ns


class Steps:
    """Awaits a coroutine, and adds up the CPU time of its own steps."""

    __slots__ = "coroutine", "cpu"

    def __init__(self, coroutine):
        self.coroutine = coroutine
        self.cpu = 0

    def __await__(self):
        step, given = self.coroutine.send, None
        while True:
            before = thread_time_ns()
            try:
                awaited = step(given)
            except StopIteration as end:
                return end.value
            finally:
                self.cpu += thread_time_ns() - before
            try:
                step, given = self.coroutine.send, (yield awaited)
            except BaseException as thrown:
                step, given = self.coroutine.throw, thrown

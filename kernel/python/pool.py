"""The module `_virgil_pool`, in the main interpreter: what `virgil.pool` gives. Calls are executed natively."""

import atexit
import os
import sys
from _pickle import dumps, loads
from concurrent.futures import BrokenExecutor, Executor, Future

import _virgil

# How long waiting for answers can't be interrupted, in milliseconds.
SLICE = 50


class RemoteTraceback(Exception):
    """Where an exception was raised, in another interpreter or process: the cause of the exception."""

    def __str__(self):
        return "\n" + self.args[0]


class PoolFuture(Future):
    """What `submit` gives. It can be cancelled until a worker has taken its call."""

    pool = number = taken_by = None
    last_progress = 0

    @property
    def worker(self):
        """The number of the worker that executes the call, or has; None before."""
        if self.taken_by is None and self.number is not None:
            worker = _virgil.pool_worker(self.pool, self.number)
            self.taken_by = worker if worker >= 0 else self.taken_by
        return self.taken_by

    @property
    def progress(self):
        """How far the call is, from 0 to 1: what it has reported last, and 1 once it has returned."""
        if not self.done() and self.number is not None:
            self.last_progress = max(self.last_progress, _virgil.pool_progress(self.pool, self.number))
        return self.last_progress / 1_000_000

    def running(self):
        return not self.done() and self.worker is not None

    def cancel(self):
        if self.cancelled():
            return True
        if self.done() or self.number is None or not _virgil.withdraw(self.pool, self.number):
            return False
        super().cancel()
        self.set_running_or_notify_cancel()
        return True


def deliver(future, worker, progress, answer, pickle, broken):
    """Called for each answer: an object `(returned, what)`, a pickle of the same with a traceback, or why there is
    none."""
    future.taken_by = worker
    future.last_progress = max(future.last_progress, progress)
    if pickle is not None:
        try:
            returned, what, text = loads(pickle)
        except BaseException as exception:
            returned, what, text = False, exception, ""
        if text:
            what.__cause__ = RemoteTraceback(text)
    elif broken is not None:
        returned, what = False, BrokenExecutor(broken)
    else:
        returned, what = answer
    future.set_running_or_notify_cancel()
    if returned:
        future.last_progress = 1_000_000
        future.set_result(what)
    else:
        future.set_exception(what)


class Pool(Executor):
    """An executor whose workers are threads, interpreters or processes, and whose dispatcher is native."""

    def __init__(self, mode, workers):
        self.mode, self.workers = mode, workers
        self.by_reference = mode in ("threads", "free-threaded")
        self.closed = False
        self.futures = set()
        opened = _virgil.open_pool(mode, workers, deliver)
        if isinstance(opened, str):
            raise RuntimeError(opened)
        self.number = opened
        atexit.register(self.shutdown)

    def submit(self, fn, /, *args, **kwargs):
        if self.closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        call = fn, args, kwargs
        if not self.by_reference:
            call = self.pickled(call)
        future = PoolFuture()
        future.pool = self.number
        self.futures.add(future)
        future.add_done_callback(self.futures.discard)
        number = _virgil.submit(self.number, future, call)
        if number < 0:
            self.futures.discard(future)
            raise ValueError(f"the arguments have {len(call):,} bytes when pickled: too many for another process")
        future.number = number
        return future

    def pickled(self, call):
        try:
            return dumps(call, -1)
        except Exception as exception:
            name = getattr(call[0], "__qualname__", repr(call[0]))
            exception.add_note(
                f"A pool of the mode {self.mode!r} carries `{name}` and its arguments to another interpreter: the function"
                " must stand at the top of the file, and the arguments must be ones that can be pickled."
            )
            raise

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.closed = True
        if cancel_futures:
            for future in list(self.futures):
                future.cancel()
        _virgil.close_pool(self.number)
        # In slices: whoever waits can be interrupted.
        while wait and not _virgil.wait_answered(self.number, SLICE):
            pass


class Here(Executor):
    """Executes each call at once, on the thread that submits it."""

    mode, workers = "sequential", 1

    def __init__(self):
        self.closed = False

    def submit(self, fn, /, *args, **kwargs):
        if self.closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future = PoolFuture()
        future.taken_by = 0
        future.set_running_or_notify_cancel()
        _virgil.enter_here()
        try:
            result = fn(*args, **kwargs)
        except BaseException as exception:
            if isinstance(exception, KeyboardInterrupt):
                raise
            future.set_exception(exception)
        else:
            future.last_progress = 1_000_000
            future.set_result(result)
        finally:
            _virgil.leave_here()
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        self.closed = True


def open_pool(mode, workers, modes):
    if mode not in modes:
        raise ValueError(f"there is no mode {mode!r}: there are {', '.join(modes)}")
    if workers is None:
        workers = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    if isinstance(workers, bool) or not isinstance(workers, int):
        raise TypeError(f"workers must be a whole number, not {workers!r}")
    if workers < 1:
        raise ValueError(f"a pool needs at least one worker, not {workers}")
    if mode == "free-threaded" and getattr(sys, "_is_gil_enabled", lambda: True)():
        raise RuntimeError("this Python has a GIL: choose a free-threaded build, such as 3.14t, or the mode 'threads'")
    return Here() if mode == "sequential" else Pool(mode, workers)

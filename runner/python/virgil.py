"""A pool of workers that run your functions, in any of Virgil's modes.

    def main(pool):
        print(list(pool.map(work, range(10))))
    if __name__ == "__main__":
        virgil.run(main, "threads", 2)

This one is for plain Python, and needs its standard library only. Within Virgil another one stands in for it.
"""

import importlib.util
import itertools
import multiprocessing
import os
import struct
import sys
import threading
import time
import types
import weakref
from concurrent import futures

MODES = ("sequential", "threads", "subinterpreters", "shared-gil", "processes", "free-threaded")

# Seconds: reports of one task that come faster are dropped; so long it is waited for one that is on its way.
_INTERVAL, _PATIENCE = 0.02, 0.5
_RECORD = struct.Struct("=QQd")  # What a worker of another interpreter reports: task, worker, fraction.


def run(main, mode="threads", workers=2):
    """Calls `main(pool)` with a pool of that mode, and returns what it returns. What is pending then is cancelled."""
    made = pool(mode, workers)
    try:
        return main(made)
    finally:
        made.shutdown(wait=True, cancel_futures=True)


def pool(mode="threads", workers=None):
    """A `concurrent.futures.Executor` of one of `MODES`, with `workers` workers, or one for each core."""
    if mode not in MODES:
        raise ValueError(f"There is no mode {mode!r}. There are: {', '.join(MODES)}.")
    if workers is None:
        workers = getattr(os, "process_cpu_count", os.cpu_count)() or 1
    if workers < 1:
        raise ValueError(f"A pool has at least one worker, not {workers}.")
    if mode == "shared-gil":
        raise RuntimeError("Interpreters that share one GIL are there within Virgil only: choose another mode here.")
    return _KINDS[mode](mode, workers)


def progress(fraction):
    """Says how far this task is, from 0.0 to 1.0. Outside of a task it does nothing."""
    report = getattr(_current, "report", None)
    now = time.monotonic()
    if report and (fraction >= 1.0 or now - _current.last >= _INTERVAL):
        _current.last = now
        report(min(1.0, max(0.0, float(fraction))))


class Task(futures.Future):
    """A future that knows how far its call is, and who executes it."""

    _told = None

    @property
    def progress(self):
        """The fraction that was reported last; 1.0 once there is a result."""
        if self.done() and not self.cancelled() and self.exception() is None:
            return 1.0
        return self._told.fraction

    @property
    def worker(self):
        """The number of the worker that executes it, from 0; None before."""
        if self.done() and not self.cancelled():  # It was said before the result was, by another way.
            self._told.begun.wait(_PATIENCE)
        return self._told.worker


class _State:
    """What is known of a task."""

    def __init__(self):
        self.fraction, self.worker, self.begun = 0.0, None, threading.Event()


class _Pool(futures.Executor):
    """What the pools of all modes share. `_send` hands a call to the workers, whose reports come to `_take`."""

    def __init__(self, mode, workers):
        self.mode, self.workers = mode, workers
        self._is_open, self._lock = True, threading.Lock()
        self._numbers, self._states, self._known = itertools.count(), weakref.WeakValueDictionary(), {}

    def submit(self, fn, /, *args, **kwargs):
        """Has `fn(*args, **kwargs)` called by a worker; returns its `Task`."""
        if not self._is_open:
            raise RuntimeError("cannot schedule new futures after shutdown")
        number, state = next(self._numbers), _State()
        self._states[number] = state
        future = self._send(number, fn, args, kwargs)
        # The executors make futures of their own.
        future._told, future.__class__ = state, Task
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Takes no more calls; with `wait`, returns when all are done."""
        self._is_open = False
        self._executor.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _take(self, number, worker, fraction):
        """Notes a report; the first of a task says who executes it."""
        state = self._states.get(number)
        if state is not None:
            state.fraction = fraction
        if state is not None and state.worker is None:
            with self._lock:
                state.worker = self._known.setdefault(worker, len(self._known))
            state.begun.set()


class _Sequential(_Pool):
    """Executes a call at once, on the thread that submits it."""

    def _send(self, number, fn, args, kwargs):
        future = futures.Future()
        try:
            future.set_result(_call(self._take, number, fn, args, kwargs))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        self._is_open = False


class _Threads(_Pool):
    """Threads of this interpreter."""

    def __init__(self, mode, workers):
        if mode == "free-threaded" and getattr(sys, "_is_gil_enabled", lambda: True)():
            raise RuntimeError("Free-threaded needs a Python whose GIL is off: use one like python3.14t.")
        super().__init__(mode, workers)
        self._executor = futures.ThreadPoolExecutor(workers, thread_name_prefix="virgil")

    def _send(self, number, fn, args, kwargs):
        return self._executor.submit(_call, self._take, number, fn, args, kwargs)


class _Apart(_Pool):
    """Workers that share no objects with us: a thread takes their reports."""

    def __init__(self, mode, workers):
        super().__init__(mode, workers)
        self._closed = threading.Lock()
        # multiprocessing's rule: workers know our main module by this name, and so does what they return.
        sys.modules.setdefault("__mp_main__", sys.modules["__main__"])
        self._open()
        threading.Thread(target=self._listen, name="virgil-reports", daemon=True).start()

    def _send(self, number, fn, args, kwargs):
        return self._executor.submit(_call_apart, number, fn, args, kwargs)

    def _listen(self):
        for report in iter(self._receive, None):
            self._take(*report)

    def shutdown(self, wait=True, *, cancel_futures=False):
        self._is_open = False
        if not wait:
            threading.Thread(target=self.shutdown, kwargs={"cancel_futures": cancel_futures}).start()
            return
        self._executor.shutdown(cancel_futures=cancel_futures)
        if self._closed.acquire(blocking=False):
            self._close()


class _Processes(_Apart):
    """Processes that are started anew. They import our main module, as `__mp_main__`."""

    def _open(self):
        spawn = multiprocessing.get_context("spawn")
        reports = spawn.SimpleQueue()
        self._receive, self._close = reports.get, lambda: reports.put(None)
        self._executor = futures.ProcessPoolExecutor(self.workers, spawn, _enter_process, (reports,))


class _Subinterpreters(_Apart):
    """Threads with an interpreter each. They import our main module, as `__mp_main__`."""

    def _open(self):
        if not hasattr(futures, "InterpreterPoolExecutor"):
            raise RuntimeError(f"Subinterpreters need Python 3.14 or newer, and this is {sys.version.split()[0]}.")
        reader, writer = os.pipe()
        self._reader = open(reader, "rb")
        self._close = lambda: os.close(writer)
        main = sys.modules["__main__"]
        name, file = getattr(getattr(main, "__spec__", None), "name", None), getattr(main, "__file__", None)
        setup = (writer, sys.path, sys.argv, name, file if file and os.path.isfile(file) else None)
        self._executor = futures.InterpreterPoolExecutor(self.workers, "virgil", _enter_interpreter, setup)

    def _receive(self):
        record = self._reader.read(_RECORD.size)
        return _RECORD.unpack(record) if record else self._reader.close()


_KINDS = dict(zip(MODES, (_Sequential, _Threads, _Subinterpreters, None, _Processes, _Threads), strict=True))

# What the worker on this thread is at: how it reports, and when it did last.
_current = threading.local()
_report_apart = None  # How the workers of this process or interpreter report.


def _call(report, number, fn, args, kwargs):
    """Calls a function on this thread, which is a worker."""
    worker = threading.get_ident()
    outer = getattr(_current, "report", None)
    report(number, worker, 0.0)
    _current.report, _current.last = lambda fraction: report(number, worker, fraction), 0.0
    try:
        return fn(*args, **kwargs)
    finally:
        _current.report = outer


def _call_apart(number, fn, args, kwargs):
    return _call(_report_apart, number, fn, args, kwargs)


def _enter_process(reports):
    global _report_apart
    _report_apart = lambda number, _, fraction: reports.put((number, os.getpid(), fraction))


def _enter_interpreter(writer, path, argv, name, file):
    """Executes the main module once more, as multiprocessing does in a process."""
    global _report_apart
    _report_apart = lambda *report: os.write(writer, _RECORD.pack(*report))
    sys.path[:], sys.argv[:] = path, argv
    main = types.ModuleType("__mp_main__")
    main.__file__, main.__spec__ = file, (importlib.util.find_spec(name) if name else None)
    sys.modules["__main__"] = sys.modules["__mp_main__"] = main
    if name:
        exec(main.__spec__.loader.get_code(name), main.__dict__)
    elif file:
        with open(file, "rb") as source:
            exec(compile(source.read(), file, "exec"), main.__dict__)

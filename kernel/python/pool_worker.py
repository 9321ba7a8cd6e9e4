"""What a worker of one of the standard library's executors does. Executed after `worker.py`, as the module
`virgil_pool`, in every interpreter and process of a pool: tasks are pickled by the names that it has there."""

import os
import sys
from time import monotonic_ns, thread_time_ns

try:
    import _virgil
except ImportError:
    # A process of its own, started by multiprocessing.
    _virgil = None

# What a worker says of itself, in a record of RECORD_BYTES: written at once, so records of several don't mix.
STARTED, READY, STOPPED = range(3)
RECORD_BYTES = 17
# Printed text goes in pieces that a pipe takes whole, also if each character has four bytes.
PIECE_CHARACTERS = 1000
MOST_HELD = 64 * 1024
NO_TASK = 2**32 - 1

work = None
failure = None
setup = {}


def nothing(item):
    return item


def call(task, item):
    """Executes one task: the worker, start and end on the system's clock, CPU time, the result, what was raised."""
    try:
        number = enter(task)
        if number < 0:
            return -1, 0, 0, 0, None, None
        cpu = 0
        start = monotonic_ns()
        before = thread_time_ns()
        try:
            result = work(item)
        finally:
            cpu = thread_time_ns() - before
            end = monotonic_ns()
        return number, start, end, cpu, result, None
    except BaseException as exception:
        if is_stopped():
            return -1, 0, 0, 0, None, None
        return number, start, end, cpu, None, described(exception)
    finally:
        leave()


def wait_for_all():
    """The first task of every worker: ends when all workers are there, or with what was raised on the way."""
    if failure is not None:
        return failure
    tell(READY)
    os.read(descriptor("gate"), 1)
    return None


def cost(calls):
    """Nanoseconds that so many calls of a function that does nothing take."""
    global work
    own, work = work, nothing
    try:
        start = monotonic_ns()
        for _ in range(calls):
            call(0, None)
        return monotonic_ns() - start
    finally:
        work = own


def described(exception):
    """The worker, and what `raised.py` says of an exception."""
    namespace = {"__builtins__": __builtins__}
    exec(compile(setup["raised"], "<virgil raised>", "exec"), namespace)
    return who(), namespace["describe"](exception, setup["file"], setup["folder"])


def tell(kind):
    numbers = (kind, 1), (who(), 4), (monotonic_ns(), 8), (os.getpid(), 4)
    record = b"".join(number.to_bytes(size, "little") for number, size in numbers)
    os.write(descriptor("arrivals"), record)


def descriptor(name):
    """Of one end of a pipe: a plain number within a process, a Connection between processes."""
    end = setup[name]
    return end if isinstance(end, int) else end.fileno()


def take_number():
    return int.from_bytes(os.read(descriptor("numbers"), 4), "little")


def use(given):
    """What all workers of a process have."""
    global setup
    setup = given


def replay():
    """Executes the source as every worker does, by multiprocessing's rule."""
    global work, failure
    import marshal

    try:
        if enter(-1) < 0:
            return
        namespace = prepare_main("__mp_main__", setup["source"], setup["file"], setup["folder"])
        exec(marshal.loads(setup["code"]), namespace)
        if "work" not in namespace:
            raise NameError("name 'work' is not defined in this worker")
        work = namespace["work"]
    except BaseException as exception:
        failure = (who(), None) if is_stopped() else described(exception)
    finally:
        leave()


# A thread, or an interpreter, of the kernel's process.


def start_thread():
    """The initializer of a pool of threads, which share the replayed source."""
    _virgil.join(take_number())
    tell(STARTED)


def start_interpreter(given):
    """The initializer of a pool of interpreters."""
    use(given)
    be_inside()
    number = take_number()
    install_streams(*_virgil.streams(number))
    _virgil.join(number)
    tell(STARTED)
    replay()


def be_inside():
    global enter, leave, who, is_stopped
    enter, leave, who, is_stopped = _virgil.enter, _virgil.leave, _virgil.worker, _virgil.is_cancelled


# A process.

own_number = 0
own_task = NO_TASK
inside = False
stopped = False


def be_process():
    global enter, leave, who, is_stopped
    enter, leave, who, is_stopped = enter_process, leave_process, own, was_interrupted


def own():
    return own_number


def was_interrupted():
    return stopped


def enter_process(task):
    global own_task, inside
    if stopped:
        return -1
    inside = True
    own_task = task if task >= 0 else NO_TASK
    return own_number


def leave_process():
    global own_task, inside
    if held[0] or held[1]:
        flush()
    own_task = NO_TASK
    inside = False
    if stopped:
        tell(STOPPED)


def start_process(given):
    """The initializer of a pool of processes."""
    global own_number
    import multiprocessing
    import signal
    import threading

    use(given)
    be_process()
    own_number = take_number()

    def end_with_parent():
        multiprocessing.parent_process().join()
        os._exit(1)

    # Nobody else ends a worker whose parent was killed.
    threading.Thread(target=end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, interrupt)
    install_streams(*[way(number) for number in (0, 1) for way in (writer, flusher)])
    tell(STARTED)
    replay()


def interrupt(number, frame):
    """What the kernel's SIGINT does: ends the user's code, and never the pool's own."""
    global stopped
    stopped = True
    if inside:
        raise KeyboardInterrupt
    tell(STOPPED)


held = ["", ""]


def writer(stream):
    def write(text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str")
        whole = held[stream] + text
        end = len(whole) if len(whole) > MOST_HELD else whole.rfind("\n") + 1
        held[stream] = whole[end:]
        send(stream, whole[:end])
        return len(text)

    return write


def flusher(stream):
    return flush


def flush():
    for stream in (0, 1):
        text, held[stream] = held[stream], ""
        send(stream, text)


def send(stream, text):
    for place in range(0, len(text), PIECE_CHARACTERS):
        data = text[place : place + PIECE_CHARACTERS].encode("utf-8", "backslashreplace")
        numbers = (stream, 1), (own_number, 4), (own_task, 4), (len(data), 4)
        head = b"".join(number.to_bytes(size, "little") for number, size in numbers)
        os.write(descriptor("output"), head + data)

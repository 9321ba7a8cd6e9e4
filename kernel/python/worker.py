"""In every interpreter that executes tasks. Imports only what CPython has loaded anyway: workers start fast."""

import builtins
import io
import sys


source_folder = None


class Bytes(io.RawIOBase):
    """What `sys.stdout.buffer` is."""

    def __init__(self, stream):
        self.stream = stream

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self.stream.write(data.decode("utf-8", "backslashreplace"))
        return len(data)

    def flush(self):
        self.stream.flush()


class Stream(io.TextIOBase):
    """What `sys.stdout` and `sys.stderr` are: `write` and `flush` are native functions."""

    encoding = "utf-8"
    errors = "backslashreplace"
    newlines = None
    mode = "w"
    line_buffering = True
    write_through = True

    def __init__(self, name, descriptor, write, flush):
        self.name = name
        self.descriptor = descriptor
        self.write = write
        self.flush = flush
        self.buffer = Bytes(self)

    def fileno(self):
        return self.descriptor

    def writable(self):
        return True

    def reconfigure(self, **options):
        pass

    def close(self):
        self.flush()


class NoInput(io.TextIOBase):
    """What `sys.stdin` is: a cell has no keyboard, and code that reads must not take that for an empty answer."""

    name = "<stdin>"
    encoding = "utf-8"
    errors = "strict"
    mode = "r"

    def readable(self):
        return True

    def fileno(self):
        return 0

    def read(self, *size):
        raise EOFError("there is no keyboard input")

    readline = readlines = readinto = read1 = __next__ = read

    @property
    def buffer(self):
        return self


def install_streams(write_stdout, flush_stdout, write_stderr, flush_stderr):
    sys.stdout = sys.__stdout__ = Stream("<stdout>", 1, write_stdout, flush_stdout)
    sys.stderr = sys.__stderr__ = Stream("<stderr>", 2, write_stderr, flush_stderr)
    sys.stdin = sys.__stdin__ = NoInput()


def prepare_main(name, source, file, folder):
    """Makes the module in which the source is executed, and returns its namespace."""
    global source_folder
    source_folder = folder
    module = type(sys)(name)
    module.__file__ = file
    module.__builtins__ = builtins
    # multiprocessing's rule: replayed as `__mp_main__`, the module is `__main__` too.
    sys.modules["__main__"] = sys.modules[name] = module
    sys.argv = [file]
    # Before the folder can be searched: it may have a `linecache.py`.
    seed_lines(source, file)
    sys.path.insert(0, folder)
    return module.__dict__


def seed_lines(source, file):
    """Lets tracebacks show the source as it was run, whatever the file on disk says by then."""
    import linecache

    linecache.cache[file] = (len(source), None, source.splitlines(True), file)


def pickling():
    """`loads` and `dumps`, without the imports of the `pickle` module if that can be, and never those of a file of that
    name beside the source."""
    path, sys.path = sys.path, [entry for entry in sys.path if entry != source_folder]
    try:
        from _pickle import dumps, loads
    except ImportError:
        from pickle import dumps, loads
    finally:
        sys.path = path
    return loads, dumps

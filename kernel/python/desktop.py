"""In the main interpreter of a kernel whose source is a program with a window. Nothing of Qt is imported here: the
program does that, with the binding that it likes, and is noticed."""

import atexit
import importlib.machinery
import os
import sys

import _virgil

# Each has an `exec` of its own.
APPLICATIONS = {"QtCore": "QCoreApplication", "QtGui": "QGuiApplication", "QtWidgets": "QApplication"}
BINDINGS = "PyQt6", "PySide6"

failed = None
loops = 0
exited = None


def prepare():
    """Before the source is replayed. Without a screen windows are rendered where nobody sees them."""
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform == "linux" and not shown:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.meta_path.insert(0, Finder())
    sys.excepthook = slot_raised
    sys.exit = exit


class Finder:
    """Notices when a program imports one of Qt's modules that have an event loop."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        binding, _, module = name.partition(".")
        if binding not in BINDINGS or module not in APPLICATIONS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = Loader(spec.loader, binding, APPLICATIONS[module])
        return spec


class Loader:
    """Loads what another loader does, and lets the event loop be measured."""

    def __init__(self, loader, binding, application):
        self.loader, self.binding, self.application = loader, binding, application

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        application = getattr(module, self.application, None)
        if application is not None and hasattr(application, "exec"):
            application.exec = staticmethod(measured(application.exec, self.binding))


def measured(execute, binding):
    """An event loop that is asked for something 60 times a second, and ends with what a slot has raised."""

    def exec(*arguments):
        global failed, loops
        core = importlib.import_module(f"{binding}.QtCore")
        loops += 1
        beating, camera = Beating(core), camera_for(binding)
        try:
            # Called on an object in some programs: it has one loop in any case.
            status = execute()
        finally:
            beating.end()
            if camera is not None:
                camera.end()
        if failed is not None:
            exception, failed = failed, None
            raise exception
        return status

    return exec


class Beating:
    """Deals with what is due for the loop of this thread."""

    def __init__(self, core):
        self.core = core
        reads = core.QSocketNotifier.Type.Read
        self.frames = core.QSocketNotifier(_virgil.start_beating(0), reads)
        self.connect(self.frames, self.frame)
        self.inputs = core.QSocketNotifier(_virgil.start_beating(1), reads)
        self.connect(self.inputs, self.input)

    def connect(self, notifier, slot):
        if self.core.__name__.startswith("PySide6"):
            # Of a slot that takes arguments it makes an enum's member in Python code, and crashes if that is interrupted.
            notifier.activated.connect(lambda: slot())
        else:
            # PyQt6 tries with all arguments first.
            notifier.activated.connect(lambda *_: slot())

    def frame(self):
        _virgil.frame()

    def input(self):
        _virgil.input()
        # What an input causes is queued behind it.
        self.core.QTimer.singleShot(0, self.answered)

    def answered(self):
        _virgil.answered_inputs()

    def end(self):
        self.frames.setEnabled(False)
        self.inputs.setEnabled(False)


def slot_raised(type, exception, trace):
    """Qt's bindings call this when a slot has raised: what was raised first ends the program, as it does without us."""
    global failed
    if failed is None:
        failed = exception
    for binding in BINDINGS:
        core = sys.modules.get(f"{binding}.QtCore")
        if core is not None and core.QCoreApplication.instance() is not None:
            core.QCoreApplication.exit(1)


def exit(status=None):
    """`sys.exit`, which ends the process from inside of Qt when a slot calls it: nobody could ask for its reason then."""
    global exited
    exited = SystemExit(status)
    raise exited


def over():
    """The process exits. Without a reason the program has just ended."""
    success = exited is None or exited.code in (None, 0)
    _virgil.window_over(-1 if success else exited.code if isinstance(exited.code, int) else 1)


def call(main, pool):
    """The program's `main`, with its pool, from here to its end: how many event loops it has had, and what it
    returned."""
    returned = None
    atexit.register(over)
    try:
        returned = main(pool)
    except SystemExit as exit:
        if exit.code not in (None, 0):
            raise
    if failed is not None:
        raise failed
    return loops, returned

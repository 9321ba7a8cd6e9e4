"""Says of an exception what a person wants to know. Loaded into an interpreter when something was raised in it."""

import traceback


def describe(exception, file):
    """Its type's name, its message, the formatted traceback, and the last line in `file` or 0."""
    without_helpers(exception, set())
    name = type_name(type(exception))
    try:
        message = str(exception)
    except BaseException:
        message = "<exception str() failed>"
    if isinstance(exception, SyntaxError):
        show_line(exception, file)
        message = exception.msg or message
    try:
        text = "".join(traceback.format_exception(exception))
    except BaseException:
        text = f"{name}: {message}\n"
    return name, message, text, last_line(exception, file)


def type_name(type):
    module = getattr(type, "__module__", None)
    if module in (None, "builtins", "__main__", "__mp_main__"):
        return type.__qualname__
    return f"{module}.{type.__qualname__}"


def without_helpers(exception, seen):
    """Removes frames of the kernel's own helpers from the start of each traceback of the chain."""
    if exception is None or id(exception) in seen:
        return
    seen.add(id(exception))
    trace = exception.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith("<virgil "):
        trace = trace.tb_next
    exception.__traceback__ = trace
    without_helpers(exception.__cause__, seen)
    without_helpers(exception.__context__, seen)
    for part in getattr(exception, "exceptions", ()):
        if isinstance(part, BaseException):
            without_helpers(part, seen)


def show_line(error, file):
    """The compiler looks for the text in the file on disk, which may not be there."""
    if error.text is None and error.filename == file and error.lineno:
        import linecache

        error.text = linecache.getline(file, error.lineno) or None


def last_line(exception, file):
    if isinstance(exception, SyntaxError) and exception.filename == file:
        return exception.lineno or 0
    line = 0
    trace = exception.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno or line
        trace = trace.tb_next
    return line

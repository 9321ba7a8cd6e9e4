"""Says of an exception what a person wants to know. Loaded into an interpreter when something was raised in it."""

import sys

# Chains, groups and tracebacks can be endless; nobody reads more of them.
MOST_IN_CHAIN = 50
MOST_FRAMES = 200


def formatted(exception, folder):
    """The traceback, by the standard library's modules: the learner's folder may have some of these names."""
    path, names = sys.path, ("traceback", "linecache", "textwrap", "tokenize", "ast")
    own = {name: sys.modules[name] for name in names if beside(getattr(sys.modules.get(name), "__file__", None), folder)}
    sys.path = [entry for entry in path if entry != folder]
    for name in own:
        del sys.modules[name]
    try:
        import traceback

        return "".join(traceback.format_exception(exception))
    finally:
        sys.path = path
        sys.modules.update(own)


def describe(exception, file, folder):
    """Its type's name, its message, the formatted traceback, the last line in `file` or 0, the file that takes the
    place of a module of the standard library or "", and the package whose import went wrong or ""."""
    left_out = sum(clean(part) for part in chain(exception))
    name = type_name(type(exception))
    message = text_of(exception)
    if isinstance(exception, SyntaxError):
        show_line(exception, file)
        message = exception.msg or message
    try:
        text = formatted(exception, folder)
    except BaseException:
        text = f"{name}: {message}\n"
    if left_out:
        text += f"({left_out:,} calls in the middle are left out.)\n"
    return name, message, text, last_line(exception, file), shadow(exception, file, folder), package(exception, file)


def text_of(exception):
    try:
        message = str(exception)
    except BaseException as failed:
        return f"<exception str() failed: its __str__ raised {type_name(type(failed))}>"
    if isinstance(exception, BaseExceptionGroup):
        leaves = [f"{type_name(type(leaf))}: {text_of(leaf)}".removesuffix(": ") for leaf in leaves_of(exception)]
        more = [] if len(leaves) <= 5 else [f"and {len(leaves) - 5} more"]
        message = f"{message}: {'; '.join(leaves[:5] + more)}"
    return message


def leaves_of(group):
    return [part for part in chain(group) if not isinstance(part, BaseExceptionGroup) and part is not group]


def type_name(type):
    try:
        module, name = type.__module__, type.__qualname__
    except BaseException:
        return "Exception"
    return name if module in (None, "builtins", "__main__", "__mp_main__") else f"{module}.{name}"


def chain(exception):
    """The exception, and those that led to it or are parts of it; what is too far away is cut off."""
    found, seen, next = [], set(), [(exception, 0)]
    while next:
        part, depth = next.pop(0)
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        found.append(part)
        if depth == MOST_IN_CHAIN:
            part.__cause__ = part.__context__ = None
            continue
        next += [(part.__cause__, depth + 1), (part.__context__, depth + 1)]
        if isinstance(part, BaseExceptionGroup):
            next += [(inner, depth + 1) for inner in part.exceptions]
    return found


def clean(exception):
    """Removes frames of the kernel's own helpers, and the middle of what is too long; how many frames that was."""
    frames = list(traces(exception.__traceback__))
    own = [trace.tb_frame.f_code.co_filename.startswith("<virgil ") for trace in frames]
    if any(own):
        frames = [trace for trace, is_own in zip(frames, own) if not is_own]
        for trace in frames:
            trace.tb_next = None
        for trace, following in zip(frames, frames[1:]):
            trace.tb_next = following
        exception.__traceback__ = frames[0] if frames else None
    left_out = len(frames) - MOST_FRAMES
    if left_out <= 0:
        return 0
    frames[MOST_FRAMES // 2].tb_next = frames[-MOST_FRAMES // 2]
    return left_out


def traces(trace):
    while trace is not None:
        yield trace
        trace = trace.tb_next


def show_line(error, file):
    """The compiler looks for the text in the file on disk, which may not be there."""
    if error.text is None and error.filename == file and error.lineno:
        import linecache

        error.text = linecache.getline(file, error.lineno) or None


def last_line(exception, file):
    if isinstance(exception, SyntaxError) and exception.filename == file:
        return exception.lineno or 0
    lines = [trace.tb_lineno for trace in traces(exception.__traceback__) if trace.tb_frame.f_code.co_filename == file]
    return (lines or [0])[-1] or 0


def beside(path, folder):
    """Whether a module's file stands in the learner's folder, as a file or as a package."""
    if not isinstance(path, str) or not folder or not path.startswith(folder + "/"):
        return False
    rest = path[len(folder) + 1 :].split("/")
    return len(rest) == 1 or (len(rest) == 2 and rest[1] == "__init__.py")


def shadow(exception, file, folder):
    """The file in the learner's folder that was imported instead of a module of the standard library."""
    files = [trace.tb_frame.f_code.co_filename for trace in traces(exception.__traceback__)]
    # The source itself may be called so: what it raises was not imported.
    files = [name for name in files if name != file]
    if isinstance(exception, ImportError):
        files.append(exception.path)
    if isinstance(exception, (ImportError, AttributeError)):
        files += [getattr(sys.modules.get(name), "__file__", None) for name in sys.stdlib_module_names]
    for file in files:
        name = file[len(folder) + 1 :].split("/")[0] if beside(file, folder) else ""
        if name.removesuffix(".py") in sys.stdlib_module_names:
            return name
    return ""


def package(exception, file):
    """What the learner imported when an import went wrong inside of it."""
    if not isinstance(exception, ImportError):
        return ""
    inside = False
    for trace in traces(exception.__traceback__):
        if trace.tb_frame.f_code.co_filename == file:
            inside = True
        elif inside and not trace.tb_frame.f_code.co_filename.startswith("<frozen importlib"):
            return str(trace.tb_frame.f_globals.get("__name__", "")).split(".")[0]
    return ""

"""In the main interpreter of a kernel: what a source is, and what is done with a lap's results."""

import ast
import sys
import types


def classify(source, file):
    """Whether the source defines `work`, `ITEMS`, `app` and `main(pool)`, and its code."""
    refuse_null(source, file)
    tree = compile(source, file, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    names = {name for statement in tree.body for name in defined(statement)}
    desktop = any(is_desktop_main(statement) for statement in tree.body)
    return "work" in names, "ITEMS" in names, "app" in names, desktop, compile(tree, file, "exec", dont_inherit=True)


def refuse_null(source, file):
    """The compiler would not say where it is."""
    place = source.find("\0")
    if place >= 0:
        start = source.rfind("\n", 0, place) + 1
        line = source[start:].split("\n", 1)[0].replace("\0", "\N{REPLACEMENT CHARACTER}")
        where = file, source.count("\n", 0, place) + 1, place - start + 1, line
        raise SyntaxError("there is a null byte, which Python can't read: delete it", where)


def defined(statement):
    """The names that a statement at the top of the source defines, also inside of `if`, `try` or `with`."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in statement.names]
    if isinstance(statement, (ast.If, ast.Try, ast.TryStar, ast.With)) and not is_main_guard(statement):
        parts = [getattr(statement, part, []) for part in ("body", "orelse", "finalbody")]
        parts += [handler.body for handler in getattr(statement, "handlers", [])]
        return [name for part in parts for inner in part for name in defined(inner)]
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    else:
        return []
    nodes = (node for target in targets for node in ast.walk(target))
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def is_desktop_main(statement):
    """Whether it defines the program of a window."""
    if not (isinstance(statement, ast.FunctionDef) and statement.name == "main"):
        return False
    arguments = statement.args.posonlyargs + statement.args.args
    return bool(arguments) and arguments[0].arg == "pool"


def is_main_guard(statement):
    """What is below it never runs in a workload."""
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)


def kind_of(work):
    """What calling it makes, if that isn't its result."""
    for _ in range(100):
        work = getattr(work, "func", work)
    code = getattr(work, "__code__", None) or getattr(getattr(type(work), "__call__", None), "__code__", None)
    flags = getattr(code, "co_flags", 0)
    kinds = (0x80, "coroutine"), (0x20, "generator"), (0x200, "asynchronous generator")
    return next((kind for flag, kind in kinds if flags & flag), "")


def gil_warning():
    """None while the GIL is off; else what CPython has said of it, if it has said something."""
    if not sys._is_gil_enabled():
        return None
    return next((text for text in warned if "GIL" in text), "")


warned = []


def remember_warnings():
    """Keeps what is warned of: CPython says only there which module has switched the GIL on."""
    import warnings

    show = warnings.showwarning

    def showwarning(message, *rest, **options):
        warned.append(str(message))
        show(message, *rest, **options)

    warnings.showwarning = showwarning


def end_script():
    """What CPython does at the end of a program: waits for its threads, then calls what was registered."""
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()
    atexit = sys.modules.get("atexit")
    if atexit is not None:
        atexit._run_exitfuncs()


def show(results):
    """`repr()` of the first few, shortened."""
    return tuple(shorten(result) for result in results[:20])


def shorten(result):
    if type(result) in (str, bytes, bytearray) and len(result) > 200:
        # All of it may take long.
        return repr(result[:200])[:199] + "…"
    try:
        text = repr(result)
    except ValueError if type(result) is int else ():
        text = f"<an int of {result.bit_length():,} bits>"
    except BaseException as exception:
        if isinstance(exception, KeyboardInterrupt):
            raise
        text = f"<repr() raised {type(exception).__name__}>"
    return text if len(text) <= 200 else text[:199] + "…"


def asking(port, header):
    """What the check of a service is given: `ask(path)` asks it over a new connection, which the next worker gets."""
    import http.client

    def ask(path, body=None, method=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            # Some have no text.
            raise AssertionError(f"`{path}` got no answer: {str(error) or type(error).__name__}.") from error
        finally:
            connection.close()
        worker = int(response.headers.get(header, -1))
        return types.SimpleNamespace(path=path, status=response.status, text=text, worker=worker)

    return ask


def window(frames, returned):
    """What the check of a program with a window is given: its frames, in seconds, and what `main` returned."""
    names = "due", "late", "busy"
    frames = [types.SimpleNamespace(**dict(zip(names, frame))) for frame in frames]
    return types.SimpleNamespace(frames=frames, returned=returned)


def judge(source, file, results, mode, workers, wall, tasks):
    """Calls the check: `passed`, `failed` or `broken`, and the text that belongs to it."""
    names = "task", "worker", "start", "end", "cpu"
    tasks = [types.SimpleNamespace(**dict(zip(names, task))) for task in tasks]
    lap = types.SimpleNamespace(mode=mode, workers=workers, wall=wall, tasks=tasks)
    namespace = {"__name__": "check", "__file__": file, "__builtins__": __builtins__}
    try:
        exec(compile(source, file, "exec", dont_inherit=True), namespace)
        check = namespace.get("check")
        if check is None:
            return "broken", "The check's source defines no `check(results, lap)`."
        check(results, lap)
    except AssertionError as failed:
        return "failed", str(failed) or unsaid(failed)
    except BaseException as broken:
        import traceback

        trace = broken.__traceback__.tb_next
        return "broken", "".join(traceback.format_exception(type(broken), broken, trace))
    return "passed", ""


def unsaid(failed):
    """An assertion without a message still has its line."""
    import traceback

    line = traceback.extract_tb(failed.__traceback__)[-1].line
    return f"This does not hold: {line}" if line else "The check says no."

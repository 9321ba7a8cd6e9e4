"""In the main interpreter of a kernel: what a source is, and what is done with a lap's results."""

import ast
import sys
import types


def classify(source, file):
    """Whether the source defines `work`, whether it defines `ITEMS`, and its code."""
    tree = compile(source, file, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    names = {name for statement in tree.body for name in defined(statement)}
    return "work" in names, "ITEMS" in names, compile(tree, file, "exec", dont_inherit=True)


def defined(statement):
    """The names that a statement at the top of the source defines by `def` or assignment."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    else:
        return []
    nodes = (node for target in targets for node in ast.walk(target))
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def is_coroutine_function(work):
    code = getattr(work, "__code__", None)
    return bool(code and code.co_flags & 0x80)


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
    try:
        text = repr(result)
    except Exception as exception:
        text = f"<repr() raised {type(exception).__name__}>"
    return text if len(text) <= 200 else text[:199] + "…"


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

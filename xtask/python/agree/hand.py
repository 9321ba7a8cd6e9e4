"""A workload by hand, as anybody would write it: `hand.py MODE MODULE` prints the seconds that its work took.

The pool is warm: every worker has imported the module. With `nothing` behind it there is no work, for tools that measure
the whole program.
"""

import concurrent.futures
import importlib
import multiprocessing
import sys
import time

WORKERS = 2


def pool_of(mode):
    if mode == "threads":
        return concurrent.futures.ThreadPoolExecutor(WORKERS)
    if mode == "interpreters":
        return concurrent.futures.InterpreterPoolExecutor(WORKERS)
    context = multiprocessing.get_context("forkserver")
    return concurrent.futures.ProcessPoolExecutor(WORKERS, mp_context=context)


def warm(name):
    importlib.import_module(name)
    time.sleep(0.05)


def prepare(mode, name):
    """What executes, what is executed, and of what."""
    module = importlib.import_module(name)
    if mode == "sequential":
        return map, module.work, module.ITEMS
    pool = pool_of(mode)
    list(pool.map(warm, [name] * WORKERS * 2))
    return pool.map, module.work, module.ITEMS


def main():
    mode, name, *rest = sys.argv[1:]
    execute, work, items = prepare(mode, name)
    if rest:
        return
    start = time.perf_counter()
    list(execute(work, items))
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()

"""The module `virgil`, in every interpreter of a kernel: what a source may ask for. Files that import it run without
Virgil too: the environment of the exercises has a module of this name and these functions."""

import _virgil

MODES = "sequential", "threads", "subinterpreters", "shared-gil", "processes", "free-threaded"


def pool(mode="threads", workers=None):
    """A `concurrent.futures.Executor` that executes calls in a mode, by so many workers."""
    from _virgil_pool import open_pool

    return open_pool(mode, workers, MODES)


def progress(fraction):
    """Says how far the call is that is executed here, from 0 to 1: its future knows it as `progress`."""
    _virgil.progress(int(min(max(fraction, 0), 1) * 1_000_000))


def run(main, mode="threads", workers=2):
    """Calls `main` with a pool: what it returns."""
    with pool(mode, workers) as executor:
        try:
            return main(executor)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

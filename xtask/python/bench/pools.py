"""What the standard library's executors do of the same: called by `cargo xtask bench`, as people would write it.

`pools.py dispatch|latency|transfer executor workers number` prints seconds: of all tasks, of each, or of all. A pool
that this Python doesn't have prints nothing."""

import multiprocessing
import sys
import time
from concurrent import futures

EXECUTORS = {
    "ThreadPoolExecutor": lambda workers: futures.ThreadPoolExecutor(workers),
    "InterpreterPoolExecutor": lambda workers: futures.InterpreterPoolExecutor(workers),
    "ProcessPoolExecutor": lambda workers: futures.ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("forkserver")
    ),
}


def work(item):
    return item


def nap(seconds):
    time.sleep(seconds)


def dispatch(pool, number):
    items = range(number)
    began = time.perf_counter()
    results = list(pool.map(work, items))
    seconds = time.perf_counter() - began
    assert results == list(items)
    return [seconds]


def latency(pool, number):
    seconds = []
    for item in range(number):
        began = time.perf_counter()
        pool.submit(work, item).result()
        seconds.append(time.perf_counter() - began)
    return seconds


def transfer(pool, number):
    items = [bytes(10_000_000)] * number
    began = time.perf_counter()
    results = list(pool.map(work, items))
    seconds = time.perf_counter() - began
    assert results == items
    return [seconds]


if __name__ == "__main__":
    what, executor, workers, number = sys.argv[1:]
    if hasattr(futures, executor):
        with EXECUTORS[executor](int(workers)) as pool:
            # All workers are up before anything is measured.
            list(pool.map(nap, [0.1] * (2 * int(workers))))
            list(pool.map(work, range(100)))
            print(*{"dispatch": dispatch, "latency": latency, "transfer": transfer}[what](pool, int(number)))

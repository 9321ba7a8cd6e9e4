"""Uses all of the module `virgil`, in the mode that is given."""

import concurrent.futures
import sys
import time
import traceback

import virgil

FACTOR = 3


class Box:
    """What only this file knows."""

    def __init__(self, value):
        self.value = value


def scaled(number):
    return number * number * FACTOR


def boxed(value):
    return Box(value)


def broken(key):
    raise KeyError(key)


def slow(number):
    virgil.progress(-1)
    for step in range(1, 10):
        time.sleep(0.03)
        virgil.progress(step / 10)
    return number


def main(pool):
    assert isinstance(pool, concurrent.futures.Executor) and (pool.mode, pool.workers) == (sys.argv[1], 2)
    results = list(pool.map(scaled, range(4)))
    print("results", results, "from another file", pool.submit(boxed, 7).result().value)

    try:
        pool.submit(broken, "three").result()
    except KeyError as error:
        within = "broken" if "in broken" in "".join(traceback.format_exception(error)) else "nothing"
        print("error", error, "within", within)

    tasks = [pool.submit(slow, number) for number in range(9)]
    seen = {tasks[0].progress}
    while not tasks[0].done():
        seen.add(tasks[0].progress)
        time.sleep(0.005)
    between = {fraction for fraction in seen if 0.0 < fraction < 1.0}
    beside = "0.0..1.0" if len(between) >= 3 else "1.0" if seen == {1.0} else sorted(seen)
    print("progress", beside, "beside it,", tasks[0].progress, "after it")
    tasks[1].result()
    print("workers", sorted({task.worker for task in tasks[:2]}), "and", tasks[-1].worker)
    print("cancelled", tasks[-1].cancel())
    # Nobody is in a task here.
    virgil.progress(0.5)
    return "returned"


if __name__ == "__main__":
    if sys.argv[1] == "none":
        virgil.pool("threads", 0)
    with virgil.pool(sys.argv[1], 2) as first:
        first.submit(scaled, 1)
    try:
        first.submit(scaled, 1)
    except RuntimeError:
        ended = "shut down"
    returned = virgil.run(main, sys.argv[1], 2)
    print(f"{ended}\nback: {returned}")

"""In the main interpreter of a kernel: one event loop, and as many coroutines in flight as there are workers.
`steps.py` stands before it."""

import os
from time import monotonic_ns

import _virgil

# In how many goes of how many calls the wrapper's cost is measured.
GOES, CALLS = 25, 40

asyncio = None
contextvars = None
label = None


def prepare():
    """Imports what is needed, before the folder of the source can be searched for modules."""
    global asyncio, contextvars, label
    import asyncio
    import contextvars

    # Coroutines take turns on one thread: what is printed belongs to the context in which it is printed.
    label = contextvars.ContextVar("virgil_label")
    _virgil.label(label)


async def consume(worker, work, items, results):
    """Executes tasks one after the other until there are no more; what was raised, if something was."""
    while (task := _virgil.take()) >= 0:
        raised = await execute(worker, task, work, items[task], results)
        if raised is not None:
            return worker, task, raised
    return None


async def execute(worker, task, work, item, results):
    label.set((worker, task))
    start = monotonic_ns()
    _virgil.begun(worker, task, start)
    steps = None
    try:
        steps = Steps(work(item))
        results[task] = await steps
        return None
    except BaseException as exception:
        return exception
    finally:
        _virgil.span(worker, task, start, monotonic_ns(), steps.cpu if steps else 0)


async def execute_all(work, items, workers, results):
    consumers = [asyncio.create_task(consume(worker, work, items, results)) for worker in range(workers)]
    pending = consumers
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for consumer in done:
            if consumer.result() is not None:
                return consumer.result()
    return None


async def no_work(item):
    return item


def cost():
    """Nanoseconds that the wrapper of one task takes: the median of many that do nothing."""

    def go():
        start = monotonic_ns()
        for _ in range(CALLS):
            try:
                measured(no_work).send(None)
            except StopIteration:
                pass
        return monotonic_ns() - start

    return sorted(go() for _ in range(GOES))[GOES // 2] // CALLS


async def measured(work):
    """What `execute` does round a task; the two calls that note it are left out, as they belong to the dispatcher."""
    label.set((0, 0))
    monotonic_ns()
    steps = Steps(work(None))
    await steps
    monotonic_ns()


def run(work, items, workers):
    """Executes a lap: what was raised, with its worker and task, or None; the results; and when
    measurement began."""
    woken, wake = os.pipe()
    _virgil.wake(wake)
    results = [None] * len(items)
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        # The loop sleeps in native code, which the interrupt of a cancelled lap doesn't reach.
        loop.add_reader(woken, interrupted)
        for worker in range(workers):
            _virgil.ready(worker, monotonic_ns())
        _virgil.wrapped(contextvars.copy_context().run(cost))
        began = _virgil.begin()
        raised = runner.run(execute_all(work, items, workers, results))
    return raised, results, began


def interrupted():
    """Never reads what has waked the loop: who swallows this gets it again."""
    raise KeyboardInterrupt

"""Checks the exercise: does each worker's bar show how far the call is that the worker executes?"""

from collections import Counter
from itertools import pairwise


def check(window, lap):
    seen = window.returned
    assert len(seen) == lap.workers, f"There are {len(seen)} bars and {lap.workers} workers: each worker has one."
    executed = Counter(task.worker for task in lap.tasks)
    for worker, values in enumerate(seen):
        assert not executed[worker] or any(0 < value < 100 for value in values), (
            f"The bar of worker {worker} shows nothing between 0 % and 100 %: the function must say how far it is, "
            "with `virgil.progress(fraction)`."
        )
        began_anew = any(later < earlier for earlier, later in pairwise(values))
        assert executed[worker] < 2 or began_anew, (
            f"Worker {worker} has executed {executed[worker]} calls, and its bar was filled once: whose call does it show? "
            "`future.worker` tells who executes a call."
        )

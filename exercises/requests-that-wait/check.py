"""Checks the exercise: do requests wait beside each other?"""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

EACH, WAIT = 10, 0.2


def check(ask, lap):
    count = EACH * lap.workers
    with ThreadPoolExecutor(count) as clients:
        began = monotonic()
        answers = list(clients.map(ask, [f"/?seconds={WAIT}"] * count))
        took = monotonic() - began
    assert all(answer.status == 200 for answer in answers), "Some requests failed: look at the output."
    assert took >= WAIT, f"`/?seconds={WAIT}` must wait for so long before it answers."
    one_by_one = EACH * WAIT
    assert took < one_by_one * 0.75, (
        f"{EACH} requests for each worker, and each waits {WAIT} s: they took {took:.1f} s. So they waited one after the "
        "other."
    )

"""Checks the exercise: is the count right, and is the work split evenly?"""

PRIMES = 78_498
LARGEST_SHARE = 1 / 5


def check(results, lap):
    total = sum(results)
    assert total == PRIMES, (
        f"The pieces add up to {total} primes; there are {PRIMES} below one million. "
        "Does every number belong to exactly one piece?"
    )
    times = {span.task: span.cpu for span in lap.tasks}
    work = sum(times.values())
    slowest = max(times, key=times.get)
    share = times[slowest] / work if work else 1.0
    assert share <= LARGEST_SHARE, (
        f"The count is right, but piece {slowest} alone is {share:.0%} of all the work: whoever gets it, "
        f"works while the others wait. Split the work so that no piece is more than {LARGEST_SHARE:.0%} of it."
    )

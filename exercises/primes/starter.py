"""Count the primes below one million."""

from math import isqrt

LIMIT = 1_000_000


def is_prime(number):
    if number < 2:
        return False
    for divisor in range(2, isqrt(number) + 1):
        if number % divisor == 0:
            return False
    return True


def work(item):
    """Count the primes from start up to, but without, stop."""
    start, stop = item
    return sum(is_prime(number) for number in range(start, stop))


# One item for each call of work(); whoever is free takes the next one.
PIECES = 4
STEP = LIMIT // PIECES
ITEMS = [(start, start + STEP) for start in range(0, LIMIT, STEP)]


if __name__ == "__main__":
    print(sum(map(work, ITEMS)), "primes below", LIMIT)

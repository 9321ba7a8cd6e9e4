"""Sums of long lists: a list of numbers is pickled for an interpreter of its own, and computing with it is short."""

SIZE = 200_000
COUNT = 32


def work(numbers):
    return sum(numbers)


ITEMS = [list(range(start, start + SIZE)) for start in range(COUNT)]

if __name__ == "__main__":
    print(sum(map(work, ITEMS)))

"""Waits of 50 milliseconds, as for an answer from the network: the GIL is free meanwhile."""

import time

MILLISECONDS = 50
COUNT = 40


def work(number):
    time.sleep(MILLISECONDS / 1000)
    return number


ITEMS = range(COUNT)

if __name__ == "__main__":
    print(sum(map(work, ITEMS)))

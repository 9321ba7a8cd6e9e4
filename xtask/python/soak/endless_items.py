# all: limit
import itertools

ITEMS = itertools.repeat(1)


def work(item):
    return item

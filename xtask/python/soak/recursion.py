# all: raised RecursionError
ITEMS = [1, 2]


def work(item):
    return work(item) + 1

# all: completed
ITEMS = range(20_000)


def work(item):
    return item

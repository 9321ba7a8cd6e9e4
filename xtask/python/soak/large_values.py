# all: completed
ITEMS = [bytes(5_000_000)] * 4


def work(item):
    return item + b"x"

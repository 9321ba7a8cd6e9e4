# all: raised TypeError
ITEMS = [1]


def work(item):
    yield item

# all: completed
ITEMS = range(200)


def work(item):
    return item * item

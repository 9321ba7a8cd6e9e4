# all: raised ZeroDivisionError
ITEMS = [3, 2, 1, 0, 1]


def work(item):
    return 1 / item

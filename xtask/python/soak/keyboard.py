# all: raised EOFError
ITEMS = [1]


def work(item):
    return input()

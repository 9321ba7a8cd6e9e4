# cancelled; all: stopped
ITEMS = range(100)


def work(item):
    while True:
        pass

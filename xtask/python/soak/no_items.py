# all: raised WorkloadIncomplete
ITEMS = []


def work(item):
    return item

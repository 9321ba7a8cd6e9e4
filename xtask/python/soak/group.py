# all: raised ExceptionGroup
ITEMS = [1]


def work(item):
    raise ExceptionGroup("both", [ValueError(1), TypeError(2)])

# all: raised SystemExit
import sys

ITEMS = range(4)


def work(item):
    sys.exit(3)

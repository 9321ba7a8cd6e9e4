# subinterpreters: raised ImportError; all: completed
import _curses

ITEMS = range(4)


def work(item):
    return _curses.__name__

# subinterpreters: raised ImportError; shared-gil: raised ImportError; interpreter-pool: raised ImportError; all: completed
import _curses

ITEMS = range(4)


def work(item):
    return _curses.__name__

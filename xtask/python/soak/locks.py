# sequential: completed; threads: completed; free-threaded: completed; thread-pool: completed; interpreter-pool: raised concurrent.interpreters.NotShareableError; all: raised TypeError
import threading

ITEMS = [threading.Lock()]


def work(item):
    return item.locked()

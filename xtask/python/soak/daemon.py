# subinterpreters: raised RuntimeError; shared-gil: raised RuntimeError; interpreter-pool: raised RuntimeError; all: completed
import threading

ITEMS = range(4)


def work(item):
    threading.Thread(target=print, args=(item,), daemon=True).start()

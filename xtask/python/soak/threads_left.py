# all: completed
import threading
import time

ITEMS = range(4)


def work(item):
    threading.Thread(target=time.sleep, args=(600,)).start()

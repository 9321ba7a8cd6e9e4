# processes: died; process-pool-forkserver: died; process-pool-spawn: died; all: gone
import os

ITEMS = range(4)


def work(item):
    os._exit(3)

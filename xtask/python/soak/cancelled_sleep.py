# cancelled; all: stopped
import time

ITEMS = [1000] * 4


def work(item):
    time.sleep(item)

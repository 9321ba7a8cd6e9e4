# all: completed
ITEMS = range(10)


def work(item):
    for line in range(200):
        print(item, line)

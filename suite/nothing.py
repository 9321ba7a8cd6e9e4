"""Tasks that do nothing: what is left is handing them out."""

COUNT = 200_000


def work(number):
    return None


ITEMS = range(COUNT)

if __name__ == "__main__":
    print(len(list(map(work, ITEMS))))

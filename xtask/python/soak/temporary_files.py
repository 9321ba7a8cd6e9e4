# all: completed
import tempfile

ITEMS = range(10)


def work(item):
    with tempfile.TemporaryFile(dir=".") as file:
        return file.write(b"x" * 10_000)

"""Checksums of ten megabytes each: bytes are copied for another interpreter or process, and not pickled."""

import zlib

SIZE = 10_000_000
COUNT = 16


def work(data):
    return zlib.crc32(data)


ITEMS = [bytes([number]) * SIZE for number in range(COUNT)]

if __name__ == "__main__":
    print(sum(map(work, ITEMS)))

"""SHA-256 of megabytes: hashlib lets the GIL go, so threads compute side by side."""

import hashlib

MEGABYTES = 64
COUNT = 16
DATA = bytes(range(256)) * 4096


def work(number):
    digest = hashlib.sha256(bytes([number]))
    for _ in range(MEGABYTES):
        digest.update(DATA)
    return digest.hexdigest()


ITEMS = range(COUNT)

if __name__ == "__main__":
    print(list(map(work, ITEMS)))

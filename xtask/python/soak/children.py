# all: completed
import subprocess
import sys

ITEMS = range(3)


def work(item):
    return subprocess.run([sys.executable, "-I", "-S", "-c", "print(1)"], check=True).returncode

"""Uses memory for a moment: called by `cargo xtask bench` before each contestant that needs much.

A virtual machine gives memory back to its host soon after it was freed, and to have it again takes many times what
copying into it takes. `touch.py bytes` has so many, in pages of both sizes."""

import mmap
import sys

if __name__ == "__main__":
    size = int(sys.argv[1])
    for advice in ("MADV_NOHUGEPAGE", "MADV_HUGEPAGE"):
        with mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
            if hasattr(mmap, advice):
                memory.madvise(getattr(mmap, advice))
            for place in range(0, size, mmap.PAGESIZE):
                memory[place] = 1

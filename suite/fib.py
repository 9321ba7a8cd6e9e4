"""Fibonacci numbers by naive recursion: calls of Python functions, and next to nothing else."""

N = 34
COUNT = 40


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def work(n):
    return fib(n)


ITEMS = [N] * COUNT

if __name__ == "__main__":
    print(sum(map(work, ITEMS)))

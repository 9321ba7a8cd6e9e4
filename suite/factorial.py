"""Factorials in pure Python: multiplications of ever longer numbers, which keep the GIL."""

N = 50_000
COUNT = 8


def work(n):
    product = 1
    for factor in range(1, n + 1):
        product *= factor
    # The number itself would have to be carried.
    return product.bit_length()


ITEMS = [N] * COUNT

if __name__ == "__main__":
    print(sum(map(work, ITEMS)))

"""The Mandelbrot set, row by row: complex numbers, and rows of very unlike cost."""

SIZE = 400
STEPS = 100


def escapes(point):
    value = 0j
    for step in range(STEPS):
        value = value * value + point
        if abs(value) > 2:
            return step
    return STEPS


def work(row):
    imaginary = 2.4 * row / SIZE - 1.2
    return sum(escapes(complex(3.0 * column / SIZE - 2.2, imaginary)) for column in range(SIZE))


ITEMS = range(SIZE)

if __name__ == "__main__":
    print(sum(map(work, ITEMS)))

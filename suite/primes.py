"""Primes below a limit, counted by trial division: loops and small numbers, in parts of unlike cost."""

LIMIT = 1_000_000
PARTS = 40


def is_prime(number):
    if number < 2:
        return False
    divisor = 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            return False
        divisor += 1
    return True


def work(part):
    start = part * LIMIT // PARTS
    end = (part + 1) * LIMIT // PARTS
    return sum(map(is_prime, range(start, end)))


ITEMS = range(PARTS)

if __name__ == "__main__":
    print(sum(map(work, ITEMS)))

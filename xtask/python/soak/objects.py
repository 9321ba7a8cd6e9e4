# all: completed
import dataclasses


@dataclasses.dataclass
class Point:
    x: int


ITEMS = [Point(number) for number in range(50)]


def work(point):
    return Point(point.x + 1)

//! Classes and functions of the source, which cross as they should.

use super::Answer::Results;
use super::Where::Everywhere;
use super::{Case, check};

#[test]
fn classes_of_the_source_are_items_and_results() {
    check(&[Case(
        "
import collections, dataclasses, enum, functools
@dataclasses.dataclass
class Point:
    x: int
class Color(enum.Enum):
    RED = 1
Pair = collections.namedtuple('Pair', 'a b')
class Slots:
    __slots__ = 'a',
    def __init__(self, a): self.a = a
    def __repr__(self): return f'Slots({self.a})'
def double(number): return number * 2
ITEMS = [Point(1), Color.RED, Pair(1, 2), Slots(4), double, functools.partial(double, 4)]
def work(item):
    if callable(item):
        return item(*[3] * (item is double)), item is double
    assert type(item) in (Point, Color, Pair, Slots), item
    return item
",
        &[(
            Everywhere,
            Results(&["Point(x=1)", "<Color.RED: 1>", "Pair(a=1, b=2)", "Slots(4)", "(6, True)", "(8, False)"]),
        )],
    )]);
}

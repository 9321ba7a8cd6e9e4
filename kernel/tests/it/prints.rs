//! Fingerprints of results: the same in every mode if the results are, and others if they aren't.

use shared::{Ending, Mode, Results, compare};

use crate::harness::{Record, called, run};

/// Values that look different in every process, by their addresses or by the order of their parts, and are the same.
const ZOO: &str = "
import array, collections, dataclasses, datetime, decimal, enum, fractions, types
@dataclasses.dataclass
class Point:
    x: int
    names: set
    hidden: object = dataclasses.field(default_factory=object, compare=False)
class Colour(enum.Enum):
    RED = 'red'
Pair = collections.namedtuple('Pair', 'one other')
class Number(int): pass
class Shown:
    def __repr__(self): return 'Shown()'
def loop():
    loop = [1]
    loop.append(loop)
    return loop
WORDS = [f'word {number}' for number in range(50)]
ZOO = [
    None, True, 1, 2 ** 200, -1, 1.5, float('nan'), -0.0, float('inf'), 1j, '', 'te\\u00e4t \\udc80', b'\\x00', bytearray(b'x'),
    (1, 'a'), [1, [2, [3]]], set(WORDS), frozenset(WORDS), {word: {word} for word in WORDS}, dict.fromkeys(WORDS),
    Point(1, set(WORDS)), [Point(2, set())], Pair(1, {2}), Colour.RED, Number(3), Shown(), loop(), range(3),
    collections.deque([set(WORDS)]), collections.Counter(WORDS), collections.OrderedDict(a=1), array.array('d', [1.0, 2.0]),
    decimal.Decimal('1.10'), fractions.Fraction(1, 3), datetime.date(2026, 1, 1), types.SimpleNamespace(a=set(WORDS)),
    ValueError('no', 1), b'x' * 2_000_000, 'y' * 2_000_000, list(range(1000)), int, print, object(), [object()],
]
ITEMS = range(len(ZOO))
def work(item): return ZOO[item]
";

fn results(record: &Record) -> &Results {
    match &record.ending {
        Some(Ending::Completed { results, .. }) => results,
        other => panic!("not completed: {other:?}"),
    }
}

/// Of a workload with these results, in a mode.
fn of(values: &str, mode: Mode) -> Results {
    let source = format!(
        "import collections\nVALUES = [{values}]\nITEMS = range(len(VALUES))\ndef work(item): return VALUES[item]\n"
    );
    results(&run(&source, mode, 2)).clone()
}

#[test]
fn the_same_values_have_the_same_fingerprints_in_every_mode() {
    let reference = run(ZOO, Mode::Sequential, 1);
    let reference = results(&reference);
    assert_eq!(reference.prints.each.len() as u32, reference.count, "{reference:?}");
    assert_eq!((reference.prints.compared, reference.prints.opaque), (reference.count, 2), "only objects are opaque");
    for mode in called() {
        let record = run(ZOO, mode, 2);
        assert_eq!(compare(reference, results(&record)), None, "{mode}");
        assert_eq!(results(&record).prints, reference.prints, "{mode}");
    }
}

#[test]
fn different_values_have_different_fingerprints() {
    let values = "None, True, False, 0, 1, -1, 16, '1', b'1', 1.0, 1.0000000000000002, float('nan'), float('inf'), \
                  (), [], {}, set(), frozenset(), (1,), [1], {1}, {1: 1}, {1: 2}, {2: 1}, [1, 2], [2, 1], [[1], 2], [[1, 2]], \
                  ['ab', 'c'], ['a', 'bc'], 2 ** 64, 2 ** 64 + 1, '', b'', bytearray(), 1j, 1 + 0j, range(2), range(3), \
                  collections.deque(), collections.Counter(), collections.OrderedDict(), int, ValueError(1), KeyError(1), \
                  'x' * 2_000_000, 'x' * 1_999_999 + 'y', object(), ...";
    let found = of(values, Mode::Sequential).prints.each;
    let mut sorted = found.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), found.len(), "two of them are the same: {found:x?}");
}

#[test]
fn what_one_mode_returns_otherwise_is_found_with_both_values() {
    let source = "import os\nITEMS = range(30)\ndef work(item): return item if item < 25 else os.getpid()\n";
    let (sequential, processes) = (run(source, Mode::Sequential, 1), run(source, Mode::Processes, 2));
    let Some(shared::Differing::Item { item, expected, found }) = compare(results(&sequential), results(&processes))
    else {
        panic!("no difference: {:?} and {:?}", results(&sequential), results(&processes))
    };
    let [expected, found] = [expected, found].map(|process| process.unwrap().parse::<u32>().unwrap());
    assert_eq!(item, 25);
    assert!(expected != found, "{expected} and {found}");
}

#[test]
fn many_results_are_compared_in_blocks() {
    let source =
        |other: &str| format!("ITEMS = range(25_000)\ndef work(item): return {other} if item == 23_456 else None\n");
    let (one, other) = (run(&source("1"), Mode::Threads, 2), run(&source("2"), Mode::Sequential, 1));
    let (one, other) = (results(&one), results(&other));
    assert_eq!((one.prints.each.len(), one.count), (10_000, 25_000));
    assert_eq!(compare(one, other), Some(shared::Differing::Among { first: 20_000, last: 24_999 }));
    assert!(one.further.len() == 980 && one.text_of(999) == Some("None") && one.text_of(1_000).is_none());
}

#[test]
fn comparing_ends_in_time_and_says_how_far_it_came() {
    let source = "ITEMS = range(300)\ndef work(item): return list(range(200_000))\n";
    let record = run(source, Mode::Threads, 2);
    let prints = &results(&record).prints;
    assert!(prints.compared < 300 && prints.compared == prints.each.len() as u32, "{}", prints.compared);
}

#[test]
fn results_that_can_not_be_read_are_opaque_and_harm_nothing() {
    let source = "
class Hostile:
    def __init__(self, kind): self.kind = kind
    def __repr__(self):
        if self.kind == 0: raise ValueError
        if self.kind == 1: raise SystemExit
        return 'kind ' + self.kind
    __class__ = property(lambda self: 1 // 0)
class Broken(dict):
    def items(self): raise RuntimeError
def nested():
    nested = []
    for _ in range(500): nested = [nested]
    return nested
RESULTS = [Hostile(0), Hostile(1), Hostile(2), Broken(a=1), nested(), [lambda: 1]]
ITEMS = range(6)
def work(item): return RESULTS[item]
";
    for mode in [Mode::Sequential, Mode::Threads] {
        let record = run(source, mode, 2);
        let prints = &results(&record).prints;
        assert_eq!((prints.compared, prints.opaque), (6, 6), "{mode}");
    }
}

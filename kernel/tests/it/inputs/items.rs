//! `ITEMS` that can't be used.

use super::Answer::{Results, Says};
use super::Where::{Across, Everywhere, Inside};
use super::{Case, check};

#[test]
fn items_that_are_none_or_never_end() {
    const ENDLESS: &str = "`ITEMS` goes on after 2000000 items. Make it end, for example with `itertools.islice`, or \
                           give each item more work.";
    check(&[
        Case(
            "ITEMS = []\ndef work(item): return item\n",
            &[(
                Everywhere,
                Says("WorkloadIncomplete: `ITEMS` is empty, so there is nothing to do: give it at least one value."),
            )],
        ),
        Case(
            "import itertools\nITEMS = itertools.count()\ndef work(item): return item\n",
            &[(Everywhere, Says(ENDLESS))],
        ),
        Case(
            "def ITEMS():\n    while True:\n        yield 1\ndef work(item): return item\n",
            &[(Everywhere, Says(ENDLESS))],
        ),
        Case("ITEMS = range(2_000_001)\ndef work(item): return item\n", &[(Everywhere, Says(ENDLESS))]),
    ]);
}

#[test]
fn items_that_raise() {
    check(&[
        Case(
            "def ITEMS():\n    yield 1\n    yield 1 / 0\ndef work(item): return item\n",
            &[(
                Everywhere,
                Says(
                    "ZeroDivisionError, line 3: division by zero. `ITEMS` raised this when item 1 was asked of it; no \
                     task has run.",
                ),
            )],
        ),
        Case(
            "ITEMS = 5\ndef work(item): return item\n",
            &[(
                Everywhere,
                Says(
                    "TypeError: 'int' object is not iterable. `ITEMS` must be a list of values, or something else that \
                     `for` can go through, or a function that returns it.",
                ),
            )],
        ),
        Case(
            "def ITEMS(count): return [count]\ndef work(item): return item\n",
            &[(
                Everywhere,
                Says(
                    "TypeError: ITEMS() missing 1 required positional argument: 'count'. `ITEMS` is a function: it is \
                     called without arguments, and returns the items.",
                ),
            )],
        ),
    ]);
}

#[test]
fn items_that_stay_where_they_are() {
    const WAY_OUT: &str = "…. Item 1 of `ITEMS` can't be pickled, and in the mode {mode} items must be: they cross to \
                           another interpreter. Use plain data, or objects of classes that stand at the top of the \
                           source. The same code works in the modes sequential and threads.";
    check(&[
        Case(
            "import threading\nITEMS = [1, threading.Lock()]\ndef work(item): return 1\n",
            &[(Inside, Results(&["1", "1"])), (Across, Says(WAY_OUT))],
        ),
        Case(
            "ITEMS = [1, lambda: 1]\ndef work(item): return 1\n",
            &[(Inside, Results(&["1", "1"])), (Across, Says(WAY_OUT))],
        ),
        Case(
            "ITEMS = [[1], (number for number in range(3))]\ndef work(item): return list(item)\n",
            &[(Inside, Results(&["[1]", "[0, 1, 2]"])), (Across, Says(WAY_OUT))],
        ),
        Case(
            "def make():\n    class Local: pass\n    return Local()\nITEMS = [1, make()]\ndef work(item): return 1\n",
            &[(Inside, Results(&["1", "1"])), (Across, Says(WAY_OUT))],
        ),
        Case(
            "def make(n):\n    def inner(): return n\n    return inner\nITEMS = [int, make(5)]\ndef work(item): return item()\n",
            &[(Inside, Results(&["0", "5"])), (Across, Says(WAY_OUT))],
        ),
        Case(
            "class Odd:\n    def __init__(self, a): pass\n    def __reduce__(self): return Odd, ()\nITEMS = [Odd(1)]\ndef work(item): return 1\n",
            &[
                (Inside, Results(&["1"])),
                (
                    Across,
                    Says(
                        "TypeError in task 0: Odd.__init__() missing 1 required positional argument: 'a'. Item 0 of \
                         `ITEMS` could be pickled, but not unpickled: its class must be able to make it again from \
                         what its `__reduce__` or its pickle says. The same code works in the modes sequential and \
                         threads.",
                    ),
                ),
            ],
        ),
    ]);
}

//! What `work` returns that can't be used.

use super::Answer::{Results, Says};
use super::Where::{Across, Everywhere, Inside};
use super::{Answer, Case, check};

/// In task 0.
const STAYS: Answer = Says(
    "…Error in task 0…. What `work` returned can't be pickled, and in the mode {mode} results must be: they cross to \
     another interpreter. Return plain data, or objects of classes that stand at the top of the source. The same code \
     works in the modes sequential and threads.",
);

#[test]
fn results_that_stay_where_they_are() {
    check(&[
        Case(
            "class R(type): __repr__ = lambda self: 'R'\nITEMS = [1]\ndef work(item): return R('Local', (), {})\n",
            &[(Inside, Results(&["R"])), (Across, STAYS)],
        ),
        Case(
            "class F:\n    def __init__(self): self.function = lambda: 1\n    def __repr__(self): return 'F'\nITEMS = [1]\ndef work(item): return F()\n",
            &[(Inside, Results(&["F"])), (Across, STAYS)],
        ),
        Case(
            "import sys\nITEMS = [1]\ndef work(item): return sys\n",
            &[(Inside, Results(&["<module 'sys' (built-in)>"])), (Across, STAYS)],
        ),
        Case(
            "class R:\n    def __reduce__(self): raise ValueError('no')\n    def __repr__(self): return 'R'\nITEMS = [1]\ndef work(item): return R()\n",
            &[(Inside, Results(&["R"])), (Across, STAYS)],
        ),
        Case(
            "ITEMS = [1]\ndef work(item):\n    result = []\n    for _ in range(100_000): result = [result]\n    return [len(result)], result\n",
            &[(Inside, Results(&["<repr() raised RecursionError>"])), (Across, STAYS)],
        ),
        Case(
            "class R:\n    def __init__(self, a): pass\n    def __reduce__(self): return R, ()\n    def __repr__(self): return 'R'\nITEMS = [1]\ndef work(item): return R(1)\n",
            &[
                (Inside, Results(&["R"])),
                (
                    Across,
                    Says(
                        "TypeError: R.__init__() missing 1 required positional argument: 'a'. What `work` returned for \
                         item 0 could be pickled, but not unpickled: its class must be able to make it again from what \
                         its `__reduce__` or its pickle says. The same code works in the modes sequential and threads.",
                    ),
                ),
            ],
        ),
    ]);
}

#[test]
fn results_that_are_no_results_yet() {
    check(&[
        Case(
            "ITEMS = [1]\ndef work(item): return (number for number in range(item))\n",
            &[(
                Everywhere,
                Says(
                    "TypeError in task 0: `work` returned a generator, which nobody runs: return what it gives, for \
                     example `list(…)` of a generator, or `asyncio.run(…)` of a coroutine.",
                ),
            )],
        ),
        Case(
            "ITEMS = [1]\nasync def later(): pass\ndef work(item): return later()\n",
            &[(
                Everywhere,
                Says(
                    "TypeError in task 0: `work` returned a coroutine, which nobody runs: return what it gives, for \
                     example `list(…)` of a generator, or `asyncio.run(…)` of a coroutine.",
                ),
            )],
        ),
    ]);
}

#[test]
fn results_that_can_t_be_shown() {
    let shown = |source, shown| Case(source, shown);
    check(&[
        shown(
            "class R:\n    def __repr__(self): return 1 / 0\nITEMS = [1]\ndef work(item): return R()\n",
            &[(Everywhere, Results(&["<repr() raised ZeroDivisionError>"]))],
        ),
        shown(
            "class R:\n    def __repr__(self): raise SystemExit(3)\nITEMS = [1]\ndef work(item): return R()\n",
            &[(Everywhere, Results(&["<repr() raised SystemExit>"]))],
        ),
        shown(
            "class R:\n    def __repr__(self): return repr(self)\nITEMS = [1]\ndef work(item): return R()\n",
            &[(Everywhere, Results(&["<repr() raised RecursionError>"]))],
        ),
        shown(
            "ITEMS = [1]\ndef work(item): return 10 ** 5000\n",
            &[(Everywhere, Results(&["<an int of 16,610 bits>"]))],
        ),
        shown("ITEMS = ['text \\udc80']\ndef work(item): return item\n", &[(Everywhere, Results(&[r"'text \udc80'"]))]),
    ]);
}

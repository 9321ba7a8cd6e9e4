//! What `work` may be, and what not.

use super::Answer::{Results, Says};
use super::Where::Everywhere;
use super::{Case, check};

#[test]
fn work_may_be_anything_that_can_be_called() {
    let six = &[(Everywhere, Results(&["6"]))];
    check(&[
        Case("import functools\ndef add(a, b): return a + b\nITEMS = [1]\nwork = functools.partial(add, 5)\n", six),
        Case("class Adder:\n    def __call__(self, item): return item + 5\nITEMS = [1]\nwork = Adder()\n", six),
        Case("import math\nITEMS = [3]\nwork = math.factorial\n", six),
        Case("from math import factorial as work\nITEMS = [3]\n", six),
        Case("class work:\n    def __init__(self, item): pass\n    def __repr__(self): return '6'\nITEMS = [3]\n", six),
        Case("ITEMS = [1]\nwork = lambda item: item + 5\n", six),
        Case(
            "def make(n):\n    def inner(item): return item + n\n    return inner\nITEMS = [1]\nwork = make(5)\n",
            six,
        ),
        Case("ITEMS = [6]\nif True:\n    def work(item): return item\n", six),
        Case(
            "try:\n    from nowhere import work\nexcept ImportError:\n    def work(item): return item\nITEMS = [6]\n",
            six,
        ),
        Case("ITEMS = [6]\ndef work(item):\n    global work\n    work = None\n    return item\n", six),
    ]);
}

#[test]
fn work_that_can_t_be_called_with_an_item() {
    const PARAMETERS: &str =
        "TypeError in task 0: work() … `work` is called with one argument, an item: write `def work(item):`.";
    check(&[
        Case("ITEMS = [1]\ndef work(): return 1\n", &[(Everywhere, Says(PARAMETERS))]),
        Case("ITEMS = [1]\ndef work(a, b): return 1\n", &[(Everywhere, Says(PARAMETERS))]),
        Case("ITEMS = [1]\ndef work(a, *, b): return 1\n", &[(Everywhere, Says(PARAMETERS))]),
        Case(
            "ITEMS = [1]\ndef inner(): pass\ndef work(item): return inner(item)\n",
            &[(Everywhere, Says("TypeError in task 0, line 3: inner() takes 0 positional arguments but 1 was given."))],
        ),
        Case(
            "ITEMS = [1]\nwork = 5\n",
            &[(
                Everywhere,
                Says(
                    "TypeError: `work` is no function: write `def work(item):`, which is called with each of `ITEMS`.",
                ),
            )],
        ),
        Case(
            "ITEMS = [1]\ndef work(item): pass\ndel work\n",
            &[(Everywhere, Says("WorkloadIncomplete: The source deletes `work` again: keep it."))],
        ),
    ]);
}

#[test]
fn work_that_would_only_promise_its_results() {
    const GENERATOR: &str = "TypeError: `work` has a `yield`, so calling it only makes a generator, which nobody runs: \
                             collect the values in a list, and return the list.";
    const COROUTINE: &str = "TypeError: `work` is a coroutine function, which the mode {mode} doesn't await: choose the mode asyncio, or write \
                             `def work(item):` and call `asyncio.run` in it.";
    check(&[
        Case("ITEMS = [1]\ndef work(item):\n    yield item\n", &[(Everywhere, Says(GENERATOR))]),
        Case("ITEMS = [1]\nasync def work(item): return item\n", &[(Everywhere, Says(COROUTINE))]),
        Case(
            "ITEMS = [1]\nclass Work:\n    async def __call__(self, item): return item\nwork = Work()\n",
            &[(Everywhere, Says(COROUTINE))],
        ),
        Case(
            "import functools\nITEMS = [1]\nasync def add(a, b): return a\nwork = functools.partial(add, 1)\n",
            &[(Everywhere, Says(COROUTINE))],
        ),
        Case(
            "ITEMS = [1]\nasync def work(item):\n    yield item\n",
            &[(
                Everywhere,
                Says(
                    "TypeError: `work` is `async` and has a `yield`, so calling it only makes a generator, which nobody \
                     runs: write `def work(item):`, and return a list.",
                ),
            )],
        ),
    ]);
}

//! Exceptions that are hard to tell of.

use super::Answer::Says;
use super::Where::Everywhere;
use super::{Case, check};
use crate::harness::{modes, run};

#[test]
fn exceptions_that_can_t_be_pickled_or_shown() {
    check(&[
        Case(
            "import threading\nclass E(Exception):\n    def __init__(self, a, b): self.lock = threading.Lock()\n    def __str__(self): return 'odd'\nITEMS = [1]\ndef work(item): raise E(1, 2)\n",
            &[(Everywhere, Says("E in task 0, line 6: odd."))],
        ),
        Case(
            "class E(Exception):\n    def __str__(self): raise RuntimeError\nITEMS = [1]\ndef work(item): raise E()\n",
            &[(Everywhere, Says("E in task 0, line 4: <exception str() failed: its __str__ raised RuntimeError>."))],
        ),
        Case(
            "class E(Exception):\n    def __repr__(self): raise SystemExit\n    __str__ = __repr__\nITEMS = [1]\ndef work(item): raise E()\n",
            &[(Everywhere, Says("E in task 0, line 5: <exception str() failed: its __str__ raised SystemExit>."))],
        ),
        Case(
            "class E(Exception):\n    def __str__(self): return 5\nITEMS = [1]\ndef work(item): raise E()\n",
            &[(Everywhere, Says("E in task 0, line 4: <exception str() failed: its __str__ raised TypeError>."))],
        ),
        Case(
            "class E(Exception):\n    def __str__(self): return str(self)\nITEMS = [1]\ndef work(item): raise E()\n",
            &[(Everywhere, Says("E in task 0, line 4: <exception str() failed: its __str__ raised RecursionError>."))],
        ),
        Case(
            "ITEMS = [1]\ndef work(item): raise ValueError('\\ud800')\n",
            &[(Everywhere, Says(r"ValueError in task 0, line 2: \ud800."))],
        ),
        Case(
            "import sys\nsys.stdout = sys.stderr = None\nITEMS = [1]\ndef work(item): raise ValueError('unheard')\n",
            &[(Everywhere, Says("ValueError in task 0, line 4: unheard."))],
        ),
    ]);
}

#[test]
fn groups_and_chains() {
    check(&[
        Case(
            "ITEMS = [1]\ndef work(item): raise ExceptionGroup('both', [ValueError('a'), ExceptionGroup('in', [TypeError('b')])])\n",
            &[(
                Everywhere,
                Says("ExceptionGroup in task 0, line 2: both (2 sub-exceptions): ValueError: a; TypeError: b."),
            )],
        ),
        Case(
            "ITEMS = [1]\ndef work(item): raise ExceptionGroup('many', [ValueError(n) for n in range(9)])\n",
            &[(
                Everywhere,
                Says(
                    "ExceptionGroup in task 0, line 2: many (9 sub-exceptions): ValueError: 0; ValueError: 1; \
                     ValueError: 2; ValueError: 3; ValueError: 4; and 4 more.",
                ),
            )],
        ),
        Case(
            "ITEMS = [1]\ndef work(item):\n    a, b = ValueError('a'), ValueError('b')\n    a.__cause__ = b; b.__cause__ = a\n    raise a\n",
            &[(Everywhere, Says("ValueError in task 0, line 5: a."))],
        ),
        Case(
            "ITEMS = [1]\ndef work(item):\n    last = None\n    for number in range(5000):\n        number = ValueError(number)\n        number.__cause__, last = last, number\n    raise last\n",
            &[(Everywhere, Says("ValueError in task 0, line 7: 4999."))],
        ),
    ]);
}

#[test]
fn notes_and_causes_are_in_the_traceback() {
    let source = "
ITEMS = [1]
def work(item):
    try:
        1 / 0
    except ZeroDivisionError as cause:
        error = ValueError('second')
        error.add_note('look at the moon')
        raise ExceptionGroup('all', [error, KeyError('other')]) from cause
";
    for mode in modes() {
        let record = run(source, mode, 1);
        let traceback = &record.raised().traceback;
        for part in ["ZeroDivisionError", "direct cause", "ValueError: second", "look at the moon", "KeyError: 'other'"]
        {
            assert!(traceback.contains(part), "{mode}: {traceback}");
        }
    }
}

#[test]
fn exceptions_that_mean_something_to_python() {
    check(&[
        Case(
            "ITEMS = [1]\ndef work(item): raise KeyboardInterrupt\n",
            &[(
                Everywhere,
                Says("KeyboardInterrupt in task 0, line 2. The code has raised this itself: nobody pressed Stop."),
            )],
        ),
        Case(
            "ITEMS = [1]\ndef work(item): return 1\nraise KeyboardInterrupt\n",
            &[(Everywhere, Says("KeyboardInterrupt, line 3. The code has raised this itself: nobody pressed Stop."))],
        ),
        Case(
            "ITEMS = [1]\ndef work(item): raise GeneratorExit\n",
            &[(
                Everywhere,
                Says(
                    "GeneratorExit in task 0, line 2. Python ends generators with this: raise another exception to say \
                     that something is wrong.",
                ),
            )],
        ),
        Case(
            "ITEMS = [1]\ndef work(item): raise StopIteration(5)\n",
            &[(Everywhere, Says("StopIteration in task 0, line 2: 5."))],
        ),
        Case(
            "ITEMS = [1]\ndef work(item): return bytearray(10 ** 15)\n",
            &[(Everywhere, Says("MemoryError in task 0, line 2. There was not enough memory: make the work smaller."))],
        ),
    ]);
}

//! Code that waits for a keyboard.

use super::Answer::{Results, Says};
use super::Where::Everywhere;
use super::{Case, check};

#[test]
fn a_cell_has_no_keyboard() {
    const IN_TASK: &str = "EOFError in task 0, line 3: there is no keyboard input. A cell has no keyboard input: put the \
                           values into the source.";
    check(&[
        Case("ITEMS = [1]\ndef work(item):\n    return input('name? ')\n", &[(Everywhere, Says(IN_TASK))]),
        Case("import sys\nITEMS = [1]\ndef work(item): return sys.stdin.read()\n", &[(Everywhere, Says(IN_TASK))]),
        Case("import sys\nITEMS = [1]\ndef work(item): return list(sys.stdin)\n", &[(Everywhere, Says(IN_TASK))]),
        Case(
            "import sys\nITEMS = [1]\ndef work(item): return sys.stdin.buffer.readline()\n",
            &[(Everywhere, Says(IN_TASK))],
        ),
        Case(
            "name = input()\nITEMS = [1]\ndef work(item): return name\n",
            &[(
                Everywhere,
                Says(
                    "EOFError, line 1: there is no keyboard input. A cell has no keyboard input: put the values into \
                     the source.",
                ),
            )],
        ),
        // Below Python, and for child processes, it is an empty file.
        Case("import os\nITEMS = [1]\ndef work(item): return os.read(0, 5)\n", &[(Everywhere, Results(&["b''"]))]),
    ]);
}

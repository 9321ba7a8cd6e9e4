//! Code that leaves the program.

use super::Answer::{Exits, Results, Says};
use super::Where::{Everywhere, Inside, Isolated, Only};
use super::{Case, check};
use shared::Mode;

#[test]
fn leaving_politely() {
    check(&[
        Case(
            "import sys\nITEMS = [1]\ndef work(item): sys.exit(4)\n",
            &[(
                Everywhere,
                Says(
                    "SystemExit in task 0, line 3: 4. `work` has left the program: return a value instead of calling \
                     `sys.exit`.",
                ),
            )],
        ),
        Case(
            "import sys\nITEMS = [1]\ndef work(item): sys.exit()\n",
            &[(
                Everywhere,
                Says(
                    "SystemExit in task 0, line 3. `work` has left the program: return a value instead of calling \
                     `sys.exit`.",
                ),
            )],
        ),
        Case(
            "import sys\nITEMS = [1]\ndef work(item): return 1\nsys.exit(3)\n",
            &[(
                Everywhere,
                Says(
                    "SystemExit, line 4: 3. The source leaves the program before `work` was called: put `sys.exit` \
                     below `if __name__ == \"__main__\":`, or leave it out.",
                ),
            )],
        ),
        Case(
            "import sys\nITEMS = [1]\ndef work(item): return 1\nif __name__ == '__main__':\n    sys.exit(3)\n",
            &[(Everywhere, Results(&["1"]))],
        ),
        Case(
            "import sys\nsys.exit('no reason')\n",
            &[(
                Everywhere,
                Says(
                    "SystemExit in task 0, line 2: no reason. The script has ended itself with this status: 0 or none \
                     means success.",
                ),
            )],
        ),
    ]);
}

#[test]
fn leaving_rudely() {
    const WORKER: &str = "Worker process … died…: it exited with status 3 before the work was done.… Look for `os._exit` \
                          or a library that ends its process; your text is saved, and Run works again.";
    check(&[
        Case("import os\nITEMS = [1]\ndef work(item): return 1\nos._exit(3)\n", &[(Everywhere, Exits(3))]),
        Case(
            "import os\nITEMS = [1]\ndef work(item): os._exit(3)\n",
            &[(Only(&[Mode::Processes]), Says(WORKER)), (Everywhere, Exits(3))],
        ),
        // Only the replay in a worker leaves.
        Case(
            "import os\nITEMS = [1]\ndef work(item): return 1\nif os.environ.get('SEEN'): os._exit(3)\nos.environ['SEEN'] = '1'\n",
            &[(Inside, Results(&["1"])), (Isolated, Exits(3)), (Everywhere, Says(WORKER))],
        ),
    ]);
}

//! Threads without a GIL: only where there is none.

use shared::{Ending, Gil, Mode};

use crate::harness::{build, run};

const SOURCE: &str = "import sys\nITEMS = range(8)\ndef work(item): return sys._is_gil_enabled()\n";

#[test]
fn a_build_with_a_gil_refuses() {
    if build().gil == Gil::Absent {
        crate::harness::skipped("this build has no GIL");
        return;
    }
    let record = run(SOURCE, Mode::FreeThreaded, 2);
    let sentence = record.ending.as_ref().map(Ending::sentence).unwrap_or_default();
    assert_eq!(
        sentence,
        "RuntimeError: This CPython has a GIL, so it can't execute free-threaded. Choose a free-threaded build, such as \
         3.14t, or the mode threads."
    );
    assert!(record.events.is_empty(), "nothing has run: {:?}", record.events);
}

#[test]
fn a_build_without_a_gil_has_none_while_it_works() {
    if build().gil == Gil::Present {
        crate::harness::skipped("there is no free-threaded build to test this with");
        return;
    }
    assert_eq!(run(SOURCE, Mode::FreeThreaded, 4).results(), ["False"; 8]);
}

#[test]
fn a_gil_that_was_switched_on_ends_the_lap() {
    if build().gil == Gil::Present {
        crate::harness::skipped("there is no free-threaded build to test this with");
        return;
    }
    // CPython's own tests have it; it doesn't say that it works without a GIL.
    let record = run("import _testsinglephase\nITEMS = [1]\ndef work(item): return 1\n", Mode::FreeThreaded, 2);
    if record.raised().exception == "ModuleNotFoundError" {
        crate::harness::skipped("this build lacks CPython's test modules");
        return;
    }
    let sentence = record.ending.as_ref().map(Ending::sentence).unwrap_or_default();
    assert!(sentence.starts_with("RuntimeError: importing `_testsinglephase` has switched the GIL on."), "{sentence}");
}

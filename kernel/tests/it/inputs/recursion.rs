//! Functions that call themselves.

use shared::Mode;

use super::Answer::{Results, Says};
use super::Where::Everywhere;
use super::{Case, check};
use crate::harness::run;

#[test]
fn recursion_without_end_is_an_exception() {
    const ENDLESS: &str = "RecursionError in task 0, line 4: … A function calls itself too often: look at the condition \
                           that ends it, or write a loop, which may be as long as you like.";
    check(&[
        Case(
            "import sys\nsys.setrecursionlimit(1000)\nITEMS = [1]\ndef work(item): return work(item)\n",
            &[(Everywhere, Says(ENDLESS))],
        ),
        Case(
            "import sys\nsys.setrecursionlimit(100_000)\nITEMS = [1]\ndef work(item): return [work(item)]\n",
            &[(Everywhere, Says(ENDLESS))],
        ),
    ]);
}

#[test]
fn deep_recursion_works() {
    check(&[Case(
        "import sys\nsys.setrecursionlimit(100_000)\ndef deep(n): return 0 if n == 0 else 1 + deep(n - 1)\nITEMS = [20_000]\ndef work(item): return deep(item)\n",
        &[(Everywhere, Results(&["20000"]))],
    )]);
}

#[test]
fn a_long_traceback_loses_its_middle() {
    let source = "import sys\nsys.setrecursionlimit(50_000)\ndef one(n): return two(n - 1)\ndef two(n): return one(n - 1) if n else 1 / 0\nITEMS = [20_001]\nwork = one\n";
    let record = run(source, Mode::Sequential, 1);
    let raised = record.raised();
    assert_eq!((raised.exception.as_str(), raised.line), ("ZeroDivisionError", Some(4)));
    assert!(raised.traceback.contains("calls in the middle are left out"), "{}", raised.traceback);
    assert!(raised.traceback.lines().count() < 1000);
}

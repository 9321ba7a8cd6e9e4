//! Sources that Python can't read, or that lack something.

use shared::{Ending, LapEvent, LapRequest, Mode};

use super::Answer::{Results, Says};
use super::Where::Everywhere;
use super::{Case, check};
use crate::harness::{modes, request, run, run_request};

#[test]
fn sources_that_can_t_be_read() {
    check(&[
        Case(
            "ITEMS = [1]\ndef work(item)\n    return 1\n",
            &[(
                Everywhere,
                Says("SyntaxError, line 2: expected ':'. Nothing has run: look at that line and the one above it."),
            )],
        ),
        Case(
            "ITEMS = [1]\ndef work(item):\nreturn 1\n",
            &[(
                Everywhere,
                Says(
                    "IndentationError, line 3: expected an indented block after function definition on line 2. Nothing \
                     has run: look at that line and the one above it.",
                ),
            )],
        ),
        Case(
            "ITEMS = [1]\ndef work(item):\n    if item:\n\treturn 1\n",
            &[(
                Everywhere,
                Says(
                    "TabError, line 4: inconsistent use of tabs and spaces in indentation. Nothing has run: look at \
                     that line and the one above it.",
                ),
            )],
        ),
        Case(
            "ITEMS = [1]\ndef work(item): return '\0'\n",
            &[(
                Everywhere,
                Says(
                    "SyntaxError, line 2: there is a null byte, which Python can't read: delete it. Nothing has run: \
                     look at that line and the one above it.",
                ),
            )],
        ),
    ]);
}

#[test]
fn a_syntax_error_has_its_line_and_its_caret() {
    for (source, line, shown) in [
        ("ITEMS = [1]\ndef work(item)\n    return 1\n", 2, "    def work(item)\n                  ^\n"),
        ("ITEMS = [1]\ndef work(item): return '\0'\n", 2, "return '\u{fffd}'\n"),
    ] {
        let record = run(source, Mode::Sequential, 1);
        let raised = record.raised();
        assert_eq!(raised.line, Some(line));
        assert!(raised.traceback.contains(shown), "{}", raised.traceback);
        assert!(!record.events.iter().any(|event| matches!(event, LapEvent::Began { .. })));
    }
}

#[test]
fn odd_encodings_are_no_hindrance() {
    check(&[
        // A source is text by the time it comes here: what it says of its encoding is not asked.
        Case(
            "# -*- coding: klingon -*-\nITEMS = ['é']\ndef work(item): return item\n",
            &[(Everywhere, Results(&["'é'"]))],
        ),
        Case("\u{feff}ITEMS = ['é']\ndef work(item): return item\n", &[(Everywhere, Results(&["'é'"]))]),
        Case("ITEMS = [1]\r\ndef work(item):\r\n    return item\r\n", &[(Everywhere, Results(&["1"]))]),
    ]);
}

#[test]
fn expressions_that_are_nested_too_deeply() {
    let source = format!("ITEMS = [1]\ndef work(item): return {}1\n", "-".repeat(50_000));
    for mode in modes() {
        let sentence = run(&source, mode, 2).raised().advice.clone().unwrap_or_default();
        assert_eq!(sentence, "An expression is nested too deeply: split it into several. Nothing has run.", "{mode}");
    }
}

#[test]
fn modes_are_asked_for_but_there_is_no_work() {
    for mode in modes() {
        let record = run_request(LapRequest { needs_work: true, ..request("print('a script')\n", mode, 2) });
        let sentence = record.ending.as_ref().map(Ending::sentence).unwrap_or_default();
        assert_eq!(
            sentence,
            "WorkloadIncomplete: Modes were chosen, but the source has no `work`: define `def work(item):` and `ITEMS = \
             [...]`, or choose only Sequential, which runs it once from top to bottom."
        );
        assert!(!record.events.iter().any(|event| matches!(event, LapEvent::Output { .. })), "nothing has run");
    }
}

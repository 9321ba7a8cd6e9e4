//! What a learner may write that can't work as it stands: in every mode of the build, and the whole answer.

mod exceptions;
mod exits;
mod free_threading;
mod functions;
mod imports;
mod input;
mod items;
mod pickles;
mod recursion;
mod results;
mod sizes;
mod syntax;
mod threads;

use shared::{Ending, LapRequest, Mode};

use crate::harness::{Record, build, modes, request, run_request, skipped};

/// In which modes an answer is given.
#[derive(Debug, Clone, Copy)]
pub enum Where {
    /// In all.
    Everywhere,
    /// Where items and results stay in their interpreter.
    Inside,
    /// Where they cross to another one.
    Across,
    /// Where only a main interpreter is used.
    InMain,
    /// Where each worker has an interpreter of its own in the same process.
    Isolated,
    /// In these.
    Only(&'static [Mode]),
}

/// What is said then.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// The lap completes with these first results.
    Results(&'static [&'static str]),
    /// It ends with this sentence; `…` stands for anything in it, `{mode}` for the mode.
    Says(&'static str),
    /// The kernel is gone with this status, and the runner says so.
    Exits(i32),
}

/// A source, and the answers to it: the first that holds in a mode.
#[derive(Debug, Clone, Copy)]
pub struct Case(pub &'static str, pub &'static [(Where, Answer)]);

impl Where {
    fn holds_in(self, mode: Mode) -> bool {
        match self {
            Where::Everywhere => true,
            Where::Inside => matches!(mode, Mode::Sequential | Mode::Threads | Mode::FreeThreaded),
            Where::Across => matches!(mode, Mode::Subinterpreters | Mode::SharedGil | Mode::Processes),
            Where::InMain => !Where::Isolated.holds_in(mode),
            Where::Isolated => matches!(mode, Mode::Subinterpreters | Mode::SharedGil),
            Where::Only(modes) => modes.contains(&mode),
        }
    }
}

/// Runs each case in every mode, with two workers; says all that is wrong at once.
pub fn check(cases: &[Case]) {
    check_in(cases, "/nonexistent/cell.py");
}

/// The same for a source that stands in this file.
pub fn check_in(cases: &[Case], file: &str) {
    let mut wrong = Vec::new();
    for Case(source, answers) in cases {
        for mode in modes() {
            if mode == Mode::SharedGil && build().python.minor == 12 {
                skipped("on CPython 3.12 interpreters that share a GIL may keep it from each other for ever");
                continue;
            }
            let record = run_request(LapRequest { file: file.into(), ..request(source, mode, 2) });
            record.assert_nothing_left();
            let (_, wanted) = answers.iter().find(|(place, _)| place.holds_in(mode)).expect("every mode has an answer");
            if let Err(said) = compare(*wanted, mode, &record) {
                wrong.push(format!("{source}\n  in {mode}: {said}\n  instead of: {wanted:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn compare(wanted: Answer, mode: Mode, record: &Record) -> Result<(), String> {
    let right = match (wanted, &record.ending) {
        (Answer::Results(wanted), Some(Ending::Completed { results, .. })) => results.first == wanted,
        (Answer::Says(pattern), Some(ending)) => matches(&pattern.replace("{mode}", mode.slug()), &ending.sentence()),
        (Answer::Exits(status), None) => record.status == Some(status),
        _ => false,
    };
    if right {
        return Ok(());
    }
    Err(match &record.ending {
        Some(Ending::Completed { results, .. }) => format!("{:?}", results.first),
        Some(ending) => ending.sentence(),
        None => format!("the kernel is gone with status {:?}", record.status),
    })
}

/// Whether a text is as the pattern says, in which `…` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[test]
fn a_pattern_is_compared_from_end_to_end() {
    for (pattern, text, holds) in [
        ("all of it", "all of it", true),
        ("all of it", "all of it.", false),
        ("from … to … end", "from here to the end", true),
        ("from … to … end", "from here to an ending", false),
        ("…end", "the end.", false),
    ] {
        assert_eq!(matches(pattern, text), holds, "{pattern} {text}");
    }
}

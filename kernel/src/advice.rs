//! What an exception means here and what to do, where Python's own words don't say it.

use shared::{Mode, REFUSED, SourceKind};

/// What is known of an exception.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Its type's name.
    pub exception: &'a str,
    /// What it says.
    pub message: &'a str,
    /// The lap's mode.
    pub mode: Mode,
    /// What the source is.
    pub kind: SourceKind,
    /// Whether it was raised in a task.
    pub in_task: bool,
    /// Whether a line of the source leads to it.
    pub in_source: bool,
    /// The file beside the source that is imported instead of a module of the standard library; or nothing.
    pub shadow: &'a str,
    /// What the source imported when an import went wrong inside of it; or nothing.
    pub package: &'a str,
}

/// Modes whose code is executed in a main interpreter.
pub const MAIN_INTERPRETER: &[Mode] = &[Mode::Sequential, Mode::Threads, Mode::Processes];
/// Modes whose code is executed in a main thread.
const MAIN_THREAD: &[Mode] = &[Mode::Sequential, Mode::Processes];
/// Modes in which items and results stay where they are.
pub const NOTHING_CROSSES: &[Mode] = &[Mode::Sequential, Mode::Threads];

/// A sentence or two.
pub fn advice(facts: Facts) -> Option<String> {
    let Facts { exception, message, mode, kind, shadow, .. } = facts;
    let says = |text: &str| message.contains(text);
    if !shadow.is_empty() {
        return Some(format!(
            "`{shadow}` beside your source is imported instead of the standard library's module of that name: give \
             the file another name."
        ));
    }
    if says(REFUSED) {
        return Some(refused(facts));
    }
    let isolated = is_isolated(mode);
    if isolated && says("daemon threads are disabled") {
        return Some(format!(
            "Interpreters beside the main one have no daemon threads: start the thread without `daemon=True`, and \
             join it. {}",
            works_in(MAIN_INTERPRETER)
        ));
    }
    if isolated && says("fork not supported") {
        return Some(format!(
            "An interpreter beside the main one can't be forked: start the process with `subprocess`. {}",
            works_in(MAIN_INTERPRETER)
        ));
    }
    if says("signal only works in main thread") {
        return Some(format!("Only a main thread can do that. {}", works_in(MAIN_THREAD)));
    }
    let text = match (exception, kind) {
        ("EOFError", _) if says("no keyboard input") || says("EOF when reading a line") => {
            "A cell has no keyboard input: put the values into the source."
        }
        ("SystemExit", SourceKind::Script) => "The script has ended itself with this status: 0 or none means success.",
        ("SystemExit", SourceKind::Service) => {
            "The source leaves the program before `app` was served: put `sys.exit` below \
             `if __name__ == \"__main__\":`, or leave it out."
        }
        ("SystemExit", _) if facts.in_task => {
            "`work` has left the program: return a value instead of calling `sys.exit`."
        }
        ("SystemExit", _) => {
            "The source leaves the program before `work` was called: put `sys.exit` below \
             `if __name__ == \"__main__\":`, or leave it out."
        }
        ("KeyboardInterrupt", _) => "The code has raised this itself: nobody pressed Stop.",
        ("GeneratorExit", _) => {
            "Python ends generators with this: raise another exception to say that something is wrong."
        }
        ("RecursionError", _) => {
            "A function calls itself too often: look at the condition that ends it, or write a loop, which may be as \
             long as you like."
        }
        ("MemoryError", _) if says("too complex to parse") => {
            "An expression is nested too deeply: split it into several. Nothing has run."
        }
        ("MemoryError", _) => "There was not enough memory: make the work smaller.",
        ("SyntaxError" | "IndentationError" | "TabError", _) if facts.in_source && !facts.in_task => {
            "Nothing has run: look at that line and the one above it."
        }
        ("TypeError", SourceKind::Workload) if facts.in_task && !facts.in_source && is_about_parameters(message) => {
            "`work` is called with one argument, an item: write `def work(item):`."
        }
        _ => return None,
    };
    Some(text.into())
}

/// In which modes the same code works.
pub fn works_in(modes: &[Mode]) -> String {
    let (last, others) = modes.split_last().expect("some mode can do anything");
    let others = others.iter().map(|mode| mode.slug()).collect::<Vec<_>>().join(", ");
    format!("The same code works in the modes {others} and {last}.")
}

/// Whether code is executed in an interpreter beside the main one.
fn is_isolated(mode: Mode) -> bool {
    matches!(mode, Mode::Subinterpreters | Mode::SharedGil | Mode::InterpreterPool)
}

fn refused(Facts { message, mode, package, .. }: Facts) -> String {
    let before = message.split(REFUSED).next().unwrap_or_default();
    let module = before.rsplit_once("module ").map_or("", |(_, module)| module);
    let (name, part) = match package {
        "" => (module, String::new()),
        package if package == module => (module, String::new()),
        package => (package, format!(" (its part `{module}` says so)")),
    };
    let advice = match mode {
        mode if is_isolated(mode) => works_in(MAIN_INTERPRETER),
        _ => "Use it in the main interpreter.".into(),
    };
    format!(
        "The module `{name}` can't be loaded into interpreters beside the main one{part}. That is the module's own \
         limit, and no mistake of yours. {advice}"
    )
}

fn is_about_parameters(message: &str) -> bool {
    ["() takes ", "() missing ", "() got "].iter().any(|part| message.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts = Facts {
        exception: "ValueError",
        message: "no",
        mode: Mode::Threads,
        kind: SourceKind::Workload,
        in_task: true,
        in_source: true,
        shadow: "",
        package: "",
    };

    #[test]
    fn what_python_says_well_needs_no_advice() {
        assert_eq!(advice(FACTS), None);
        let inner = Facts { exception: "TypeError", message: "f() takes 0 positional arguments", ..FACTS };
        assert_eq!(advice(inner), None);
    }

    #[test]
    fn advice_names_what_is_to_be_changed() {
        let refused = "module numpy._core._multiarray_umath does not support loading in subinterpreters";
        let isolated = Facts { exception: "ImportError", message: refused, mode: Mode::Subinterpreters, ..FACTS };
        for (facts, said) in [
            (Facts { shadow: "random.py", ..FACTS }, "`random.py`"),
            (Facts { package: "numpy", ..isolated }, "The module `numpy` can't"),
            (Facts { package: "numpy", ..isolated }, "(its part `numpy._core._multiarray_umath` says so)"),
            (isolated, "sequential, threads and processes"),
            (Facts { mode: Mode::Threads, ..isolated }, "main interpreter"),
            (Facts { exception: "EOFError", message: "EOF when reading a line", ..FACTS }, "no keyboard input"),
            (Facts { exception: "SystemExit", ..FACTS }, "return a value"),
            (Facts { exception: "SystemExit", in_task: false, ..FACTS }, "__main__"),
            (
                Facts { exception: "TypeError", message: "work() takes 0", in_source: false, ..FACTS },
                "`def work(item):`",
            ),
        ] {
            let sentence = advice(facts).unwrap_or_default();
            assert!(sentence.contains(said), "{facts:?}: {sentence}");
        }
    }
}

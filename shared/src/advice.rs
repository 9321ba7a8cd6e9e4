//! What the usual exceptions mean, in a friendly sentence or two, by what Python says of them.

use crate::Raised;

/// For values that can't travel.
const PLAIN: &str = "Return plain values: numbers, text, lists, dictionaries.";

impl Raised {
    /// Whether Python traced it. What was not traced are the kernel's own words, which say what to do.
    pub fn is_traced(&self) -> bool {
        self.traceback.contains("  File \"")
    }
}

/// What an exception means and what to do: what Python's words show of this one first, then what the kernel knows of
/// this lap, then what holds for its type.
pub fn advice(raised: &Raised) -> Option<String> {
    if !raised.is_traced() {
        return raised.advice.clone();
    }
    let particular = syntax(raised).or_else(|| near(raised));
    match (particular, raised.advice.clone()) {
        (Some(particular), Some(known)) => Some(format!("{particular} {known}")),
        (particular, known) => particular.or(known).or_else(|| of_value(raised)).or_else(|| of_type(raised)),
    }
}

fn type_name(raised: &Raised) -> &str {
    raised.exception.rsplit('.').next().unwrap_or_default()
}

/// What stands between the first two quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('\'').nth(1).filter(|name| !name.is_empty() && name.len() < 60)
}

/// What a source that can't be read is about.
fn syntax(raised: &Raised) -> Option<String> {
    let says = |part: &str| raised.message.contains(part);
    let name = type_name(raised);
    let text = match name {
        "TabError" => "Tabs and spaces are mixed at the beginning of lines: use spaces only.",
        "IndentationError" if says("expected an indented block") => {
            "What belongs to a line with a colon must stand below it, four spaces further in."
        }
        "IndentationError" if says("unexpected indent") => {
            "This line stands further in than the one above it, which has no colon: take the spaces away."
        }
        "IndentationError" => "This line stands neither below the one above it nor below the block's first line.",
        "SyntaxError" if says("was never closed") => {
            let bracket = quoted(&raised.message).unwrap_or("bracket");
            return Some(format!("A `{bracket}` is opened here and closed nowhere."));
        }
        "SyntaxError" if says("unmatched") => "A bracket is closed here that nothing has opened.",
        "SyntaxError" if says("expected ':'") => {
            "A colon is missing: lines with `def`, `for`, `while`, `if` or `else` end with one."
        }
        "SyntaxError" if says("forgot a comma") => "Two values stand beside each other: a comma may be missing.",
        "SyntaxError" if says("unterminated") => "A text begins with a quote and has none at its end.",
        "SyntaxError" if says("instead of '='") => "`=` gives a name to a value; to compare, write `==`.",
        _ => return None,
    };
    Some(text.into())
}

/// A name that is mistyped, with what may have been meant. Python says that in the traceback only.
fn near(raised: &Raised) -> Option<String> {
    let wrong = match type_name(raised) {
        "NameError" | "UnboundLocalError" | "ImportError" => quoted(&raised.message)?,
        // 'str' object has no attribute 'apend'
        "AttributeError" => raised.message.rsplit('\'').nth(1)?,
        _ => return None,
    };
    let last = raised.traceback.lines().rev().find(|line| line.contains(&raised.message))?;
    let after = |words: &str| last.split_once(words).and_then(|(_, rest)| quoted(rest));
    if let Some(module) = after("Did you forget to import ") {
        return Some(format!("`{module}` is not imported: write `import {module}` at the top."));
    }
    let meant = after("Did you mean: ")?;
    Some(format!("There is no `{wrong}` here. Did you mean `{meant}`?"))
}

/// What the exception's own message names.
fn of_value(raised: &Raised) -> Option<String> {
    let message = raised.message.as_str();
    let named = quoted(message);
    Some(match (type_name(raised), named) {
        ("NameError", Some(name)) if message.ends_with("is not defined") => format!(
            "Nothing has defined `{name}` at that point. Look for a typing mistake, or a definition that comes later."
        ),
        ("UnboundLocalError", Some(name)) => format!(
            "`{name}` is given a value in this function, so it is the function's own, and has none yet here. Give it \
             one first, or another name; `global {name}` means the module's."
        ),
        ("ModuleNotFoundError", Some(name)) => format!(
            "There is no module `{name}` here. Exercises use the standard library and the packages that Virgil \
             installs: “Is my machine ready?” says which are there."
        ),
        ("KeyError", _) if !message.is_empty() && message.len() < 60 => format!(
            "A dictionary has no key `{message}`. Look at how the key is spelled, and who adds it; `.get` gives None \
             instead."
        ),
        ("AttributeError", _) if message.contains("'NoneType'") => {
            "The value before the dot is None. Often it comes from a function that returns nothing.".into()
        }
        ("TypeError", _) if message.contains("'NoneType'") => {
            "One of the values is None. Often it comes from a function that returns nothing.".into()
        }
        ("TypeError", Some(name)) if message.ends_with("object is not callable") => {
            format!("What stands before the brackets is no function, but of the type `{name}`: look at its name.")
        }
        ("TypeError", Some(name)) if message.ends_with("object is not iterable") => {
            format!("A `for` or a function wants several values, and gets one of the type `{name}`.")
        }
        ("TypeError", _) if message.contains("pickle") => {
            format!("A value has to travel between workers and can't be packed for it. {PLAIN}")
        }
        _ => return None,
    })
}

fn of_type(raised: &Raised) -> Option<String> {
    let message = raised.message.as_str();
    let text = match type_name(raised) {
        "SyntaxError" => {
            "Python could not read the code, so nothing of it ran. Look at the marked line and the one above it."
        }
        "ImportError" => "The module is there, but not what is asked of it, or it can't be loaded here.",
        "PicklingError" => {
            return Some(format!("A value has to travel between workers and can't be packed for it. {PLAIN}"));
        }
        "NotShareableError" => return Some(format!("This object can't be shared between interpreters. {PLAIN}")),
        "RecursionError" => "A function called itself too often. Look for a condition that never ends the recursion.",
        "MemoryError" => "There was not enough memory. Make the work smaller.",
        "ZeroDivisionError" => "Something is divided by zero. Look at what the divisor is when this line runs.",
        "OverflowError" => "A number is too large for what is done with it.",
        "IndexError" => {
            "A position is asked for that the sequence doesn't have: the first is 0, the last its length less one."
        }
        "AttributeError" => {
            "The value before the dot has nothing of that name. Look at its type, and for a typing mistake."
        }
        "TypeError" if message.contains("argument") => {
            "A function is called with other arguments than it takes. Compare the call with its `def`."
        }
        "TypeError" => {
            "An operation meets a value of a type that it can't use. Look at what the names in this line hold."
        }
        "ValueError" => {
            "A value is of the right type, but can't be used here. Look at what the names in this line hold."
        }
        "UnicodeDecodeError" | "UnicodeEncodeError" => {
            "Bytes and text don't fit together: name the encoding, as in `open(name, encoding=\"utf-8\")`."
        }
        "FileNotFoundError" => {
            "There is no file of that name in the folder in which the code runs, which is that of its own file."
        }
        "PermissionError" => "The operating system does not allow that to your user.",
        "TimeoutError" => "Something was waited for longer than the code allows.",
        "AssertionError" => "An assertion of the code did not hold.",
        "StopIteration" => "`next` was called where nothing was left.",
        _ => return None,
    };
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn raised(exception: &str, message: &str) -> Raised {
        raised_with(exception, message, "")
    }

    fn raised_with(exception: &str, message: &str, suggestion: &str) -> Raised {
        let traceback = format!("Traceback …\n  File \"x.py\", line 3\n{exception}: {message}{suggestion}\n");
        Raised { traceback, line: Some(3), worker: Some(0), task: Some(1), ..samples::raised(exception, message) }
    }

    #[test]
    fn advice_knows_what_this_workshop_meets() {
        for (exception, message, said) in [
            ("SyntaxError", "'(' was never closed", "A `(` is opened here"),
            ("SyntaxError", "expected ':'", "A colon is missing"),
            ("SyntaxError", "invalid syntax", "could not read"),
            ("IndentationError", "unexpected indent", "take the spaces away"),
            ("IndentationError", "expected an indented block after function definition on line 2", "four spaces"),
            ("IndentationError", "unindent does not match any outer indentation level", "neither below"),
            ("TabError", "inconsistent use of tabs and spaces in indentation", "spaces only"),
            ("NameError", "name 'x' is not defined", "Nothing has defined `x`"),
            (
                "UnboundLocalError",
                "cannot access local variable 'n' where it is not associated with a value",
                "`global n`",
            ),
            ("ModuleNotFoundError", "No module named 'numpy'", "no module `numpy` here"),
            ("KeyError", "'a'", "no key `'a'`"),
            ("_pickle.PicklingError", "Can't pickle <function>", "plain values"),
            ("TypeError", "cannot pickle 'generator' object", "plain values"),
            ("TypeError", "f() takes 0 positional arguments but 1 was given", "Compare the call"),
            ("TypeError", "unsupported operand type(s) for +: 'int' and 'str'", "can't use"),
            ("TypeError", "unsupported operand type(s) for +: 'NoneType' and 'int'", "is None"),
            ("TypeError", "'int' object is not callable", "of the type `int`"),
            ("TypeError", "'int' object is not iterable", "gets one of the type `int`"),
            ("AttributeError", "'NoneType' object has no attribute 'x'", "returns nothing"),
            ("ZeroDivisionError", "division by zero", "divisor"),
            ("concurrent.interpreters.NotShareableError", "object", "shared between interpreters"),
        ] {
            let advice = advice(&raised(exception, message)).unwrap_or_default();
            assert!(advice.contains(said), "{exception}: {message}: {advice}");
        }
        assert_eq!(advice(&raised("primes.Odd", "no")), None);
    }

    #[test]
    fn a_near_name_is_asked_for() {
        for (exception, message, suggestion, said) in [
            (
                "NameError",
                "name 'rnage' is not defined",
                ". Did you mean: 'range'?",
                "There is no `rnage` here. Did you mean `range`?",
            ),
            (
                "NameError",
                "name 'math' is not defined",
                ". Did you forget to import 'math'?",
                "`math` is not imported: write `import math` at the top.",
            ),
            (
                "AttributeError",
                "'list' object has no attribute 'apend'",
                ". Did you mean: 'append'?",
                "There is no `apend` here. Did you mean `append`?",
            ),
            (
                "ImportError",
                "cannot import name 'sqrtt' from 'math' (unknown location)",
                ". Did you mean: 'sqrt'?",
                "There is no `sqrtt` here. Did you mean `sqrt`?",
            ),
        ] {
            assert_eq!(advice(&raised_with(exception, message, suggestion)).as_deref(), Some(said));
        }
    }

    #[test]
    fn what_the_kernel_knows_comes_before_what_holds_of_all() {
        let known = Raised { advice: Some("Say yes.".into()), ..raised("ValueError", "no") };
        assert_eq!(advice(&known).as_deref(), Some("Say yes."));
        let syntax = Raised { advice: Some("Nothing has run.".into()), ..raised("SyntaxError", "expected ':'") };
        assert!(advice(&syntax).unwrap().ends_with("end with one. Nothing has run."));
    }

    #[test]
    fn the_kernel_s_own_words_need_no_other() {
        let said =
            Raised { traceback: "TypeError: `work` is no function".into(), ..raised("TypeError", "`work` is no") };
        assert_eq!(advice(&said), None);
        let known = Raised { advice: Some("Choose another.".into()), ..said };
        assert_eq!(advice(&known).as_deref(), Some("Choose another."));
    }
}

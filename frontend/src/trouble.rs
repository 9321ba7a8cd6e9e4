//! Exceptions: a friendly sentence first, then Python's own words.

use leptos::prelude::*;
use shared::{Ending, LapPhase, Raised, Run, SourceKind};

use crate::editor::EditorHandle;
use crate::text::{lap_title, with_code};

/// An exception as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Trouble {
    /// In which laps.
    pub place: String,
    /// What it means and what to do.
    pub advice: Option<String>,
    /// What Python says in one line.
    pub summary: String,
    /// All that Python says.
    pub traceback: String,
    /// The line of the source.
    pub line: Option<u32>,
}

/// The exceptions of a run: laps that raised the same are told together.
pub fn troubles(run: &Run) -> Vec<Trouble> {
    let mut troubles: Vec<Trouble> = Vec::new();
    for lap in &run.laps {
        let LapPhase::Ended(ending @ Ending::Raised(raised)) = &lap.phase else { continue };
        let place = if lap.kind == Some(SourceKind::Script) { "The script".to_owned() } else { lap_title(lap) };
        let same = |known: &&mut Trouble| known.line == raised.line && known.traceback == raised.traceback;
        match troubles.iter_mut().find(same) {
            Some(known) => known.place = format!("{}, {}", known.place, place.to_lowercase()),
            None => troubles.push(Trouble {
                place,
                advice: raised.advice.clone().or_else(|| advice(raised).map(str::to_owned)),
                summary: ending.summary(),
                traceback: raised.traceback.clone(),
                line: raised.line,
            }),
        }
    }
    troubles
}

/// What the usual exceptions mean here.
fn advice(raised: &Raised) -> Option<&'static str> {
    let message = raised.message.as_str();
    let name = raised.exception.rsplit('.').next().unwrap_or_default();
    Some(match name {
        "SyntaxError" | "IndentationError" | "TabError" => {
            "Python could not read the code, so nothing of it ran. Look at the marked line and the one above it."
        }
        "NameError" | "UnboundLocalError" => {
            "A name is used that nothing has defined at that point. Look for a typing mistake, or a definition that comes later."
        }
        "ImportError" if message.contains("subinterpreter") => {
            "This module can't be loaded into an interpreter of its own yet. It works in threads and in processes."
        }
        "ModuleNotFoundError" | "ImportError" => {
            "That module is not there. Exercises use the standard library and the packages that Virgil installs: “Is my machine ready?” says which are there."
        }
        "PicklingError" => {
            "A result or an item has to travel between workers and can't be packed for it. Return plain values: numbers, text, lists, dictionaries."
        }
        "TypeError" if message.contains("pickle") => {
            "A result or an item has to travel between workers and can't be packed for it. Return plain values: numbers, text, lists, dictionaries."
        }
        "NotShareableError" => {
            "This object can't be shared between interpreters. Return plain values: numbers, text, lists, dictionaries."
        }
        "RecursionError" => "A function called itself too often. Look for a condition that never ends the recursion.",
        "MemoryError" => "There was not enough memory. Make the work smaller.",
        "ZeroDivisionError" => "Something is divided by zero. Look at what the divisor is when this line runs.",
        "IndexError" => {
            "A position is asked for that the sequence doesn't have: the first is 0, the last its length less one."
        }
        "KeyError" => {
            "A dictionary is asked for a key that it doesn't have. Look at how the key is spelled, and who adds it."
        }
        "AttributeError" if message.contains("'NoneType'") => {
            "The value before the dot is None. Often it comes from a function that returns nothing."
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
        "FileNotFoundError" => "There is no file of that name in the folder in which the code runs: your workspace.",
        "PermissionError" => "The operating system does not allow that to your user.",
        "TimeoutError" => "Something was waited for longer than the code allows.",
        "AssertionError" => "An assertion of the code did not hold.",
        "KeyboardInterrupt" => "The code was interrupted.",
        _ => return None,
    })
}

/// The exceptions of a run.
#[component]
pub fn Troubles(troubles: Memo<Vec<Trouble>>, editor: EditorHandle) -> impl IntoView {
    view! {
        <For each=move || troubles.get() key=Clone::clone let:trouble>
            <div class="trouble">
                <p class="advice">
                    {with_code(trouble.advice.as_deref().unwrap_or("The code raised an exception that nothing caught."))}
                </p>
                <Show when=move || troubles.with(|troubles| troubles.len().gt(&1))>
                    <p class="summary">{format!("{}: {}", trouble.place, trouble.summary)}</p>
                </Show>
                {trouble.line.map(|line| view! {
                    <button type="button" class="go-to-line" on:click=move |_| editor.go_to(line)>
                        {format!("Go to line {line}")}
                    </button>
                })}
                <pre class="traceback scroll" tabindex="0">{trouble.traceback}</pre>
            </div>
        </For>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::sample;
    use shared::{Mode, RunEvent, samples};

    fn raised(exception: &str, message: &str) -> Raised {
        let traceback = format!("Traceback …\n{exception}: {message}\n");
        Raised { traceback, line: Some(3), worker: Some(0), task: Some(1), ..samples::raised(exception, message) }
    }

    #[test]
    fn laps_that_raised_the_same_are_told_together() {
        let mut run = sample::accepted(&[Mode::Sequential, Mode::Threads]);
        for lap in 0..2 {
            sample::begin(&mut run, lap, 3);
            run.apply(&RunEvent::LapEnded {
                lap,
                ending: Ending::Raised(raised("NameError", "name 'x' is not defined")),
            });
        }
        let troubles = troubles(&run);
        assert_eq!(troubles.len(), 1);
        assert_eq!(troubles[0].place, "Sequential, threads with 2 workers");
        assert!(troubles[0].advice.as_ref().unwrap().contains("typing mistake"));
    }

    #[test]
    fn advice_is_said_once() {
        let mut run = sample::accepted(&[Mode::Sequential]);
        sample::begin(&mut run, 0, 3);
        let raised = Raised { advice: Some("Say yes.".into()), ..raised("ValueError", "no") };
        run.apply(&RunEvent::LapEnded { lap: 0, ending: Ending::Raised(raised) });
        run.apply(&RunEvent::Ended(shared::RunEnding::AsLap(0)));
        let trouble = &troubles(&run)[0];
        assert_eq!(trouble.advice.as_deref(), Some("Say yes."));
        assert_eq!(trouble.summary, "ValueError in task 1, line 3: no.");
        assert_eq!(crate::progress::sentence(&run), Some(trouble.summary.clone()));
    }

    #[test]
    fn advice_knows_what_this_workshop_meets() {
        for (exception, message, said) in [
            ("IndentationError", "unexpected indent", "could not read"),
            ("ImportError", "module _x does not support loading in subinterpreters", "interpreter of its own"),
            ("ModuleNotFoundError", "No module named 'numpy'", "Is my machine ready?"),
            ("_pickle.PicklingError", "Can't pickle <function>", "plain values"),
            ("TypeError", "cannot pickle 'generator' object", "plain values"),
            ("TypeError", "work() takes 0 positional arguments but 1 was given", "Compare the call"),
            ("TypeError", "unsupported operand type(s) for +: 'int' and 'str'", "can't use"),
            ("AttributeError", "'NoneType' object has no attribute 'x'", "returns nothing"),
            ("ZeroDivisionError", "division by zero", "divisor"),
            ("concurrent.interpreters.NotShareableError", "object", "shared between interpreters"),
        ] {
            assert!(advice(&raised(exception, message)).unwrap().contains(said), "{exception}");
        }
        assert_eq!(advice(&raised("primes.Odd", "no")), None);
    }
}

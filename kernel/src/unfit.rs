//! Items and results that can't reach the other side, and what a person is told of them.

use shared::{Mode, Raised};

use crate::advice::{NOTHING_CROSSES, works_in};
use crate::interpreter::Attachment;
use crate::object::Exception;
use crate::raised::{self, Scene};

/// Why a value is not what can be used.
#[derive(Debug)]
pub enum Unfit {
    /// Pickling or unpickling it raised.
    Raised(Exception),
    /// It has more bytes than can be sent to another process.
    TooLarge(usize),
    /// Its type says that the work has not been done yet.
    NotRun(&'static str),
}

/// Which value.
#[derive(Debug, Clone, Copy)]
pub enum Thing {
    /// One of `ITEMS`.
    Item(usize),
    /// What `work` returned for an item.
    Result(usize),
}

impl From<Exception> for Unfit {
    fn from(exception: Exception) -> Unfit {
        Unfit::Raised(exception)
    }
}

/// On its way out of its interpreter.
pub fn departing(attachment: &Attachment, unfit: &Unfit, thing: Thing, scene: Scene) -> Raised {
    let placed = |raised: Raised| Raised { worker: scene.place.worker, task: scene.place.task, ..raised };
    match unfit {
        Unfit::Raised(exception) => {
            explained(raised::describe(attachment, exception, scene), unpicklable(thing, scene.mode))
        }
        Unfit::TooLarge(bytes) => placed(raised::explained(
            raised::said("OverflowError", format!("{} {} bytes", subject(thing, "has"), grouped(*bytes))),
            too_large(scene.mode),
        )),
        Unfit::NotRun(kind) => placed(raised::said(
            "TypeError",
            format!(
                "`work` returned a {kind}, which nobody runs: return what it gives, for example \
                 `list(…)` of a generator, or `asyncio.run(…)` of a coroutine"
            ),
        )),
    }
}

/// On its way into an interpreter.
pub fn arriving(attachment: &Attachment, exception: &Exception, thing: Thing, scene: Scene) -> Raised {
    let raised = raised::describe(attachment, exception, scene);
    let advice = format!(
        "{} pickled, but not unpickled: its class must be able to make it again from what its `__reduce__` or its \
         pickle says. {}",
        subject(thing, "could be"),
        works_in(NOTHING_CROSSES)
    );
    explained(raised, advice)
}

/// What is said of exceptions in general is not about pickling, unless a module could not be imported for it.
fn explained(raised: Raised, advice: String) -> Raised {
    let known = raised.advice.clone().filter(|_| raised.exception == "ImportError");
    raised::explained(Raised { advice: known, ..raised }, advice)
}

fn unpicklable(thing: Thing, mode: Mode) -> String {
    let (what, verb) = match thing {
        Thing::Item(_) => ("items", "Use"),
        Thing::Result(_) => ("results", "Return"),
    };
    format!(
        "{} be pickled, and in the mode {mode} {what} must be: they cross to another interpreter. {verb} plain data, \
         or objects of classes that stand at the top of the source. {}",
        subject(thing, "can't"),
        works_in(NOTHING_CROSSES)
    )
}

fn too_large(mode: Mode) -> String {
    format!(
        "In the mode {mode} items and results are sent from process to process, at most {} bytes each: use smaller \
         pieces. The same code works in the modes sequential, threads and subinterpreters.",
        grouped(crate::pipe::MAX_VALUE_BYTES)
    )
}

fn subject(thing: Thing, verb: &str) -> String {
    match thing {
        Thing::Item(item) => format!("Item {item} of `ITEMS` {verb}"),
        Thing::Result(_) if verb == "can't" => format!("What `work` returned {verb}"),
        Thing::Result(item) => format!("What `work` returned for item {item} {verb}"),
    }
}

/// With a comma after every three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits are text")).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, shown) in [(7, "7"), (1_000, "1,000"), (1_073_741_824, "1,073,741,824")] {
            assert_eq!(grouped(number), shown);
        }
    }

    #[test]
    fn sentences_name_the_value_the_mode_and_the_way_out() {
        let sentence = unpicklable(Thing::Item(7), Mode::Processes);
        for part in ["Item 7 of `ITEMS` can't be pickled", "mode processes", "sequential and threads"] {
            assert!(sentence.contains(part), "{sentence}");
        }
        assert!(too_large(Mode::Processes).contains("at most 1,07"));
    }
}

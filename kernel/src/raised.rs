//! From a Python exception to what a person is told of it.

use std::ffi::CStr;

use pyo3::ffi;
use shared::Raised;

use crate::cancel;
use crate::helpers::{Helpers, Part};
use crate::interpreter::Attachment;
use crate::object::{Exception, Object, Outcome};
use crate::output::Label;

/// Messages and tracebacks are shortened to about so much.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Describes an exception of the interpreter to which this thread is attached. `file` is the learner's.
pub fn describe(attachment: &Attachment, exception: &Exception, file: &str, place: Label) -> Raised {
    let Exception(exception) = exception;
    let described = match cancel::is_requested() {
        // Nobody will read it, and the next interrupt would only meet the describing code.
        true => None,
        false => in_python(attachment, exception, file).ok(),
    };
    let raised = described.unwrap_or_else(|| said(&type_name(exception), exception.as_text()));
    let (message, traceback) = (shortened(raised.message), shortened(raised.traceback));
    Raised { message, traceback, worker: place.worker, task: place.task, ..raised }
}

/// Its beginning and its end, if it is longer than anyone reads: it goes to every page.
pub fn shortened(text: String) -> String {
    if text.len() <= MAX_TEXT_BYTES {
        return text;
    }
    let head = text.floor_char_boundary(MAX_TEXT_BYTES / 2);
    let tail = text.ceil_char_boundary(text.len() - MAX_TEXT_BYTES / 2);
    format!("{}\n… {} bytes are left out here …\n{}", &text[..head], tail - head, &text[tail..])
}

/// Something that the kernel itself has to say against the source.
pub fn said(exception: &str, message: String) -> Raised {
    let traceback = if message.is_empty() { format!("{exception}\n") } else { format!("{exception}: {message}\n") };
    Raised { exception: exception.into(), message, traceback, line: None, worker: None, task: None }
}

/// Puts a sentence of what to do before Python's own message.
pub fn explained(raised: Raised, sentence: &str) -> Raised {
    let message = format!("{sentence} Python says: {}", raised.message);
    Raised { message, ..raised }
}

fn in_python(attachment: &Attachment, exception: &Object, file: &str) -> Outcome<Raised> {
    let helpers = Helpers::load(attachment, Part::Raised)?;
    let file = Object::text(attachment, file)?;
    let described = helpers.call(c"describe", &[exception, &file])?;
    let text = |place| described.item(place).to_text();
    let line = described.item(3).to_int().and_then(|line| u32::try_from(line).ok()).filter(|&line| line > 0);
    Ok(Raised { exception: text(0), message: text(1), traceback: text(2), line, worker: None, task: None })
}

/// The type's name as C knows it: for exceptions that Python code can't describe any more.
fn type_name(exception: &Object) -> String {
    // SAFETY: the object is alive, and so is its type, whose name ends with a zero.
    let name = unsafe { CStr::from_ptr((*ffi::Py_TYPE(exception.as_ptr())).tp_name) };
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_its_beginning_and_its_end() {
        assert_eq!(shortened("short".into()), "short");
        let long = format!("begin{}end", "é".repeat(MAX_TEXT_BYTES));
        let shortened = shortened(long);
        assert!(shortened.starts_with("begin") && shortened.ends_with("end") && shortened.contains("left out"));
        assert!(shortened.len() < MAX_TEXT_BYTES + 100);
    }
}

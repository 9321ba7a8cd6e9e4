//! From a Python exception to what a person is told of it.

use std::ffi::CStr;

use pyo3::ffi;
use shared::{Mode, Raised, SourceKind};

use crate::advice::{Facts, advice};
use crate::cancel;
use crate::helpers::{Helpers, Part};
use crate::interpreter::Attachment;
use crate::object::{Exception, Object, Outcome};
use crate::output::Label;
use crate::source;

/// Messages and tracebacks are shortened to about so much.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Where something was raised.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The learner's file.
    pub file: &'a str,
    /// What it is.
    pub kind: SourceKind,
    /// The lap's mode.
    pub mode: Mode,
    /// In which worker, in which task.
    pub place: Label,
}

impl Scene<'_> {
    /// Before there is a lap.
    pub fn of_no_source() -> Scene<'static> {
        Scene { file: "", kind: SourceKind::Script, mode: Mode::Sequential, place: Label::default() }
    }
}

/// Describes an exception of the interpreter to which this thread is attached.
pub fn describe(attachment: &Attachment, exception: &Exception, scene: Scene) -> Raised {
    let Exception(exception) = exception;
    let described = match cancel::is_requested() {
        // Nobody will read it, and the next interrupt would only meet the describing code.
        true => None,
        false => in_python(attachment, exception, scene).ok(),
    };
    let raised = described.unwrap_or_else(|| said(&type_name(exception), exception.as_text()));
    let (message, traceback) = (shortened(raised.message), shortened(raised.traceback));
    Raised { message, traceback, worker: scene.place.worker, task: scene.place.task, ..raised }
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
    Raised { exception: exception.into(), message, advice: None, traceback, line: None, worker: None, task: None }
}

/// With a sentence of what to do, unless there is one that knows more.
pub fn explained(raised: Raised, sentence: String) -> Raised {
    Raised { advice: raised.advice.or(Some(sentence)), ..raised }
}

/// From what `describe` said of an exception, here or where it was raised.
pub fn described(described: &Object, scene: Scene) -> Raised {
    let Scene { kind, mode, place, .. } = scene;
    let text = |place| described.item(place).to_text();
    let (exception, message, shadow, package) = (text(0), shortened(text(1)), text(4), text(5));
    let line = described.item(3).to_int().and_then(|line| u32::try_from(line).ok()).filter(|&line| line > 0);
    let (in_task, in_source) = (place.task.is_some(), line.is_some());
    let advice = advice(Facts {
        exception: &exception,
        message: &message,
        mode,
        kind,
        in_task,
        in_source,
        shadow: &shadow,
        package: &package,
    });
    let traceback = shortened(text(2));
    Raised { exception, message, advice, traceback, line, worker: place.worker, task: place.task }
}

fn in_python(attachment: &Attachment, exception: &Object, scene: Scene) -> Outcome<Raised> {
    let Scene { file, .. } = scene;
    let helpers = Helpers::load(attachment, Part::Raised)?;
    let folder = source::folder(file);
    let (file, folder) = (Object::text(attachment, file)?, Object::text(attachment, &folder)?);
    Ok(described(&helpers.call(c"describe", &[exception, &file, &folder])?, scene))
}

/// The type's name as C knows it: also of exceptions that Python code can't describe any more.
pub fn type_name(exception: &Object) -> String {
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

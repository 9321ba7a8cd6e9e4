//! Values that tests of several crates begin with.

use crate::{Gil, InterpreterBuild, Python, Raised};

/// An exception of which only this is known.
pub fn raised(exception: &str, message: &str) -> Raised {
    Raised {
        exception: exception.into(),
        message: message.into(),
        advice: None,
        traceback: String::new(),
        line: None,
        worker: None,
        task: None,
    }
}

/// A CPython 3 that is called by its version and its GIL.
pub fn build(minor: u8, micro: u8, gil: Gil) -> InterpreterBuild {
    let python = Python { major: 3, minor, micro };
    InterpreterBuild { id: format!("{python}-{gil:?}"), python, gil, executable: "/python".into() }
}

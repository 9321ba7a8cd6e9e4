//! The learner's source: what it is, and executing it.

use std::path::Path;

use serde::{Deserialize, Serialize};
use shared::{Mode, Raised, SourceKind};

use crate::helpers::{self, Helpers};
use crate::interpreter::Attachment;
use crate::lap::Kernel;
use crate::object::{Object, Outcome};
use crate::output::Label;
use crate::raised::{self, Scene};

/// A source that Python has compiled.
#[derive(Debug, Serialize, Deserialize)]
pub struct Source {
    /// The text.
    pub text: String,
    /// The absolute path of its file.
    pub file: String,
    /// Its code, marshalled: compiled once, executed in every worker.
    code: Vec<u8>,
}

/// The name of the module in which a source is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleName {
    /// `__main__`, for a script.
    Main,
    /// `__mp_main__`, for a workload: main guards don't fire.
    Replayed,
}

impl Source {
    /// Compiles a source and says what it is, before anything of it runs.
    ///
    /// # Errors
    /// What the compiler says, or what the source lacks.
    pub fn read(
        attachment: &Attachment,
        kernel: &Kernel,
        text: String,
        file: String,
    ) -> Result<(SourceKind, Source), Raised> {
        // Editors of other systems put it before the text; it is no part of Python.
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        let scene = Scene { file: &file, kind: SourceKind::Workload, mode: Mode::Sequential, place: Label::default() };
        let read = || -> Outcome<_> {
            let (text, file) = (Object::text(attachment, &text)?, Object::text(attachment, &file)?);
            kernel.worker.call(c"seed_lines", &[&text, &file])?;
            let found = kernel.lap.call(c"classify", &[&text, &file])?;
            let code = helpers::marshal(attachment, &found.item(4))?;
            let defines = |place: usize| found.item(place).is_true();
            Ok((Names { work: defines(0), items: defines(1), app: defines(2), desktop: defines(3) }, code))
        };
        let (names, code) = read().map_err(|exception| raised::describe(attachment, &exception, scene))?;
        Ok((kind(names)?, Source { text, file, code }))
    }

    /// Executes it in the interpreter to which this thread is attached; the namespace that results.
    ///
    /// # Errors
    /// What it raises.
    pub fn execute(&self, attachment: &Attachment, helpers: &Helpers, name: ModuleName) -> Outcome<Object> {
        let namespace = self.prepare(attachment, helpers, name)?;
        self.execute_in(attachment, &namespace)?;
        Ok(namespace)
    }

    /// Makes the module in which it is to be executed; its namespace.
    ///
    /// # Errors
    /// If memory runs out.
    pub fn prepare(&self, attachment: &Attachment, helpers: &Helpers, name: ModuleName) -> Outcome<Object> {
        let name = match name {
            ModuleName::Main => "__main__",
            ModuleName::Replayed => "__mp_main__",
        };
        let folder = folder(&self.file);
        let [name, text, file, folder] =
            [name, &self.text, &self.file, &folder].map(|text| Object::text(attachment, text));
        helpers.call(c"prepare_main", &[&name?, &text?, &file?, &folder?])
    }

    /// Its code, marshalled.
    pub fn code(&self) -> &[u8] {
        &self.code
    }

    /// Executes it in a namespace that was prepared.
    ///
    /// # Errors
    /// What it raises.
    pub fn execute_in(&self, attachment: &Attachment, namespace: &Object) -> Outcome<()> {
        helpers::execute(attachment, &helpers::unmarshal(attachment, &self.code)?, namespace)
    }
}

/// The folder in which a source stands, where Python looks for modules first.
pub fn folder(file: &str) -> String {
    Path::new(file).parent().unwrap_or(Path::new("")).to_string_lossy().into_owned()
}

/// Which of the names that make a source something else than a script it defines.
#[derive(Debug, Clone, Copy)]
struct Names {
    work: bool,
    items: bool,
    app: bool,
    desktop: bool,
}

/// What a source is that defines these names.
fn kind(names: Names) -> Result<SourceKind, Raised> {
    let sentence = match (names.work, names.items) {
        (true, true) => return Ok(SourceKind::Workload),
        // An app may call one of its own functions as it likes.
        _ if names.app => return Ok(SourceKind::Service),
        _ if names.desktop => return Ok(SourceKind::Desktop),
        (false, false) => return Ok(SourceKind::Script),
        (true, false) => {
            "`work` is defined but `ITEMS` is not: add `ITEMS = [...]` with the values that `work` is called with, or \
             give `work` another name if this is a script."
        }
        (false, true) => {
            "`ITEMS` is defined but `work` is not: add `def work(item):`, which is called with each of them, or give \
             `ITEMS` another name if this is a script."
        }
    };
    Err(raised::said("WorkloadIncomplete", sentence.into()))
}

#[cfg(test)]
mod tests {
    use super::{Names, kind};
    use shared::SourceKind;

    #[test]
    fn a_workload_has_both_names_a_service_its_own_and_a_script_none() {
        let names = |work, items, app| Names { work, items, app, desktop: false };
        assert_eq!(kind(names(true, true, false)), Ok(SourceKind::Workload));
        assert_eq!(kind(names(true, true, true)), Ok(SourceKind::Workload));
        assert_eq!(kind(names(false, false, true)), Ok(SourceKind::Service));
        assert_eq!(kind(names(true, false, true)), Ok(SourceKind::Service));
        assert_eq!(kind(names(false, false, false)), Ok(SourceKind::Script));
        for (work, items, missing) in [(true, false, "`ITEMS` is not"), (false, true, "`work` is not")] {
            let raised = kind(names(work, items, false)).unwrap_err();
            assert_eq!(raised.exception, "WorkloadIncomplete");
            assert!(raised.message.contains(missing), "{}", raised.message);
        }
    }
}

//! Whether desktop programs can show their windows, as an exercise wants it.

use serde::{Deserialize, Serialize};

use super::findings::{Finding, Level, Topic, and};
use super::{Checkup, Display};

/// What came of making a window with the PyQt6 of the exercises' packages. Libraries are files: `libGL.so.1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Desktop {
    /// Nobody could try: the packages are not installed yet.
    Untried,
    /// There is no PyQt6 for this Python on this machine, and all other packages are there.
    Absent,
    /// A window was drawn, offscreen.
    Drawn {
        /// The system's libraries that are missing to open it on the display, if there is a display.
        lacking: Vec<String>,
    },
    /// No window can be made.
    Broken {
        /// The system's libraries that are missing.
        lacking: Vec<String>,
        /// What Qt said.
        words: String,
    },
}

impl Checkup {
    pub(super) fn desktop_windows(&self) -> Finding {
        let say = |level: Level, sentence: String| Finding::new(Topic::Display, level, sentence);
        let mend = |finding: Finding| Finding { command: self.system.qt(), ..finding };
        match (&self.desktop, &self.display) {
            (Desktop::Untried, _) => {
                say(Level::Aside, "Whether PyQt6 can make windows is seen once the packages are installed.".into())
            }
            (Desktop::Absent, _) => say(
                Level::Note,
                "There is no PyQt6 for this Python on this machine: the exercise with a desktop program needs another \
                 Python, 3.14 with a GIL for example."
                    .into(),
            ),
            (Desktop::Drawn { .. }, Display::Missing) => {
                say(Level::Good, "PyQt6 can make windows. Without a display they are drawn offscreen.".into())
            }
            (Desktop::Drawn { lacking }, Display::There { name, .. }) if lacking.is_empty() => {
                say(Level::Good, format!("PyQt6 can make windows, and has what it needs to open them on {name}."))
            }
            (Desktop::Drawn { lacking }, Display::There { name, .. }) => mend(say(
                Level::Note,
                format!("PyQt6 can make windows, but not open them on {name}: the system lacks {}.", and(lacking)),
            )),
            (Desktop::Broken { lacking, .. }, _) if !lacking.is_empty() => {
                mend(say(Level::Note, format!("PyQt6 can't make windows: the system lacks {}.", and(lacking))))
            }
            (Desktop::Broken { words, .. }, _) => {
                say(Level::Note, format!("PyQt6 can't make windows: {}.", words.trim_end_matches('.')))
            }
        }
    }
}

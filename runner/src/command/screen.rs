//! Where text goes: the table, everything else, and the progress bar that must not get into either.

use std::io::{self, Write};

use console::{Style, Term};
use indicatif::{ProgressBar, ProgressStyle};

/// How many steps the bar has.
const STEPS: u64 = 1000;

/// The two streams of the command, and the bar.
pub struct Screen {
    /// Whether the table goes to standard error, since standard output is for the JSON.
    aside: bool,
    table: Term,
    bar: ProgressBar,
    /// Whether a stream has no reader any more.
    unread: bool,
    /// Why the table is not whole.
    lost: Option<io::Error>,
}

/// What a text says of what it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing.
    Plain,
    /// It is a heading.
    Heading,
    /// It is bad.
    Bad,
}

impl Screen {
    /// With the table on standard error if `aside`.
    pub fn new(aside: bool) -> Screen {
        let table = if aside { Term::stderr() } else { Term::stdout() };
        let bar = ProgressBar::new(STEPS);
        // A bar that can't be drawn so is drawn as the library does.
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {wide_msg}") {
            bar.set_style(style);
        }
        Screen { aside, table, bar, unread: false, lost: None }
    }

    /// How many characters fit in a line of the table; none if it is on no terminal.
    pub fn width(&self) -> Option<usize> {
        self.table.is_term().then(|| self.table.size_checked()).flatten().map(|(_, columns)| usize::from(columns))
    }

    /// Whether nobody reads any more what is written.
    pub fn is_unread(&self) -> bool {
        self.unread
    }

    /// Why the table is not whole, if it isn't though somebody would read it.
    pub fn lost(&self) -> Option<&io::Error> {
        self.lost.as_ref()
    }

    /// Adds a line to the table.
    pub fn row(&mut self, line: &str, tone: Tone) {
        let style = match tone {
            Tone::Plain => Style::new(),
            Tone::Heading => Style::new().bold(),
            Tone::Bad => Style::new().red(),
        };
        // The library's own switch would also colour a file when CLICOLOR_FORCE is set.
        let styled = style.apply_to(line).force_styling(self.table.features().colors_supported());
        let text = format!("{styled}\n");
        match self.aside {
            true => self.say(&text),
            false => {
                // A full disk is no reason to end a measurement that took long.
                let written = self.write(|| write(io::stdout(), &text));
                self.lost = self.lost.take().or(written.err().filter(|_| !self.unread));
            }
        }
    }

    /// Writes to standard error.
    pub fn say(&mut self, text: &str) {
        if !text.is_empty() {
            // There is no other place to say that this can't be written.
            let _ = self.write(|| write(io::stderr(), text));
        }
    }

    /// Writes the result to standard output.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn result(&mut self, text: &str) -> io::Result<()> {
        let written = write(io::stdout(), text);
        self.unread |= is_unread(&written);
        written
    }

    /// Shows how far the run is, from 0 to 1, and what it does.
    pub fn progress(&self, share: f64, what: String) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_message(what);
        self.bar.set_position((share * STEPS as f64) as u64);
    }

    /// Removes the bar.
    pub fn end_progress(&self) {
        self.bar.finish_and_clear();
    }

    fn write(&mut self, write: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        if self.unread {
            return Ok(());
        }
        let written = self.bar.suspend(write);
        self.unread = is_unread(&written);
        written
    }
}

fn write(mut to: impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}

fn is_unread(written: &io::Result<()>) -> bool {
    matches!(written, Err(error) if error.kind() == io::ErrorKind::BrokenPipe)
}

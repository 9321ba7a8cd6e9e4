//! Running other programs: their output goes to a log, of which the end is shown when they fail.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::report::{Report, Stopped};

/// How many lines of a failed command are shown.
const SHOWN: usize = 30;
const POLL: Duration = Duration::from_millis(20);

/// A stage's log, and the way to run commands in it.
pub struct Log<'a> {
    report: &'a Report,
    file: PathBuf,
}

impl<'a> Log<'a> {
    /// At this path; made new by the first command.
    pub fn new(report: &'a Report, file: PathBuf) -> Log<'a> {
        // The log of last time is of no use: that it may be absent or can't be removed does not matter.
        let _ = fs::remove_file(&file);
        Log { report, file }
    }

    /// Runs it quietly to its end.
    ///
    /// # Errors
    /// If it can't be started or fails: with its last lines.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        self.run_while(command, || Ok(()))
    }

    /// The same, but ends it when `guard`, which is asked all the time, finds a reason.
    ///
    /// # Errors
    /// If it can't be started or fails: with its last lines. The guard's, if that ends it.
    pub fn run_while(&self, command: &mut Command, guard: impl FnMut() -> Result<()>) -> Result<()> {
        let log = self.open()?;
        writeln!(&log, "$ {}", shown(command))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut child = start(command)?;
        let status = self.wait(&mut child, guard)?;
        if status.success() {
            return Ok(());
        }
        bail!("`{}` ended with {status}. {}", shown(command), self.last_lines())
    }

    /// Runs it to its end and shows what it prints; gives its standard output's lines to `line` too.
    ///
    /// # Errors
    /// If it can't be started or fails.
    pub fn show(&self, command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = start(command)?;
        if let Some(stdout) = child.stdout.take() {
            for text in BufReader::new(stdout).lines().map_while(Result::ok) {
                println!("{text}");
                line(&text);
            }
        }
        let status = child.wait()?;
        if status.success() {
            return Ok(());
        }
        bail!("`{}` ended with {status}; its output is above.", shown(command))
    }

    fn open(&self) -> Result<File> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let opened = OpenOptions::new().create(true).append(true).open(&self.file);
        opened.with_context(|| format!("{} could not be written.", self.file.display()))
    }

    fn wait(&self, child: &mut Child, mut guard: impl FnMut() -> Result<()>) -> Result<ExitStatus> {
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            let verdict = if self.report.is_stopped() { Err(Stopped.into()) } else { guard() };
            if let Err(reason) = verdict {
                // It may have ended by itself just now: then there is nothing to kill.
                let _ = child.kill();
                child.wait()?;
                return Err(reason);
            }
            thread::sleep(POLL);
        }
    }

    /// How much was said so far, in bytes.
    pub fn length(&self) -> u64 {
        fs::metadata(&self.file).map_or(0, |data| data.len())
    }

    fn last_lines(&self) -> String {
        let text = fs::read(&self.file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = &lines[lines.len().saturating_sub(SHOWN)..];
        format!("Its last lines:\n    {}\nAll of them: {}", last.join("\n    "), self.file.display())
    }
}

fn start(command: &mut Command) -> Result<Child> {
    let name = command.get_program().display().to_string();
    command.spawn().with_context(|| format!("`{name}` could not be started."))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.display().to_string()).collect::<Vec<_>>().join(" ")
}

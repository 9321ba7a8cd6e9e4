//! What is going on: a line when a stage starts, every half minute, and when it is done; a table at the end.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Error, Result};

use crate::command::Log;
use crate::project::Project;

const HEARTBEAT: Duration = Duration::from_secs(30);

/// One step of work that takes time.
pub struct Stage {
    /// What is made, as people call it.
    pub name: String,
    /// How long it takes on a small machine.
    pub usual: Duration,
    /// What to do when it fails.
    pub advice: String,
}

/// Everything that was done by this command.
pub struct Report {
    logs: PathBuf,
    began: Instant,
    stages: Mutex<Vec<(String, Duration)>>,
    warnings: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

/// Why a stage ended early although nothing was wrong with it.
#[derive(Debug)]
pub struct Stopped;

impl std::fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Stopped, since another step failed.")
    }
}

impl std::error::Error for Stopped {}

impl Report {
    /// Nothing done yet.
    pub fn new(project: &Project) -> Report {
        Report {
            logs: project.notes().join("logs"),
            began: Instant::now(),
            stages: Mutex::default(),
            warnings: Mutex::default(),
            stopped: AtomicBool::new(false),
        }
    }

    /// Whether a step failed, so that the others should end.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Ends the commands of steps that are done at the same time as one that failed.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Does the work, and says so.
    ///
    /// # Errors
    /// What went wrong in the work, as text for people, with the stage's advice.
    pub fn stage<T>(&self, stage: &Stage, work: impl FnOnce(&Log) -> Result<T>) -> Result<T> {
        let Stage { name, usual, advice } = stage;
        eprintln!("  … {name} (about {})", duration(*usual));
        let log = Log::new(self, self.logs.join(file_name(name)));
        let began = Instant::now();
        let (done, is_done) = mpsc::channel::<()>();
        let result = thread::scope(|scope| {
            scope.spawn(move || {
                while is_done.recv_timeout(HEARTBEAT) == Err(mpsc::RecvTimeoutError::Timeout) {
                    eprintln!("  … {name}: at it for {}, usually {}", duration(began.elapsed()), duration(*usual));
                }
            });
            let result = work(&log);
            drop(done);
            result
        });
        match result {
            Ok(value) => {
                eprintln!("  ✓ {name}: {}", duration(began.elapsed()));
                self.note(name, began.elapsed());
                Ok(value)
            }
            Err(error) if error.is::<Stopped>() => Err(error),
            Err(error) => Err(Error::msg(format!(
                "✗ {name} failed after {}.\n{}\n\nWhat to do: {advice}",
                duration(began.elapsed()),
                sentences(&error)
            ))),
        }
    }

    /// Adds a line to the table.
    pub fn note(&self, name: &str, time: Duration) {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), time));
    }

    /// Says at once what could not be done, and again under the table.
    pub fn warn(&self, sentence: &str) {
        eprintln!("  ! {sentence}");
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(sentence.to_owned());
    }

    /// Prints the stages and their times, then the warnings, and forgets them; nothing if there was nothing to do.
    pub fn table(&self, title: &str) {
        let stages = taken(&self.stages);
        if !stages.is_empty() {
            let width = stages.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
            eprintln!("\n{title}");
            for (name, time) in &stages {
                eprintln!("  {name:width$}  {:>12}", duration(*time));
            }
            eprintln!("  {:width$}  {:>12}\n", "in all, some at the same time", duration(self.began.elapsed()));
        }
        for warning in taken(&self.warnings) {
            eprintln!("  ! {warning}\n");
        }
    }
}

fn taken<T>(list: &Mutex<Vec<T>>) -> Vec<T> {
    std::mem::take(&mut *list.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Of what was done at the same time, the first error that is not just a consequence of another.
pub fn first_cause(results: Vec<Result<()>>) -> Result<()> {
    let mut errors: Vec<Error> = results.into_iter().filter_map(Result::err).collect();
    let cause = errors.iter().position(|error| !error.is::<Stopped>()).unwrap_or_default();
    if errors.is_empty() { Ok(()) } else { Err(errors.swap_remove(cause)) }
}

/// Of what was done one after the other, all errors.
pub fn all_causes(results: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    let errors: Vec<String> = results.into_iter().filter_map(Result::err).map(|error| sentences(&error)).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::msg(errors.join("\n\n"))) }
}

/// What went wrong, and through what: one sentence after the other.
pub fn sentences(error: &Error) -> String {
    let mut text = String::new();
    for part in error.chain().map(ToString::to_string) {
        let ends = text.is_empty() || text.ends_with(['.', ':', '\n']);
        text += if text.is_empty() {
            ""
        } else if ends {
            " "
        } else {
            ". "
        };
        text += &part;
    }
    text
}

/// `41 s`, `2 min 10 s`, `0.3 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, 0..10) if time.subsec_nanos() > 0 => format!("{:.1} s", time.as_secs_f64()),
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

fn file_name(name: &str) -> String {
    let safe = |character: char| if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' };
    format!("{}.log", name.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_for_people() {
        for (seconds, text) in [(0.34, "0.3 s"), (8.0, "8 s"), (41.9, "41 s"), (60.0, "1 min"), (130.0, "2 min 10 s")] {
            assert_eq!(duration(Duration::from_secs_f64(seconds)), text);
        }
    }

    #[test]
    fn errors_are_sentences() {
        let error = Error::msg("no such file").context("It could not be read.").context("It failed");
        assert_eq!(sentences(&error), "It failed. It could not be read. no such file");
    }

    #[test]
    fn a_consequence_hides_no_cause() {
        let results = vec![Err(Stopped.into()), Err(Error::msg("the cause")), Ok(())];
        assert_eq!(first_cause(results).unwrap_err().to_string(), "the cause");
        assert!(first_cause(vec![Ok(())]).is_ok());
    }
}

//! Makes an environment with the build's own venv and pip. Blocks; nothing else knows how.

use std::borrow::Cow;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use shared::{Environment, InterpreterBuild};

use super::pip::{Progress, Step, explain, unavailable};
use super::{Control, Place, lock};

/// How often is looked whether another Virgil has finished.
const INTERVAL: Duration = Duration::from_millis(200);
/// How often pip is started when it lost its connection while it was held.
const ATTEMPTS: u32 = 5;
/// What would have pip install elsewhere, or Python look elsewhere.
const MISLEADING: [&str; 6] = ["PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"];

/// Why there is no environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It was ended.
    Ended,
    /// This went wrong, with what to do.
    Because(String),
}

/// Makes the environment of a build at its place, unless it is there. `tell` hears how far it is.
///
/// # Errors
/// Why it is not there. What was made so far is made again next time.
pub fn make(
    place: &Place,
    build: &InterpreterBuild,
    control: &Control,
    tell: &mut dyn FnMut(Environment),
) -> Result<(), Failure> {
    if place.is_whole() {
        return Ok(());
    }
    let failed = |error: io::Error| Failure::Because(unwritable(place, &error));
    let parent = place.folder().parent().unwrap_or(place.folder());
    fs::create_dir_all(parent).map_err(failed)?;
    let lock = File::create(place.lock()).map_err(failed)?;
    wait_for(&lock, control, tell).map_err(|error| error.map_or(Failure::Ended, failed))?;
    if place.is_whole() {
        return Ok(());
    }
    if place.folder().exists() {
        fs::remove_dir_all(place.folder()).map_err(failed)?;
    }
    let mut log = File::create(place.log()).map_err(failed)?;
    let mut list = Cow::Borrowed(lock::LOCK);
    let mut progress = Progress::new(&list);
    tell(progress.at("making a folder for them"));
    let mut venv = Command::new(&build.executable);
    venv.args(["-I", "-m", "venv"]).arg(place.folder());
    let mut session = Session { place, build, control, log: &mut log, unavailable: None };
    session.run(Step::Venv, &mut venv, &mut |_| {})?;

    for attempt in 1.. {
        fs::write(place.list(), &*list).map_err(failed)?;
        progress = Progress::new(&list);
        tell(progress.at("downloading"));
        // What came before counts no more.
        control.was_held();
        let installed = session.run(Step::Packages, &mut pip(place), &mut |line| {
            progress.read(line).into_iter().for_each(&mut *tell);
        });
        match installed {
            Ok(()) => break,
            // What can be had is better than nothing.
            Err(Failure::Because(_)) if matches!(list, Cow::Borrowed(_)) && session.lacks_what_is_optional() => {
                list = Cow::Owned(lock::necessary());
            }
            Err(Failure::Because(_)) if attempt < ATTEMPTS && control.was_held() => {}
            Err(failure) => return Err(failure),
        }
    }
    fs::create_dir_all(place.module().parent().unwrap_or(place.folder())).map_err(failed)?;
    fs::write(place.module(), lock::MODULE).map_err(failed)?;
    place.mark().map_err(failed)
}

fn pip(place: &Place) -> Command {
    let mut pip = Command::new(place.python());
    pip.args(["-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-color", "--no-user"])
        .args(["--progress-bar", "off", "--retries", "2", "--require-hashes", "--only-binary", ":all:", "-r"])
        .arg(place.list());
    pip
}

/// One making of an environment.
struct Session<'a> {
    place: &'a Place,
    build: &'a InterpreterBuild,
    control: &'a Control,
    log: &'a mut File,
    /// The package that there was no file of, when pip failed last.
    unavailable: Option<String>,
}

impl Session<'_> {
    /// Runs a program to its end. Everything that it says goes to the log, and line by line to `hear`.
    fn run(&mut self, step: Step, command: &mut Command, hear: &mut dyn FnMut(&str)) -> Result<(), Failure> {
        let (said, words) = io::pipe().map_err(|error| self.failure(step, &error.to_string()))?;
        let copy = words.try_clone().map_err(|error| self.failure(step, &error.to_string()))?;
        command.stdin(Stdio::null()).stdout(words).stderr(copy).env("PYTHONUNBUFFERED", "1");
        for name in MISLEADING {
            command.env_remove(name);
        }
        let started = self.control.start(command);
        // Our copies of the pipe's end would keep it open.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = started.map_err(|error| match self.control.is_ended() {
            true => Failure::Ended,
            false => self.failure(step, &format!("{} can't be started ({error})", self.build.executable)),
        })?;
        let mut all = String::new();
        for line in BufReader::new(said).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            hear(line.trim_end());
            all.push_str(&line);
            all.push('\n');
        }
        // The log is for people who want to know more: without it, the sentence must do.
        let _ = self.log.write_all(all.as_bytes());
        match self.control.wait(&mut child) {
            _ if self.control.is_ended() => Err(Failure::Ended),
            Ok(status) if status.success() => Ok(()),
            Ok(_) => {
                self.unavailable = unavailable(&all).map(str::to_owned);
                Err(self.failure(step, &all))
            }
            Err(error) => Err(self.failure(step, &error.to_string())),
        }
    }

    /// Whether pip failed only for something that can be done without.
    fn lacks_what_is_optional(&self) -> bool {
        self.unavailable.as_deref().is_some_and(lock::is_optional)
    }

    fn failure(&self, step: Step, words: &str) -> Failure {
        let folder = self.place.folder().display().to_string();
        Failure::Because(explain(step, words, self.build, &folder))
    }
}

/// One maker at a time: another Virgil may be at it.
fn wait_for(lock: &File, control: &Control, tell: &mut dyn FnMut(Environment)) -> Result<(), Option<io::Error>> {
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(Some(error)),
            Err(TryLockError::WouldBlock) if control.is_ended() => return Err(None),
            Err(TryLockError::WouldBlock) => {
                tell(Progress::new(lock::LOCK).at("another Virgil is at it"));
                thread::sleep(INTERVAL);
            }
        }
    }
}

fn unwritable(place: &Place, error: &io::Error) -> String {
    let folder = place.folder().parent().unwrap_or(place.folder()).display();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("The disk is full: free 600 MB for {folder}, then try again.")
        }
        _ => format!("{folder} can't be written ({error}): allow it, then try again."),
    }
}

//! Asking a Python what it is.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::system;

/// The question.
pub const PROBE: &str = include_str!("../python/probe.py");
/// More than any answer has.
const LONGEST_BYTES: u64 = 1 << 20;
const POLL: Duration = Duration::from_millis(5);

/// What a Python says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// `CPython`, `PyPy`.
    pub implementation: String,
    /// PyPy's own version, 7.3.17; CPython's is that of the language.
    pub own_version: (u32, u32, u32),
    /// The version of the language.
    pub version: (u8, u8, u8),
    /// `alpha`, `beta`, `candidate` or `final`.
    pub level: String,
    /// 2 in beta 2.
    pub serial: u32,
    /// Whether it has a GIL.
    pub gil: bool,
    /// Where the linker looks for its shared library; none if it has none.
    pub library: Option<String>,
    /// The real path of the program; of a virtual environment, that of its base.
    pub executable: String,
    /// System and processor: `linux-x86_64`, `macosx-11.0-arm64`.
    pub platform: String,
    /// The size of a pointer.
    pub bits: u32,
}

/// Runs the probe; ends it if it takes longer than `patience`.
///
/// # Errors
/// A sentence about what it did instead of answering.
pub fn ask(python: &Path, patience: Duration) -> Result<Answer, String> {
    let (status, stdout, stderr) = run(python, patience).map_err(|error| format!("It can't be started: {error}."))?;
    let Some(status) = status else {
        return Err(format!("It did not say within {} s what it is, and was ended.", patience.as_secs()));
    };
    // Before it there may be anything: a machine's own `sitecustomize` can print.
    let line = stdout.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if let Ok(answer) = serde_json::from_str(line) {
        return Ok(answer);
    }
    let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let words = if last.is_empty() { String::new() } else { format!(" Its last words: {}", last.trim()) };
    if status.success() {
        return Err(format!("Asked what it is, it did not answer as a Python does.{words}"));
    }
    Err(format!("It could not say what it is: it ended with {status}.{words}"))
}

/// Its status, if it ended in time, and what it wrote. Files, not pipes: what a program starts can hold a pipe open.
fn run(python: &Path, patience: Duration) -> io::Result<(Option<ExitStatus>, String, String)> {
    let (stdout, stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut command = Command::new(python);
    // Deaf to the environment's PYTHON… and to what a user put in `usercustomize`; it shall write nothing.
    command.args(["-E", "-s", "-B", "-c", PROBE]).env_remove("__PYVENV_LAUNCHER__");
    command.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
    system::keep_together(&mut command);
    let deadline = Instant::now() + patience;
    let mut child = command.spawn()?;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break Some(status),
            None if Instant::now() < deadline => thread::sleep(POLL),
            None => {
                system::end(&mut child);
                child.wait()?;
                break None;
            }
        }
    };
    Ok((status, text(stdout)?, text(stderr)?))
}

fn text(mut file: File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(LONGEST_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, OpenOptions};
    use std::os::unix::fs::{OpenOptionsExt, symlink};

    use nix::libc::{ENXIO, O_NONBLOCK};

    use super::*;

    /// It and a child of it hold the read end of a named pipe.
    const HANGS: &str = "mkfifo \"$0.pipe\"; exec 9<>\"$0.pipe\"; sleep 1000 & wait";

    #[test]
    fn one_that_hangs_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("python3");
        symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand_ins/stand_in.sh"), &program).unwrap();
        fs::write(folder.path().join("python3.does"), HANGS).unwrap();
        let sentence = ask(&program, Duration::from_secs(2)).unwrap_err();
        assert!(sentence.contains("did not say within 2 s"), "{sentence}");
        // Without a reader it can't be opened like this. What is killed takes a moment to go.
        let open = || OpenOptions::new().write(true).custom_flags(O_NONBLOCK).open(folder.path().join("python3.pipe"));
        for _ in 0..1000 {
            match open() {
                Ok(_) => thread::sleep(POLL),
                Err(error) => return assert_eq!(error.raw_os_error(), Some(ENXIO)),
            }
        }
        panic!("its child is still there");
    }
}

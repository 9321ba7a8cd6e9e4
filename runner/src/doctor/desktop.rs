//! Whether PyQt6 can make windows, found by making one in the exercises' environment.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use shared::Desktop;

const PROGRAM: &str = include_str!("../../python/window.py");
/// Qt is read from the disk the first time.
const PATIENCE: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_millis(10);

/// What the program said last.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    /// There is no PyQt6.
    absent: bool,
    /// Libraries that are missing for any window.
    needed: Vec<String>,
    /// Libraries that are missing to open it on the display.
    opened: Vec<String>,
    drawn: bool,
}

/// Tries it with the environment's python, or with none.
pub fn desktop(python: Option<&Path>) -> Desktop {
    let Some(python) = python else { return Desktop::Untried };
    match ask(python) {
        Ok((said, errors)) => judge(&said, &errors),
        Err(error) => Desktop::Broken { lacking: vec![], words: format!("its Python can't be started ({error})") },
    }
}

/// What it wrote until it ended, or was ended. Files, not pipes: nobody has to read meanwhile.
fn ask(python: &Path) -> io::Result<(String, String)> {
    let (stdout, stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let mut command = Command::new(python);
    command.args(["-I", "-B", "-c", PROGRAM]).stdin(Stdio::null());
    command.stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
    let mut child = command.spawn()?;
    let deadline = Instant::now() + PATIENCE;
    while child.try_wait()?.is_none() {
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            break;
        }
        thread::sleep(INTERVAL);
    }
    Ok((text(stdout)?, text(stderr)?))
}

fn text(mut file: File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn judge(said: &str, errors: &str) -> Desktop {
    let answer: Answer =
        said.lines().filter_map(|line| serde_json::from_str(line).ok()).next_back().unwrap_or_default();
    if answer.absent {
        return Desktop::Absent;
    }
    if answer.drawn {
        return Desktop::Drawn { lacking: answer.opened };
    }
    let last = errors.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it did not answer");
    // Whoever installs something installs all of it.
    let mut lacking = answer.needed;
    lacking.extend(answer.opened);
    lacking.sort();
    lacking.dedup();
    Desktop::Broken { lacking, words: last.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_last_counts() {
        let before = r#"{"needed": [], "opened": ["libxcb-cursor.so.0"], "drawn": false}"#;
        let after = before.replace("false", "true");
        let lacking = vec!["libxcb-cursor.so.0".to_owned()];
        for (said, errors, desktop) in [
            (r#"{"absent": true}"#.to_owned(), "", Desktop::Absent),
            (format!("{before}\n{after}\n"), "", Desktop::Drawn { lacking: lacking.clone() }),
            (
                r#"{"needed": ["libGL.so.1"], "opened": ["libGL.so.1"], "drawn": false}"#.to_owned(),
                "ImportError: libGL.so.1",
                Desktop::Broken { lacking: vec!["libGL.so.1".into()], words: "ImportError: libGL.so.1".into() },
            ),
            (String::new(), "\n", Desktop::Broken { lacking: vec![], words: "it did not answer".into() }),
        ] {
            assert_eq!(judge(&said, errors), desktop, "{said}");
        }
    }

    #[test]
    fn without_an_environment_nothing_is_tried() {
        assert_eq!(desktop(None), Desktop::Untried);
        assert!(matches!(desktop(Some(Path::new("/nowhere/python"))), Desktop::Broken { .. }));
    }
}

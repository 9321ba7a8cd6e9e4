//! What venv and pip say, read line by line: how far they are, and why they gave up.

use shared::{Environment, InterpreterBuild};

use super::lock;

/// How far pip is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// How many packages there are for this machine.
    of: u32,
    /// How many pip has turned to.
    begun: u32,
}

impl Progress {
    /// Before it has begun with this lock file.
    pub fn new(list: &str) -> Progress {
        Progress { of: lock::count(list), begun: 0 }
    }

    /// What it is at before pip has said anything.
    pub fn at(&self, step: &str) -> Environment {
        Environment::Making { step: step.into(), done: self.begun.saturating_sub(1), of: self.of }
    }

    /// Takes one line of pip's; returns what there is to be shown, if that is new.
    pub fn read(&mut self, line: &str) -> Option<Environment> {
        if line.starts_with("Ignoring ") && line.contains(": markers") {
            self.of = self.of.saturating_sub(1);
            return None;
        }
        if line.starts_with("Installing collected packages") {
            return Some(Environment::Making { step: "installing".into(), done: self.of, of: self.of });
        }
        // What is this large takes a while, in which nothing else is said.
        if let Some((package, size)) = line.trim_start().strip_prefix("Downloading ").and_then(large) {
            return Some(self.at(&format!("downloading {package}, {size}")));
        }
        let begins = ["Collecting ", "Requirement already satisfied"].iter().any(|start| line.starts_with(start));
        begins.then(|| {
            self.begun = (self.begun + 1).min(self.of);
            self.at("downloading")
        })
    }
}

/// Of `pyqt6_qt6-6.11.2-py3-none-win_amd64.whl (78.9 MB)`, its package and its size.
fn large(file: &str) -> Option<(String, &str)> {
    let (name, size) = file.strip_suffix(')')?.split_once(" (")?;
    let package = name.split('-').next()?.replace('_', "-");
    size.ends_with(" MB").then_some((package, size))
}

/// What gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Making the venv.
    Venv,
    /// Installing into it.
    Packages,
}

/// What pip writes when nobody answers.
const NO_ANSWER: [&str; 9] = [
    "NewConnectionError",
    "Failed to establish a new connection",
    "NameResolutionError",
    "name resolution",
    "Network is unreachable",
    "ConnectTimeoutError",
    "Read timed out",
    "ProxyError",
    "RemoteDisconnected",
];

/// Why a step failed, in a sentence with what to do. `words` is all that was said.
pub fn explain(step: Step, words: &str, build: &InterpreterBuild, folder: &str) -> String {
    let says = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    let title = build.title();
    if says(&["No space left on device", "Errno 28", "Disk quota exceeded"]) {
        return format!("The disk is full: free 600 MB for {folder}, then try again.");
    }
    if says(&["Permission denied", "Read-only file system"]) {
        return format!("{folder} can't be written: allow it, then try again.");
    }
    match step {
        Step::Venv if says(&["ensurepip", "No module named venv", "No module named 'venv'"]) => {
            let (major, minor) = (build.python.major, build.python.minor);
            format!(
                "{title} comes without what makes environments. Install it (Debian and Ubuntu: \
                 `sudo apt install python{major}.{minor}-venv`), then try again."
            )
        }
        Step::Packages if says(&["CERTIFICATE_VERIFY_FAILED", "SSLError"]) => {
            "The package index has a certificate that Python doesn't trust: your network may replace it. Name the \
             network's certificate with `pip config set global.cert FILE`, then try again."
                .into()
        }
        Step::Packages if says(&NO_ANSWER) => {
            "There is no way to the package index. Virgil works without, but for exercises that use packages: \
             connect, then try again."
                .into()
        }
        Step::Packages if says(&["DO NOT MATCH THE HASHES"]) => {
            "A package is not the one that was expected, so nothing was installed. The package index that pip is set \
             to gives other files than PyPI: `pip config list` names it. Set it right, then try again."
                .into()
        }
        Step::Packages => match unmatched(words) {
            Some(package) => format!(
                "There is no ready-made {package} for {title} on this machine. Use another build, one of 3.14 for \
                 example: `cargo xtask kernels`."
            ),
            None => format!("The packages could not be installed: {} Try again.", last(words)),
        },
        Step::Venv => format!("The environment could not be made with {title}: {} Try again.", last(words)),
    }
}

/// The package that the index, which answered, has no file of for this Python and machine: `pyqt6`.
pub fn unavailable(words: &str) -> Option<&str> {
    let unheard = NO_ANSWER.iter().chain(&["CERTIFICATE_VERIFY_FAILED", "SSLError"]).any(|part| words.contains(part));
    if unheard { None } else { unmatched(words) }
}

/// The package that no file was found for: `numpy`.
fn unmatched(words: &str) -> Option<&str> {
    let (_, rest) = words.split_once("No matching distribution found for ")?;
    rest.split(|end: char| end.is_whitespace() || "=<>!~;[(".contains(end)).next()
}

/// The last thing that was said, as a sentence; an error before anything else.
fn last(words: &str) -> String {
    let lines = || words.lines().map(str::trim).filter(|line| !line.is_empty());
    let error = lines().rfind(|line| line.starts_with("ERROR"));
    let line = error.or_else(|| lines().next_back()).unwrap_or("it said nothing");
    let line = line.trim_start_matches("ERROR: ").trim_end_matches('.');
    format!("{line}.")
}

#[cfg(test)]
mod tests {
    use shared::{Gil, Python};

    use super::*;

    fn making(step: &str, done: u32, of: u32) -> Option<Environment> {
        Some(Environment::Making { step: step.into(), done, of })
    }

    #[test]
    fn progress_counts_what_was_turned_to_before() {
        let mut progress = Progress { of: 4, begun: 0 };
        for (line, shown) in [
            ("Looking in links: /wheels", None),
            ("Ignoring colorama: markers 'sys_platform == \"win32\"' don't match your environment", None),
            ("Collecting flask==3.1.3 (from -r lock (line 3))", making("downloading", 0, 3)),
            ("  Downloading flask-3.1.3-py3-none-any.whl (103 kB)", None),
            ("Collecting numpy==2.5.5 (from -r lock (line 9))", making("downloading", 1, 3)),
            ("  Using cached numpy-2.5.5-cp314-cp314-manylinux_2_28_x86_64.whl (18 MB)", None),
            (
                "  Downloading numpy-2.5.5-cp314-cp314-win_amd64.whl (18.4 MB)",
                making("downloading numpy, 18.4 MB", 1, 3),
            ),
            ("Requirement already satisfied: psutil==7.2.2 in /site-packages", making("downloading", 2, 3)),
            ("Installing collected packages: numpy, flask", making("installing", 3, 3)),
            ("Successfully installed flask-3.1.3 numpy-2.5.5", None),
        ] {
            assert_eq!(progress.read(line), shown, "{line}");
        }
    }

    #[test]
    fn every_failure_says_what_to_do() {
        let python = Python { major: 3, minor: 13, micro: 2 };
        let build = InterpreterBuild { id: "i".into(), python, gil: Gil::Present, executable: "/p".into() };
        let retrying = "WARNING: Retrying (Retry(total=1, connect=None)) after connection broken by \
                        'NewConnectionError(\"Failed to establish a new connection: [Errno 101] Network is \
                        unreachable\")'\nERROR: No matching distribution found for blinker==1.9.0\n";
        for (step, words, said) in [
            (Step::Venv, "Error: [Errno 28] No space left on device: '/d'", "free 600 MB for /d"),
            (Step::Packages, "ERROR: Could not install: [Errno 28] No space left on device", "free 600 MB for /d"),
            (Step::Packages, "OSError: [Errno 13] Permission denied: '/d'", "/d can't be written"),
            (
                Step::Venv,
                "The virtual environment was not created successfully because ensurepip is not available.",
                "sudo apt install python3.13-venv",
            ),
            (Step::Venv, "/p: No module named venv", "sudo apt install python3.13-venv"),
            (Step::Packages, retrying, "no way to the package index"),
            (Step::Packages, "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]", "global.cert"),
            (
                Step::Packages,
                "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
                "other files than PyPI",
            ),
            (
                Step::Packages,
                "ERROR: Could not find a version that satisfies the requirement numpy==2.5.5\nERROR: No matching \
                 distribution found for numpy==2.5.5\n",
                "no ready-made numpy for CPython 3.13.2",
            ),
            (Step::Packages, "ERROR: something new.\n  at the end\n", "installed: something new. Try"),
            (Step::Venv, "Traceback\nRuntimeError: broken\n", "CPython 3.13.2: RuntimeError: broken. Try"),
            (Step::Venv, "", "it said nothing"),
        ] {
            let sentence = explain(step, words, &build, "/d");
            assert!(sentence.contains(said), "{words}\n{sentence}");
        }
    }
}

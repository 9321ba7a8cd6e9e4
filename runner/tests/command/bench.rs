//! The command under test, in a folder of its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use runner::command::result::Document;
use runner::kernels::installed;
use tempfile::TempDir;

/// The variable by which the processes of one command are found.
const MARK: &str = "VIRGILS_TEST";
static COMMANDS: AtomicU32 = AtomicU32::new(0);

/// Four tasks, which print and return something.
pub const WORKLOAD: &str = "def work(item):\n    print('item', item)\n    return item * item\n\nITEMS = range(4)\n";

pub struct Bench {
    pub folder: TempDir,
    mark: String,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Bench {
    pub fn new() -> Bench {
        let data = runner::config::data().unwrap();
        assert!(!installed(&data).is_empty(), "there is no kernel of this protocol: run `cargo xtask kernels`");
        let mark = format!("{}-{}", std::process::id(), COMMANDS.fetch_add(1, Ordering::Relaxed));
        Bench { folder: tempfile::tempdir().unwrap(), mark }
    }

    /// One with a file of this name and these contents.
    pub fn with(name: &str, contents: impl AsRef<[u8]>) -> Bench {
        let bench = Bench::new();
        bench.add(name, contents);
        bench
    }

    pub fn add(&self, name: &str, contents: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), contents).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `virgil run` with these arguments, which have no spaces in them; `virgil load` or `virgil bench` if they begin so.
    pub fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_virgil"));
        if !arguments.starts_with("load ") && !arguments.starts_with("bench ") {
            command.arg("run");
        }
        command.args(arguments.split_whitespace()).current_dir(self.folder.path()).env(MARK, &self.mark);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end, after which nothing may be left of it.
    pub fn run(&self, arguments: &str) -> Ended {
        self.end(self.command(arguments).spawn().unwrap())
    }

    /// With this on its standard input.
    pub fn run_with(&self, arguments: &str, input: &[u8]) -> Ended {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        self.end(child)
    }

    /// Waits for its end.
    pub fn end(&self, child: Child) -> Ended {
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        self.assert_nothing_is_left();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ended = Ended { code: status.code(), stdout: text(stdout), stderr: text(stderr) };
        assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
        ended
    }

    /// The JSON that it writes to standard output, and its exit code.
    pub fn json(&self, arguments: &str) -> (Document, Ended) {
        let ended = self.run(&format!("{arguments} --json -"));
        let document = serde_json::from_str(&ended.stdout);
        (document.unwrap_or_else(|error| panic!("{error}: {ended:?}")), ended)
    }

    /// Waits until a file of this name is there.
    pub fn wait_for(&self, name: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.path(name).exists() {
            assert!(Instant::now() < deadline, "{name} did not come");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// No process has the command's mark, which all that it starts inherit.
    pub fn assert_nothing_is_left(&self) {
        let mark = format!("{MARK}={}", self.mark);
        let left: Vec<String> = std::fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter(|entry| {
                let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
                environment.split(|&byte| byte == 0).any(|variable| variable == mark.as_bytes())
            })
            .map(|entry| std::fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default())
            .collect();
        assert_eq!(left, Vec::<String>::new());
    }
}

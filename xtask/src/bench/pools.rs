//! The standard library's executors, measured in the same Python, in a process of its own.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Bench, WORKERS};

/// Those that are measured.
pub const EXECUTORS: [&str; 3] = ["ThreadPoolExecutor", "InterpreterPoolExecutor", "ProcessPoolExecutor"];

impl Bench<'_> {
    /// Seconds that `xtask/python/bench/pools.py` measures; none if this Python has no such executor.
    pub fn pool(&self, what: &str, executor: &str, number: u32) -> Result<Vec<f64>> {
        let text = self.script("pools.py", &[what, executor, &WORKERS.to_string(), &number.to_string()])?;
        text.split_whitespace().map(|seconds| Ok(seconds.parse::<f64>()?)).collect()
    }

    /// Lets so much memory be used for a moment, so that every contestant finds as much that is quickly had:
    /// `xtask/python/bench/touch.py` says why.
    pub fn touch_memory(&self, bytes: u32) -> Result<()> {
        self.script("touch.py", &[&bytes.to_string()]).map(drop)
    }

    /// What a script of `xtask/python/bench` prints.
    fn script(&self, name: &str, arguments: &[&str]) -> Result<String> {
        let script = self.project.root.join("xtask/python/bench").join(name);
        let mut command = Command::new(&self.kernel.build.executable);
        let output =
            command.arg(script).args(arguments).output().with_context(|| format!("{name} could not start."))?;
        if !output.status.success() {
            bail!("{name} {} could not measure:\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

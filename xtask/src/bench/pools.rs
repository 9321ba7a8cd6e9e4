//! The standard library's executors, measured in the same Python, in a process of its own.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{Bench, WORKERS};

/// Those that are measured.
pub const EXECUTORS: [&str; 3] = ["ThreadPoolExecutor", "InterpreterPoolExecutor", "ProcessPoolExecutor"];

impl Bench<'_> {
    /// Seconds that `xtask/python/bench/pools.py` measures; none if this Python has no such executor.
    pub fn pool(&self, what: &str, executor: &str, number: u32) -> Result<Vec<f64>> {
        let script = self.project.root.join("xtask/python/bench/pools.py");
        let mut command = Command::new(&self.kernel.build.executable);
        command.arg(script).args([what, executor]).args([WORKERS, number].map(|number| number.to_string()));
        let output = command.output().with_context(|| format!("{executor} could not be measured."))?;
        if !output.status.success() {
            bail!("{executor} could not be measured:\n{}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        text.split_whitespace().map(|seconds| Ok(seconds.parse::<f64>()?)).collect()
    }
}

//! Every check and test there is, and one summary.

use std::collections::BTreeSet;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Result;
use shared::InterpreterBuild;

use crate::project::Project;
use crate::report::{Report, Stage, duration, sentences};
use crate::setup::kernels::{self, Kernel, Wanted};
use crate::{check, content, setup, soak};

/// What the test runners said, added up.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    ignored: u64,
    /// What tests that can't run here say.
    skipped: BTreeSet<String>,
}

/// Runs all, also after a failure, so that one look shows every failure.
pub fn test(project: &Project, report: &Report) -> Result<ExitCode> {
    let began = Instant::now();
    let kernel = kernels::preferred(project)?;
    let mut count = Count::default();
    let mut failures = Vec::new();
    let mut keep = |result: Result<()>| {
        if let Err(error) = result {
            eprintln!("\n{}\n", sentences(&error));
            failures.push(error);
        }
    };
    // The kernel's tests go over every version that is there.
    keep(setup::build_kernels(project, report, Wanted::EachMinor));
    keep(check::check(project, report));
    let mut libraries = project.cargo("");
    libraries.args([
        "test",
        "--locked",
        "--no-fail-fast",
        "-p",
        "shared",
        "-p",
        "pythons",
        "-p",
        "load",
        "-p",
        "xtask",
    ]);
    let mut page = project.cargo("");
    page.args(["test", "--locked", "--no-fail-fast", "-p", "frontend"]);
    let mut embedding = kernel_tests(project, &kernel);
    keep(with_packages(&mut embedding, project, report, &kernel.build));
    // In release: what is tested is the very program that people start.
    let mut runner = project.cargo("");
    runner.args(["test", "--locked", "--release", "--no-fail-fast", "-p", "runner"]);
    keep(setup::pyperf::ensure(project, report, &kernel.build).map(|python| {
        runner.env("VIRGIL_TEST_PYPERF", python);
    }));
    for (name, seconds, command) in [
        ("tests: shared, pythons, load, xtask", 30, &mut libraries),
        ("tests: frontend", 90, &mut page),
        ("tests: kernel", 200, &mut embedding),
        ("tests: runner, also in a browser", 180, &mut runner),
    ] {
        keep(run(report, name, seconds, command, &mut count));
    }
    for other in
        kernels::installed(project).unwrap_or_default().iter().filter(|other| other.build.id != kernel.build.id)
    {
        let mut inputs = kernel_tests(project, &kernel);
        // Every version keeps its GIL elsewhere, so what is seen of it is tested with each; and each has its own asyncio.
        inputs.args(["--test", "it", "--", "inputs", "states", "lanes", "service"]);
        inputs.env("VIRGIL_TEST_KERNEL", other.binary()).env("VIRGIL_TEST_PYTHON", &other.build.executable);
        keep(with_packages(&mut inputs, project, report, &other.build));
        let name = format!("tests: inputs, states and services on {}", other.build.title());
        keep(run(report, &name, 200, &mut inputs, &mut count));
    }
    keep(content::stage(project, report, &kernel));
    keep(soak::stage(project, report, &kernel));
    report.table("Checks and tests:");
    let result = if failures.is_empty() { "ok" } else { "FAILED" };
    let Count { passed, failed, ignored, skipped } = count;
    skipped.iter().for_each(|why| println!("SKIPPED: {why}"));
    for failure in &failures {
        println!("{}", failure.to_string().lines().next().unwrap_or_default());
    }
    println!(
        "test result: {result}. {passed} passed; {failed} failed; {ignored} ignored; {} stages failed; finished in {}",
        failures.len(),
        duration(began.elapsed())
    );
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn kernel_tests(project: &Project, kernel: &Kernel) -> Command {
    let mut cargo = project.cargo(&kernel.target());
    cargo.args(["test", "--locked", "--release", "--no-fail-fast", "-p", "kernel"]);
    cargo.env("PYO3_PYTHON", &kernel.build.executable);
    cargo
}

/// Tells tests of a build's kernel the python that has the exercises' packages, which are installed first.
fn with_packages(command: &mut Command, project: &Project, report: &Report, build: &InterpreterBuild) -> Result<()> {
    command.env("VIRGIL_TEST_ENVIRONMENT", setup::environment::ensure(project, report, build)?);
    Ok(())
}

fn run(report: &Report, name: &str, seconds: u64, command: &mut Command, count: &mut Count) -> Result<()> {
    let stage = Stage {
        name: name.into(),
        usual: Duration::from_secs(seconds),
        advice: "look for `panicked at` and `FAILED` above.".into(),
    };
    report.stage(&stage, |log| log.show(command, |line| count.add(line)))
}

impl Count {
    /// Takes a line like `test result: ok. 3 passed; 0 failed; 1 ignored; …`, or one that says what is skipped.
    fn add(&mut self, line: &str) {
        if let Some((_, why)) = line.split_once("SKIPPED: ") {
            self.skipped.insert(why.trim().to_owned());
        }
        let Some(result) = line.trim().strip_prefix("test result:") else { return };
        let before = |word: &str| {
            let words: Vec<&str> = result.split([' ', ';', '.']).filter(|part| !part.is_empty()).collect();
            let at = words.iter().position(|found| *found == word)?;
            words.get(at.checked_sub(1)?)?.parse::<u64>().ok()
        };
        self.passed += before("passed").unwrap_or(0);
        self.failed += before("failed").unwrap_or(0);
        self.ignored += before("ignored").unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_added_up() {
        let mut count = Count::default();
        count.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        count.add("test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s");
        count.add("3 passed");
        count.add("test a ... SKIPPED: there is no such build");
        let skipped = BTreeSet::from(["there is no such build".to_owned()]);
        assert_eq!(count, Count { passed: 5, failed: 1, ignored: 1, skipped });
    }
}

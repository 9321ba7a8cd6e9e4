//! Content is code: it fails the tests when it lies.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use shared::{Agreement, Ending, Feed, InterpreterBuild, LapPlan, LapRequest, Limits, Mode, Results, Verdict, plan};

use crate::kernel;
use crate::project::Project;
use crate::report::{Report, Stage};
use crate::setup::{self, kernels::Kernel};

/// A deck on another topic: nothing here is about the workshop alone.
const OTHER_DECK: &str = "runner/tests/decks/sorting";

/// Of an exercise.toml, what is of interest here.
#[derive(Deserialize)]
struct Exercise {
    modes: Vec<String>,
    workers: Vec<u32>,
    results: Option<String>,
}

/// A cell that stands in a slide.
#[derive(Debug, PartialEq, Eq)]
struct Inline {
    modes: Vec<String>,
    workers: Vec<u32>,
    agreement: Agreement,
    code: String,
}

/// The results of the first lap of a source that must return the same in all of them.
#[derive(Default)]
struct Reference(Option<(LapPlan, Results)>);

/// Runs all of it through a real kernel, with the packages that exercises use.
pub fn stage(project: &Project, report: &Report, kernel: &Kernel) -> Result<()> {
    let executable = setup::environment::ensure(project, report, &kernel.build)?.display().to_string();
    let kernel =
        &Kernel { build: InterpreterBuild { executable, ..kernel.build.clone() }, folder: kernel.folder.clone() };
    let stage = Stage {
        name: "content: starters fail, solutions pass".into(),
        usual: Duration::from_secs(80),
        advice: "correct the slide or exercise that is named.".into(),
    };
    report.stage(&stage, |_| {
        for slug in shared::REASON_SLIDES {
            let file = project.root.join("slides").join(format!("{slug}.md"));
            ensure!(file.is_file(), "{} is missing: runs link to it where it explains them.", project.short(&file));
        }
        check(project, kernel, &project.root)?;
        check(project, kernel, &project.root.join(OTHER_DECK))
    })
}

/// One deck.
fn check(project: &Project, kernel: &Kernel, root: &Path) -> Result<()> {
    let mut used = BTreeSet::new();
    for slide in listed(&root.join("slides"))?.iter().filter(|path| path.extension().is_some_and(|it| it == "md")) {
        let text = fs::read_to_string(slide)?;
        used.extend(exercises_of(&text));
        for cell in inline_cells(&text).with_context(|| format!("{}: a fence can't be read.", slide.display()))? {
            let laps = laps(&cell.modes, &cell.workers).with_context(|| format!("{}:", project.short(slide)))?;
            let mut reference = Reference::default();
            // Processes that a cell starts import its file, as they would from the workspace.
            let folder = tempfile::tempdir()?;
            let file = folder.path().join("cell.py");
            fs::write(&file, &cell.code)?;
            for lap in laps {
                let (ending, _) = execute(kernel, &file, &cell.code, None, lap)
                    .with_context(|| format!("{}:", project.short(slide)))?;
                ensure!(completed(&ending), "{}, in {}: {}", project.short(slide), lap.mode, ending.sentence());
                reference.compare(cell.agreement, lap, ending).with_context(|| project.short(slide).to_string())?;
            }
        }
    }
    let mut folders = listed(&root.join("exercises"))?;
    folders.retain(|path| path.is_dir());
    let there: BTreeSet<String> =
        folders.iter().filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned())).collect();
    ensure!(
        used == there,
        "The slides show the exercises {used:?}, but the folder exercises/ has {there:?}: make them the same."
    );
    folders.iter().try_for_each(|folder| exercise(project, kernel, folder))
}

fn exercise(project: &Project, kernel: &Kernel, folder: &Path) -> Result<()> {
    let read = |name: &str| {
        fs::read_to_string(folder.join(name))
            .with_context(|| format!("{} is missing.", project.short(&folder.join(name))))
    };
    let named: Exercise = toml::from_str(&read("exercise.toml")?)?;
    let (starter, solution, check) = (read("starter.py")?, read("solution.py")?, read("check.py")?);
    let laps = laps(&named.modes, &named.workers).with_context(|| format!("{}:", project.short(folder)))?;
    let agreement = agreement(named.results.as_deref());
    let run = |name: &str, source: &str, lap: LapPlan| -> Result<(Ending, Option<Verdict>, String)> {
        let file = folder.join(name);
        let (ending, verdict) = execute(kernel, &file, source, Some(check.clone()), lap)?;
        Ok((ending, verdict, format!("{}, {} with {}", project.short(&file), lap.mode, lap.workers)))
    };
    let mut fails = false;
    for lap in &laps {
        let (ending, verdict, place) = run("starter.py", &starter, *lap)?;
        fails = fails_as_it_should(&ending, verdict).with_context(|| place)?;
        if fails {
            break;
        }
    }
    ensure!(fails, "{}: the starter passes the check, so there is nothing left to do.", project.short(folder));
    let mut reference = Reference::default();
    for lap in laps {
        let (ending, verdict, place) = run("solution.py", &solution, lap)?;
        ensure!(completed(&ending), "{place}: {}", ending.sentence());
        match verdict {
            Some(Verdict::Passed) => {}
            Some(Verdict::Failed(said)) => bail!("{place}: fails the check: {said}"),
            Some(Verdict::Broken(traceback)) => bail!("{place}: the check is broken:\n{traceback}"),
            None => bail!("{place}: the check was not called."),
        }
        reference.compare(agreement, lap, ending).with_context(|| place)?;
    }
    ["starter.py", "solution.py", "check.py"].iter().try_for_each(|name| plain(project, kernel, &folder.join(name)))
}

/// Whether a starter failed in a lap: its check said so, or something was raised, as where an app can't start in a mode.
fn fails_as_it_should(ending: &Ending, verdict: Option<Verdict>) -> Result<bool> {
    match (ending, verdict) {
        (Ending::Raised(_), None) | (_, Some(Verdict::Failed(_))) => Ok(true),
        (_, Some(Verdict::Passed)) => Ok(false),
        (_, Some(Verdict::Broken(traceback))) => bail!("the check is broken:\n{traceback}"),
        (ending, None) => bail!("the check was not called. {}", ending.sentence()),
    }
}

/// It runs with Python alone, without Virgil.
fn plain(project: &Project, kernel: &Kernel, file: &Path) -> Result<()> {
    // Windows need no screen there.
    let mut command = Command::new(&kernel.build.executable);
    let output = command.env("QT_QPA_PLATFORM", "offscreen").arg("-B").arg(file).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} fails with plain Python:\n{said}", project.short(file));
    Ok(())
}

fn execute(
    kernel: &Kernel,
    file: &Path,
    source: &str,
    check: Option<String>,
    lap: LapPlan,
) -> Result<(Ending, Option<Verdict>)> {
    let folder = file.parent().context("a source stands in a folder")?;
    let LapPlan { mode, workers, .. } = lap;
    let request = LapRequest {
        source: source.to_owned(),
        file: file.display().to_string(),
        mode,
        workers,
        feed: Feed::AtOnce,
        port: 0,
        needs_work: false,
        pictures: false,
        check,
        limits: Limits::default(),
    };
    let (lap, ending) =
        kernel::lap(kernel, folder, request).with_context(|| format!("{} in {mode}", file.display()))?;
    Ok((ending, lap.verdict))
}

impl Reference {
    /// Fails if this lap returned something else than the first one.
    fn compare(&mut self, agreement: Agreement, lap: LapPlan, ending: Ending) -> Result<()> {
        let (Agreement::Same, Ending::Completed { results, .. }) = (agreement, ending) else { return Ok(()) };
        let Some((first, expected)) = &self.0 else {
            self.0 = Some((lap, results));
            return Ok(());
        };
        let name = |lap: &LapPlan| format!("{} with {}", lap.mode, lap.workers);
        match shared::compare(expected, &results) {
            None => Ok(()),
            Some(what) => bail!(
                "{} If that is meant, write results=differ in the fence, or results = \"differ\" in exercise.toml.",
                what.sentence(&name(first), &name(&lap))
            ),
        }
    }
}

/// As the runner reads it, which has told of other words before.
fn agreement(word: Option<&str>) -> Agreement {
    if word == Some("differ") { Agreement::MayDiffer } else { Agreement::Same }
}

fn completed(ending: &Ending) -> bool {
    matches!(ending, Ending::Completed { .. })
}

fn laps(modes: &[String], workers: &[u32]) -> Result<Vec<LapPlan>> {
    let modes: Vec<Mode> =
        modes.iter().map(|mode| mode.parse()).collect::<Result<_, _>>().map_err(anyhow::Error::msg)?;
    plan(&modes, workers, 1).map_err(anyhow::Error::msg)
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} can't be listed.", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    Ok(paths)
}

/// The slugs in fences like ```` ```exercise primes ````.
fn exercises_of(slide: &str) -> impl Iterator<Item = String> {
    slide.lines().filter_map(|line| line.strip_prefix("```exercise ")).map(|slug| slug.trim().to_owned())
}

/// The fences like ```` ```python run modes=sequential,threads workers=2 ````.
fn inline_cells(slide: &str) -> Result<Vec<Inline>> {
    let mut cells = Vec::new();
    let mut lines = slide.lines();
    while let Some(line) = lines.next() {
        let Some(options) = line.strip_prefix("```python run") else { continue };
        let mut cell = Inline {
            modes: vec!["sequential".into()],
            workers: vec![2],
            agreement: Agreement::Same,
            code: String::new(),
        };
        for (name, value) in options.split_whitespace().filter_map(|option| option.split_once('=')) {
            match name {
                "modes" => cell.modes = value.split(',').map(str::to_owned).collect(),
                "workers" => cell.workers = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
                "results" => cell.agreement = agreement(Some(value)),
                _ => {}
            }
        }
        for line in lines.by_ref().take_while(|line| !line.starts_with("```")) {
            cell.code.push_str(line);
            cell.code.push('\n');
        }
        cells.push(cell);
    }
    Ok(cells)
}

#[cfg(test)]
mod tests {
    use shared::Nanos;

    use super::*;

    #[test]
    fn cells_are_found_in_slides() {
        let slide = "# A\n```python run modes=threads,processes workers=1,2 results=differ\na = 1\n\nb = 2\n```\n```python\nno\n```\n```exercise primes\n```\n";
        let cell = Inline {
            modes: vec!["threads".into(), "processes".into()],
            workers: vec![1, 2],
            agreement: Agreement::MayDiffer,
            code: "a = 1\n\nb = 2\n".into(),
        };
        assert_eq!(inline_cells(slide).unwrap(), [cell]);
        assert_eq!(exercises_of(slide).collect::<Vec<_>>(), ["primes"]);
    }

    #[test]
    fn a_starter_fails_by_its_check_or_by_what_it_raises() {
        let completed = || Ending::Completed { wall: Nanos(1), results: Results::default() };
        let raised = || Ending::Raised(shared::samples::raised("ImportError", "no"));
        for (ending, verdict, fails) in [
            (completed(), Some(Verdict::Failed(String::new())), Some(true)),
            (completed(), Some(Verdict::Passed), Some(false)),
            (completed(), Some(Verdict::Broken("Traceback".into())), None),
            (completed(), None, None),
            (raised(), None, Some(true)),
        ] {
            assert_eq!(fails_as_it_should(&ending, verdict).ok(), fails, "{ending:?}");
        }
    }

    #[test]
    fn results_must_be_those_of_the_first_lap_unless_they_may_differ() {
        let laps = laps(&["sequential".into(), "threads".into()], &[2]).unwrap();
        let ending = |count| Ending::Completed { wall: Nanos(1), results: Results { count, ..Results::default() } };
        for (agreement, counts, fine) in
            [(Agreement::Same, [3, 3], true), (Agreement::Same, [3, 4], false), (Agreement::MayDiffer, [3, 4], true)]
        {
            let mut reference = Reference::default();
            let said: Vec<_> =
                laps.iter().zip(counts).map(|(lap, count)| reference.compare(agreement, *lap, ending(count))).collect();
            assert_eq!(said.iter().all(Result::is_ok), fine, "{counts:?}");
            let wrong = said.into_iter().find_map(Result::err).map(|error| error.to_string()).unwrap_or_default();
            assert!(fine || wrong.contains("threads with 2 returned 4") && wrong.contains("results=differ"), "{wrong}");
        }
    }
}

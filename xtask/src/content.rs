//! Content is code: it fails the tests when it lies.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use shared::{Ending, Feed, LapPlan, LapRequest, Limits, Mode, Verdict, plan};

use crate::kernel;
use crate::project::Project;
use crate::report::{Report, Stage};
use crate::setup::kernels::Kernel;

/// Of an exercise.toml, what is of interest here.
#[derive(Deserialize)]
struct Exercise {
    modes: Vec<String>,
    workers: Vec<u32>,
}

/// A cell that stands in a slide.
#[derive(Debug, PartialEq, Eq)]
struct Inline {
    modes: Vec<String>,
    workers: Vec<u32>,
    code: String,
}

/// Runs all of it through a real kernel.
pub fn stage(project: &Project, report: &Report, kernel: &Kernel) -> Result<()> {
    let stage = Stage {
        name: "content: starters fail, solutions pass".into(),
        usual: Duration::from_secs(30),
        advice: "correct the slide or exercise that is named.".into(),
    };
    report.stage(&stage, |_| check(project, kernel))
}

fn check(project: &Project, kernel: &Kernel) -> Result<()> {
    let mut used = BTreeSet::new();
    for slide in
        listed(&project.root.join("slides"))?.iter().filter(|path| path.extension().is_some_and(|it| it == "md"))
    {
        let text = fs::read_to_string(slide)?;
        used.extend(exercises_of(&text));
        for cell in inline_cells(&text).with_context(|| format!("{}: a fence can't be read.", slide.display()))? {
            let laps = laps(&cell.modes, &cell.workers).with_context(|| format!("{}:", project.short(slide)))?;
            for lap in laps {
                let (ending, _) = execute(kernel, slide, &cell.code, None, lap)?;
                ensure!(completed(&ending), "{}, in {}: {}", project.short(slide), lap.mode, ending.sentence());
            }
        }
    }
    let mut folders = listed(&project.root.join("exercises"))?;
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
    let first = laps.iter().take(1).map(|lap| ("starter.py", &starter, *lap));
    let all = laps.iter().map(|lap| ("solution.py", &solution, *lap));
    for (name, source, lap) in first.chain(all) {
        let file = folder.join(name);
        let (ending, verdict) = execute(kernel, &file, source, Some(check.clone()), lap)?;
        let place = format!("{}, {} with {}", project.short(&file), lap.mode, lap.workers);
        ensure!(completed(&ending), "{place}: {}", ending.sentence());
        match (name, verdict) {
            ("starter.py", Some(Verdict::Failed(_))) | ("solution.py", Some(Verdict::Passed)) => {}
            ("starter.py", Some(Verdict::Passed)) => {
                bail!("{place}: passes the check, so there is nothing left to do.")
            }
            (_, Some(Verdict::Failed(said))) => bail!("{place}: fails the check: {said}"),
            (_, Some(Verdict::Broken(traceback))) => bail!("{place}: the check is broken:\n{traceback}"),
            (_, Some(Verdict::Passed) | None) => bail!("{place}: the check was not called."),
        }
    }
    ["starter.py", "solution.py", "check.py"].iter().try_for_each(|name| plain(project, kernel, &folder.join(name)))
}

/// It runs with Python alone, without Virgil.
fn plain(project: &Project, kernel: &Kernel, file: &Path) -> Result<()> {
    let output = Command::new(&kernel.build.executable).arg("-B").arg(file).output()?;
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
        needs_work: false,
        check,
        limits: Limits::default(),
    };
    let (lap, ending) =
        kernel::lap(kernel, folder, request).with_context(|| format!("{} in {mode}", file.display()))?;
    Ok((ending, lap.verdict))
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
        let mut cell = Inline { modes: vec!["sequential".into()], workers: vec![2], code: String::new() };
        for (name, value) in options.split_whitespace().filter_map(|option| option.split_once('=')) {
            match name {
                "modes" => cell.modes = value.split(',').map(str::to_owned).collect(),
                "workers" => cell.workers = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
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
    use super::*;

    #[test]
    fn cells_are_found_in_slides() {
        let slide = "# A\n```python run modes=threads,processes workers=1,2\na = 1\n\nb = 2\n```\n```python\nno\n```\n```exercise primes\n```\n";
        let cell = Inline {
            modes: vec!["threads".into(), "processes".into()],
            workers: vec![1, 2],
            code: "a = 1\n\nb = 2\n".into(),
        };
        assert_eq!(inline_cells(slide).unwrap(), [cell]);
        assert_eq!(exercises_of(slide).collect::<Vec<_>>(), ["primes"]);
    }
}

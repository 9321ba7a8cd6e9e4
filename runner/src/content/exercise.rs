//! Exercises: a folder each.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::{Agreement, Cell, CellId, Exercise, ExerciseStep, Hint, LimitChoice, Question};

use super::fence::{agreement_of, misnamed, modes_of};
use super::parameter::{parameters_of, unfit};
use super::{Files, Mistake, markdown};

const SETTINGS: &str = "exercise.toml";
const FILES: [&str; 4] = [SETTINGS, "starter.py", "solution.py", "check.py"];
/// Beside the folders: what packages the exercises use.
const REQUIREMENTS: [&str; 2] = ["requirements.txt", "requirements.lock"];

/// One exercise, ready to be shown.
#[derive(Debug)]
pub struct Read {
    /// Its cell.
    pub cell: Cell,
    /// The source of its check.
    pub check: String,
    /// What its laps may use, if less than others.
    pub limits: LimitChoice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    title: String,
    minutes: f32,
    predict: Option<String>,
    guess: Option<String>,
    modes: Vec<String>,
    #[serde(default)]
    workers: Vec<u32>,
    results: Option<String>,
    #[serde(default = "once")]
    repeats: u32,
    #[serde(default)]
    parameters: Vec<String>,
    #[serde(default)]
    hints: Vec<String>,
    why: Option<String>,
    #[serde(default, rename = "step")]
    steps: Vec<StepSettings>,
    #[serde(default)]
    limits: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepSettings {
    text: String,
    #[serde(default)]
    home: bool,
}

fn once() -> u32 {
    1
}

/// The path of the file that describes an exercise.
pub fn description(slug: &str) -> String {
    path(slug, SETTINGS)
}

fn path(slug: &str, file: &str) -> String {
    format!("exercises/{slug}/{file}")
}

/// Every exercise by its folder's name. Those with mistakes are there as far as they go, so that the fences that name
/// them aren't called mistakes too.
pub fn all(files: &Files, mistakes: &mut Vec<Mistake>) -> BTreeMap<String, Read> {
    let mut exercises = BTreeMap::new();
    for (path, _) in files.range("exercises/".to_owned()..) {
        let Some(rest) = path.strip_prefix("exercises/") else { break };
        match rest.split_once('/') {
            Some((slug, file)) => {
                if !FILES.contains(&file) {
                    let sentence = format!("an exercise has the files {} and no others", FILES.join(", "));
                    mistakes.push(Mistake::new(path, 1, sentence));
                }
                if !exercises.contains_key(slug) {
                    exercises.insert(slug.to_owned(), read(slug, files, mistakes));
                }
            }
            // What exercises need of packages: the environment's.
            None if REQUIREMENTS.contains(&rest) => {}
            None => mistakes.push(Mistake::new(path, 1, "an exercise is a folder")),
        }
    }
    exercises
}

fn read(slug: &str, files: &Files, mistakes: &mut Vec<Mistake>) -> Read {
    let mut text = |file: &str| match files.get(&path(slug, file)) {
        Some(text) => text.clone(),
        None => {
            mistakes.push(Mistake::new(&path(slug, file), 1, "this file is missing"));
            String::new()
        }
    };
    let [settings, starter, solution, check] = FILES.map(&mut text);
    let mut cell = Cell {
        id: CellId(slug.into()),
        // It is known where a slide shows it.
        slide: String::new(),
        title: slug.into(),
        starter: starter.clone(),
        text: starter,
        trouble: None,
        modes: Vec::new(),
        workers: Vec::new(),
        agreement: Agreement::Same,
        repeats: 1,
        parameters: Vec::new(),
        question: None,
        exercise: None,
    };
    let mut limits = LimitChoice::default();
    let path = description(slug);
    mistakes.extend(misnamed(slug).map(|sentence| Mistake::new(&path, 1, sentence)));
    if files.contains_key(&path) {
        match toml::from_str(&settings) {
            Ok(settings) => {
                limits = limits_of(&settings, &path, mistakes);
                describe(&mut cell, settings, solution, &path, mistakes);
            }
            Err(error) => mistakes.push(Mistake::in_toml(&path, 1, &settings, &error)),
        }
    }
    Read { cell, check, limits }
}

fn limits_of(settings: &Settings, path: &str, mistakes: &mut Vec<Mistake>) -> LimitChoice {
    let mut limits = LimitChoice::default();
    for (name, value) in &settings.limits {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if let Err(sentence) = limits.set(name, &text) {
            mistakes.push(Mistake::new(path, 1, sentence));
        }
    }
    limits
}

fn describe(cell: &mut Cell, settings: Settings, solution: String, path: &str, mistakes: &mut Vec<Mistake>) {
    let mut wrong = |sentence: String| mistakes.push(Mistake::new(path, 1, sentence));
    match modes_of(settings.modes.iter().map(String::as_str)) {
        Ok(modes) => {
            if let Err(sentence) = shared::plan(&modes, &settings.workers, settings.repeats) {
                wrong(sentence);
            }
            cell.modes = modes;
        }
        Err(sentence) => wrong(sentence),
    }
    match parameters_of(settings.parameters.iter().map(String::as_str)) {
        Ok(parameters) => {
            for (name, source) in [("starter.py", &cell.starter), ("solution.py", &solution)] {
                let unfit = parameters.iter().filter_map(|parameter| unfit(parameter, source));
                unfit.for_each(|sentence| wrong(format!("{name}: {sentence}")));
            }
            cell.parameters = parameters;
        }
        Err(sentence) => wrong(sentence),
    }
    match settings.results.as_deref().map(agreement_of).transpose() {
        Ok(agreement) => cell.agreement = agreement.unwrap_or_default(),
        Err(sentence) => wrong(sentence),
    }
    if !(settings.minutes > 0.0 && settings.minutes.is_finite()) {
        wrong("`minutes` must be more than 0".into());
    }
    match settings.guess.as_deref().map(str::parse).transpose() {
        Ok(guess) => cell.question = guess.or_else(|| settings.predict.as_ref().map(|_| Question::Fastest)),
        Err(sentence) => wrong(sentence),
    }
    let mut html = |text: &String| {
        markdown::fragment(text).unwrap_or_else(|sentence| {
            wrong(sentence);
            String::new()
        })
    };
    let hints = settings.hints.iter().map(|text| Hint { html: html(text) }).collect();
    let why = settings.why.as_ref().map(&mut html);
    let step = |step: &StepSettings| ExerciseStep { html: html(&step.text), home: step.home };
    let steps: Vec<ExerciseStep> = settings.steps.iter().map(step).collect();
    if !steps.is_empty() && steps.iter().all(|step| step.home) {
        wrong("all steps are for home: one at least belongs to the workshop".into());
    }
    cell.title = settings.title;
    cell.workers = settings.workers;
    cell.repeats = settings.repeats;
    cell.exercise =
        Some(Exercise { minutes: settings.minutes, predict: settings.predict, steps, hints, solution, why });
}

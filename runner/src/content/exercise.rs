//! Exercises: a folder each.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::{Agreement, Cell, CellId, Exercise, ExerciseHelp, ExerciseStep, Hint, LimitChoice, Parameter, Question};
use toml::Spanned;

use super::fence::{agreement_of, misnamed};
use super::links::Link;
use super::mistake::Source;
use super::parameter::{add, unfit};
use super::{Files, Mistake, markdown};

const SETTINGS: &str = "exercise.toml";
const FILES: [&str; 4] = [SETTINGS, "starter.py", "solution.py", "check.py"];
/// One nudge, and then nearly the answer.
const LEAST_HINTS: usize = 2;
/// Beside the folders: what packages the exercises use.
const REQUIREMENTS: [&str; 2] = ["requirements.txt", "requirements.lock"];

/// One exercise, ready to be shown.
#[derive(Debug)]
pub struct Read {
    /// Its cell.
    pub cell: Cell,
    /// Its hints, its solution, and why that works.
    pub help: ExerciseHelp,
    /// The source of its check.
    pub check: String,
    /// What its laps may use, if less than others.
    pub limits: LimitChoice,
    /// Its links to slides.
    pub links: Vec<Link>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    title: String,
    minutes: Spanned<f32>,
    predict: Option<String>,
    guess: Option<Spanned<String>>,
    modes: Vec<Spanned<String>>,
    workers: Option<Spanned<Vec<u32>>>,
    results: Option<Spanned<String>>,
    #[serde(default = "once")]
    repeats: u32,
    #[serde(default)]
    parameters: Vec<Spanned<String>>,
    hints: Option<Spanned<Vec<Spanned<String>>>>,
    why: Option<Spanned<String>>,
    #[serde(default, rename = "step")]
    steps: Vec<StepSettings>,
    #[serde(default)]
    limits: BTreeMap<String, Spanned<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepSettings {
    text: Spanned<String>,
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
        recorded: Vec::new(),
    };
    let (mut limits, mut links) = (LimitChoice::default(), Vec::new());
    let mut help = ExerciseHelp::default();
    let path = description(slug);
    mistakes.extend(misnamed(slug).map(|sentence| Mistake::new(&path, 1, sentence)));
    if files.contains_key(&path) {
        let source = Source { path: &path, first_line: 1, text: &settings };
        match toml::from_str::<Settings>(&settings) {
            Ok(settings) => {
                let mut author = Author { source, mistakes, links: Vec::new() };
                limits = author.limits(&settings.limits);
                help = author.describe(&mut cell, settings, solution);
                links = author.links;
            }
            Err(error) => mistakes.push(source.in_toml(&error)),
        }
    }
    Read { cell, help, check, limits, links }
}

/// Reads what an author wrote, and tells what is wrong with it.
struct Author<'a> {
    source: Source<'a>,
    mistakes: &'a mut Vec<Mistake>,
    links: Vec<Link>,
}

impl Author<'_> {
    fn wrong(&mut self, offset: usize, sentence: impl Into<String>) {
        self.mistakes.push(self.source.mistake(offset, sentence));
    }

    /// What was read; else nothing, and the mistake is noted.
    fn right<T>(&mut self, offset: usize, read: Result<T, String>) -> Option<T> {
        read.map_err(|sentence| self.wrong(offset, sentence)).ok()
    }

    /// A text as HTML.
    fn html(&mut self, text: &Spanned<String>) -> String {
        let place = text.span().start;
        let html = self.right(place, markdown::fragment(text.get_ref())).unwrap_or_default();
        self.links.extend(Link::all_in(&html, &self.source, place));
        html
    }

    fn limits(&mut self, named: &BTreeMap<String, Spanned<toml::Value>>) -> LimitChoice {
        let mut limits = LimitChoice::default();
        for (name, value) in named {
            let text = value.get_ref().as_str().map_or_else(|| value.get_ref().to_string(), str::to_owned);
            let set = limits.set(name, &text);
            self.right(value.span().start, set);
        }
        limits
    }

    fn parameters(&mut self, texts: &[Spanned<String>], sources: [(&str, &str); 2]) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for text in texts {
            let (place, before) = (text.span().start, parameters.len());
            let added = add(&mut parameters, text.get_ref());
            self.right(place, added);
            for parameter in &parameters[before..] {
                for (name, source) in sources {
                    if let Some(sentence) = unfit(parameter, source) {
                        self.wrong(place, format!("{name}: {sentence}"));
                    }
                }
            }
        }
        parameters
    }

    /// What is run at first: modes, and how many workers.
    fn plan(&mut self, cell: &mut Cell, settings: &Settings) {
        let known = settings.modes.iter().map(|mode| self.right(mode.span().start, mode.get_ref().parse()));
        // Without one of them the plan would be called wrong, too.
        let Some(modes) = known.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>() else { return };
        let workers = settings.workers.as_ref();
        let place = workers.map(Spanned::span).or(settings.modes.first().map(Spanned::span));
        let workers = workers.map_or_else(Vec::new, |workers| workers.get_ref().clone());
        let planned = shared::plan(&modes, &workers, settings.repeats);
        self.right(place.map_or(0, |place| place.start), planned);
        (cell.modes, cell.workers, cell.repeats) = (modes, workers, settings.repeats);
    }

    fn hints(&mut self, hints: Option<&Spanned<Vec<Spanned<String>>>>) -> Vec<Hint> {
        let all = hints.map_or(&[][..], |hints| hints.get_ref());
        if all.len() < LEAST_HINTS {
            let place = hints.map_or(0, |hints| hints.span().start);
            self.wrong(place, "an exercise has two hints or more, from a nudge to nearly the answer: add to `hints`");
        }
        all.iter().map(|text| Hint { html: self.html(text) }).collect()
    }

    fn describe(&mut self, cell: &mut Cell, settings: Settings, solution: String) -> ExerciseHelp {
        self.plan(cell, &settings);
        let sources = [("starter.py", cell.starter.as_str()), ("solution.py", solution.as_str())];
        cell.parameters = self.parameters(&settings.parameters, sources);
        if let Some(word) = &settings.results {
            cell.agreement = self.right(word.span().start, agreement_of(word.get_ref())).unwrap_or_default();
        }
        let minutes = *settings.minutes.get_ref();
        if !(minutes > 0.0 && minutes.is_finite()) {
            self.wrong(settings.minutes.span().start, "`minutes` must be more than 0");
        }
        let guess = settings.guess.as_ref().and_then(|word| self.right(word.span().start, word.get_ref().parse()));
        cell.question = guess.or_else(|| settings.predict.as_ref().map(|_| Question::usual(&cell.starter)));
        if let Some(sentence) = guess.and_then(|question| question.unfit(&cell.starter)) {
            self.wrong(settings.guess.as_ref().map_or(0, |word| word.span().start), sentence);
        }
        let hints = self.hints(settings.hints.as_ref());
        let why = settings.why.as_ref().map(|text| self.html(text));
        let step = |step: &StepSettings| ExerciseStep { html: self.html(&step.text), home: step.home };
        let steps: Vec<ExerciseStep> = settings.steps.iter().map(step).collect();
        if let Some(first) = settings.steps.first().filter(|_| steps.iter().all(|step| step.home)) {
            self.wrong(first.text.span().start, "all steps are for home: one at least belongs to the workshop");
        }
        cell.title = settings.title;
        cell.exercise = Some(Exercise { minutes, predict: settings.predict, steps, hints: hints.len() as u32 });
        ExerciseHelp { hints, solution, why }
    }
}

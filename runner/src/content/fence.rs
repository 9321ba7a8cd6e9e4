//! What a fence is, by the words after its backticks.

use super::parameter::parameters_of;
use shared::{Agreement, LimitChoice, Mode, Parameter, Question};

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub enum Fence {
    /// Text to read, in that language; empty for none.
    Text(String),
    /// Python to run.
    Run {
        /// The modes that are chosen at first.
        modes: Vec<Mode>,
        /// The worker counts that are chosen at first.
        workers: Vec<u32>,
        /// Whether all modes must return the same.
        agreement: Agreement,
        /// What its laps may use, if less than others.
        limits: LimitChoice,
        /// How often each lap is run at first.
        repeats: u32,
        /// The values that are chosen beside Run.
        parameters: Vec<Parameter>,
        /// What is to be predicted before the first run.
        question: Option<Question>,
    },
    /// The place of that exercise.
    Exercise(String),
    /// A quiz of that name.
    Quiz(String),
    /// The place of that diagram.
    Diagram(String),
    /// What only the presenter reads.
    Notes,
    /// What only those read who have the notebook before them.
    Explain,
}

impl Fence {
    /// Reads the words after the backticks.
    ///
    /// # Errors
    /// The sentence for the author.
    pub fn parse(words: &str) -> Result<Fence, String> {
        let words: Vec<_> = words.split_whitespace().collect();
        match words.as_slice() {
            [] => Ok(Fence::Text(String::new())),
            ["notes"] => Ok(Fence::Notes),
            ["explain"] => Ok(Fence::Explain),
            ["explain", ..] => Err("write nothing after `explain`".into()),
            ["exercise", slug] => Ok(Fence::Exercise((*slug).to_owned())),
            ["exercise", ..] => Err("write the exercise's folder after `exercise`, and nothing else".into()),
            ["quiz", name] => Ok(Fence::Quiz((*name).to_owned())),
            ["quiz", ..] => Err("write the quiz's name after `quiz`, and nothing else".into()),
            ["diagram", name] => Ok(Fence::Diagram((*name).to_owned())),
            ["diagram", ..] => Err("write the diagram's name after `diagram`, and nothing else".into()),
            ["python", "run", options @ ..] => run(options),
            [language] if language.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                Ok(Fence::Text((*language).to_owned()))
            }
            _ => Err(format!(
                "`{}` is not a fence: there are `python`, `python run modes=… workers=… results=…`, `exercise NAME`, `quiz NAME`, `diagram NAME`, `notes`, `explain` and \
                 names of languages",
                words.join(" ")
            )),
        }
    }
}

fn run(options: &[&str]) -> Result<Fence, String> {
    let (mut modes, mut workers, mut agreement, mut limits) = (None, None, None, LimitChoice::default());
    let (mut repeats, mut parameters, mut question) = (None, Vec::new(), None);
    for option in options {
        match option.split_once('=') {
            Some(("modes", list)) if modes.is_none() => modes = Some(modes_of(list.split(','))?),
            Some(("workers", list)) if workers.is_none() => {
                let counts = list.split(',').map(|count| {
                    count.parse().map_err(|_| format!("`{count}` is not a number of workers: write `workers=1,2`"))
                });
                workers = Some(counts.collect::<Result<Vec<u32>, String>>()?);
            }
            Some(("results", word)) if agreement.is_none() => agreement = Some(agreement_of(word)?),
            Some(("repeats", count)) if repeats.is_none() => {
                repeats = Some(count.parse().map_err(|_| format!("`{count}` is not a number of repetitions"))?);
            }
            Some(("predict", word)) if question.is_none() => question = Some(word.parse()?),
            Some(("param", parameter)) => parameters.push(parameter),
            Some((name, value)) if LimitChoice::NAMES.contains(&name) => limits.set(name, value)?,
            _ => {
                return Err(format!(
                    "`{option}` is not an option: `modes=…`, `workers=…`, `repeats=…`, `results=differ`, `predict=…` and limits ({}) are, once each, and `param=…`",
                    LimitChoice::NAMES.map(|name| format!("`{name}=…`")).join(", ")
                ));
            }
        }
    }
    let (modes, workers) = (modes.unwrap_or_else(|| vec![Mode::Sequential]), workers.unwrap_or_default());
    let repeats = repeats.unwrap_or(1);
    shared::plan(&modes, &workers, repeats)?;
    let (agreement, parameters) = (agreement.unwrap_or_default(), parameters_of(parameters)?);
    Ok(Fence::Run { modes, workers, repeats, parameters, question, agreement, limits })
}

/// The modes of these names.
///
/// # Errors
/// The sentence for the author.
pub fn modes_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Vec<Mode>, String> {
    names.into_iter().map(str::parse).collect()
}

/// What `results` says.
///
/// # Errors
/// The sentence for the author.
pub fn agreement_of(word: &str) -> Result<Agreement, String> {
    match word {
        "differ" => Ok(Agreement::MayDiffer),
        _ => Err(format!("`results` is `differ`, if modes may return different results, and not `{word}`")),
    }
}

/// Why `id` can't name a cell, in files, addresses and messages; none if it can.
pub fn misnamed(id: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let good = !id.is_empty() && id.len() <= 80 && id.bytes().all(plain) && !id.starts_with('-');
    (!good).then(|| format!("`{id}` is not a name: use lower-case letters, digits and hyphens"))
}

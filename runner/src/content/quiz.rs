//! Quizzes: a question and its answers, in a fence of a slide.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use shared::{Answer, Quiz};
use toml::Spanned;

use super::fence::misnamed;
use super::links::Link;
use super::markdown::{escape, fragment};
use super::mistake::{Mistake, Source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    question: Spanned<String>,
    #[serde(default, rename = "answer")]
    answers: Vec<Choice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    text: Spanned<String>,
    #[serde(default)]
    right: bool,
    why: Spanned<String>,
}

/// Where a quiz stands: the file, and the line of its fence.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// `slides/01-one-lock.md`.
    pub path: &'a str,
    /// From 1.
    pub line: usize,
    /// The slide's slug.
    pub slide: &'a str,
}

/// Reads the text of a fence, with the links in it; none if it can't be read at all.
pub fn parse(place: Place<'_>, name: &str, text: &str, mistakes: &mut Vec<Mistake>) -> Option<(Quiz, Vec<Link>)> {
    let Place { path, line: fence, slide } = place;
    let source = Source { path, first_line: fence + 1, text };
    mistakes.extend(misnamed(name).map(|sentence| Mistake::new(path, fence, sentence)));
    let settings: Settings = match toml::from_str(text) {
        Ok(settings) => settings,
        Err(error) => {
            mistakes.push(source.in_toml(&error));
            return None;
        }
    };
    let mut wrong = |at: Option<Range<usize>>, sentence: &str| {
        let line = at.map_or(fence, |at| source.line(at.start));
        mistakes.push(Mistake::new(path, line, sentence));
    };
    let mut links = Vec::new();
    let mut html = |text: &Spanned<String>| {
        let filled = Some(text.get_ref().trim()).filter(|text| !text.is_empty());
        let html = filled.ok_or_else(|| "this is empty: write something".to_owned()).and_then(fragment);
        let html = html.unwrap_or_else(|sentence| {
            wrong(Some(text.span()), &sentence);
            String::new()
        });
        links.extend(Link::all_in(&html, &source, text.span().start));
        html
    };
    let question = html(&settings.question);
    let answers: Vec<Answer> = settings
        .answers
        .iter()
        .map(|Choice { text, right, why }| Answer { text: line(&html(text)).to_owned(), right: *right, why: html(why) })
        .collect();
    match settings.answers.as_slice() {
        [] | [_] => wrong(None, "a quiz has two answers or more: add `[[answer]]` with `text`, `right` and `why`"),
        answers if answers.iter().all(|answer| !answer.right) => {
            wrong(None, "no answer of this quiz is right: add `right = true` to one or more");
        }
        answers => {
            let mut texts = BTreeMap::new();
            for answer in answers {
                if texts.insert(answer.text.get_ref(), ()).is_some() {
                    wrong(Some(answer.text.span()), "there is an answer with this text already");
                }
            }
        }
    }
    Some((Quiz { name: name.to_owned(), slide: slide.to_owned(), question, answers }, links))
}

/// A quiz before the page brings it to life, and without it: the explanations can be unfolded.
pub fn quiz_html(quiz: &Quiz) -> String {
    let name = escape(&quiz.name);
    let (kind, hint) = match quiz.takes_several() {
        true => ("checkbox", "Choose all that are right."),
        false => ("radio", "Choose one."),
    };
    let choices: String = quiz
        .answers
        .iter()
        .enumerate()
        .map(|(place, answer)| {
            format!(
                "<label class=\"choice-row\"><input type=\"{kind}\" name=\"quiz-{name}\" value=\"{place}\"><span>{}</span></label>\n",
                answer.text
            )
        })
        .collect();
    let explanations: String = quiz
        .answers
        .iter()
        .map(|answer| {
            let verdict = if answer.right { "Right" } else { "Wrong" };
            format!("<li><p>{}</p><div><b>{verdict}.</b> {}</div></li>\n", answer.text, line(&answer.why))
        })
        .collect();
    format!(
        "<div class=\"quiz\" data-quiz=\"{name}\"><div class=\"quiz-text\"><fieldset><legend>{}</legend>\n\
         <p class=\"quiz-hint\">{hint}</p>\n{choices}</fieldset>\n\
         <details><summary>Answers</summary><ol>\n{explanations}</ol></details></div></div>\n",
        quiz.question
    )
}

/// Text of one paragraph without the paragraph around it, so that it can stand in a line.
fn line(html: &str) -> &str {
    let inner = html.trim().strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>"));
    inner.filter(|inner| !inner.contains("<p>")).unwrap_or(html)
}

//! The glossary: words of the field with what they mean, and where readers meet them first.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde::Deserialize;
use toml::Spanned;

use super::Files;
use super::markdown::to_html;
use super::mistake::{Mistake, Source};

/// Where it is written.
pub const FILE: &str = "slides/glossary.toml";
/// In these elements no word is marked: code, headings, links, controls, drawings and small print.
const PASSED_OVER: [&str; 14] =
    ["code", "pre", "a", "h1", "h2", "h3", "h4", "h5", "h6", "svg", "figure", "button", "fieldset", "small"];
/// What the page brings to life: it would take the marks away.
const LIVE: [&str; 2] = ["<div class=\"cell\"", "<div class=\"quiz\""];

/// One word and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// As it is listed.
    pub term: String,
    /// What it means, as HTML of one line.
    pub means: String,
    line: usize,
}

/// All of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glossary {
    /// As they were written.
    pub terms: Vec<Term>,
    /// Every spelling with the place of its term, the longest first.
    spellings: Vec<(String, usize)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default, rename = "term")]
    terms: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    term: Spanned<String>,
    #[serde(default)]
    also: Vec<Spanned<String>>,
    means: Spanned<String>,
}

/// Reads the glossary; an empty one if there is none, or if it is a mistake.
pub fn read(files: &Files, mistakes: &mut Vec<Mistake>) -> Glossary {
    let Some(text) = files.get(FILE) else { return Glossary::default() };
    let source = Source { path: FILE, first_line: 1, text };
    let settings: Settings = match toml::from_str(text) {
        Ok(settings) => settings,
        Err(error) => {
            mistakes.push(source.in_toml(&error));
            return Glossary::default();
        }
    };
    let mut wrong = |at: Range<usize>, sentence: String| mistakes.push(source.mistake(at.start, sentence));
    let (mut glossary, mut known) = (Glossary::default(), BTreeMap::<String, usize>::new());
    for (place, Written { term, also, means }) in settings.terms.into_iter().enumerate() {
        for spelling in [&term].into_iter().chain(&also) {
            let trimmed = spelling.get_ref().trim();
            if trimmed.is_empty() {
                wrong(spelling.span(), "a term has a name: write it".into());
            } else if let Some(line) = known.insert(folded(trimmed), source.line(spelling.span().start)) {
                wrong(spelling.span(), format!("`{trimmed}` is in the glossary already, in line {line}"));
            }
            glossary.spellings.push((in_html(trimmed), place));
        }
        let html = inline(means.get_ref()).unwrap_or_else(|sentence| {
            wrong(means.span(), sentence);
            String::new()
        });
        let line = source.line(term.span().start);
        glossary.terms.push(Term { term: term.into_inner().trim().to_owned(), means: html, line });
    }
    glossary.spellings.retain(|(spelling, _)| !spelling.is_empty());
    glossary.spellings.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
    glossary
}

/// What may stand in a line: text, code and emphasis.
fn inline(means: &str) -> Result<String, String> {
    let mut events = Vec::new();
    let mut paragraphs = 0;
    for event in Parser::new(means.trim()) {
        match event {
            Event::Start(Tag::Paragraph) => paragraphs += 1,
            Event::End(TagEnd::Paragraph) => {}
            Event::Text(_)
            | Event::Code(_)
            | Event::SoftBreak
            | Event::Start(Tag::Emphasis | Tag::Strong)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong) => events.push(event),
            _ => return Err("what a term means is one line of text and code: no links, lists or headings".into()),
        }
    }
    match paragraphs {
        0 => Err("this is empty: write what the term means".into()),
        1 => Ok(to_html(events)),
        _ => Err("what a term means is one paragraph".into()),
    }
}

impl Glossary {
    /// Where the list has what a term means: the id of that element.
    pub fn id(place: usize) -> String {
        format!("term-{place}")
    }

    /// The text with its first occurrence of each term marked, but for those that were seen; those that are found are
    /// seen from then on. Where terms begin at the same place, the longest is taken, and nothing within it.
    pub fn mark(&self, html: &str, seen: &mut BTreeSet<usize>) -> String {
        let mut marked = String::with_capacity(html.len());
        let (mut rest, mut within) = (html, None::<(&str, usize)>);
        while let Some(start) = rest.find('<') {
            let (text, tagged) = rest.split_at(start);
            self.mark_text(text, within.is_none(), seen, &mut marked);
            let end = tagged.find('>').map_or(tagged.len(), |end| end + 1);
            let (tag, after) = tagged.split_at(end);
            within = inside(within, tag);
            marked.push_str(tag);
            rest = after;
        }
        self.mark_text(rest, within.is_none(), seen, &mut marked);
        marked
    }

    fn mark_text(&self, text: &str, may: bool, seen: &mut BTreeSet<usize>, marked: &mut String) {
        let mut rest = text;
        let mut before = None;
        while let Some(letter) = rest.chars().next() {
            let found = if may && !before.is_some_and(is_of_word) { self.at(rest) } else { None };
            let length = match found {
                Some((length, place)) => {
                    let word = &rest[..length];
                    match self.terms.get(place).filter(|_| seen.insert(place)) {
                        Some(Term { means, .. }) => marked.push_str(&format!(
                            "<span class=\"term\" role=\"term\" tabindex=\"0\" aria-describedby=\"{}\">{word}\
                             <span class=\"meaning\" aria-hidden=\"true\">{means}</span></span>",
                            Glossary::id(place)
                        )),
                        None => marked.push_str(word),
                    }
                    length
                }
                None => {
                    marked.push(letter);
                    letter.len_utf8()
                }
            };
            before = rest[..length].chars().last();
            rest = &rest[length..];
        }
    }

    /// The length and the term of the longest spelling with which the text begins, as a whole word.
    fn at(&self, text: &str) -> Option<(usize, usize)> {
        let fits = |(spelling, _): &&(String, usize)| {
            let (mut letters, mut wanted) = (text.chars(), spelling.chars());
            let first = letters.next().zip(wanted.next());
            first.is_some_and(|(letter, wanted)| letter == wanted || letter.to_lowercase().eq(wanted.to_lowercase()))
                && letters.as_str().starts_with(wanted.as_str())
                && !letters.as_str()[wanted.as_str().len()..].starts_with(is_of_word)
        };
        let (spelling, place) = self.spellings.iter().find(fits)?;
        // The first letter may be another one, of another length.
        let first = text.chars().next().map_or(0, char::len_utf8);
        let others = spelling.len() - spelling.chars().next().map_or(0, char::len_utf8);
        Some((first + others, *place))
    }

    /// A mistake for each term that is not among these.
    pub fn unused<'a>(&'a self, seen: &'a BTreeSet<usize>) -> impl Iterator<Item = Mistake> + 'a {
        let unused = self.terms.iter().enumerate().filter(|(place, _)| !seen.contains(place));
        unused.map(|(_, term)| {
            let sentence = format!(
                "no slide and no explanation uses `{}` in its text: take it away, or add the spelling that they use to `also`",
                term.term
            );
            Mistake::new(FILE, term.line, sentence)
        })
    }
}

/// What is being passed over behind this tag, with how many elements of that name are open.
fn inside<'a>(within: Option<(&'a str, usize)>, tag: &'a str) -> Option<(&'a str, usize)> {
    let closes = tag.starts_with("</");
    let name = tag.trim_start_matches(['<', '/']).split(|letter: char| !letter.is_ascii_alphanumeric()).next();
    let name = name.unwrap_or_default();
    match within {
        Some((outer, depth)) if outer == name && closes => (depth > 1).then_some((outer, depth - 1)),
        Some((outer, depth)) if outer == name => Some((outer, depth + 1)),
        Some(within) => Some(within),
        None if closes => None,
        None if PASSED_OVER.contains(&name) || LIVE.iter().any(|live| tag.starts_with(live)) => Some((name, 1)),
        None => None,
    }
}

/// A hyphen makes one word of two: "free-threaded" has no "thread" in it.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '-'
}

/// Spellings that differ in the first letter's case only are one: it is large where a sentence begins.
fn folded(spelling: &str) -> String {
    let mut letters = spelling.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().collect::<String>()).unwrap_or_default();
    first + letters.as_str()
}

/// As the renderer of Markdown writes text.
fn in_html(text: &str) -> String {
    to_html([Event::Text(text.into())])
}

//! What `deck.toml` plans: the title, and how many minutes each part and section has.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::Slide;
use toml::Spanned;

use super::Files;
use super::links::Link;
use super::markdown::fragment;
use super::mistake::{Mistake, Source};

const FILE: &str = "slides/deck.toml";
/// Minutes are planned in quarters at the finest: less is a rounding error.
const SAME: f32 = 0.01;

/// The plan of a deck.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outline {
    /// The deck's title.
    pub title: String,
    /// Whether every cell has its recorded run.
    #[serde(default)]
    pub recorded: bool,
    /// The parts of the workshop.
    #[serde(default, rename = "part")]
    parts: Vec<Planned>,
    /// Its sections, in the order in which they are shown.
    #[serde(default, rename = "section")]
    sections: Vec<Planned>,
}

/// A part or a section.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Planned {
    title: String,
    minutes: Spanned<f32>,
    /// Of a section, the part that it belongs to.
    part: Option<Spanned<String>>,
    /// Of a section, that its slides are still to come.
    #[serde(default)]
    planned: bool,
    /// Of a section, what one must know first.
    needs: Option<Spanned<String>>,
}

/// What one must know before a section, as HTML, by its title; and the links in it.
pub type Needs = (BTreeMap<String, String>, Vec<Link>);

/// Reads the plan; an empty one if it is a mistake.
pub fn read(files: &Files, mistakes: &mut Vec<Mistake>) -> Outline {
    let Some(text) = files.get(FILE) else {
        mistakes.push(Mistake::new(FILE, 1, "the deck needs this file, with its `title`"));
        return Outline::default();
    };
    toml::from_str(text).unwrap_or_else(|error| {
        mistakes.push(Source { path: FILE, first_line: 1, text }.in_toml(&error));
        Outline::default()
    })
}

impl Outline {
    /// The place of a section; the last for one that is not planned.
    pub fn place(&self, section: &str) -> usize {
        self.sections.iter().position(|planned| planned.title == section).unwrap_or(self.sections.len())
    }

    /// Compares what is planned with the slides, each with its path and the line of its section. Slides for home take
    /// no planned minutes.
    pub fn compare(&self, slides: &[(&str, usize, &Slide)], files: &Files, mistakes: &mut Vec<Mistake>) {
        if self.sections.is_empty() && self.parts.is_empty() {
            return;
        }
        let unplanned = |slide: &Slide| self.place(&slide.section) == self.sections.len();
        for (path, line, slide) in slides.iter().filter(|(_, _, slide)| unplanned(slide)) {
            let sentence = format!("the section `{}` is not in {FILE}: add it, with its minutes", slide.section);
            mistakes.push(Mistake::new(path, *line, sentence));
        }
        let text = files.get(FILE).map_or("", String::as_str);
        let source = Source { path: FILE, first_line: 1, text };
        let mut wrong = |offset: usize, sentence: String| mistakes.push(source.mistake(offset, sentence));
        for section in &self.sections {
            let (title, planned, at) = (&section.title, *section.minutes.get_ref(), section.minutes.span().start);
            let its = || slides.iter().map(|(_, _, slide)| slide).filter(|slide| slide.section == *title);
            let core: f32 = its().filter(|slide| !slide.home).map(|slide| slide.minutes).sum();
            let has_slides = its().next().is_some();
            if !has_slides && !section.planned {
                let advice = "write one, or add `planned = true`";
                wrong(at, format!("no slide is in the section `{title}`: {advice}"));
            } else if has_slides && section.planned {
                wrong(at, format!("the section `{title}` has slides: take `planned = true` away"));
            } else if !section.planned && (core - planned).abs() > SAME {
                wrong(at, format!("`{title}` is planned with {planned} minutes, and its core slides take {core}"));
            }
            if let Some(part) = section.part.as_ref().filter(|part| !self.has_part(part.get_ref())) {
                wrong(part.span().start, format!("there is no part `{}`", part.get_ref()));
            }
        }
        for part in &self.parts {
            let (title, planned, taken) = (&part.title, *part.minutes.get_ref(), self.minutes_of(&part.title));
            // It may still grow.
            if taken > planned + SAME {
                let sentence = format!("`{title}` is planned with {planned} minutes, and its sections with {taken}");
                wrong(part.minutes.span().start, sentence);
            }
        }
    }

    /// What one must know before each section.
    pub fn needs(&self, files: &Files, mistakes: &mut Vec<Mistake>) -> Needs {
        let source = Source { path: FILE, first_line: 1, text: files.get(FILE).map_or("", String::as_str) };
        let mut needs = Needs::default();
        for (section, text) in self.sections.iter().filter_map(|section| Some((section, section.needs.as_ref()?))) {
            let place = text.span().start;
            let filled = Some(text.get_ref().trim()).filter(|text| !text.is_empty());
            match filled.ok_or_else(|| "this is empty: write something".to_owned()).and_then(fragment) {
                Ok(html) => {
                    needs.1.extend(Link::all_in(&html, &source, place));
                    needs.0.insert(section.title.clone(), html);
                }
                Err(sentence) => mistakes.push(source.mistake(place, sentence)),
            }
        }
        for part in self.parts.iter().filter_map(|part| part.needs.as_ref()) {
            mistakes.push(source.mistake(part.span().start, "only sections have `needs`"));
        }
        needs
    }

    /// The minutes that a section is planned with, if it is.
    pub fn section_minutes(&self, title: &str) -> Option<f32> {
        self.sections.iter().find(|section| section.title == title).map(|section| *section.minutes.get_ref())
    }

    /// The minutes that the sections of a part are planned with.
    pub fn minutes_of(&self, part: &str) -> f32 {
        let of_it = |section: &&Planned| section.part.as_ref().is_some_and(|its| its.get_ref() == part);
        self.sections.iter().filter(of_it).map(|section| *section.minutes.get_ref()).sum()
    }

    fn has_part(&self, title: &str) -> bool {
        self.parts.iter().any(|part| part.title == title)
    }
}

//! Slides: a Markdown file each.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, Tag};
use serde::Deserialize;
use shared::{Cell, CellId, LimitChoice, Quiz, Slide};
use toml::Spanned;

use super::diagram;
use super::exercise::Read;
use super::explanation;
use super::fence::{Fence, misnamed};
use super::figures::unsourced;
use super::links::Link;
use super::markdown::{PieceKind, cell_html, code_html, escape, fragment, pieces, to_html};
use super::mistake::{Mistake, Source};
use super::parameter::unfit;
use super::quiz;
use super::steps::Steps;

/// Around the front matter.
const FENCE: &str = "+++";
/// What stands beside the slides: the plan, the glossary, and the guide for instructors.
const BESIDE: [&str; 3] = ["deck.toml", "glossary.toml", "GUIDE.md"];

/// One slide's file, read.
#[derive(Debug, Default)]
pub struct Page {
    /// The slide, unless its front matter is a mistake.
    pub slide: Option<Slide>,
    /// Its cells, with the line of each.
    pub cells: Vec<(usize, Cell)>,
    /// Its quizzes, with the line of each.
    pub quizzes: Vec<(usize, Quiz)>,
    /// The diagrams that it shows, with the line of each.
    pub diagrams: Vec<(usize, String)>,
    /// Its links to slides.
    pub links: Vec<Link>,
    /// The line that names its section.
    pub section_line: usize,
    /// What some of its cells may use, if less than others.
    pub limits: BTreeMap<CellId, LimitChoice>,
    /// What is read in the notebook only.
    pub explanation: Option<String>,
    /// What only the presenter reads, as HTML, by the slide's slug.
    pub notes: Option<(String, String)>,
}

/// What slides show that stands in files of its own.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The exercises by their folders.
    pub exercises: &'a BTreeMap<String, Read>,
    /// The HTML of the diagrams by their names.
    pub diagrams: &'a BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: String,
    section: Spanned<String>,
    minutes: Spanned<f32>,
    #[serde(default)]
    home: bool,
    /// Whether it has more than a projector's window holds: then the page scrolls.
    #[serde(default)]
    tall: bool,
}

/// The slug of the slide with that path; none if it is no slide's; a sentence if it should be.
pub fn slug(path: &str) -> Option<Result<&str, String>> {
    let name = path.strip_prefix("slides/").filter(|name| !BESIDE.contains(name) && !diagram::is_one(path))?;
    let slug = name.strip_suffix(".md").filter(|slug| {
        let number = slug.bytes().take(2).filter(u8::is_ascii_digit).count() == 2;
        number && slug.as_bytes().get(2) == Some(&b'-') && slug.len() > 3 && misnamed(slug).is_none()
    });
    Some(slug.ok_or_else(|| format!("`{name}` is not a slide's name: use two digits, as in `01-topic.md`")))
}

/// Reads one slide.
pub fn parse(path: &str, slug: &str, file: &str, parts: Parts<'_>, mistakes: &mut Vec<Mistake>) -> Page {
    let (front_matter, section_line, body) = match front_matter(path, file) {
        Ok(parts) => parts,
        Err(mistake) => {
            mistakes.push(mistake);
            return Page::default();
        }
    };
    let first_line = Source { path, first_line: 1, text: file }.line(file.len() - body.len());
    let source = Source { path, first_line, text: body };
    let title = &front_matter.title;
    let mut events = vec![heading_of(slug, title, &front_matter)];
    let (mut cells, mut diagrams) = (Vec::<(usize, Cell)>::new(), Vec::new());
    let (mut inline, mut limits, mut quizzes, mut links) = (0, BTreeMap::new(), Vec::new(), Vec::new());
    let mut explained: Option<(usize, String)> = None;
    let mut steps = Steps::default();
    let empty = |line| Mistake::new(path, line, "this step shows nothing: put something behind it, or take it away");
    if let Some(line) = unsourced(body) {
        let sentence = "this figure has no source on the slide: add `<small>… Source: …</small>`";
        mistakes.push(Mistake::new(path, first_line - 1 + line, sentence));
    }
    let mut notes = None;
    for piece in pieces(body) {
        let line = source.line(piece.offset);
        let mut wrong = |sentence: String| mistakes.push(Mistake::new(path, line, sentence));
        let (words, text) = match piece.kind {
            PieceKind::Other(event) => {
                if let Event::Start(Tag::Link { dest_url, .. }) = &event {
                    links.extend(Link::to(dest_url, &source, piece.offset));
                }
                events.push(event);
                continue;
            }
            // The text may begin with the heading in words of its own, for which the table of contents has no room.
            PieceKind::Title(heading) if events.len() == 1 => {
                events[0] = heading_of(slug, &heading, &front_matter);
                continue;
            }
            PieceKind::Title(_) => {
                wrong("a slide has one heading with a single #, at its beginning: begin others with ##".into());
                continue;
            }
            PieceKind::Step => {
                let (html, before) = steps.begin(line, events.len());
                events.push(Event::Html(html.into()));
                mistakes.extend(before.map(empty));
                continue;
            }
            PieceKind::Mistake(sentence) => {
                wrong(sentence);
                continue;
            }
            PieceKind::Fence { words, text } => (words, text),
        };
        let cell = match Fence::parse(&words) {
            Ok(Fence::Notes) => {
                // Each line is a thought of its own.
                let lines: String = text.lines().map(|line| format!("{line}  \n")).collect();
                match fragment(&lines) {
                    Ok(html) => notes.get_or_insert_with(String::new).push_str(&html),
                    Err(sentence) => wrong(sentence),
                }
                continue;
            }
            Ok(Fence::Explain) => {
                match &explained {
                    Some((first, _)) => {
                        wrong(format!("there is an explanation in line {first} already: a slide has one"))
                    }
                    None => {
                        let explanation = explanation::parse(path, line, &text, mistakes);
                        links.extend(explanation.links);
                        explained = Some((line, explanation.html));
                    }
                }
                continue;
            }
            Ok(Fence::Text(language)) => {
                events.push(Event::Html((code_html(&language, &text) + "\n").into()));
                continue;
            }
            Ok(Fence::Run { modes, workers, repeats, parameters, question, agreement, limits: chosen }) => {
                inline += 1;
                let title = if inline == 1 { title.clone() } else { format!("{title} ({inline})") };
                let id = CellId(format!("{slug}-{inline}"));
                limits.insert(id.clone(), chosen);
                parameters.iter().filter_map(|parameter| unfit(parameter, &text)).for_each(&mut wrong);
                question.and_then(|question| question.unfit(&text)).into_iter().for_each(&mut wrong);
                Cell {
                    id,
                    slide: slug.into(),
                    title,
                    starter: text.clone(),
                    text,
                    trouble: None,
                    modes,
                    workers,
                    agreement,
                    repeats,
                    parameters,
                    question,
                    exercise: None,
                    recorded: Vec::new(),
                }
            }
            Ok(Fence::Quiz(name)) => {
                let place = quiz::Place { path, line, slide: slug };
                if let Some((quiz, its)) = quiz::parse(place, &name, &text, mistakes) {
                    links.extend(its);
                    events.push(Event::Html(quiz::quiz_html(&quiz).into()));
                    quizzes.push((line, quiz));
                }
                continue;
            }
            Ok(Fence::Diagram(name)) => {
                match parts.diagrams.get(&name) {
                    Some(_) if !text.trim().is_empty() => {
                        wrong(format!("a diagram is drawn in {}: leave the fence empty", diagram::path(&name)));
                    }
                    Some(html) => {
                        events.push(Event::Html(html.clone().into()));
                        diagrams.push((line, name));
                    }
                    None => wrong(format!("there is no {}", diagram::path(&name))),
                }
                continue;
            }
            Ok(Fence::Exercise(name)) => match parts.exercises.get(&name) {
                Some(_) if !text.trim().is_empty() => {
                    wrong(format!("the code of an exercise is in exercises/{name}: leave the fence empty"));
                    continue;
                }
                Some(exercise) => {
                    limits.insert(exercise.cell.id.clone(), exercise.limits);
                    Cell { slide: slug.into(), ..exercise.cell.clone() }
                }
                None => {
                    wrong(format!("there is no folder exercises/{name}"));
                    continue;
                }
            },
            Err(sentence) => {
                wrong(sentence);
                continue;
            }
        };
        events.push(Event::Html(cell_html(&cell.id, &cell.starter).into()));
        cells.push((line, cell));
    }
    let (end, before) = steps.end(events.len());
    events.push(Event::Html(end.into()));
    mistakes.extend(before.map(empty));
    let FrontMatter { title, section, minutes, home, .. } = front_matter;
    let (section, minutes) = (section.into_inner(), minutes.into_inner());
    let slide = Slide { slug: slug.into(), title, section, minutes, home, steps: steps.count, html: to_html(events) };
    let explanation = explained.map(|(_, html)| html);
    let notes = notes.map(|html| (slug.to_owned(), html));
    Page { slide: Some(slide), cells, quizzes, diagrams, links, section_line, limits, explanation, notes }
}

/// The style sheet looks for the class of a tall slide's heading.
fn heading_of(slug: &str, text: &str, front_matter: &FrontMatter) -> Event<'static> {
    let home = if front_matter.home { "<p class=\"at-home\">at home</p>\n" } else { "" };
    let tall = if front_matter.tall { " class=\"tall\"" } else { "" };
    Event::Html(format!("{home}<h1 id=\"title-{slug}\"{tall}>{}</h1>\n", escape(text)).into())
}

/// The front matter, the line of its section, and the text after it.
fn front_matter<'a>(path: &str, file: &'a str) -> Result<(FrontMatter, usize, &'a str), Mistake> {
    let opened = file.strip_prefix(FENCE).and_then(|rest| rest.strip_prefix('\n'));
    let parts = opened.and_then(|rest| rest.split_once("\n+++\n"));
    let Some((text, body)) = parts else {
        let sentence = "a slide begins with `+++`, lines with title, section and minutes, and `+++`";
        return Err(Mistake::new(path, 1, sentence));
    };
    let source = Source { path, first_line: 2, text };
    let front_matter: FrontMatter = toml::from_str(text).map_err(|error| source.in_toml(&error))?;
    let minutes = front_matter.minutes.get_ref();
    if !(*minutes >= 0.0 && minutes.is_finite()) {
        let place = front_matter.minutes.span().start;
        return Err(source.mistake(place, "`minutes` must be 0, for a slide to read at home, or more"));
    }
    let section_line = source.line(front_matter.section.span().start);
    Ok((front_matter, section_line, body))
}

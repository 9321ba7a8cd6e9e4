//! The notebook's HTML: the whole deck as one scroll, for those who read alone. Made of the content and nothing else.

use std::fmt::Write;

use shared::{Deck, Slide};

use super::{fill, head, page_missing, unknown};
use crate::assets::Assets;
use crate::content::{Glossary, Notebook, Reading, Section, Term, escape};
use crate::gate::Nonce;

const NOTEBOOK: &str = include_str!("notebook.html");

/// The page; `with_texts` puts the texts of a slide's cells into its HTML.
pub fn notebook(
    deck: &Deck,
    notebook: &Notebook,
    with_texts: impl Fn(&Slide, &str) -> String,
    assets: &Assets,
    nonce: &Nonce,
) -> String {
    fill(NOTEBOOK, |name| match name {
        "head" => head(&format!("Notebook · {}", deck.title), assets, nonce, assets.notebook.as_slice()),
        "deck-title" => escape(&deck.title),
        "trouble" if assets.program.is_none() => page_missing().into(),
        "trouble" => String::new(),
        "outline" => outline(deck, notebook),
        "notebook" => body(deck, notebook, &with_texts),
        _ => unknown(name),
    })
}

/// All that is to be read.
pub fn body(deck: &Deck, notebook: &Notebook, with_texts: impl Fn(&Slide, &str) -> String) -> String {
    let mut html = format!("<h1>{}</h1>\n", escape(&deck.title));
    for (place, section) in notebook.sections.iter().enumerate() {
        add_section(&mut html, deck, section, place, &with_texts);
    }
    html + &glossary(&notebook.terms)
}

/// Sections and slides, with links to their places. How far they are done the page adds.
pub fn outline(deck: &Deck, notebook: &Notebook) -> String {
    let mut html = String::from("<nav id=\"outline\" popover aria-label=\"Contents\">\n");
    for (place, section) in notebook.sections.iter().enumerate() {
        let title = escape(&section.title);
        push(&mut html, format_args!("<p><a href=\"#section-{}\">{title}</a></p>\n<ol>\n", place + 1));
        for slide in section.slides.iter().filter_map(|reading| deck.slides.get(reading.position)) {
            let (slug, title) = (&slide.slug, escape(&slide.title));
            push(
                &mut html,
                format_args!(
                    "<li data-slide=\"{slug}\"><a href=\"#{slug}\"><span class=\"standing\" aria-hidden=\"true\"></span>\
                     <span class=\"unseen\"></span>{title}</a></li>\n"
                ),
            );
        }
        html.push_str("</ol>\n");
    }
    if !notebook.terms.is_empty() {
        html.push_str("<p><a href=\"#glossary\">Glossary</a></p>\n");
    }
    html + "</nav>\n"
}

fn add_section(
    html: &mut String,
    deck: &Deck,
    section: &Section,
    place: usize,
    with_texts: impl Fn(&Slide, &str) -> String,
) {
    let id = format!("section-{}", place + 1);
    push(
        html,
        format_args!(
            "<section class=\"chapter\" aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n<p class=\"planned\">{}</p>\n",
            escape(&section.title),
            planned(section.minutes, false)
        ),
    );
    if let Some(needs) = &section.needs {
        // What is said first stands in the first paragraph, if it begins with one.
        let said = "<b>Before you begin:</b> ";
        let needs = match needs.strip_prefix("<p>") {
            Some(rest) => format!("<p>{said}{rest}"),
            None => format!("<p>{said}</p>\n{needs}"),
        };
        push(html, format_args!("<div class=\"needs\">{needs}</div>\n"));
    }
    for reading in &section.slides {
        let Some(slide) = deck.slides.get(reading.position) else { continue };
        add_slide(html, slide, reading, &with_texts(slide, &reading.content));
    }
    html.push_str("</section>\n");
}

fn add_slide(html: &mut String, slide: &Slide, reading: &Reading, content: &str) {
    let (slug, code, heading) = (&slide.slug, reading.position + 1, &reading.heading);
    let planned = planned(slide.minutes, slide.home);
    push(
        html,
        format_args!(
            "<section class=\"slide\" id=\"{slug}\" data-slide=\"{slug}\" aria-labelledby=\"title-{slug}\">\n\
             <h3 id=\"title-{slug}\"><span class=\"code-of-slide\">{code}</span> {heading}</h3>\n\
             <p class=\"planned\">{planned} <a class=\"as-slide\" href=\"/slide/{slug}\">Show as a slide</a></p>\n\
             {content}"
        ),
    );
    if let Some(explanation) = &reading.explanation {
        push(html, format_args!("<div class=\"explanation\">\n{explanation}</div>\n"));
    }
    html.push_str("</section>\n");
}

fn glossary(terms: &[Term]) -> String {
    if terms.is_empty() {
        return String::new();
    }
    let mut listed: Vec<_> = terms.iter().enumerate().collect();
    listed.sort_by_key(|(_, term)| term.term.to_lowercase());
    let entry = |(place, Term { term, means, .. }): (usize, &Term)| {
        format!("<dt>{}</dt><dd id=\"{}\">{means}</dd>\n", escape(term), Glossary::id(place))
    };
    let entries: String = listed.into_iter().map(entry).collect();
    format!(
        "<section class=\"chapter\" aria-labelledby=\"glossary\">\n<h2 id=\"glossary\">Glossary</h2>\n<dl>\n{entries}</dl>\n</section>\n"
    )
}

/// `2.5 minutes`, or that it is for home.
fn planned(minutes: f32, home: bool) -> String {
    match minutes {
        _ if home => "at home".into(),
        minutes if minutes <= 0.0 => "at home".into(),
        1.0 => "1 minute".into(),
        minutes => format!("{minutes} minutes"),
    }
}

/// Writing into a text can't fail.
fn push(html: &mut String, what: std::fmt::Arguments<'_>) {
    let written = html.write_fmt(what);
    debug_assert!(written.is_ok());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_said_as_people_do() {
        for (minutes, home, expected) in
            [(1.0, false, "1 minute"), (2.5, false, "2.5 minutes"), (0.0, false, "at home"), (3.0, true, "at home")]
        {
            assert_eq!(planned(minutes, home), expected);
        }
    }
}

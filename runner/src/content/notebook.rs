//! What the notebook has beside the slides: each slide as it is read, its explanation, and what sections need.

use std::collections::{BTreeMap, BTreeSet};

use shared::Slide;

use super::glossary::{Glossary, Term};
use super::outline::Outline;

/// The deck as one text, rendered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Notebook {
    /// In their order, those that have slides.
    pub sections: Vec<Section>,
    /// The glossary, as it was written.
    pub terms: Vec<Term>,
}

/// A section with its slides.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// How long it is planned to take, in minutes; 0 for one that is there to be read at home.
    pub minutes: f32,
    /// What one must know first, as HTML.
    pub needs: Option<String>,
    /// Its slides.
    pub slides: Vec<Reading>,
}

/// A slide as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Its place in the deck.
    pub position: usize,
    /// What stands inside of its heading, as HTML.
    pub heading: String,
    /// What it shows, with its cells as they are in [`Slide::html`].
    pub content: String,
    /// Its explanation, as HTML.
    pub explanation: Option<String>,
}

/// Puts it together: the slides are in order, each with its explanation if there is one. Says which terms are used.
pub fn bind(
    slides: &[Slide],
    explanations: &BTreeMap<String, String>,
    outline: &Outline,
    needs: &BTreeMap<String, String>,
    glossary: &Glossary,
) -> (Notebook, BTreeSet<usize>) {
    let (mut sections, mut used) = (Vec::<Section>::new(), BTreeSet::new());
    for (position, slide) in slides.iter().enumerate() {
        if sections.last().is_none_or(|section| section.title != slide.section) {
            let of_it = |other: &&Slide| other.section == slide.section && !other.home;
            let taken = || slides.iter().filter(of_it).map(|slide| slide.minutes).sum();
            sections.push(Section {
                title: slide.section.clone(),
                minutes: outline.section_minutes(&slide.section).unwrap_or_else(taken),
                needs: needs.get(&slide.section).map(|html| in_notebook(html)),
                slides: Vec::new(),
            });
        }
        let mut seen = BTreeSet::new();
        let (heading, content) = parted(&slide.html);
        let content = glossary.mark(&in_notebook(&lowered(content)), &mut seen);
        let explanation = explanations.get(&slide.slug);
        let explanation = explanation.map(|html| glossary.mark(&in_notebook(&lowered(html)), &mut seen));
        used.extend(seen);
        if let Some(section) = sections.last_mut() {
            section.slides.push(Reading { position, heading: heading.to_owned(), content, explanation });
        }
    }
    (Notebook { sections, terms: glossary.terms.clone() }, used)
}

/// What stands inside of a slide's heading, and what follows it.
fn parted(html: &str) -> (&str, &str) {
    let heading = html.split_once("<h1 ").and_then(|(_, rest)| rest.split_once('>')?.1.split_once("</h1>\n"));
    heading.unwrap_or(("", html))
}

/// Under a slide's heading, which is of the third level here, those of its text are of the fourth and lower.
fn lowered(html: &str) -> String {
    // Texts are escaped: where this is found, it is a tag.
    let mut lowered = html.to_owned();
    for level in (2..=4).rev() {
        let deeper = level + 2;
        lowered = lowered.replace(&format!("<h{level}>"), &format!("<h{deeper}>"));
        lowered = lowered.replace(&format!("</h{level}>"), &format!("</h{deeper}>"));
    }
    lowered
}

/// Links to slides lead to their places in the notebook.
fn in_notebook(html: &str) -> String {
    const LINK: &str = "href=\"/slide/";
    let mut pieces = html.split(LINK);
    let mut led = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (address, rest) = piece.split_once('"').unwrap_or((piece, ""));
        let slug = address.split(['#', '?']).next().unwrap_or_default();
        led.push_str(&format!("href=\"#{slug}\"{rest}"));
    }
    led
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_places() {
        for (html, expected) in [
            ("<a href=\"/slide/01-a\">x</a> y", "<a href=\"#01-a\">x</a> y"),
            ("<a href=\"/slide/01-a#2\">x</a><a href=\"/slide/02-b\">", "<a href=\"#01-a\">x</a><a href=\"#02-b\">"),
            ("<a href=\"https://x/slide/1\">", "<a href=\"https://x/slide/1\">"),
        ] {
            assert_eq!(in_notebook(html), expected, "{html}");
        }
    }

    #[test]
    fn headings_are_lowered_and_the_first_is_taken_out() {
        assert_eq!(parted("<p class=\"at-home\">at home</p>\n<h1 id=\"t\">A <b></h1>\n<p>x"), ("A <b>", "<p>x"));
        assert_eq!(lowered("<h2>a</h2><h3>b</h3>&lt;h2>"), "<h4>a</h4><h5>b</h5>&lt;h2>");
    }
}

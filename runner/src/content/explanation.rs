//! A slide's explanation: prose for those who read alone, in a fence of the slide and not shown on it.

use pulldown_cmark::{Event, Tag};

use super::fence::Fence;
use super::figures::unsourced;
use super::links::Link;
use super::markdown::{PieceKind, code_html, pieces, to_html};
use super::mistake::{Mistake, Source};

/// One explanation, rendered.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Its HTML.
    pub html: String,
    /// Its links to slides.
    pub links: Vec<Link>,
}

/// Reads the text of the fence that stands at the line `fence` of the file at `path`.
pub fn parse(path: &str, fence: usize, text: &str, mistakes: &mut Vec<Mistake>) -> Explanation {
    let source = Source { path, first_line: fence + 1, text };
    if text.trim().is_empty() {
        mistakes.push(Mistake::new(path, fence, "this explanation is empty: write something, or take the fence away"));
    }
    if let Some(line) = unsourced(text) {
        let sentence = "this figure has no source in the explanation: add `<small>… Source: …</small>`";
        mistakes.push(Mistake::new(path, fence + line, sentence));
    }
    let (mut events, mut links) = (Vec::new(), Vec::new());
    for piece in pieces(text) {
        let mut wrong = |sentence: &str| mistakes.push(source.mistake(piece.offset, sentence));
        match piece.kind {
            PieceKind::Other(event) => {
                if let Event::Start(Tag::Link { dest_url, .. }) = &event {
                    links.extend(Link::to(dest_url, &source, piece.offset));
                }
                events.push(event);
            }
            PieceKind::Title(_) => wrong("an explanation stands under its slide's heading: begin others with ##"),
            PieceKind::Step => wrong("only slides have steps: an explanation is read as a whole"),
            PieceKind::Mistake(sentence) => wrong(&sentence),
            PieceKind::Fence { words, text } => match Fence::parse(&words) {
                Ok(Fence::Text(language)) => events.push(Event::Html((code_html(&language, &text) + "\n").into())),
                Ok(_) => wrong("code in an explanation is to be read: put what is run, drawn or asked on the slide"),
                Err(sentence) => wrong(&sentence),
            },
        }
    }
    Explanation { html: to_html(events), links }
}

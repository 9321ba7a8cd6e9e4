//! Diagrams: SVG files that stand in the slide itself, so that they have the page's colours.

use std::collections::BTreeMap;

use super::fence::misnamed;
use super::mistake::{Mistake, Source};
use super::{Files, markdown::escape};

const FOLDER: &str = "slides/diagrams/";
/// What a diagram is drawn with. Nothing else: what stands in a page must do nothing.
const ELEMENTS: [&str; 15] = [
    "svg", "title", "desc", "defs", "marker", "g", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path",
    "text", "tspan",
];
const ATTRIBUTES: [&str; 40] = [
    "xmlns",
    "viewBox",
    "class",
    "id",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "dx",
    "dy",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "d",
    "points",
    "transform",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "opacity",
    "text-anchor",
    "dominant-baseline",
    "font-size",
    "font-weight",
    "marker-start",
    "marker-end",
    "markerWidth",
    "markerHeight",
    "refX",
    "refY",
    "orient",
];

/// A tag with its place, in bytes.
struct Tag<'a> {
    offset: usize,
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    kind: Kind,
}

#[derive(PartialEq, Eq)]
enum Kind {
    Opens,
    Closes,
    Empty,
}

/// The path of a diagram's file.
pub fn path(name: &str) -> String {
    format!("{FOLDER}{name}.svg")
}

/// Whether the file belongs to the diagrams.
pub fn is_one(path: &str) -> bool {
    path.starts_with(FOLDER)
}

/// The HTML of every diagram by its name. Those with mistakes are there too, so that the fences that name them aren't
/// called mistakes as well.
pub fn all(files: &Files, mistakes: &mut Vec<Mistake>) -> BTreeMap<String, String> {
    let mut diagrams = BTreeMap::new();
    for (path, text) in files.range(FOLDER.to_owned()..).take_while(|(path, _)| is_one(path)) {
        let name = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".svg"));
        let Some(name) = name.filter(|name| misnamed(name).is_none()) else {
            mistakes.push(Mistake::new(
                path,
                1,
                "a diagram is a file `name.svg`: lower-case letters, digits and hyphens",
            ));
            continue;
        };
        let html = html(name, text).unwrap_or_else(|(offset, sentence)| {
            mistakes.push(Source { path, first_line: 1, text }.mistake(offset, sentence));
            String::new()
        });
        diagrams.insert(name.to_owned(), html);
    }
    diagrams
}

/// The figure; or what is wrong, and where.
fn html(name: &str, svg: &str) -> Result<String, (usize, String)> {
    let tags = tags(svg)?;
    let mut open: Vec<&str> = Vec::new();
    for (position, tag) in tags.iter().enumerate() {
        let wrong = |sentence: String| Err((tag.offset, sentence));
        if !ELEMENTS.contains(&tag.name) {
            return wrong(format!("`<{}>` is not for diagrams: there are {}", tag.name, ELEMENTS.join(", ")));
        }
        if (position == 0) != (tag.name == "svg" && tag.kind == Kind::Opens) && tag.kind != Kind::Closes {
            return wrong("a diagram is one `<svg>`, and begins with it".into());
        }
        for (attribute, value) in &tag.attributes {
            if let Some(sentence) = unfit(name, attribute, value) {
                return wrong(sentence);
            }
        }
        match tag.kind {
            Kind::Opens => open.push(tag.name),
            Kind::Closes if open.pop() != Some(tag.name) => return wrong(format!("`</{}>` closes nothing", tag.name)),
            Kind::Closes | Kind::Empty => {}
        }
        if open.is_empty() && position + 1 < tags.len() {
            return wrong("nothing follows the end of the `<svg>`".into());
        }
    }
    if let Some(left) = open.last() {
        return Err((svg.len().saturating_sub(1), format!("`<{left}>` is not closed")));
    }
    if !tags.first().is_some_and(|tag| tag.attributes.iter().any(|(attribute, _)| *attribute == "viewBox")) {
        return Err((0, "the `<svg>` needs a `viewBox`, to fit every screen".into()));
    }
    let mut parts = Vec::new();
    for part in ["title", "desc"] {
        let tag = format!("<{part}>");
        let text = svg.split_once(&tag).and_then(|(_, rest)| rest.split_once("</")).map_or("", |(text, _)| text.trim());
        if text.is_empty() {
            return Err((0, format!("a diagram needs a `{tag}`, for those who can't see it")));
        }
        parts.push(tag);
    }
    let name = escape(name);
    let labelled = format!("<svg role=\"img\" aria-labelledby=\"{name}-title {name}-desc\"");
    let svg = svg[tags[0].offset..].trim_end().replacen("<svg", &labelled, 1);
    let svg = svg.replacen("<title>", &format!("<title id=\"{name}-title\">"), 1);
    let svg = svg.replacen("<desc>", &format!("<desc id=\"{name}-desc\">"), 1);
    Ok(format!("<figure class=\"diagram\" tabindex=\"0\">{svg}</figure>\n"))
}

/// Why an attribute can't stand there.
fn unfit(name: &str, attribute: &str, value: &str) -> Option<String> {
    let own = format!("{name}-");
    match attribute {
        _ if !ATTRIBUTES.contains(&attribute) => Some(format!(
            "`{attribute}` is not an attribute for diagrams: colours come from classes in frontend/style.css"
        )),
        "fill" | "stroke" if !["none", "currentColor"].contains(&value) => Some(format!(
            "`{attribute}=\"{value}\"` looks wrong in light or in dark: write none, currentColor or a class"
        )),
        // Other diagrams are in the same page.
        "id" if !value.starts_with(&own) => Some(format!("the id `{value}` must begin with `{own}`")),
        "marker-start" | "marker-end" if !value.starts_with(&format!("url(#{own}")) => {
            Some(format!("`{attribute}` must be `url(#{own}…)`"))
        }
        _ => None,
    }
}

/// The tags of the text, in order.
fn tags(svg: &str) -> Result<Vec<Tag<'_>>, (usize, String)> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = svg[at..].find('<') {
        let offset = at + found;
        let rest = &svg[offset + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            let end = comment.find("-->").ok_or((offset, "the comment has no end".to_owned()))?;
            at = offset + 1 + "!--".len() + end + "-->".len();
            continue;
        }
        let end = rest.find('>').ok_or((offset, "the tag has no end".to_owned()))?;
        tags.push(tag(offset, &rest[..end])?);
        at = offset + 1 + end + 1;
    }
    Ok(tags)
}

/// The tag with this text between its brackets.
fn tag(offset: usize, text: &str) -> Result<Tag<'_>, (usize, String)> {
    let (kind, text) = match (text.strip_prefix('/'), text.strip_suffix('/')) {
        (Some(rest), _) => (Kind::Closes, rest),
        (None, Some(rest)) => (Kind::Empty, rest),
        (None, None) => (Kind::Opens, text),
    };
    let (name, mut rest) = text.split_once(|letter: char| letter.is_whitespace()).unwrap_or((text, ""));
    let mut attributes = Vec::new();
    while !rest.trim_start().is_empty() {
        let parts = rest.trim_start().split_once("=\"").and_then(|(attribute, rest)| {
            let (value, rest) = rest.split_once('"')?;
            (!attribute.contains(|letter: char| "= \"".contains(letter))).then_some((attribute, value, rest))
        });
        let Some((attribute, value, more)) = parts else {
            return Err((offset, format!("the attributes of `<{name}>` must be written as `name=\"value\"`")));
        };
        attributes.push((attribute, value));
        rest = more;
    }
    Ok(Tag { offset, name, attributes, kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "<!-- two boxes -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">\n<title>A</title>\n<desc>B</desc>\n\
        <rect class=\"box\" x=\"1\" fill=\"none\"/>\n<text x=\"1\">5 &lt; 6</text>\n</svg>\n";

    fn files(text: &str) -> Files {
        [("slides/diagrams/two.svg".to_owned(), text.to_owned())].into()
    }

    #[test]
    fn a_diagram_stands_in_the_page_with_its_words() {
        let mut mistakes = Vec::new();
        let diagrams = all(&files(GOOD), &mut mistakes);
        assert_eq!(mistakes, []);
        let html = &diagrams["two"];
        assert!(
            html.starts_with(
                "<figure class=\"diagram\" tabindex=\"0\"><svg role=\"img\" aria-labelledby=\"two-title two-desc\" xmlns="
            ),
            "{html}"
        );
        assert!(html.contains("<title id=\"two-title\">A</title>\n<desc id=\"two-desc\">B</desc>"), "{html}");
        assert!(html.ends_with("<text x=\"1\">5 &lt; 6</text>\n</svg></figure>\n"), "{html}");
    }

    #[test]
    fn mistakes_have_their_line() {
        for (old, new, expected) in [
            ("<text x=\"1\">", "<script>", "slides/diagrams/two.svg:6: `<script>` is not for diagrams"),
            ("class=", "onclick=", "slides/diagrams/two.svg:5: `onclick` is not an attribute"),
            ("class=", "style=", "slides/diagrams/two.svg:5: `style` is not an attribute"),
            (
                "fill=\"none\"",
                "fill=\"#fff\"",
                "slides/diagrams/two.svg:5: `fill=\"#fff\"` looks wrong in light or in dark",
            ),
            ("x=\"1\" ", "id=\"a\" ", "slides/diagrams/two.svg:5: the id `a` must begin with `two-`"),
            ("x=\"1\" ", "marker-end=\"url(#a)\" ", "slides/diagrams/two.svg:5: `marker-end` must be `url(#two-…)`"),
            ("x=\"1\" ", "x=1 ", "slides/diagrams/two.svg:5: the attributes of `<rect>`"),
            ("</text>", "", "slides/diagrams/two.svg:7: `</svg>` closes nothing"),
            ("</svg>", "", "slides/diagrams/two.svg:7: `<svg>` is not closed"),
            ("</svg>", "</svg><svg>", "slides/diagrams/two.svg:7: nothing follows the end"),
            (" viewBox=\"0 0 9 9\"", "", "slides/diagrams/two.svg:1: the `<svg>` needs a `viewBox`"),
            ("<desc>B</desc>", "", "slides/diagrams/two.svg:1: a diagram needs a `<desc>`"),
            (">A<", "> <", "slides/diagrams/two.svg:1: a diagram needs a `<title>`"),
        ] {
            let mut mistakes = Vec::new();
            all(&files(&GOOD.replacen(old, new, 1)), &mut mistakes);
            let said: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            assert!(said.len() == 1 && said[0].contains(expected), "{expected}: {said:?}");
        }
    }
}

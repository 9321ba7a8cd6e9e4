//! Markdown to the HTML of the page, which allows no style attributes and runs nothing that a text brings along.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::steps;

/// The tags that Markdown has no sign for. Without attributes they can do nothing but what they are.
const ALLOWED_TAGS: [&str; 11] =
    ["<small>", "</small>", "<kbd>", "</kbd>", "<sub>", "</sub>", "<sup>", "</sup>", "<br>", "<br/>", "<br />"];

/// A piece of a slide, with the place in the source where it begins.
pub struct Piece<'a> {
    /// In bytes from the beginning.
    pub offset: usize,
    /// What it is.
    pub kind: PieceKind<'a>,
}

/// What a slide is made of.
pub enum PieceKind<'a> {
    /// A fenced block: the words after its backticks, and its text.
    Fence {
        /// The words.
        words: String,
        /// The text.
        text: String,
    },
    /// A heading of the first level, as plain text.
    Title(String),
    /// The beginning of a step.
    Step,
    /// Something else, made safe.
    Other(Event<'a>),
    /// A thing that slides can't show.
    Mistake(String),
}

/// Takes a slide's Markdown apart.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut open: Option<PieceKind<'_>> = None;
    let mut html = None;
    // How many lists and quotes are open: a step can't begin inside of one.
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match &event {
            Event::Start(Tag::List(_) | Tag::BlockQuote(_)) => depth += 1,
            Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_)) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let kind = match (event, &mut open) {
            (Event::Start(Tag::HtmlBlock), _) => {
                html = Some(String::new());
                continue;
            }
            (Event::End(TagEnd::HtmlBlock), _) => match html.take() {
                Some(block) if steps::begins(&block) && depth == 0 => PieceKind::Step,
                Some(block) if block.trim_start().starts_with(steps::SIGN) => PieceKind::Mistake(misplaced()),
                Some(block) => match html_block(&block) {
                    Some(event) => PieceKind::Other(event),
                    None => continue,
                },
                None => continue,
            },
            (Event::Start(Tag::CodeBlock(kind)), _) => {
                let words = match kind {
                    CodeBlockKind::Fenced(words) => words.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                open = Some(PieceKind::Fence { words, text: String::new() });
                continue;
            }
            (Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }), _) => {
                open = Some(PieceKind::Title(String::new()));
                continue;
            }
            (Event::End(TagEnd::CodeBlock | TagEnd::Heading(HeadingLevel::H1)), open) => match open.take() {
                Some(kind) => kind,
                None => continue,
            },
            (Event::Text(more) | Event::Code(more), Some(PieceKind::Fence { text, .. } | PieceKind::Title(text))) => {
                text.push_str(&more);
                continue;
            }
            (_, Some(_)) => continue,
            (Event::Html(line) | Event::Text(line), None) if html.is_some() => {
                html.get_or_insert_default().push_str(&line);
                continue;
            }
            (event, None) => match safe(event) {
                Ok(Some(event)) => PieceKind::Other(event),
                Ok(None) => continue,
                Err(sentence) => PieceKind::Mistake(sentence),
            },
        };
        pieces.push(Piece { offset: range.start, kind });
    }
    pieces
}

/// A short text, such as a hint, as HTML.
///
/// # Errors
/// The sentence for the author.
pub fn fragment(text: &str) -> Result<String, String> {
    let mut events = Vec::new();
    for piece in pieces(text) {
        match piece.kind {
            PieceKind::Other(event) => events.push(event),
            PieceKind::Fence { words, text } => events.push(Event::Html(code_html(&words, &text).into())),
            PieceKind::Title(_) => return Err("such a text has no heading of the first level".into()),
            PieceKind::Step => return Err("only slides have steps".into()),
            PieceKind::Mistake(sentence) => return Err(sentence),
        }
    }
    Ok(to_html(events))
}

/// The events' HTML.
pub fn to_html<'a>(events: impl IntoIterator<Item = Event<'a>>) -> String {
    let mut html = String::new();
    html::push_html(&mut html, events.into_iter());
    html
}

/// What may stand on the page in place of `event`; none for what is left out.
fn safe(event: Event<'_>) -> Result<Option<Event<'_>>, String> {
    Ok(Some(match event {
        Event::InlineHtml(tag) if steps::begins(&tag) => return Err(misplaced()),
        // Comments are for authors.
        Event::InlineHtml(tag) if tag.starts_with("<!--") => return Ok(None),
        Event::InlineHtml(tag) if ALLOWED_TAGS.contains(&&*tag) => Event::InlineHtml(tag),
        Event::Html(tag) | Event::InlineHtml(tag) => Event::Text(tag),
        // Alignment would become a style attribute.
        Event::Start(Tag::Table(columns)) => {
            Event::Start(Tag::Table(columns.iter().map(|_| pulldown_cmark::Alignment::None).collect()))
        }
        Event::Start(Tag::Link { dest_url, .. }) if !is_harmless(&dest_url) => {
            return Err(format!("`{dest_url}` is not a link: write https://…, /slide/… or #…"));
        }
        Event::Start(Tag::Image { .. }) => {
            return Err("slides have no pictures: describe it, or draw it in text".into());
        }
        event => event,
    }))
}

fn misplaced() -> String {
    let sign = steps::SIGN;
    format!("`{sign}` stands alone on a line between two blocks, not inside of a list, a quote or a paragraph")
}

/// A block of HTML as the text that it is; nothing if it is a comment.
fn html_block(text: &str) -> Option<Event<'static>> {
    let text = text.trim();
    let comment = text.starts_with("<!--") && text.ends_with("-->");
    (!comment).then(|| Event::Html(format!("<p>{}</p>\n", escape(text)).into()))
}

fn is_harmless(address: &str) -> bool {
    ["https://", "http://", "/slide/", "#"].iter().any(|start| address.starts_with(start))
}

/// A block of code to read.
pub fn code_html(language: &str, text: &str) -> String {
    let class = if language.is_empty() { String::new() } else { format!(r#" class="language-{}""#, escape(language)) };
    format!(r#"<pre class="code"><code{class}>{}</code></pre>"#, escape(text))
}

/// A cell before the page makes it editable.
pub fn cell_html(id: &shared::CellId, text: &str) -> String {
    format!("<div class=\"cell\" data-cell=\"{}\">{}</div>\n", escape(&id.0), code_html("python", text))
}

/// Text for between tags and in attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

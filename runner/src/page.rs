//! The page's HTML: one slide, readable before and without its program.

pub mod notebook;

use actix_web::http::StatusCode;
use shared::Deck;

use crate::assets::Assets;
use crate::content::escape;
use crate::gate::Nonce;

/// The type of all pages.
pub const HTML: &str = "text/html; charset=utf-8";

const HEAD: &str = include_str!("page/head.html");
const SLIDE: &str = include_str!("page/slide.html");
const MESSAGE: &str = include_str!("page/message.html");

/// What to do without a credential.
pub fn how_to_come_in(port: u16) -> String {
    format!(
        "Open the link in your terminal: Virgil printed it when it started, and it works once. \
         For a new one, run `virgil link --port {port}`."
    )
}

/// The page of the slide at `position`, which must be in the deck, with what stands inside of it.
pub fn slide(deck: &Deck, position: usize, html: &str, assets: &Assets, nonce: &Nonce) -> String {
    let slide = &deck.slides[position];
    let neighbour = |offset: isize| deck.slides.get(position.checked_add_signed(offset)?);
    let anchor = |offset, rel: &str, name: &str| match neighbour(offset) {
        Some(slide) => format!(r#"<a rel="{rel}" class="{rel}" href="/slide/{}">{name}</a>"#, slide.slug),
        None => String::new(),
    };
    fill(SLIDE, |name| match name {
        "head" => head(&format!("{} · Virgil", slide.title), assets, nonce, &[]),
        "deck-title" => escape(&deck.title),
        "previous" => anchor(-1, "prev", "Previous"),
        "position" => format!("{} / {}", position + 1, deck.slides.len()),
        "next" => anchor(1, "next", "Next"),
        "trouble" if assets.program.is_none() => page_missing().into(),
        "trouble" => String::new(),
        "slug" => slide.slug.clone(),
        "slide" => html.to_owned(),
        _ => unknown(name),
    })
}

/// How a page with the program begins, up to its body; `sheets`: more styles than all pages have.
fn head(title: &str, assets: &Assets, nonce: &Nonce, sheets: &[String]) -> String {
    fill(HEAD, |name| match name {
        "title" => escape(title),
        "nonce" => nonce.0.clone(),
        "program" => program(assets, sheets),
        _ => unknown(name),
    })
}

/// The elements that load styles and program; none if this `virgil` was compiled without.
fn program(assets: &Assets, sheets: &[String]) -> String {
    let Some(program) = &assets.program else { return String::new() };
    let styles = assets.styles.iter().chain(sheets);
    let styles: String = styles.map(|path| format!("<link rel=\"stylesheet\" href=\"{path}\">\n")).collect();
    let later = [("charts", &assets.charts), ("presenter", &assets.presenter)];
    let later = later.into_iter().filter_map(|(name, path)| Some((name, path.as_ref()?)));
    let later = later.map(|(name, path)| format!("<meta name=\"virgil-{name}\" content=\"{path}\">\n"));
    let script = &program.script;
    format!(
        "{styles}{}<link rel=\"modulepreload\" href=\"{script}\">\n<script type=\"module\" src=\"/boot.js\"></script>",
        later.collect::<String>()
    )
}

fn page_missing() -> &'static str {
    "<p class=\"trouble\">You can read this, but not run it: this <code>virgil</code> was compiled without its page. \
     Build both with <code>cargo xtask serve</code>.</p>\n"
}

/// A page that says one thing. `again`: it loads its address once more, at once.
pub fn message(status: StatusCode, sentence: &str, nonce: &Nonce, again: bool) -> String {
    fill(MESSAGE, |name| match name {
        "title" => status.canonical_reason().unwrap_or("Virgil").into(),
        "nonce" => nonce.0.clone(),
        "again" if again => "<meta http-equiv=\"refresh\" content=\"0\">\n".into(),
        "again" => String::new(),
        "sentence" => with_code(sentence),
        _ => unknown(name),
    })
}

/// Escaped, with what stands between backticks as code.
fn with_code(sentence: &str) -> String {
    let part = |(number, part): (usize, &str)| match number % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    };
    sentence.split('`').enumerate().map(part).collect()
}

/// The template with a value in each place `{{name}}`. Values are not looked through for more places.
fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut pieces = template.split("{{");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        filled.push_str(&value(name));
        filled.push_str(rest);
    }
    filled
}

/// The templates are part of this program: a test fills them.
fn unknown(name: &str) -> String {
    debug_assert!(false, "no value for {name}");
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_filled_in_again() {
        assert_eq!(fill("<{{a}}|{{b}}>", |name| format!("{name}{{{{b}}}}")), "<a{{b}}|b{{b}}>");
    }

    #[test]
    fn a_message_is_text_and_commands_are_code() {
        let html = message(StatusCode::UNAUTHORIZED, "<b> run `virgil <x>`.", &Nonce("N".into()), false);
        assert!(html.contains("&lt;b&gt; run <code>virgil &lt;x&gt;</code>."), "{html}");
        assert!(!html.contains("refresh"));
    }
}

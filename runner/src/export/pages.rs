//! The pages of an export: those that the runner serves, with links to files beside them.

use shared::NOTHING_RUNS;

use crate::assets::{Assets, Program};
use crate::content::{Content, escape};

const COVER: &str = include_str!("cover.html");
/// What pages of an export are told apart by, for styles and for the program.
const SERVED: [&str; 2] = ["<html lang=\"en\">", "<meta name=\"virgil-nonce\" content=\"\">"];
/// How an address of the runner begins in a page. In texts and attributes quotation marks are escaped.
const ATTRIBUTES: [&str; 3] = [" href=\"/", " src=\"/", " content=\"/"];

/// A page that the runner serves, as it is in a file; `root`: the way from it to the export's root.
pub fn copy(html: &str, root: &str) -> String {
    let [language, nonce] = SERVED;
    let told = relative(html, root).replacen(language, "<html lang=\"en\" data-exported>", 1).replacen(
        nonce,
        &format!("<meta name=\"virgil-export\" content=\"{root}\">"),
        1,
    );
    match (told.split_once("<noscript>"), told.split_once("</noscript>")) {
        (Some((before, _)), Some((_, after))) => {
            format!("{before}<noscript><p>{}</p></noscript>{after}", nothing_runs())
        }
        _ => told,
    }
}

/// HTML whose links lead to files.
pub fn relative(html: &str, root: &str) -> String {
    ATTRIBUTES.iter().fold(html.to_owned(), |html, attribute| {
        let mut pieces = html.split(attribute);
        let mut changed = pieces.next().unwrap_or_default().to_owned();
        let begin = attribute.trim_end_matches('/');
        for piece in pieces {
            let (address, rest) = piece.split_once('"').unwrap_or((piece, ""));
            let address = format!("/{address}");
            let file = shared::exported(&address).map(|file| format!("{root}{file}"));
            changed += &format!("{begin}{}\"{rest}", file.unwrap_or(address));
        }
        changed
    })
}

/// The script that starts the program, from the export's root.
pub fn boot(assets: &Assets) -> String {
    let Some(Program { script, module }) = &assets.program else { return String::new() };
    format!(
        "import init from \".{script}\";\nawait init({{ module_or_path: new URL(\".{module}\", import.meta.url) }});\n"
    )
}

/// The first page: what this is, and where all of it stands.
pub fn cover(content: &Content, assets: &Assets) -> String {
    let Content { deck, notebook, .. } = content;
    let styles = assets.styles.iter().chain(&assets.notebook);
    let styles: String = styles.map(|path| format!("<link rel=\"stylesheet\" href=\"{path}\">\n")).collect();
    let contents: String = notebook
        .sections
        .iter()
        .map(|section| {
            let slides = section.slides.iter().filter_map(|reading| deck.slides.get(reading.position));
            let slides: String = slides
                .map(|slide| format!("<li><a href=\"/slide/{}\">{}</a></li>\n", slide.slug, escape(&slide.title)))
                .collect();
            format!(
                "<section class=\"chapter\">\n<h2>{}</h2>\n<ol>\n{slides}</ol>\n</section>\n",
                escape(&section.title)
            )
        })
        .collect();
    let first = deck.slides.first().map(|slide| format!("/slide/{}", slide.slug)).unwrap_or_default();
    let filled = [
        ("{{styles}}", styles.as_str()),
        ("{{first}}", &first),
        ("{{nothing-runs}}", &nothing_runs()),
        ("{{contents}}", &contents),
        ("{{title}}", &escape(&deck.title)),
    ];
    relative(&filled.iter().fold(COVER.to_owned(), |html, (place, text)| html.replace(place, text)), "./")
}

/// The sentence with its command as code.
fn nothing_runs() -> String {
    let part = |(number, part): (usize, &str)| match number % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    };
    NOTHING_RUNS.split('`').enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_runner_become_files() {
        for (html, expected) in [
            ("<a class=\"x\" href=\"/slide/a?step=1\">", "<a class=\"x\" href=\"../slide/a.html?step=1\">"),
            ("<a href=\"/\"><a href=\"/notebook#a\">", "<a href=\"../index.html\"><a href=\"../notebook.html#a\">"),
            ("<script src=\"/boot.js\">", "<script src=\"../boot.js\">"),
            ("<meta content=\"/assets/c.js\">", "<meta content=\"../assets/c.js\">"),
            ("<a href=\"https://a/\"><a href=\"#b\">", "<a href=\"https://a/\"><a href=\"#b\">"),
            ("<code>href=&quot;/slide/a&quot;</code>", "<code>href=&quot;/slide/a&quot;</code>"),
        ] {
            assert_eq!(relative(html, "../"), expected);
        }
    }
}

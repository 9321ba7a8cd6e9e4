//! Whether every slide fits a projector of 1280 by 720 pixels, in each theme: measured by a Chromium in an export of
//! the deck. The runner's own page can be taller by a line where several builds are to be chosen from.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use tempfile::TempDir;

use super::browsers;
use crate::assets::Assets;
use crate::content::{Content, Mistake};
use crate::export;

/// The page that measures.
const PAGE: &str = "fit.html";
const HTML: &str = include_str!("fit.html");
const SCRIPT: &str = include_str!("fit.js");
/// The function that says what is wrong with the slide that a window shows: `misfits(window)`.
pub const MISFITS: &str = include_str!("misfits.js");
/// What [`MISFITS`] says of a slide that is marked as tall and isn't.
pub const WOULD_FIT: &str = "it would fit";
/// How long the browser is given for all slides; it takes about 0.2 s for each.
const PATIENCE: &str = "--timeout=600000";

/// What the page says in the end.
#[derive(Debug, Deserialize)]
struct Said {
    found: Vec<Misfit>,
    failed: Option<String>,
}

/// One thing that is wrong with a slide in one theme.
#[derive(Debug, Deserialize)]
struct Misfit {
    slug: String,
    theme: String,
    words: String,
}

/// What doesn't fit, as mistakes of the slides' files.
///
/// # Errors
/// The sentence to show if it can't be measured.
pub fn misfits(content: &Content) -> Result<Vec<Mistake>, String> {
    let browser = browsers::installed().ok_or(
        "there is no Chromium or Chrome to see with whether the slides fit: install one (Debian, Ubuntu: `sudo apt \
         install chromium`), or leave out `--fit`.",
    )?;
    let mut files = export::files(content, &Assets::embedded())?;
    let slugs: Vec<&String> = content.deck.slides.iter().map(|slide| &slide.slug).collect();
    files.insert(PAGE.into(), page(&slugs)?.into_bytes());
    let folder = TempDir::with_prefix("virgil-fit-").map_err(|error| {
        format!("there is no room for the slides in a folder of their own ({error}): free some space.")
    })?;
    export::write(folder.path(), &files)?;
    Ok(mistakes(measured(&browser, folder.path())?))
}

fn page(slugs: &[&String]) -> Result<String, String> {
    let slugs = serde_json::to_string(slugs).map_err(|error| error.to_string())?;
    Ok(HTML.replace("{{misfits}}", MISFITS).replace("{{slugs}}", &slugs).replace("{{fit}}", SCRIPT))
}

/// Has the browser measure what is in that folder.
fn measured(browser: &Path, folder: &Path) -> Result<Said, String> {
    let mut profile = PathBuf::from(folder).join("profile").into_os_string();
    profile = [OsStr::new("--user-data-dir="), &profile].into_iter().collect();
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--disable-gpu", "--window-size=1280,720", PATIENCE])
        // Its only page is the deck that is checked, and files may read each other then.
        .arg("--allow-file-access-from-files")
        .args(browsers::flags())
        .arg(profile)
        .arg("--dump-dom")
        .arg(folder.join(PAGE))
        .stdin(Stdio::null());
    let failed = |why: String| format!("{} could not show the slides: {why}", browser.display());
    let output =
        command.output().map_err(|error| failed(format!("{error}. Start it by hand to see what it lacks.")))?;
    let said = said(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| {
        let errors = String::from_utf8_lossy(&output.stderr);
        failed(format!("it ended with {} and said: {}", output.status, errors.lines().last().unwrap_or("nothing")))
    })?;
    match said.failed {
        Some(why) => Err(failed(format!("{why}. Open that slide with `virgil serve --deck` to see why."))),
        None => Ok(said),
    }
}

/// The result in the page that a browser printed.
fn said(html: &str) -> Option<Said> {
    let (_, rest) = html.split_once("<pre id=\"result\">")?;
    serde_json::from_str(rest.split_once("</pre>")?.0).ok()
}

/// A mistake for each slide, with all that is wrong with it and in which themes.
fn mistakes(said: Said) -> Vec<Mistake> {
    let mut found: Vec<(String, String, Vec<String>)> = Vec::new();
    // Only in the runner's own page it can be told whether `tall` is needless.
    for Misfit { slug, theme, words } in said.found.into_iter().filter(|misfit| misfit.words != WOULD_FIT) {
        match found.iter_mut().find(|(other, same, _)| *other == slug && *same == words) {
            Some((.., themes)) => themes.push(theme),
            None => found.push((slug, words, vec![theme])),
        }
    }
    let of_slide = |of: &[(String, String, Vec<String>)]| {
        let words: Vec<String> =
            of.iter().map(|(_, words, themes)| format!("{words} (theme {})", themes.join(", "))).collect();
        let sentence = format!("this slide doesn't fit 1280 by 720 pixels: {}", words.join("; "));
        Mistake::new(&format!("slides/{}.md", of[0].0), 1, sentence)
    };
    found.chunk_by(|(one, ..), (other, ..)| one == other).map(of_slide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_says_becomes_mistakes_of_files() {
        let html = r#"<html><pre id="result">{"found":[
            {"slug":"01-a","theme":"light","words":"it scrolls"},{"slug":"01-a","theme":"dark","words":"it scrolls"},
            {"slug":"01-a","theme":"projector","words":"it scrolls far"},{"slug":"02-b","theme":"light","words":"it would fit"},
            {"slug":"02-b","theme":"projector","words":"p.\u003cb\u003e is cut off"}],"failed":null}</pre></html>"#;
        let found = mistakes(said(html).unwrap());
        let words = [
            ("slides/01-a.md", "it scrolls (theme light, dark); it scrolls far (theme projector)"),
            ("slides/02-b.md", "p.<b> is cut off (theme projector)"),
        ];
        let expected = words
            .map(|(file, words)| Mistake::new(file, 1, format!("this slide doesn't fit 1280 by 720 pixels: {words}")));
        assert_eq!(found, expected);
        assert!(said("<html></html>").is_none());
        assert!(said("<pre id=\"result\">{</pre>").is_none());
    }

    #[test]
    fn the_page_names_every_slide() {
        let page = page(&[&"01-a".into(), &"02-b".into()]).unwrap();
        assert!(page.contains("const SLUGS = [\"01-a\",\"02-b\"];"), "{page}");
        assert!(!page.contains("{{"), "{page}");
    }
}

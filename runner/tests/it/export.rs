//! `virgil export`: the whole workshop as files.

use std::path::Path;
use std::process::Command;

use runner::assets::Assets;
use runner::content;
use runner::export::{Files, files};

/// The values of these attributes in a page.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let begin = format!(" {attribute}=\"");
    html.split(&begin).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
}

/// The file that a link leads to, from a page in this file.
fn target(page: &str, link: &str) -> String {
    let link = link.split(['?', '#']).next().unwrap();
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in link.split('/') {
        match part {
            "." => {}
            ".." => assert!(folders.pop().is_some(), "{link} in {page} leads out of the export"),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

/// What is read of a page, its words one space apart.
fn text(html: &str) -> String {
    let words = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    words.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn page<'a>(files: &'a Files, path: &str) -> &'a str {
    std::str::from_utf8(&files[path]).unwrap()
}

#[test]
fn the_workshop_is_small_and_every_link_in_it_leads_to_a_file() {
    let (content, assets) = (content::embedded().unwrap(), Assets::embedded());
    let files = files(&content, &assets).unwrap();
    let size: usize = files.values().map(Vec::len).sum();
    println!("{} files, {size} bytes", files.len());
    assert!(size < 5_000_000, "{size} bytes");
    for (path, _) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = page(&files, path);
        for link in values(html, "href").into_iter().chain(values(html, "src")) {
            let (link, place) = link.split_once('#').unwrap_or((link, ""));
            if link.starts_with("https://") || link.starts_with("http://") || link == "data:," {
                continue;
            }
            let file = if link.is_empty() { path.clone() } else { target(path, link) };
            assert!(files.contains_key(&file), "{link} in {path}");
            let is_there = place.is_empty() || values(page(&files, &file), "id").contains(&place);
            assert!(is_there, "{link}#{place} in {path}");
        }
        for script in values(html, "src") {
            assert_eq!(target(path, script), "boot.js", "{path} loads nothing else");
        }
    }
}

#[test]
fn every_page_can_be_read_without_a_script() {
    let content = content::embedded().unwrap();
    let files = files(&content, &Assets::embedded()).unwrap();
    let (notebook, cover) = (text(page(&files, "notebook.html")), text(page(&files, "index.html")));
    for slide in &content.deck.slides {
        let shown = text(page(&files, &format!("slide/{}.html", slide.slug)));
        let said = text(&slide.html);
        assert!(!said.is_empty() && shown.contains(&said), "{}", slide.slug);
        assert!(shown.contains("This is a copy to read"), "{}", slide.slug);
        let title = text(&content::escape(&slide.title));
        assert!(notebook.contains(&title) && cover.contains(&title), "{title}");
        // Its code, in the notebook too.
        for cell in content.deck.cells.iter().filter(|cell| cell.slide == slide.slug) {
            let code = text(&content::cell_html(&cell.id, &cell.starter));
            assert!(shown.contains(&code) && notebook.contains(&code), "{}", cell.id);
        }
    }
    for cell in content.recordings.keys() {
        assert!(files.contains_key(&format!("recordings/{cell}.run")), "{cell}");
    }
}

#[test]
fn only_a_new_folder_or_an_earlier_export_is_written_into() {
    if Assets::embedded().program.is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let export = |to: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_virgil")).arg("export").arg(to).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let new = folder.path().join("new");
    for _ in 0..2 {
        let (done, said, _) = export(&new);
        assert!(done && said.contains(" slides, the notebook and ") && said.contains(" MB."), "{said}");
    }
    let (done, _, said) = export(folder.path());
    assert!(!done && said.contains("has files in it that are of no earlier export"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

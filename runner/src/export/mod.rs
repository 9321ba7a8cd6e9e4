//! `virgil export`: a deck with its notebook and its recorded runs as files, which need no runner: any server of static
//! files shows them, in any folder, and without one they can be read.

mod folder;
mod pages;

use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use shared::{Deck, Slide};

use crate::assets::{self, Assets};
use crate::check;
use crate::content::{self, Content};
use crate::gate::Nonce;
use crate::page;

pub use folder::{Files, write};

/// Why nothing can be exported.
const NO_PAGE: &str = "this `virgil` was compiled without its page: build both with `cargo xtask serve`.";

/// What can be said on the command line.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct ExportArguments {
    /// The folder to write into: a new or empty one, or an earlier export, which is replaced.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The folder of another deck.
    #[arg(long, value_name = "DIR")]
    pub deck: Option<PathBuf>,
}

/// Exports, and says what was written.
///
/// # Errors
/// The sentence to show.
pub fn run(arguments: &ExportArguments) -> Result<(), String> {
    let ExportArguments { folder, deck } = arguments;
    let content = match deck {
        Some(deck) => content::in_folder(deck).map_err(|unfit| {
            format!("nothing is exported before the deck has no mistakes:\n{}", check::lines(deck, unfit).join("\n"))
        })?,
        None => {
            content::embedded().map_err(|_| "the deck in this `virgil` has mistakes: build it again.".to_owned())?
        }
    };
    let files = files(&content, &Assets::embedded())?;
    write(folder, &files)?;
    println!("{}", summary(&content, &files));
    println!("They are in {}: begin with index.html there, or put the folder on any web server.", folder.display());
    Ok(())
}

/// All files of an export, by their paths in it.
///
/// # Errors
/// The sentence to show if there is no page, or a recorded run can't be read.
pub fn files(content: &Content, assets: &Assets) -> Result<Files, String> {
    if assets.program.is_none() {
        return Err(NO_PAGE.into());
    }
    let deck = Deck { workspace: 0, ..content.deck.clone() };
    let as_written = |_: &Slide, html: &str| html.to_owned();
    let nonce = Nonce::default();
    let mut files = Files::new();
    let mut put = |address: &str, bytes: Vec<u8>| {
        let file = shared::exported(address);
        debug_assert!(file.is_some(), "{address} has no file");
        files.extend(file.map(|file| (file, bytes)));
    };
    put("/", pages::cover(content, assets).into());
    let notebook = page::notebook::notebook(&deck, &content.notebook, as_written, assets, &nonce);
    put("/notebook", pages::copy(&notebook, "./").into());
    for (position, slide) in deck.slides.iter().enumerate() {
        let html = page::slide(&deck, position, &slide.html, assets, &nonce);
        put(&format!("/slide/{}", slide.slug), pages::copy(&html, "../").into());
    }
    put("/boot.js", pages::boot(assets).into());
    put("/api/deck", value(&deck)?);
    put("/api/help", value(&content.help)?);
    let texts: std::collections::BTreeMap<_, _> =
        deck.slides.iter().map(|slide| (&slide.slug, pages::relative(&slide.html, "../"))).collect();
    put("/api/slides", value(&texts)?);
    for (cell, recording) in &content.recordings {
        let whole = value(&recording.whole()?)?;
        put(&format!("/api/recorded/{cell}"), packed(&whole).map_err(|error| error.to_string())?);
    }
    for (path, bytes) in assets::files() {
        put(&path, bytes);
    }
    Ok(files)
}

/// As the runner sends it.
fn value(value: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    postcard::to_allocvec(value).map_err(|error| error.to_string())
}

/// Compressed, since servers of static files may not do it.
fn packed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes)?;
    packed.finish()
}

fn summary(content: &Content, files: &Files) -> String {
    let bytes: usize = files.values().map(Vec::len).sum();
    format!(
        "{} slides, the notebook and {} recorded runs: {} files, {}.",
        content.deck.slides.len(),
        content.recordings.len(),
        files.len(),
        shared::bytes(bytes as u64)
    )
}

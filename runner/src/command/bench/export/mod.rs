//! The results as files. Each format is a pure function from results to text.

mod csv;
mod document;
mod pyperf;

mod report;

mod html;
mod markdown;

use std::fs;
use std::path::PathBuf;

use super::arguments::ExportsArguments;
use super::results::Results;
use crate::command::destination::Destination;
use crate::command::exit::Refusal;
use crate::command::screen::Screen;
pub use document::Document;

/// Where results go: found before the first lap, since measuring takes long.
#[derive(Debug, Default)]
pub struct Exports {
    files: Vec<(Format, Destination)>,
    pyperf: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
    Markdown,
    Html,
}

impl Exports {
    /// Those that were asked for.
    ///
    /// # Errors
    /// Why nothing could be written to one of them, and what to do.
    pub fn find(arguments: &ExportsArguments) -> Result<Exports, Refusal> {
        let ExportsArguments { json, csv, pyperf, markdown, html } = arguments;
        let asked = [(Format::Json, json), (Format::Csv, csv), (Format::Markdown, markdown), (Format::Html, html)];
        let mut exports = Exports { files: Vec::new(), pyperf: pyperf.clone() };
        for (format, path) in asked {
            if let Some(path) = path {
                exports.files.push((format, Destination::find(path)?));
            }
        }
        if let Some(folder) = &exports.pyperf {
            fs::create_dir_all(folder).map_err(|error| {
                let folder = folder.display();
                Refusal::usage(format!("The folder {folder} can't be made ({error}): give --pyperf another name."))
            })?;
        }
        Ok(exports)
    }

    /// Writes all of them.
    ///
    /// # Errors
    /// Why one can't be written, and what to do.
    pub fn write(&self, results: &Results, screen: &mut Screen) -> Result<(), Refusal> {
        for (format, destination) in &self.files {
            let text = match format {
                Format::Json => document::text(results)?,
                Format::Csv => csv::text(results),
                Format::Markdown => markdown::text(&report::report(results)),
                Format::Html => html::text(&report::report(results)),
            };
            match destination {
                Destination::Output => screen.result(&text).map_err(|error| {
                    Refusal::failed(format!("The result can't be written ({error}): give it another place."))
                })?,
                other => other.write(&text)?,
            }
        }
        if let Some(folder) = &self.pyperf {
            for (name, text) in pyperf::files(results)? {
                let file = std::path::absolute(folder.join(name)).unwrap_or_else(|_| folder.clone());
                Destination::find(&file)?.write(&text)?;
            }
        }
        Ok(())
    }
}

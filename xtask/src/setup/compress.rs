//! Compressed copies beside every file, so that the server has nothing to compress.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::CompressorWriter;
use flate2::Compression;
use flate2::write::GzEncoder;
use walkdir::WalkDir;

const BROTLI_BEST: u32 = 11;
const BROTLI_WINDOW: u32 = 24;
const BUFFER: usize = 64 * 1024;

/// Writes `X.br` and `X.gz` beside every file `X`.
pub fn folder(folder: &Path) -> Result<()> {
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        let made = entry.path().extension().is_some_and(|extension| extension == "br" || extension == "gz");
        if entry.file_type().is_file() && !made {
            file(entry.path()).with_context(|| format!("{} could not be compressed.", entry.path().display()))?;
        }
    }
    Ok(())
}

fn file(path: &Path) -> Result<()> {
    let content = fs::read(path)?;
    let mut brotli = CompressorWriter::new(File::create(with(path, "br"))?, BUFFER, BROTLI_BEST, BROTLI_WINDOW);
    brotli.write_all(&content)?;
    brotli.flush()?;
    let mut gzip = GzEncoder::new(File::create(with(path, "gz"))?, Compression::best());
    gzip.write_all(&content)?;
    gzip.finish()?;
    Ok(())
}

fn with(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

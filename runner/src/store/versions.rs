//! The last texts of one cell, each in a file that is named by when it was kept and what it is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shared::{Occasion, Version, VersionKind};

use super::write_whole;

/// How many are kept.
const MOST: usize = 20;

/// How much time lies between two that were typed over, so that they are not all of the last minute.
const BETWEEN: Duration = Duration::from_secs(60);

/// How many of the last ones are not kept once more: a conflict keeps two texts.
const LAST: usize = 2;

/// The folder of one cell's versions.
#[derive(Debug)]
pub struct Versions(PathBuf);

impl Versions {
    /// In `folder`, which is made when it is first needed.
    pub fn new(folder: PathBuf) -> Versions {
        Versions(folder)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// All of them, the oldest first.
    ///
    /// # Errors
    /// The system's, when the folder can't be read.
    pub fn list(&self) -> io::Result<Vec<Version>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let version = |entry: fs::DirEntry| {
            let (at, kind) = parse(entry.file_name().to_str()?)?;
            Some(Version { at, bytes: entry.metadata().ok()?.len(), kind })
        };
        let mut versions: Vec<Version> = entries.flatten().filter_map(version).collect();
        versions.sort_unstable_by_key(|version| version.at);
        Ok(versions)
    }

    /// The bytes of one.
    ///
    /// # Errors
    /// The system's, when it can't be read.
    pub fn read(&self, version: &Version) -> io::Result<Vec<u8>> {
        fs::read(self.file(version.at, version.kind))
    }

    /// Keeps a text that is about to be replaced: always if it doesn't go by typing, if most of it is about to go,
    /// since that may be a slip, or if it is no UTF-8, since it can't be typed again; else at most one a minute.
    ///
    /// # Errors
    /// The system's, when it can't be kept.
    pub fn keep_replaced(&self, old: &[u8], new: &[u8], occasion: Occasion) -> io::Result<()> {
        let always = occasion != Occasion::Typed || new.len() * 2 < old.len() || std::str::from_utf8(old).is_err();
        let is_due = || -> io::Result<bool> {
            let last = self.list()?.last().map(|last| Duration::from_micros(last.at));
            Ok(last.is_none_or(|last| now().saturating_sub(last) > BETWEEN))
        };
        if always || is_due()? { self.keep(old, occasion.leaves()) } else { Ok(()) }
    }

    /// Keeps a text, unless it is one of the last.
    ///
    /// # Errors
    /// The system's, when it can't be kept.
    pub fn keep(&self, text: &[u8], kind: VersionKind) -> io::Result<()> {
        let kept = self.list()?;
        let is_text = |version: &&Version| {
            version.bytes == text.len() as u64 && self.read(version).is_ok_and(|kept| kept == text)
        };
        if kept.iter().rev().take(LAST).any(|version| is_text(&version)) {
            return Ok(());
        }
        // Names never go back, even if the clock does.
        let at = kept.last().map_or(0, |last| last.at + 1).max(now().as_micros() as u64);
        write_whole(&self.0, &self.file(at, kind), text)?;
        let surplus = (kept.len() + 1).saturating_sub(MOST);
        for version in &kept[..surplus] {
            fs::remove_file(self.file(version.at, version.kind))?;
        }
        Ok(())
    }

    fn file(&self, at: u64, kind: VersionKind) -> PathBuf {
        self.0.join(name(at, kind))
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn name(at: u64, kind: VersionKind) -> String {
    match kind {
        VersionKind::Earlier => format!("{at}.py"),
        kind => format!("{at}-{}.py", kind.slug()),
    }
}

fn parse(name: &str) -> Option<(u64, VersionKind)> {
    let stem = name.strip_suffix(".py")?;
    let (at, slug) = stem.split_once('-').unwrap_or((stem, VersionKind::Earlier.slug()));
    let kind = VersionKind::ALL.into_iter().find(|kind| kind.slug() == slug)?;
    Some((at.parse().ok()?, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_when_and_what_and_foreign_files_are_none() {
        for kind in VersionKind::ALL {
            assert_eq!(parse(&name(1_700_000_000_000_000, kind)), Some((1_700_000_000_000_000, kind)));
        }
        assert_eq!(parse("12.py"), Some((12, VersionKind::Earlier)));
        for foreign in [".virgil-x", "12", "12-mine.py", "x.py", "12.pyc", "-1.py"] {
            assert_eq!(parse(foreign), None, "{foreign}");
        }
    }
}

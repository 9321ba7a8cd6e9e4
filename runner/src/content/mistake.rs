//! What is wrong with the content, and where.

use std::fmt;

/// One mistake of the author's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The file, `slides/01-one-lock.md`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and, where it isn't plain, what would be right.
    pub sentence: String,
}

impl Mistake {
    /// A mistake at that place.
    pub fn new(file: &str, line: usize, sentence: impl Into<String>) -> Mistake {
        Mistake { file: file.into(), line, sentence: sentence.into() }
    }
}

/// A file, or a part of one, in which mistakes are found by the place of what is wrong, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// `slides/01-one-lock.md`.
    pub path: &'a str,
    /// The line of the file at which the text begins, from 1.
    pub first_line: usize,
    /// The text.
    pub text: &'a str,
}

impl Source<'_> {
    /// The line of the file at that place of the text.
    pub fn line(&self, offset: usize) -> usize {
        self.first_line - 1 + line_at(self.text, offset)
    }

    /// A mistake there.
    pub fn mistake(&self, offset: usize, sentence: impl Into<String>) -> Mistake {
        Mistake::new(self.path, self.line(offset), sentence)
    }

    /// What the TOML reader says of the text.
    pub fn in_toml(&self, error: &toml::de::Error) -> Mistake {
        let sentence = error.message().lines().collect::<Vec<_>>().join(", ");
        self.mistake(error.span().map_or(0, |span| span.start), sentence)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.sentence)
    }
}

/// The line, from 1, of the byte at `offset`.
fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

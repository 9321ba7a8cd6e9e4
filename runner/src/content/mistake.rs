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

    /// What the TOML reader says of `text`, which begins at `first_line` of the file.
    pub fn in_toml(file: &str, first_line: usize, text: &str, error: &toml::de::Error) -> Mistake {
        let at = error.span().map_or(0, |span| span.start);
        let sentence = error.message().lines().collect::<Vec<_>>().join(", ");
        Mistake::new(file, first_line - 1 + line_at(text, at), sentence)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.file, self.line, self.sentence)
    }
}

/// The line, from 1, of the byte at `offset`.
pub fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

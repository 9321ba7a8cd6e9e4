//! The line of a source that sets a name: found without Python, in a text that may be half typed.

/// Where a source sets a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The line, from 1.
    pub line: u32,
    /// Where the value begins in it, in UTF-16 units from 0, as editors count.
    pub start: u32,
    /// Where the value ends.
    pub end: u32,
    /// The value as it stands there.
    pub value: String,
}

/// Why no single line of a source sets a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unassigned {
    /// There is no line `NAME = value` at its top level.
    Nowhere,
    /// There are several.
    Repeatedly,
}

/// Finds the line `NAME = value` at a source's top level.
///
/// # Errors
/// Why there is not exactly one.
pub fn assignment(source: &str, name: &str) -> Result<Assignment, Unassigned> {
    let mut found = Err(Unassigned::Nowhere);
    let mut reader = Reader::default();
    for (place, line) in source.lines().enumerate() {
        if reader.is_at_statement()
            && let Some((start, end)) = value_of(line, name)
        {
            if found.is_ok() {
                return Err(Unassigned::Repeatedly);
            }
            let units = |bytes: usize| line[..bytes].encode_utf16().count() as u32;
            found = Ok(Assignment {
                line: place as u32 + 1,
                start: units(start),
                end: units(end),
                value: line[start..end].to_owned(),
            });
        }
        reader.read(line);
    }
    found
}

/// From where to where, in bytes, the value stands in `NAME = value` or `NAME: kind = value`, if it ends in this line.
fn value_of(line: &str, name: &str) -> Option<(usize, usize)> {
    let rest = line.strip_prefix(name)?.trim_start();
    let rest = match rest.strip_prefix(':') {
        Some(kind) => &kind[kind.find('=')?..],
        None => rest,
    };
    let rest = rest.strip_prefix('=').filter(|rest| !rest.starts_with('='))?.trim_start();
    let mut reader = Reader::default();
    let value = rest[..reader.read(rest)].trim_end();
    let start = line.len() - rest.len();
    (reader.is_at_statement() && !value.is_empty()).then_some((start, start + value.len()))
}

/// Reads Python line by line, as far as is needed to know where a statement begins.
#[derive(Debug, Default)]
struct Reader {
    /// The quotes that end the string of several lines that is open.
    string: Option<&'static str>,
    /// How many brackets are open.
    brackets: usize,
    /// The line before ended in a backslash.
    continued: bool,
}

impl Reader {
    fn is_at_statement(&self) -> bool {
        self.string.is_none() && self.brackets == 0 && !self.continued
    }

    /// Reads one line; returns where, in bytes, its first statement ends: before `;`, a comment, or the line's end.
    fn read(&mut self, line: &str) -> usize {
        let mut end = None;
        let mut at = 0;
        self.continued = false;
        while let Some(letter) = line[at..].chars().next() {
            let rest = &line[at..];
            at += letter.len_utf8();
            match (self.string, letter) {
                (_, '\\') => {
                    self.continued = at == line.len();
                    at += line[at..].chars().next().map_or(0, char::len_utf8);
                }
                (Some(quotes), _) if rest.starts_with(quotes) => {
                    at += quotes.len() - 1;
                    self.string = None;
                }
                (Some(_), _) => {}
                (None, '#') => {
                    end.get_or_insert(at - 1);
                    break;
                }
                (None, ';') if self.brackets == 0 => {
                    end.get_or_insert(at - 1);
                }
                (None, '(' | '[' | '{') => self.brackets += 1,
                (None, ')' | ']' | '}') => self.brackets = self.brackets.saturating_sub(1),
                (None, '"' | '\'') => {
                    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| rest.starts_with(quotes));
                    at += quotes.map_or(0, |quotes| quotes.len() - 1);
                    self.string = quotes;
                }
                (None, _) => {}
            }
        }
        // A string in single quotes ends with its line, unless a backslash goes before.
        if self.string.is_some_and(|quotes| quotes.len() == 1) && !self.continued {
            self.string = None;
        }
        end.unwrap_or(line.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_sets_a_name_is_found() {
        for (source, line, columns, value) in [
            ("N = 30\n", 1, (4, 6), "30"),
            ("import os\nN=30", 2, (2, 4), "30"),
            ("N: int = 30  # how many\n", 1, (9, 11), "30"),
            ("N = '#;'; M = 2\n", 1, (4, 8), "'#;'"),
            ("é = 'ü'\nN: 'ü😀' = 3\r\n", 2, (11, 12), "3"),
            ("\"\"\"Text.\nN = 1\n\"\"\"\nN = 2\n", 4, (4, 5), "2"),
            ("f(\nN = 1\n)\nN = [1, 2]\n", 4, (4, 10), "[1, 2]"),
            ("x = 1 + \\\nN == 3\nN = 2\n", 3, (4, 5), "2"),
            ("def f():\n    N = 1\nN = 2\n", 3, (4, 5), "2"),
            ("s = 'it\\'s (not'\nNO = 1\nN = 10**6", 3, (4, 9), "10**6"),
        ] {
            let found = assignment(source, "N").unwrap_or_else(|why| panic!("{source}: {why:?}"));
            assert_eq!(
                (found.line, (found.start, found.end), found.value.as_str()),
                (line, columns, value),
                "{source}"
            );
        }
        for (source, why) in [
            ("", Unassigned::Nowhere),
            ("    N = 1\n", Unassigned::Nowhere),
            ("N == 1\nN += 1\nN.x = 1\nNN = 1\n", Unassigned::Nowhere),
            ("N =\nN: int\n", Unassigned::Nowhere),
            ("N = [\n1]\n", Unassigned::Nowhere),
            ("'''\nN = 1\n", Unassigned::Nowhere),
            ("N = 1\nN = 2\n", Unassigned::Repeatedly),
        ] {
            assert_eq!(assignment(source, "N"), Err(why), "{source}");
        }
    }
}

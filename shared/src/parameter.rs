//! Parameters: named values of a source that are chosen beside Run.
//!
//! The source is the only place where a value stands: a line `NAME = value` at its top level. A control shows what that
//! line says and writes into it, so that what is run is what is read, with plain Python too.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a control may count to: every browser and every JSON reader keeps such numbers exact.
const MOST: i64 = 1_000_000_000_000_000;

/// A named value of a cell's source, and how it is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name in the source.
    pub name: String,
    /// How it is chosen.
    pub control: Control,
}

/// How a value is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// By a slider over whole numbers.
    Slider {
        /// The least.
        from: i64,
        /// The most.
        to: i64,
        /// From one to the next.
        step: i64,
    },
    /// By typing a whole number.
    Number {
        /// The least.
        from: i64,
        /// The most.
        to: i64,
    },
    /// One of these, each as Python writes it.
    Choice(Vec<String>),
}

impl Parameter {
    /// Whether the control can show this value, as it stands in a source.
    pub fn offers(&self, value: &str) -> bool {
        match &self.control {
            Control::Slider { from, to, step } => {
                whole(value).is_some_and(|number| (*from..=*to).contains(&number) && (number - from) % step == 0)
            }
            Control::Number { from, to } => whole(value).is_some_and(|number| (*from..=*to).contains(&number)),
            Control::Choice(values) => values.iter().any(|offered| offered == value),
        }
    }
}

/// As authors write it: `SIZE:slider:10..500/10`, `ROUNDS:number:1..1000`, `FORMAT:choice:json|pickle`.
impl FromStr for Parameter {
    type Err = String;

    fn from_str(text: &str) -> Result<Parameter, String> {
        let wrong = |why: &str| {
            format!(
                "`{text}` is not a parameter, {why}: write `NAME:slider:1..40`, `NAME:slider:0..100/10`, \
                 `NAME:number:1..1000` or `NAME:choice:json|pickle`"
            )
        };
        let mut parts = text.splitn(3, ':');
        let (Some(name), Some(kind), Some(values)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong("it needs a name, a kind and values"));
        };
        if !is_name(name) {
            return Err(wrong("since its name is none in Python"));
        }
        let range = |text: &str| {
            let (from, to) = text.split_once("..")?;
            let (from, to) = (whole(from)?, whole(to)?);
            (from < to && from >= -MOST && to <= MOST).then_some((from, to))
        };
        let control = match kind {
            "slider" => {
                let (ends, step) = values.split_once('/').unwrap_or((values, "1"));
                let (from, to) = range(ends).ok_or_else(|| wrong("since its range is none"))?;
                let step = whole(step).filter(|step| (1..=to - from).contains(step) && (to - from) % step == 0);
                Control::Slider { from, to, step: step.ok_or_else(|| wrong("since the range isn't whole steps"))? }
            }
            "number" => {
                let (from, to) = range(values).ok_or_else(|| wrong("since its range is none"))?;
                Control::Number { from, to }
            }
            "choice" => {
                let values: Option<Vec<String>> = values.split('|').map(literal).collect();
                let values = values.filter(|values| values.len() > 1);
                Control::Choice(values.ok_or_else(|| wrong("since it has not two values or more"))?)
            }
            _ => return Err(wrong("since there is no such kind")),
        };
        Ok(Parameter { name: name.to_owned(), control })
    }
}

fn is_name(text: &str) -> bool {
    let mut letters = text.bytes();
    let starts = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_');
    starts && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
}

/// A value as Python writes it: numbers and constants as they are, words in quotes.
fn literal(word: &str) -> Option<String> {
    let number = word.starts_with(|first: char| first.is_ascii_digit() || first == '-') && word.parse::<f64>().is_ok();
    if number || whole(word).is_some() || matches!(word, "True" | "False" | "None") {
        return Some(word.to_owned());
    }
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-' | b'.' | b'/');
    (!word.is_empty() && word.bytes().all(plain)).then(|| format!("\"{word}\""))
}

/// The whole number that Python reads in `30`, `-5` or `250_000`.
pub fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let grouped = digits.split('_').all(|group| !group.is_empty() && group.bytes().all(|it| it.is_ascii_digit()));
    let zeros = digits.len() > 1 && digits.starts_with('0');
    if !grouped || zeros {
        return None;
    }
    text.replace('_', "").parse().ok()
}

/// A whole number as Python's own documentation writes it: `9999`, `250_000`.
pub fn python_whole(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { String::from("-") } else { String::new() };
    for (position, digit) in digits.chars().enumerate() {
        if digits.len() > 4 && position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

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
    fn parameters_are_read_as_authors_write_them() {
        for (text, control) in [
            ("N:slider:1..40", Control::Slider { from: 1, to: 40, step: 1 }),
            ("N:slider:-10..500_000/10", Control::Slider { from: -10, to: 500_000, step: 10 }),
            ("N:number:1..1_000", Control::Number { from: 1, to: 1_000 }),
            ("N:choice:json|1|0.5|None", Control::Choice(["\"json\"", "1", "0.5", "None"].map(String::from).into())),
        ] {
            assert_eq!(text.parse(), Ok(Parameter { name: "N".into(), control }), "{text}");
        }
        for (text, said) in [
            ("N", "a name, a kind"),
            ("1N:slider:1..2", "its name"),
            ("N:dial:1..2", "no such kind"),
            ("N:slider:2..2", "its range"),
            ("N:slider:1..x", "its range"),
            ("N:number:1..9_000_000_000_000_000", "its range"),
            ("N:slider:0..10/3", "whole steps"),
            ("N:choice:json", "two values"),
            ("N:choice:a|b'c", "two values"),
        ] {
            let sentence = text.parse::<Parameter>().unwrap_err();
            assert!(sentence.contains(said) && sentence.contains("write `NAME:slider"), "{sentence}");
        }
    }

    #[test]
    fn a_control_offers_what_it_can_show() {
        let offers = |text: &str, value: &str| text.parse::<Parameter>().unwrap().offers(value);
        for (parameter, value, offered) in [
            ("N:slider:0..100/10", "30", true),
            ("N:slider:0..100/10", "35", false),
            ("N:slider:0..100/10", "110", false),
            ("N:slider:0..100/10", "10 * 3", false),
            ("N:number:1..1000", "1_000", true),
            ("N:number:1..1000", "0", false),
            ("N:choice:json|pickle", "\"pickle\"", true),
            ("N:choice:json|pickle", "pickle", false),
        ] {
            assert_eq!(offers(parameter, value), offered, "{value} by {parameter}");
        }
    }

    #[test]
    fn whole_numbers_are_python_s() {
        for (text, number) in [
            ("0", Some(0)),
            ("-5", Some(-5)),
            ("250_000", Some(250_000)),
            ("007", None),
            ("1__0", None),
            ("_1", None),
            ("1.0", None),
            ("", None),
        ] {
            assert_eq!(whole(text), number, "{text}");
        }
        for (number, text) in [(0, "0"), (9_999, "9999"), (10_000, "10_000"), (-1_234_567, "-1_234_567")] {
            assert_eq!(python_whole(number), text);
            assert_eq!(whole(text), Some(number));
        }
    }

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

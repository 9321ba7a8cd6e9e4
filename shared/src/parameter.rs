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
}

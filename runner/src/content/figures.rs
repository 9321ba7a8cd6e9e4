//! Figures that a slide quotes: each slide with one says where it is from.

/// What makes a number a figure that somebody measured or promised.
const UNITS: [&str; 13] = ["%", "ns", "µs", "us", "ms", "s", "KB", "MB", "GB", "KiB", "MiB", "GiB", "times"];

/// The line, from 1, of the first quoted figure of a slide that names no source in small print.
pub fn unsourced(body: &str) -> Option<usize> {
    // A fence is closed by as many backticks as opened it, or more.
    let mut opened = 0;
    let mut prose = body.lines().enumerate().filter(|(_, line)| {
        let line = line.trim();
        let rest = line.trim_start_matches('`');
        let ticks = line.len() - rest.len();
        let fenced = opened > 0;
        match (ticks >= 3, fenced) {
            (true, false) => opened = ticks,
            (true, true) if ticks >= opened && rest.is_empty() => opened = 0,
            _ => {}
        }
        !fenced && ticks < 3
    });
    let lines: Vec<_> = prose.by_ref().collect();
    if lines.iter().any(|(_, line)| line.contains("<small>")) {
        return None;
    }
    lines.into_iter().find(|(_, line)| quotes(line)).map(|(number, _)| number + 1)
}

/// Whether a line has a number with a unit, as in `5 ms`, `40 %` and `4.8 times`.
fn quotes(line: &str) -> bool {
    let marks = |letter: char| "()[]*_`|,;:.".contains(letter);
    let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(marks)).collect();
    words.iter().zip(words.iter().skip(1).chain([&""])).any(|(word, next)| {
        let rest = word.trim_start_matches(|letter: char| letter.is_ascii_digit() || ",.–-".contains(letter));
        let number = word.starts_with(|letter: char| letter.is_ascii_digit());
        number && (UNITS.contains(&rest) || (rest.is_empty() && UNITS.contains(next)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_a_unit_is_a_figure() {
        for (line, is_one) in [
            ("It waits for **5 ms**.", true),
            ("| 3.14 | 5-10 % |", true),
            ("about 40%, or more", true),
            ("4.8 times as fast", true),
            ("There are 78 498 primes below one million.", false),
            ("Python 3.14 has it.", false),
            ("2 workers, 3 times", true),
            ("It waits for some ms.", false),
        ] {
            assert_eq!(quotes(line), is_one, "{line}");
        }
    }

    #[test]
    fn small_print_is_its_source_and_code_quotes_nothing() {
        for (body, line) in [
            ("a\n\nIt takes 5 ms.\n", Some(3)),
            ("It takes 5 ms.\n\n<small>Source: x.</small>\n", None),
            ("```python\nx = 5  # 5 ms\n```\n", None),
            ("```\n5 ms\n```\n5 ms", Some(4)),
            ("````explain\n```\n5 ms\n```\n5 ms\n````\nx", None),
            ("````explain\n<small>Source: x.</small>\n````\n5 ms", Some(4)),
        ] {
            assert_eq!(unsourced(body), line, "{body}");
        }
    }
}

//! Figures and bytes as people read them, in the same words wherever they are shown.

use crate::Nanos;

/// `1 task`, `2 tasks`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// With three digits and a unit: `1.02 s`, `38.1 ms`, `4.20 µs`.
pub fn duration(time: Nanos) -> String {
    // Where rounding makes a fourth digit, the next unit or one decimal less begins.
    let figure = |value: f64, unit: &str| match value {
        99.95.. => format!("{value:.0} {unit}"),
        9.995.. => format!("{value:.1} {unit}"),
        _ => format!("{value:.2} {unit}"),
    };
    match time.0 {
        999_500_000.. => figure(time.seconds(), "s"),
        999_500.. => figure(time.millis(), "ms"),
        0 => "0 µs".into(),
        nanos => figure(nanos as f64 / 1e3, "µs"),
    }
}

/// A rate as people read it: small ones with a digit behind the point.
pub fn per_second(rate: f64) -> String {
    if rate < 99.95 { format!("{rate:.1}") } else { format!("{rate:.0}") }
}

/// With three digits and a unit, in thousands as networks and disks have them: `1.02 GB`, `300 MB`.
pub fn bytes(number: u64) -> String {
    let (value, unit) = match number {
        999_500_000.. => (number as f64 / 1e9, "GB"),
        999_500.. => (number as f64 / 1e6, "MB"),
        1_000.. => (number as f64 / 1e3, "KB"),
        _ => return count(number, "byte"),
    };
    match value {
        99.95.. => format!("{value:.0} {unit}"),
        9.995.. => format!("{value:.1} {unit}"),
        _ => format!("{value:.2} {unit}"),
    }
}

/// How many bytes there are without a character that is cut at the end, so that what is sent in pieces stays text.
/// Bytes that are no UTF-8 count as whole.
pub fn whole_characters(bytes: &[u8]) -> usize {
    let is_cut = |length: &usize| {
        let end = bytes.len().checked_sub(*length).and_then(|start| bytes.get(start..));
        let error = end.and_then(|end| std::str::from_utf8(end).err());
        error.is_some_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    bytes.len() - (1..=3).find(is_cut).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits() {
        for (nanos, text) in [
            (0, "0 µs"),
            (4_200, "4.20 µs"),
            (999_400, "999 µs"),
            (999_900, "1.00 ms"),
            (1_500_000, "1.50 ms"),
            (38_100_000, "38.1 ms"),
            (12_340_000, "12.3 ms"),
            (999_900_000, "1.00 s"),
            (1_020_000_000, "1.02 s"),
            (12_340_000_000, "12.3 s"),
            (99_960_000_000, "100 s"),
            (119_600_000_000, "120 s"),
        ] {
            assert_eq!(duration(Nanos(nanos)), text);
        }
    }

    #[test]
    fn sizes_have_three_digits() {
        for (number, text) in [
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_024, "1.02 KB"),
            (200_000, "200 KB"),
            (999_600, "1.00 MB"),
            (64_000_000, "64.0 MB"),
            (300_000_000, "300 MB"),
            (17_960_000_000, "18.0 GB"),
        ] {
            assert_eq!(bytes(number), text);
        }
    }

    #[test]
    fn a_cut_character_is_kept_back() {
        let text = "aé€𝄞".as_bytes();
        for (length, whole) in [(1, 1), (2, 1), (3, 3), (4, 3), (5, 3), (6, 6), (7, 6), (9, 6), (10, 10)] {
            assert_eq!(whole_characters(&text[..length]), whole, "{length}");
        }
        assert_eq!(whole_characters(&[0x80, 0x80, 0x80, 0x80]), 4);
        assert_eq!(whole_characters(&[]), 0);
    }
}

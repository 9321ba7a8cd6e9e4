//! What is different between two runs, in sentences computed from both.

use shared::{Between, Bounds, Judgement, KeptRun, LapGroup, Run, WholeRun, between, duration, groups};

use super::words::machine;
use crate::text::{count, times};

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    /// What it is about, by its name in the page.
    pub about: &'static str,
    /// What people read.
    pub text: String,
}

/// Lines of two texts: the same ones at the start and the end are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Difference {
    /// The number of the first line that differs, from 1.
    first: usize,
    /// Those of the first text.
    one: Vec<String>,
    /// Those of the second text, in their place.
    other: Vec<String>,
}

/// Where two texts differ, if they do.
fn difference(one: &str, other: &str) -> Option<Difference> {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.lines().collect(), other.lines().collect());
    let start = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    let lines = |lines: &[&str]| lines[..lines.len() - end].iter().map(|line| (*line).to_owned()).collect();
    let found = Difference { first: start + 1, one: lines(one), other: lines(other) };
    (!found.one.is_empty() || !found.other.is_empty()).then_some(found)
}

/// What changed from one run to the other.
pub fn changes(one: &WholeRun, other: &WholeRun) -> Vec<Change> {
    let (first, second) = (one.run(), other.run());
    let mut changes = vec![Change { about: "code", text: code(one, other) }];
    changes.extend(place(&one.kept, &other.kept).map(|text| Change { about: "machine", text }));
    changes.extend(modes(&one.kept, &first, &second).map(|text| Change { about: "modes", text }));
    changes.extend(modes(&other.kept, &second, &first).map(|text| Change { about: "modes", text }));
    let name = format!("Run {}", other.kept.number);
    let name = if one.kept.number == other.kept.number { "the second run".to_owned() } else { name.to_lowercase() };
    let pairs = between(&first, &second);
    if pairs.is_empty() {
        let text = "Both completed no lap of the same mode and number of workers, so no times can be compared.".into();
        changes.push(Change { about: "times", text });
    }
    changes.extend(pairs.iter().map(|pair| Change { about: "times", text: told(pair, &name) }));
    changes
}

fn code(one: &WholeRun, other: &WholeRun) -> String {
    if one.kept.ticket.cell != other.kept.ticket.cell {
        let (one, other) = (&one.kept.ticket.cell, &other.kept.ticket.cell);
        return format!("They are of different cells: {one} and {other}.");
    }
    let Some(Difference { first, one, other }) = difference(&one.request.source, &other.request.source) else {
        return "The code is the same.".into();
    };
    let lines = |number: usize| count(number as u64, "line");
    match (one.len(), other.len()) {
        (0, new) => format!("The code differs: {} more at line {first}.", lines(new)),
        (old, 0) => format!("The code differs: {} fewer at line {first}.", lines(old)),
        (old, new) if old == new => format!("The code differs in {} from line {first} on.", lines(new)),
        (old, new) => format!("The code differs from line {first} on: {new} in place of {}.", lines(old)),
    }
}

fn place(one: &KeptRun, other: &KeptRun) -> Option<String> {
    let (one, other) = (&one.machine, &other.machine);
    if (&one.system, &one.architecture, one.cores) != (&other.system, &other.architecture, other.cores) {
        let (one, other) = (machine(one), machine(other));
        return Some(format!("They were measured on different machines, {one} and {other}: compare times with care."));
    }
    (one.builds != other.builds)
        .then(|| format!("They were executed by {} and {}.", one.builds.join(" and "), other.builds.join(" and ")))
}

/// What one run has measured and the other hasn't.
fn modes(kept: &KeptRun, run: &Run, other: &Run) -> Option<String> {
    let others = groups(other);
    let has = |group: &LapGroup| others.iter().any(|other| (other.mode, other.workers) == (group.mode, group.workers));
    let only: Vec<String> = groups(run).iter().filter(|group| !has(group)).map(name).collect();
    (!only.is_empty()).then(|| format!("Only in {}: {}.", kept.title(), only.join(", ")))
}

fn name(group: &LapGroup) -> String {
    let mode = group.mode;
    if mode.is_parallel() { format!("{} × {}", mode.title(), group.workers) } else { mode.title().to_owned() }
}

fn told(pair: &Between, second: &str) -> String {
    let walls = format!("{}: {} and {}", name(&pair.one), median(&pair.one), median(&pair.other));
    let ratio = match pair.interval {
        Some(Bounds { low, high }) => format!("{:.2} times as fast ({low:.2} to {high:.2})", pair.ratio),
        None => format!("{} times as fast", times(pair.ratio)),
    };
    let few = "with so few laps nobody knows how much of it is noise";
    match pair.judgement() {
        Judgement::Faster => format!("{walls}: {second} was {ratio}."),
        Judgement::Slower => format!("{walls}: {second} was slower, {ratio}."),
        Judgement::Noise if pair.interval.is_some() => format!("{walls}: the difference is within the noise."),
        Judgement::Noise => format!("{walls}: about the same; repeat both to know more."),
        Judgement::PerhapsFaster => format!("{walls}: {second} was {ratio}, but {few}."),
        Judgement::PerhapsSlower => format!("{walls}: {second} was slower, {ratio}, but {few}."),
    }
}

/// A median with its interval: `1.02 s (1.00 to 1.05 s)`.
fn median(group: &LapGroup) -> String {
    let seconds = |seconds: f64| duration(shared::Nanos::of_seconds(seconds));
    match group.interval {
        Some(Bounds { low, high }) => format!("{} ({} to {})", duration(group.median), seconds(low), seconds(high)),
        None => duration(group.median),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::charts;
    use shared::{CellId, Mode};

    fn texts(one: &WholeRun, other: &WholeRun) -> Vec<String> {
        changes(one, other).into_iter().map(|change| change.text).collect()
    }

    #[test]
    fn texts_differ_in_the_lines_between_the_same_ones() {
        for (one, other, found) in [
            ("a\nb\n", "a\nb\n", None),
            ("a\nb\nc\n", "a\nx\nc\n", Some((2, vec!["b"], vec!["x"]))),
            ("a\nc\n", "a\nb\nc\n", Some((2, vec![], vec!["b"]))),
            ("a\na\n", "a\n", Some((2, vec!["a"], vec![]))),
            ("", "a\n", Some((1, vec![], vec!["a"]))),
        ] {
            let lines = |lines: Vec<&str>| lines.into_iter().map(str::to_owned).collect::<Vec<String>>();
            let found = found.map(|(first, one, other)| Difference { first, one: lines(one), other: lines(other) });
            assert_eq!(difference(one, other), found, "{one:?} {other:?}");
        }
    }

    #[test]
    fn it_is_told_what_changed_and_how_sure_that_is() {
        let modes = [Mode::Sequential, Mode::Threads];
        let of = |walls: &[u64], source: &str| sample::of(charts::sample::repeated(&modes, walls), source);
        let one = of(&[2_000, 2_000, 2_010, 1_500, 1_990, 2_600], "a\nb\n");
        let mut other = of(&[1_000, 2_010, 1_010, 1_600, 990, 2_500], "a\nc\n");
        other.kept.number = 13;
        assert_eq!(
            texts(&one, &other),
            [
                "The code differs in 1 line from line 2 on.",
                "Sequential: 2.00 s (1.99 s to 2.01 s) and 1.00 s (990 ms to 1.01 s): run 13 was 2.00 times as fast \
                 (1.97 to 2.03).",
                "Threads × 2: 2.00 s (1.50 s to 2.60 s) and 2.01 s (1.60 s to 2.50 s): the difference is within the \
                 noise.",
            ]
        );
    }

    #[test]
    fn machines_cells_and_modes_that_differ_are_told() {
        let one = sample::whole(&[(Mode::Sequential, 2_000), (Mode::Threads, 1_000)]);
        let mut other = sample::whole(&[(Mode::Threads, 500), (Mode::Processes, 500)]);
        other.kept.ticket.cell = CellId("race".into());
        other.kept.machine.cores = 8;
        let said = texts(&one, &other);
        assert_eq!(said[0], "They are of different cells: primes and race.");
        assert!(said[1].contains("different machines") && said[1].contains("8 cores"), "{said:?}");
        assert_eq!(said[2..4], ["Only in Run 12: Sequential.", "Only in Run 12: Processes × 2."]);
        assert!(said[4].starts_with("Threads × 2: 1.00 s and 500 ms: the second run was 2.0 times as fast, but"));
        let none = sample::whole(&[(Mode::Asyncio, 5)]);
        assert!(texts(&one, &none).last().unwrap().contains("no times can be compared"));
    }
}

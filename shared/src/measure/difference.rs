//! Whether all laps of a run returned the same, and where they first don't.

use super::warning::Contestant;
use crate::{Lap, PRINTED_EACH, Results, Run};

/// Two laps that returned different results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The place in the run of the first lap that completed.
    pub reference: u32,
    /// The place in the run of the first lap that returned something else.
    pub lap: u32,
    /// In what they differ.
    pub what: Differing,
}

/// In what the results of two laps differ first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Differing {
    /// There are more or fewer of them.
    Count {
        /// How many the reference has.
        expected: u32,
        /// How many the other has.
        found: u32,
    },
    /// In the result of this item.
    Item {
        /// Its position in `ITEMS`.
        item: u32,
        /// `repr()` of the reference's, if it was kept.
        expected: Option<String>,
        /// `repr()` of the other's, if it was kept.
        found: Option<String>,
    },
    /// In that of one of these items, which have one fingerprint together.
    Among {
        /// The first that it may be.
        first: u32,
        /// The last that it may be.
        last: u32,
    },
}

/// The first difference between the results of these laps, as far as both were compared.
pub fn compare(reference: &Results, other: &Results) -> Option<Differing> {
    if reference.count != other.count {
        return Some(Differing::Count { expected: reference.count, found: other.count });
    }
    let pairs = reference.prints.each.iter().zip(&other.prints.each);
    if let Some(item) = pairs.clone().position(|(one, another)| one != another) {
        let shown = |results: &Results| results.text_of(item as u32).map(str::to_owned);
        return Some(Differing::Item { item: item as u32, expected: shown(reference), found: shown(other) });
    }
    let mut blocks = reference.prints.blocks.iter().zip(&other.prints.blocks);
    let first = blocks.position(|(one, another)| one != another)? as u32 * PRINTED_EACH + PRINTED_EACH;
    Some(Differing::Among { first, last: (first + PRINTED_EACH - 1).min(reference.count.saturating_sub(1)) })
}

/// The first lap that returned something else than the first that completed; warm-up laps are looked at, too.
pub fn difference(run: &Run) -> Option<Difference> {
    let mut completed = (0..).zip(&run.laps).filter_map(|(place, lap)| Some((place, lap.results()?)));
    let (reference, expected) = completed.next()?;
    completed.find_map(|(lap, results)| Some(Difference { reference, lap, what: compare(expected, results)? }))
}

impl Difference {
    /// What differs, for a person: with both values, if they were kept.
    pub fn sentence(&self, run: &Run) -> String {
        let name = |lap: u32| run.laps.get(lap as usize).map_or_else(|| format!("lap {lap}"), |lap| name(run, lap));
        self.what.sentence(&name(self.reference), &name(self.lap))
    }
}

impl Differing {
    /// What differs between the reference and another, by their names.
    pub fn sentence(&self, reference: &str, other: &str) -> String {
        match self {
            Differing::Count { expected, found } => {
                format!("The results differ: {other} returned {found} of them, and {reference} {expected}.")
            }
            Differing::Item { item, expected: Some(expected), found: Some(found) } if expected != found => {
                format!(
                    "The results differ, first for item {item}: {other} returned {found}, and {reference} {expected}."
                )
            }
            Differing::Item { item, .. } => {
                format!(
                    "The results differ, first for item {item}, in a part that is not shown: {other} returned something else than {reference}."
                )
            }
            Differing::Among { first, last } => {
                format!(
                    "The results differ, first for an item between {first} and {last}: {other} returned something else than {reference}."
                )
            }
        }
    }
}

/// A lap in a sentence, with its round where there are several.
fn name(run: &Run, lap: &Lap) -> String {
    let name = Contestant::from(lap).to_string();
    let several = run.laps.iter().any(|other| other.plan.round != lap.plan.round);
    match lap.plan.round {
        crate::Round::WarmUp(_) => format!("{name} while warming up"),
        crate::Round::Measured(round) if several => format!("{name} in round {}", round + 1),
        crate::Round::Measured(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mode;
    use crate::measure::sample::{numbers, returning, run};

    const COMPARED: [Mode; 3] = [Mode::Sequential, Mode::Threads, Mode::Processes];

    #[test]
    fn the_first_item_that_differs_is_shown_with_both_values() {
        let run = returning(&COMPARED, vec![numbers(&[1, 2, 3]), numbers(&[1, 2, 3]), numbers(&[1, 5, 4])]);
        let found = difference(&run).unwrap();
        assert_eq!((found.reference, found.lap), (0, 2));
        assert_eq!(
            found.sentence(&run),
            "The results differ, first for item 1: processes with 2 workers returned 5, and sequential 2."
        );
        assert_eq!(difference(&returning(&COMPARED, vec![numbers(&[1, 2]); 3])), None);
    }

    #[test]
    fn what_was_not_kept_is_said_to_differ_all_the_same() {
        let bare = |each: Vec<u64>| Results { first: vec![], ..numbers(&each) };
        let hidden = |each: Vec<u64>| Results { first: vec!["[1, 2, …".into()], ..numbers(&each) };
        let block = |block: u64| {
            let mut results = Results { count: 15_000, ..numbers(&[7]) };
            results.prints.blocks = vec![block];
            results
        };
        for (one, other, said) in [
            (bare(vec![1, 2]), bare(vec![1, 3]), "item 1, in a part that is not shown"),
            (hidden(vec![1]), hidden(vec![2]), "item 0, in a part that is not shown: threads with 2 workers returned"),
            (block(1), block(2), "between 10000 and 14999"),
            (numbers(&[1]), numbers(&[1, 2]), "returned 2 of them, and sequential 1."),
        ] {
            let run = returning(&COMPARED, vec![one, other]);
            let sentence = difference(&run).unwrap().sentence(&run);
            assert!(sentence.contains(said), "{sentence}");
        }
    }

    #[test]
    fn only_what_both_compared_is_compared() {
        let mut long = numbers(&[1, 2, 3]);
        let mut short = long.clone();
        short.prints.each.truncate(1);
        assert_eq!(compare(&long, &short), None);
        long.prints.blocks = vec![4];
        assert_eq!(compare(&long, &short), None);
        assert_eq!(compare(&Results::default(), &Results::default()), None);
    }

    #[test]
    fn laps_of_several_rounds_are_told_apart() {
        let mut rounds = run(&[Mode::Sequential], 2, &[1]);
        rounds.laps[1].phase =
            crate::LapPhase::Ended(crate::Ending::Completed { wall: crate::Nanos(1), results: numbers(&[1]) });
        let said = difference(&rounds).unwrap().sentence(&rounds);
        assert!(said.contains("sequential in round 2 returned 1 of them, and sequential in round 1 0."), "{said}");
    }
}

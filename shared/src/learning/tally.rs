//! What there is to be done on the slides, and how much of it is.

use serde::{Deserialize, Serialize};

use super::progress::Progress;
use crate::{CellId, Deck};

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// The slug of its slide.
    pub slide: String,
    /// What it is.
    pub kind: ThingKind,
}

/// What can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ThingKind {
    /// Answer this quiz right.
    Quiz(String),
    /// Pass this exercise's check.
    Exercise(CellId),
}

/// How far one thing, or all of a slide, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing was done.
    Open,
    /// Something was.
    Begun,
    /// All is.
    Done,
}

/// How many of all things are done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// So many are.
    pub done: usize,
    /// Of so many.
    pub of: usize,
}

/// Everything that can be done, in the order of the slides.
pub fn things(deck: &Deck) -> Vec<Thing> {
    let of = |slug: &str| {
        let quizzes = deck.quizzes.iter().filter(move |quiz| quiz.slide == slug);
        let cells = deck.cells.iter().filter(move |cell| cell.slide == slug && cell.exercise.is_some());
        let quizzes = quizzes.map(|quiz| ThingKind::Quiz(quiz.name.clone()));
        let kinds: Vec<_> = quizzes.chain(cells.map(|cell| ThingKind::Exercise(cell.id.clone()))).collect();
        kinds.into_iter().map(|kind| Thing { slide: slug.to_owned(), kind }).collect::<Vec<_>>()
    };
    deck.slides.iter().flat_map(|slide| of(&slide.slug)).collect()
}

impl Thing {
    /// How far it is.
    pub fn standing(&self, progress: &Progress) -> Standing {
        match &self.kind {
            ThingKind::Quiz(name) => match progress.quizzes.get(name) {
                None => Standing::Open,
                Some(answered) if answered.solved => Standing::Done,
                Some(_) => Standing::Begun,
            },
            ThingKind::Exercise(cell) => {
                let studied = progress.of(cell);
                match studied.passed {
                    true => Standing::Done,
                    false if studied.is_untouched() => Standing::Open,
                    false => Standing::Begun,
                }
            }
        }
    }
}

/// How many of these are done.
pub fn tally(things: &[Thing], progress: &Progress) -> Tally {
    let done = things.iter().filter(|thing| thing.standing(progress) == Standing::Done).count();
    Tally { done, of: things.len() }
}

/// How far a slide is: as far as all things on it together; none if it has none.
pub fn standing(things: &[Thing], slide: &str, progress: &Progress) -> Option<Standing> {
    let standings = || things.iter().filter(|thing| thing.slide == slide).map(|thing| thing.standing(progress));
    let (least, most) = (standings().min()?, standings().max()?);
    Some(if least == most { least } else { Standing::Begun })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RunId;
    use crate::learning::act::Act;

    fn quiz(slide: &str, name: &str) -> Thing {
        Thing { slide: slide.into(), kind: ThingKind::Quiz(name.into()) }
    }

    #[test]
    fn a_slide_is_done_when_all_on_it_is() {
        let cell = || CellId("primes".into());
        let things = [
            quiz("01-a", "one"),
            quiz("01-a", "two"),
            Thing { slide: "02-b".into(), kind: ThingKind::Exercise(cell()) },
        ];
        let answer = |quiz: &str, right| Act::Answer { quiz: quiz.into(), chosen: vec![0], right };
        let mut progress = Progress::default();
        use Standing::{Begun, Done, Open};
        for (act, first, second, done) in [
            (answer("one", false), Begun, Open, 0),
            (answer("one", true), Begun, Open, 1),
            (answer("two", true), Done, Open, 2),
            (Act::SeeSolution(cell()), Done, Begun, 2),
            (Act::Pass { cell: cell(), run: RunId(3) }, Done, Done, 3),
            (Act::Forget { cell: cell(), at: 4 }, Done, Open, 2),
        ] {
            progress.apply(&act);
            let found = ["01-a", "02-b", "03-c"].map(|slide| standing(&things, slide, &progress));
            assert_eq!(found, [Some(first), Some(second), None], "{act:?}");
            assert_eq!(tally(&things, &progress), Tally { done, of: 3 }, "{act:?}");
        }
    }
}

//! Progress, by tables: what was done, and what is known then.

use super::*;
use crate::learning::guess::Guess;
use crate::{Mode, RunId};

fn primes() -> CellId {
    CellId("primes".into())
}

fn answer(chosen: &[u32], right: bool) -> Act {
    Act::Answer { quiz: "gil".into(), chosen: chosen.to_vec(), right }
}

fn predict(mode: Option<Mode>) -> Act {
    let prediction = match mode {
        Some(mode) => Prediction::Made(Guess::Fastest(Some(mode))),
        None => Prediction::Skipped,
    };
    Act::Predict { cell: primes(), prediction }
}

fn tick(step: u32, ticked: bool) -> Act {
    Act::Tick { cell: primes(), step, ticked }
}

fn pass(run: u64) -> Act {
    Act::Pass { cell: primes(), run: RunId(run) }
}

fn hint(open: u32) -> Act {
    Act::Hint { cell: primes(), open }
}

fn forget(at: u64) -> Act {
    Act::Forget { cell: primes(), at }
}

fn all(acts: &[Act]) -> Progress {
    let mut progress = Progress::default();
    for act in acts {
        progress.apply(act);
        assert!(!progress.clone().apply(act) || *act == Act::Undo, "{act:?} done twice is not as done once");
    }
    progress
}

fn steps(places: &[u32]) -> BTreeSet<u32> {
    places.iter().copied().collect()
}

#[test]
fn a_cell_remembers_what_was_done() {
    let made = |mode| Some(Prediction::Made(Guess::Fastest(Some(mode))));
    let start = Studied::default;
    for (acts, expected) in [
        (vec![], start()),
        (vec![hint(1), hint(2), hint(1)], Studied { hints: 2, ..start() }),
        (vec![Act::SeeSolution(primes())], Studied { solution_seen: true, ..start() }),
        (vec![tick(0, true), tick(2, true), tick(0, false)], Studied { steps: steps(&[2]), ..start() }),
        (vec![predict(None)], Studied { prediction: Some(Prediction::Skipped), ..start() }),
        (vec![predict(None), predict(Some(Mode::Threads))], Studied { prediction: made(Mode::Threads), ..start() }),
        (
            vec![predict(Some(Mode::Threads)), predict(Some(Mode::Processes))],
            Studied { prediction: made(Mode::Threads), ..start() },
        ),
        (vec![predict(Some(Mode::Threads)), predict(None)], Studied { prediction: made(Mode::Threads), ..start() }),
        (vec![pass(5)], Studied { passed: true, ..start() }),
        // A run of before the beginning doesn't count.
        (vec![hint(1), forget(9), pass(8)], Studied { since: 9, ..start() }),
        (vec![hint(1), forget(9), pass(10)], Studied { since: 9, passed: true, ..start() }),
        (vec![hint(1), Act::ForgetAll { at: 9 }, pass(8)], start()),
    ] {
        assert_eq!(all(&acts).of(&primes()), expected, "{acts:?}");
    }
}

#[test]
fn a_quiz_that_was_solved_stays_solved() {
    for (acts, chosen, solved) in [
        (vec![answer(&[1], false)], &[1][..], false),
        (vec![answer(&[1], false), answer(&[0], true)], &[0], true),
        (vec![answer(&[0], true), answer(&[1, 2], false)], &[1, 2], true),
    ] {
        assert_eq!(all(&acts).quizzes["gil"], Answered { chosen: chosen.to_vec(), solved }, "{acts:?}");
    }
}

#[test]
fn what_was_forgotten_comes_back_beside_what_was_learned_since() {
    let other = || Act::SeeSolution(CellId("other".into()));
    for (acts, hints, ticked, passed, solved, others) in [
        (vec![hint(2), tick(0, true), forget(9)], 0, &[][..], false, false, 0),
        (vec![hint(2), tick(0, true), forget(9), Act::Undo], 2, &[0], false, false, 0),
        (vec![hint(2), tick(0, true), forget(9), tick(1, true), pass(10), Act::Undo], 2, &[0, 1], true, false, 0),
        // There is nothing to take back twice, or at all.
        (vec![hint(2), forget(9), Act::Undo, Act::Undo], 2, &[], false, false, 0),
        (vec![hint(2), Act::Undo], 2, &[], false, false, 0),
        // Beginning anew what is new takes nothing away that could be taken back.
        (vec![hint(2), forget(9), forget(11), Act::Undo], 2, &[], false, false, 0),
        (vec![answer(&[0], true), hint(1), other(), Act::ForgetAll { at: 9 }], 0, &[], false, false, 0),
        (vec![answer(&[0], true), hint(1), other(), Act::ForgetAll { at: 9 }, Act::Undo], 1, &[], false, true, 1),
        (
            vec![answer(&[0], true), hint(1), Act::ForgetAll { at: 9 }, answer(&[1], false), pass(10), Act::Undo],
            1,
            &[],
            true,
            true,
            0,
        ),
    ] {
        let progress = all(&acts);
        let studied = progress.of(&primes());
        assert_eq!((studied.hints, studied.steps, studied.passed), (hints, steps(ticked), passed), "{acts:?}");
        assert_eq!(progress.quizzes.get("gil").is_some_and(|quiz| quiz.solved), solved, "{acts:?}");
        assert_eq!(progress.cells.keys().filter(|cell| **cell != primes()).count(), others, "{acts:?}");
    }
}

#[test]
fn only_what_changes_something_says_so() {
    let mut progress = Progress::default();
    for (act, changes) in [
        (forget(1), false),
        (Act::ForgetAll { at: 1 }, false),
        (Act::Undo, false),
        (tick(0, false), false),
        (tick(0, true), true),
        (tick(0, true), false),
        (answer(&[0], true), true),
        (answer(&[0], false), false),
    ] {
        assert_eq!(progress.apply(&act), changes, "{act:?}");
    }
}

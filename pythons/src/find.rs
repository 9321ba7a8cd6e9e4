//! From places to judged Pythons.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::advice::{self, Trouble};
use crate::ask::{Answer, ask};
use crate::candidates::{Candidate, candidates};
use crate::judge::judge;
use crate::memory::identity;
use crate::{Found, Memory, Origin, Places, Verdict};

/// How long a Python may take to say what it is: on a cold disk that takes seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many are asked at the same time.
const AT_ONCE: usize = 4;

/// Every Python that is found, usable ones first in order of preference, one entry for each real build.
///
/// It starts each of them that is not remembered, four at a time, and takes no longer for one than ten seconds.
pub fn find(places: &Places, memory: Memory) -> Vec<Found> {
    let candidates = candidates(places);
    let answers = answers(&candidates.programs, &memory);
    let mut known = BTreeSet::new();
    let judged = candidates.programs.iter().zip(&answers);
    let mut found: Vec<Found> = judged.map(|(candidate, answer)| judge(candidate, answer, places.family)).collect();
    found.extend(candidates.missing.into_iter().map(|(path, sentence)| {
        let trouble = Trouble::Misnamed(sentence);
        let verdict =
            Verdict::Unusable { reason: trouble.reason(), advice: advice::of(&trouble, Origin::Named, places.family) };
        Found { title: path.display().to_string(), executable: path, origin: Origin::Named, verdict }
    }));
    // A script, a virtual environment and a link can all lead to the same one.
    found.retain(|found| known.insert(found.executable.clone()));
    // Stable: of what is equally good, the one that was found first. Of what is of no use, what a person has named.
    found.sort_by_key(|found| {
        let preference = found.build().map(shared::InterpreterBuild::preference);
        (preference.is_none(), preference, found.origin != Origin::Named)
    });
    found
}

/// What each says, or said last time.
fn answers(programs: &[Candidate], memory: &Memory) -> Vec<Result<Answer, String>> {
    let before = memory.recall();
    let identities: Vec<Option<String>> = programs.iter().map(|candidate| identity(&candidate.program)).collect();
    let recalled = identities.iter().map(|identity| before.of(identity.as_deref()?));
    let answers: Vec<OnceLock<Result<Answer, String>>> =
        recalled.map(|answer| answer.map_or_else(OnceLock::new, OnceLock::from)).collect();
    let next = AtomicUsize::new(0);
    let ask_some = || {
        while let Some((answer, candidate)) = at(&answers, programs, next.fetch_add(1, Ordering::Relaxed)) {
            answer.get_or_init(|| ask(&candidate.program, PATIENCE));
        }
    };
    thread::scope(|scope| {
        for _ in 1..AT_ONCE {
            scope.spawn(ask_some);
        }
        ask_some();
    });
    let answered = answers.into_iter().zip(programs);
    let answers: Vec<_> = answered
        .map(|(answer, candidate)| answer.into_inner().unwrap_or_else(|| ask(&candidate.program, PATIENCE)))
        .collect();

    let mut now = before.emptied();
    for (identity, answer) in identities.into_iter().zip(&answers) {
        if let Some(identity) = identity {
            now.note(identity, answer.clone(), &before);
        }
    }
    if now != before {
        memory.keep(&now);
    }
    answers
}

fn at<'a, A, B>(ones: &'a [A], others: &'a [B], index: usize) -> Option<(&'a A, &'a B)> {
    Some((ones.get(index)?, others.get(index)?))
}

//! Why the fastest mode was faster.

use super::facts::Facts;
use super::{Found, Gain, Why};
use crate::{Group, Mode, State};

/// Below this share of the time nobody waited.
const HARDLY: f64 = 0.02;
/// From this share on it is what the workers did.
const MOSTLY: f64 = 0.5;

/// Of the fastest that was faster than sequential for sure: of the native modes, or of the executors if there was none.
pub fn best(all: &[Facts]) -> Option<Found> {
    [Group::Native, Group::Stdlib].into_iter().find_map(|group| {
        let faster = all.iter().filter(|facts| facts.who.mode.group() == group);
        let faster = faster.filter_map(|facts| Some((facts, facts.gain()?)));
        let (facts, _) = faster.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        Some(Found { who: facts.who, why: Why::Gained(why(facts)?), share: None, rank: 0.0 })
    })
}

fn why(facts: &Facts) -> Option<Gain> {
    let of = |state| facts.states.and_then(|states| states.share(state));
    let mostly = |state| of(state).is_some_and(|share| share > MOSTLY);
    let alone = facts.baseline.as_ref().and_then(|alone| alone.blocked);
    if mostly(State::Blocked) || (facts.states.is_none() && alone.is_some_and(|share| share > MOSTLY)) {
        return Some(Gain::WaitsOverlap);
    }
    match facts.who.mode {
        Mode::Sequential => None,
        Mode::Subinterpreters | Mode::Processes | Mode::InterpreterPool => own_gil(facts),
        Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => own_gil(facts),
        Mode::FreeThreaded => Some(Gain::NoGil),
        Mode::Threads | Mode::SharedGil | Mode::ThreadPool => {
            let ran = of(State::WithGil(0))? + of(State::WithoutGil)?;
            (of(State::WithoutGil)? > MOSTLY * ran).then_some(Gain::GilGivenBack)
        }
        Mode::Asyncio => Some(Gain::WaitsOverlap),
    }
}

fn own_gil(facts: &Facts) -> Option<Gain> {
    let waited = facts.in_state(State::WaitingForGil);
    waited.is_none_or(|share| share < HARDLY).then_some(Gain::OwnGil { seen: waited.is_some() })
}

//! One rule for each way in which workers' time is lost. What isn't known says nothing.

use super::facts::Facts;
use super::{Crowd, Found, Uneven, Why};
use crate::{Group, Mode, State, StateTotals};

/// Less than this share of the workers' time explains nothing.
const LEAST: f64 = 0.1;
/// Handing out and waiting between tasks is always some of the time: only more than this is told.
const LEAST_BETWEEN: f64 = 0.2;
/// Tasks above this are not small, in seconds: handing one out takes some tens of microseconds at most.
const SMALL_TASK: f64 = 1e-3;
/// The same where nothing crosses: there it takes a few microseconds.
const TINY_TASK: f64 = 1e-5;
/// Values of fewer bytes a task cost no more to carry than to hand out.
const LARGE_VALUE: u64 = 4_096;
/// Tasks that are blocked for more of the time than this wait rather than compute.
const MOSTLY: f64 = 0.5;
/// CPU time may grow by so much since two cores share caches and a clock.
const GROWTH: f64 = 1.25;
/// So long must tasks take for that to say something, in seconds: first calls are slower than later ones.
const WARM_TASK: f64 = 1e-3;
/// Other programs slow tasks down as well: from this share of the cores on, nothing is said of memory.
const QUIET: f64 = 0.1;
/// A task is a straggler if it takes so many times as long as half of them.
const MUCH_LONGER: f64 = 2.0;

/// All that explains where the time of this lap went.
pub fn all(facts: &Facts) -> Vec<Found> {
    let rules = [
        gil_bound,
        one_thread,
        tiny_tasks,
        transfer,
        more_workers_than_cores,
        stragglers,
        waiting,
        serial_part,
        memory_bound,
        start_up,
        crowded,
    ];
    let found: Vec<Found> = rules.iter().filter_map(|rule| rule(facts)).collect();
    if found.is_empty() { within_noise(facts).into_iter().collect() } else { found }
}

/// Whether all its workers take turns at one GIL.
pub fn shares_a_gil(mode: Mode) -> bool {
    match mode {
        Mode::Threads | Mode::SharedGil | Mode::ThreadPool => true,
        Mode::Sequential | Mode::Subinterpreters | Mode::Processes | Mode::FreeThreaded | Mode::Asyncio => false,
        Mode::InterpreterPool | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => false,
    }
}

/// Its share of the time, as far as the lap misses the ideal.
fn lost(facts: &Facts, why: Why, share: f64) -> Option<Found> {
    Some(Found { who: facts.who, why, share: Some(share), rank: share.min(facts.shortfall()) })
}

/// Whether there is something to explain.
fn falls_short(facts: &Facts) -> bool {
    facts.who.workers > 1 && facts.shortfall() > LEAST
}

fn gil_bound(facts: &Facts) -> Option<Found> {
    if !falls_short(facts) || !shares_a_gil(facts.who.mode) {
        return None;
    }
    let share = match (facts.in_state(State::WaitingForGil), facts.baseline.as_ref()) {
        // Who waits for a CPU would wait for the GIL next.
        (Some(share), _) if share > LEAST * (1.0 - facts.in_state(State::WaitingForCpu)?) => share,
        (Some(_), _) => return None,
        // Tasks that compute when they are alone, and all together no more than one of them could.
        (None, Some(alone)) if alone.cpu? > 0.7 * alone.wall => {
            let together = facts.cpu / facts.wall;
            (0.7..1.2).contains(&together).then(|| facts.share(facts.computing - facts.cpu))?
        }
        (None, _) => return None,
    };
    lost(facts, Why::GilBound, share)
}

fn one_thread(facts: &Facts) -> Option<Found> {
    if !falls_short(facts) || facts.who.mode != Mode::Asyncio || facts.tasks.count < 2 {
        return None;
    }
    let busy = facts.cpu / facts.wall;
    let overlap = facts.computing / facts.wall;
    let share = if busy > MOSTLY { busy.min(1.0) } else { 1.0 };
    (busy > MOSTLY || overlap < 1.2).then_some(())?;
    lost(facts, Why::OneThread, share)
}

/// Whether all of it happens on one thread: then nobody can be late or idle.
fn is_one_thread(facts: &Facts) -> bool {
    facts.who.mode == Mode::Asyncio
}

fn bytes_a_task(facts: &Facts) -> Option<u64> {
    Some(facts.carried? / u64::from(facts.tasks.count.max(1)))
}

fn tiny_tasks(facts: &Facts) -> Option<Found> {
    let crosses = !shares_a_gil(facts.who.mode) && facts.who.mode != Mode::FreeThreaded;
    let small = if crosses || facts.who.mode.group() == Group::Stdlib { SMALL_TASK } else { TINY_TASK };
    let light = bytes_a_task(facts).is_none_or(|bytes| bytes < LARGE_VALUE);
    let share = facts.share(facts.between());
    let tiny = facts.tasks.mean < small && light && share > LEAST_BETWEEN;
    (tiny && facts.shortfall() > LEAST && !is_one_thread(facts) && facts.who.mode.is_parallel()).then_some(())?;
    lost(facts, Why::TinyTasks { task: facts.tasks.mean }, share)
}

fn transfer(facts: &Facts) -> Option<Found> {
    let share = facts.share(facts.between());
    let heavy = bytes_a_task(facts)? >= LARGE_VALUE && share > LEAST;
    (heavy && facts.shortfall() > LEAST).then_some(())?;
    lost(facts, Why::Transfer { bytes: facts.carried? }, share)
}

fn more_workers_than_cores(facts: &Facts) -> Option<Found> {
    let (workers, cores) = (facts.who.workers, facts.cores);
    if workers <= cores || is_one_thread(facts) {
        return None;
    }
    let waits = facts.in_state(State::WaitingForCpu);
    let saturated = facts.cpu > 0.7 * f64::from(cores) * facts.wall && !shares_a_gil(facts.who.mode);
    (saturated || waits.is_some_and(|share| share > 2.0 * LEAST)).then_some(())?;
    let share = waits.unwrap_or(1.0 - f64::from(cores) / f64::from(workers));
    lost(facts, Why::MoreWorkersThanCores { cores }, share)
}

fn stragglers(facts: &Facts) -> Option<Found> {
    let share = facts.share(facts.idle);
    if !falls_short(facts) || is_one_thread(facts) || share < LEAST {
        return None;
    }
    // Who leaves makes room for those who wait for the same GIL: nothing is lost by it.
    let wants_the_gil =
        |states: StateTotals| states.with_gil.0 + states.waiting_for_gil.0 > states.without_gil.0 + states.blocked.0;
    let one_at_a_time = shares_a_gil(facts.who.mode) && facts.states.is_none_or(wants_the_gil);
    if one_at_a_time {
        return None;
    }
    let tasks = facts.tasks;
    let why = if tasks.count < facts.who.workers {
        Uneven::Few { tasks: tasks.count }
    } else if tasks.last_took > MUCH_LONGER * tasks.median {
        Uneven::Long { task: tasks.last, took: tasks.last_took, median: tasks.median }
    } else {
        Uneven::Coarse { tasks: tasks.count }
    };
    lost(facts, Why::Stragglers(why), share)
}

/// The share of the time that the workers had something to do in which they waited for something else than a CPU or
/// the GIL.
fn blocked(facts: &Facts) -> Option<f64> {
    facts.states?.share(State::Blocked)
}

fn waiting(facts: &Facts) -> Option<Found> {
    let alone = facts.baseline.as_ref().and_then(|alone| alone.blocked);
    let share = match (blocked(facts), alone) {
        // They wait only since there are others: see the serial part.
        (Some(_), Some(alone)) if alone < MOSTLY => return None,
        (Some(share), _) | (None, Some(share)) => share,
        (None, None) => return None,
    };
    let more_would_help = facts.tasks.count > facts.who.workers;
    (share > MOSTLY && more_would_help).then_some(())?;
    lost(facts, Why::Waiting, share)
}

fn serial_part(facts: &Facts) -> Option<Found> {
    let alone = facts.baseline.as_ref()?.blocked?;
    let share = blocked(facts)? - alone;
    (falls_short(facts) && share > 1.5 * LEAST && alone < MOSTLY).then_some(())?;
    lost(facts, Why::SerialPart, share)
}

fn memory_bound(facts: &Facts) -> Option<Found> {
    let alone = facts.baseline.as_ref()?.cpu?;
    let growth = facts.cpu / alone;
    let quiet = facts.others.is_none_or(|others| others < QUIET * f64::from(facts.cores));
    let alike = facts.who.workers <= facts.cores && !is_one_thread(facts) && facts.tasks.mean > WARM_TASK;
    // Taking turns at a GIL costs CPU time, too.
    let nobody_waits = facts.in_state(State::WaitingForGil)? < LEAST;
    (falls_short(facts) && growth > GROWTH && quiet && alike && nobody_waits).then_some(())?;
    lost(facts, Why::MemoryBound { growth }, facts.share(facts.cpu - alone))
}

fn start_up(facts: &Facts) -> Option<Found> {
    let alone = facts.baseline.as_ref()?;
    let more = facts.preparation? - alone.preparation?;
    let gained = alone.wall - facts.wall;
    (facts.gain().is_some() && more > gained && gained > 0.0).then_some(())?;
    let why = Why::StartUp { took: more, gained };
    // It is in none of the times, so it explains nothing of them.
    Some(Found { who: facts.who, why, share: None, rank: 0.0 })
}

fn crowded(facts: &Facts) -> Option<Found> {
    let share = facts.in_state(State::WaitingForCpu)?;
    // Workers that can't compute at the same time need no core each.
    let room = facts.who.workers <= facts.cores || shares_a_gil(facts.who.mode);
    (room && facts.who.mode.is_parallel() && share > 1.5 * LEAST).then_some(())?;
    lost(facts, Why::Noise(Crowd::Others), share)
}

fn within_noise(facts: &Facts) -> Option<Found> {
    let speed_up = facts.speed_up.filter(|speed_up| speed_up.is_noise())?;
    let why = Why::Noise(Crowd::Spread { ratio: speed_up.ratio, spread: speed_up.spread()? });
    Some(Found { who: facts.who, why, share: None, rank: 0.0 })
}

//! Who holds which GIL: where a key is drawn.

use shared::{Lap, LapPhase, Mode, Nanos, SourceKind, State};

use super::cells::Cell;
use super::sums::Look;

/// A key needs so many columns of pixels.
const WIDTH: u64 = 30;
/// Where several share a lock, it is one's if it had it for at least this share of the time.
const CLEARLY: f64 = 0.75;
/// Where nobody else can have it, this is enough.
const AT_TIMES: f64 = 0.1;
/// It waits for a CPU for at least this share.
const MOSTLY: f64 = 0.5;
/// Who has the lock now: what was seen longer ago is not now.
const NOW: Nanos = Nanos(300_000_000);

/// One lock. Equal ones are the same one, within a lap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// The GIL of this interpreter; 0 is the main one.
    Interpreter(u32),
    /// The GIL of this worker's process.
    Process(u32),
}

impl Lock {
    /// Which lock it is, if this worker has the GIL of this interpreter.
    pub fn of(lap: &Lap, worker: usize, interpreter: u32) -> Lock {
        let script = lap.kind == Some(SourceKind::Script);
        match lap.plan.mode {
            // A script's threads are in one process, whatever mode was asked for.
            _ if script => Lock::Interpreter(interpreter),
            Mode::Processes | Mode::ProcessPoolForkserver | Mode::ProcessPoolSpawn => Lock::Process(worker as u32),
            Mode::SharedGil => Lock::Interpreter(0),
            _ => Lock::Interpreter(interpreter),
        }
    }

    /// What stands on its key.
    pub fn number(self) -> u32 {
        match self {
            Lock::Interpreter(number) | Lock::Process(number) => number,
        }
    }

    /// As in "it has ...".
    pub fn words(self) -> String {
        match self {
            Lock::Interpreter(0) => "the main interpreter's GIL".to_owned(),
            Lock::Interpreter(number) => format!("the GIL of interpreter {number}"),
            Lock::Process(number) => format!("the GIL of process {number}"),
        }
    }
}

/// A stretch of time in which one worker had a lock, long enough to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// From when.
    pub start: Nanos,
    /// Until when.
    pub end: Nanos,
    /// Which lock.
    pub lock: Lock,
}

/// The locks that only one of the lap's workers has had; `held` tells the interpreters whose GIL a worker has had.
pub fn undisputed(lap: &Lap, held: impl Fn(usize) -> Vec<u32>) -> Vec<Lock> {
    let mut all: Vec<Lock> = Vec::new();
    for worker in 0..lap.workers.len() {
        let mut locks: Vec<Lock> = held(worker).into_iter().map(|lock| Lock::of(lap, worker, lock)).collect();
        locks.dedup();
        all.extend(locks);
    }
    all.sort();
    all.chunk_by(|one, other| one == other).filter(|same| same.len() == 1).map(|same| same[0]).collect()
}

/// Where keys are drawn in a lane; each column of pixels is `column` long.
pub fn keys(cells: &[Cell], lock: impl Fn(u32) -> Lock, undisputed: &[Lock], column: Nanos) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for cell in cells {
        // While it waits for a CPU it keeps a lock that nobody else asks for.
        let waits = cell.shares[Look::WaitingForCpu as usize] >= MOSTLY;
        if let Some(last) =
            keys.last_mut().filter(|last| waits && last.end == cell.start && undisputed.contains(&last.lock))
        {
            last.end = cell.end;
            continue;
        }
        let Some(lock) = cell.lock.map(&lock) else { continue };
        let enough = if undisputed.contains(&lock) { AT_TIMES } else { CLEARLY };
        if cell.shares[Look::WithGil as usize] < enough {
            continue;
        }
        match keys.last_mut() {
            Some(last) if last.lock == lock && last.end == cell.start => last.end = cell.end,
            _ => keys.push(Key { start: cell.start, end: cell.end, lock }),
        }
    }
    keys.retain(|key| key.end.since(key.start).0 >= WIDTH * column.0);
    keys
}

/// The lock that a worker has now, while its lap goes on.
pub fn held_now(lap: &Lap, worker: usize) -> Option<Lock> {
    if !matches!(lap.phase, LapPhase::Measured { .. }) {
        return None;
    }
    let last = lap.workers.get(worker)?.states.last()?;
    match last.state {
        State::WithGil(interpreter) if lap.now.since(last.end) <= NOW => Some(Lock::of(lap, worker, interpreter)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::{Interval, LapEvent};

    use super::super::super::sample;
    use super::super::cells::cells;
    use super::super::range::Range;
    use super::super::samples::{alternating, interval};
    use super::super::sums::Sums;
    use super::*;

    fn keys_of(states: &[Interval], columns: usize, undisputed: &[Lock]) -> Vec<Key> {
        let mut sums = Sums::default();
        sums.take(states);
        let range = Range { start: Nanos(0), end: states.last().unwrap().end };
        let cells = cells(states, &sums, range, columns);
        keys(&cells, Lock::Interpreter, undisputed, range.column(columns))
    }

    #[test]
    fn a_lock_that_goes_back_and_forth_has_keys_only_where_they_have_room() {
        let states = alternating(100, 1_000);
        assert_eq!(keys_of(&states, 100, &[]), []);
        let keys = keys_of(&states, 100 * 40, &[]);
        assert_eq!(keys.len(), 50);
        assert_eq!((keys[1].start, keys[1].end, keys[1].lock), (Nanos(2_000), Nanos(3_000), Lock::Interpreter(0)));
    }

    #[test]
    fn who_has_a_lock_alone_keeps_its_key_between_its_turns() {
        let keys = keys_of(&alternating(100, 1_000), 50, &[Lock::Interpreter(0)]);
        assert_eq!(keys, [Key { start: Nanos(0), end: Nanos(100_000), lock: Lock::Interpreter(0) }]);
    }

    #[test]
    fn waiting_for_a_cpu_gives_no_own_lock_back() {
        let states = |between| {
            [interval(0, 40, State::WithGil(3)), interval(40, 90, between), interval(90, 130, State::WithGil(3))]
        };
        let own = Lock::Interpreter(3);
        for (between, undisputed, ends) in [
            (State::WaitingForCpu, vec![own], vec![130]),
            (State::WaitingForCpu, vec![], vec![40, 130]),
            (State::Blocked, vec![own], vec![40, 130]),
        ] {
            let keys: Vec<u64> = keys_of(&states(between), 130, &undisputed).iter().map(|key| key.end.0).collect();
            assert_eq!(keys, ends, "{between:?} {undisputed:?}");
        }
    }

    #[test]
    fn locks_are_told_apart_by_what_a_mode_shares() {
        let states = |mode: Mode, locks: [u32; 2]| {
            let mut run = sample::accepted(&[mode]);
            sample::begin(&mut run, 0, 2);
            for (worker, lock) in (0..).zip(locks) {
                let intervals = vec![interval(0, 10_000_000, State::WithGil(lock))];
                sample::in_lap(&mut run, 0, LapEvent::States { worker, intervals });
            }
            run
        };
        for (mode, locks, alone) in [
            (Mode::Threads, [0, 0], vec![]),
            (Mode::Subinterpreters, [1, 2], vec![Lock::Interpreter(1), Lock::Interpreter(2)]),
            (Mode::SharedGil, [1, 2], vec![]),
            (Mode::Processes, [0, 0], vec![Lock::Process(0), Lock::Process(1)]),
        ] {
            let run = states(mode, locks);
            let lap = &run.laps[0];
            let held = |worker: usize| Sums::default().locks(&lap.workers[worker].states);
            assert_eq!(undisputed(lap, held), alone, "{mode}");
            assert_eq!(held_now(lap, 1), Some(Lock::of(lap, 1, locks[1])), "{mode}");
        }
        assert_eq!(held_now(&sample::completed(&[(Mode::Threads, 5)]).laps[0], 0), None);
    }
}

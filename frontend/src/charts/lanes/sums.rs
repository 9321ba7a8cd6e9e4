//! How long a worker was in each state between any two moments, without looking at everything in between.

use shared::{Interval, Nanos, Run, RunId, State};

/// So many intervals are summed up together.
const BLOCK: usize = 64;

/// What can be told apart in a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Running with a GIL.
    WithGil = 0,
    /// Running without one.
    WithoutGil = 1,
    /// Waiting for the GIL.
    WaitingForGil = 2,
    /// Waiting for a CPU.
    WaitingForCpu = 3,
    /// Waiting for something else.
    Blocked = 4,
}

/// Times or shares, by [`Look`].
pub type ByLook<T> = [T; Look::ALL.len()];

impl Look {
    /// Every look, from the bottom of a lane to its top.
    pub const ALL: [Look; 5] =
        [Look::WithGil, Look::WithoutGil, Look::WaitingForGil, Look::WaitingForCpu, Look::Blocked];

    /// How a state is seen.
    pub fn of(state: State) -> Look {
        match state {
            State::WithGil(_) => Look::WithGil,
            State::WithoutGil => Look::WithoutGil,
            State::WaitingForGil => Look::WaitingForGil,
            State::WaitingForCpu => Look::WaitingForCpu,
            State::Blocked => Look::Blocked,
        }
    }

    /// The name in the page.
    pub fn slug(self) -> &'static str {
        match self {
            Look::WithGil => "with-gil",
            Look::WithoutGil => "without-gil",
            Look::WaitingForGil => "waiting-for-gil",
            Look::WaitingForCpu => "waiting-for-cpu",
            Look::Blocked => "blocked",
        }
    }
}

/// Sums over a worker's intervals; they grow with them.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// All that lies before each block.
    before: Vec<ByLook<u64>>,
    /// Whose GIL the worker had in what is summed up, in order of their numbers.
    locks: Vec<u32>,
}

impl Sums {
    /// Takes what is new. The last interval may still grow, so it is in no sum yet.
    pub fn take(&mut self, states: &[Interval]) {
        if self.before.len() > states.len() / BLOCK + 1 {
            *self = Sums::default();
        }
        if self.before.is_empty() {
            self.before.push(ByLook::default());
        }
        while states.len() > self.before.len() * BLOCK {
            let end = self.before.len() * BLOCK;
            let block = &states[end - BLOCK..end];
            let mut sum = self.before[self.before.len() - 1];
            block.iter().for_each(|interval| add(&mut sum, interval, interval.end));
            self.before.push(sum);
            note(&mut self.locks, block);
        }
    }

    /// Whose GIL the worker has had.
    pub fn locks(&self, states: &[Interval]) -> Vec<u32> {
        let mut locks = self.locks.clone();
        let taken = self.before.len().saturating_sub(1) * BLOCK;
        note(&mut locks, states.get(taken..).unwrap_or_default());
        locks
    }

    /// How long it was in each state between two moments, in nanoseconds.
    pub fn between(&self, states: &[Interval], from: Nanos, until: Nanos) -> ByLook<u64> {
        let (before, all) = (self.until(states, from), self.until(states, until));
        std::array::from_fn(|look| all[look].saturating_sub(before[look]))
    }

    fn until(&self, states: &[Interval], moment: Nanos) -> ByLook<u64> {
        let place = states.partition_point(|interval| interval.end <= moment);
        let block = (place / BLOCK).min(self.before.len().saturating_sub(1));
        let mut sum = self.before.get(block).copied().unwrap_or_default();
        states[block * BLOCK..place].iter().for_each(|interval| add(&mut sum, interval, interval.end));
        if let Some(interval) = states.get(place) {
            add(&mut sum, interval, moment);
        }
        sum
    }
}

/// The sums of all workers of a run.
#[derive(Debug, Clone, Default)]
pub struct RunSums {
    run: Option<RunId>,
    laps: Vec<Vec<Sums>>,
}

impl RunSums {
    /// Takes what is new in a run; of another run, everything.
    pub fn take(&mut self, run: &Run) {
        if self.run != Some(run.ticket.id) {
            *self = RunSums { run: Some(run.ticket.id), laps: Vec::new() };
        }
        self.laps.resize_with(run.laps.len(), Vec::new);
        for (sums, lap) in self.laps.iter_mut().zip(&run.laps) {
            sums.resize_with(lap.workers.len(), Sums::default);
            sums.iter_mut().zip(&lap.workers).for_each(|(sums, worker)| sums.take(&worker.states));
        }
    }

    /// Those of one worker of one lap.
    pub fn of(&self, lap: usize, worker: usize) -> Option<&Sums> {
        self.laps.get(lap)?.get(worker)
    }
}

fn add(sum: &mut ByLook<u64>, interval: &Interval, until: Nanos) {
    sum[Look::of(interval.state) as usize] += until.since(interval.start).0;
}

fn note(locks: &mut Vec<u32>, states: &[Interval]) {
    for interval in states {
        if let State::WithGil(lock) = interval.state
            && let Err(place) = locks.binary_search(&lock)
        {
            locks.insert(place, lock);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::alternating;
    use super::*;

    #[test]
    fn sums_are_those_of_all_intervals_whenever_they_came() {
        let states = alternating(1_000, 5);
        let mut sums = Sums::default();
        for known in [1, 63, 64, 65, 700, 1_000] {
            sums.take(&states[..known]);
        }
        for (from, until, with, waiting) in
            [(0, 5_000, 2_500, 2_500), (0, 5, 5, 0), (2, 7, 3, 2), (1_600, 1_610, 5, 5), (4_998, 9_000, 0, 2)]
        {
            let sum = sums.between(&states, Nanos(from), Nanos(until));
            assert_eq!((sum[0], sum[2]), (with, waiting), "{from} to {until}");
        }
        assert_eq!(sums.locks(&states), [0]);
    }

    #[test]
    fn the_last_interval_may_grow() {
        let mut states = alternating(64, 10);
        let mut sums = Sums::default();
        sums.take(&states);
        states[63].end = Nanos(1_000);
        sums.take(&states);
        assert_eq!(sums.between(&states, Nanos(0), Nanos(1_000))[2], 31 * 10 + 370);
    }

    #[test]
    fn another_run_starts_anew() {
        let mut sums = Sums::default();
        sums.take(&alternating(1_000, 5));
        let states = alternating(2, 5);
        sums.take(&states);
        assert_eq!(sums.between(&states, Nanos(0), Nanos(10)), [5, 0, 5, 0, 0]);
        assert_eq!(Sums::default().between(&[], Nanos(0), Nanos(9)), [0; 5]);
    }
}

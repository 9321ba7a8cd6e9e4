//! A number that only grows, and that threads wait for.
//!
//! To put a thread to sleep and to wake it takes 10 to 50 us, many times what the shortest tasks take: who waits stays
//! awake for a moment first, where there are enough CPUs for that and as long as it is not in vain.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long who waits stays awake: about as long as it takes to fall asleep and to be woken, so that at worst waiting
/// costs twice what it would have.
const AWAKE: Duration = Duration::from_micros(50);
/// The clock is looked at once in so many turns.
const TURNS: u32 = 64;
/// At most two to this power times in a row it is slept at once, after as many times in a row were in vain.
const MOST_DOUBLINGS: u32 = 6;
/// How long it may stay unnoticed that nobody needs to wait any more.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// On cache lines of its own: two threads write to two of them in turn.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Count {
    value: AtomicUsize,
    /// Whether waiting begins awake.
    awake: AtomicBool,
    /// How often in a row that was in vain, and how often waiting has begun asleep since.
    vain: AtomicU32,
    slept: AtomicU32,
    sleepers: AtomicUsize,
    changing: Mutex<()>,
    changed: Condvar,
}

impl Count {
    /// From now on waiting begins awake, or doesn't.
    pub fn wait_awake(&self, awake: bool) {
        self.awake.store(awake, Ordering::Relaxed);
    }

    /// Adds to it.
    pub fn raise(&self, by: usize) {
        self.value.fetch_add(by, Ordering::SeqCst);
        // Who falls asleep counts itself first and looks at the value then: one of the two sees the other.
        if self.sleepers.load(Ordering::SeqCst) > 0 {
            self.wake();
        }
    }

    /// Lets everybody look who waits.
    pub fn wake(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    /// Waits until it is greater than this; false if `is_over` says before that nobody needs to wait any more.
    pub fn wait_beyond(&self, value: usize, is_over: impl Fn() -> bool) -> bool {
        let is_reached = || self.value.load(Ordering::SeqCst) > value;
        if is_reached() || (self.is_worth_it() && self.spin(is_reached)) {
            return true;
        }
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        let mut guard = self.lock();
        while !is_reached() && !is_over() {
            guard = self.changed.wait_timeout(guard, LOOK_EVERY).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(guard);
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
        is_reached()
    }

    /// Whether waiting begins awake this time. Where it is in vain, tasks take longer, or who would end the waiting has no
    /// CPU meanwhile.
    fn is_worth_it(&self) -> bool {
        if !self.awake.load(Ordering::Relaxed) {
            return false;
        }
        let vain = self.vain.load(Ordering::Relaxed).min(MOST_DOUBLINGS);
        vain == 0 || self.slept.fetch_add(1, Ordering::Relaxed).is_multiple_of(1 << vain)
    }

    /// Whether it comes true in the time for which it is waited awake.
    fn spin(&self, comes_true: impl Fn() -> bool) -> bool {
        let started = Instant::now();
        while started.elapsed() < AWAKE {
            for _ in 0..TURNS {
                if comes_true() {
                    self.vain.store(0, Ordering::Relaxed);
                    return true;
                }
                std::hint::spin_loop();
            }
        }
        self.vain.fetch_add(1, Ordering::Relaxed);
        false
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn nobody_misses_that_it_has_grown() {
        for awake in [false, true] {
            let (there, back) = (Count::default(), Count::default());
            there.wait_awake(awake);
            thread::scope(|scope| {
                scope.spawn(|| {
                    for turn in 0..2_000 {
                        assert!(there.wait_beyond(turn, || false));
                        // Some of those who wait fall asleep before, and some do not.
                        if turn % 50 == 0 {
                            thread::sleep(2 * AWAKE);
                        }
                        back.raise(1);
                    }
                });
                for turn in 0..2_000 {
                    there.raise(1);
                    assert!(back.wait_beyond(turn, || false));
                }
            });
        }
    }

    #[test]
    fn who_stays_awake_in_vain_does_it_less_often() {
        let count = Count::default();
        let tries = |waits: u32| (0..waits).filter(|_| count.is_worth_it() && !count.spin(|| false)).count();
        assert_eq!(tries(10), 0, "nobody has said that it may");
        count.wait_awake(true);
        let first = tries(64);
        assert!((4..=8).contains(&first), "{first}");
        assert_eq!(tries(256), 4);
        // A fruitful one makes it worth it again.
        assert!(count.spin(|| true) && count.is_worth_it());
    }

    #[test]
    fn who_waits_in_vain_is_told() {
        let count = Count::default();
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| count.wait_beyond(0, || over.load(Ordering::SeqCst)));
            over.store(true, Ordering::SeqCst);
            count.wake();
            assert!(!waiting.join().unwrap());
        });
    }
}

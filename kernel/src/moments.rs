//! When one worker came to what, and the phases that follow from it.

use shared::{Nanos, Phases};

/// When one worker came to what, on the lap's clock, and how long it had to do with what crossed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moments {
    /// The kernel had read the source and its items, and began to start workers.
    pub prepared: Nanos,
    /// Of that, pickling `ITEMS`.
    pub items_pickling: Nanos,
    /// It began to replay the source; none if it has no replay of its own.
    pub replaying: Option<Nanos>,
    /// It could take tasks.
    pub ready: Nanos,
    /// The first task was handed out.
    pub began: Nanos,
    /// It had nothing more to do, and its last result was on its way.
    pub done: Nanos,
    /// The lap's last task ended.
    pub end: Nanos,
    /// All of its unpickling.
    pub unpickling: Nanos,
    /// All of its computing.
    pub compute: Nanos,
    /// All of its pickling, also behind `end`.
    pub pickling: Nanos,
}

impl Moments {
    /// The phases, which add up to `end` whatever the moments are.
    pub fn phases(&self) -> Phases {
        // One cut after the other, none before the one before.
        let prepared = self.prepared.min(self.end);
        let ready = self.ready.clamp(prepared, self.end);
        let replaying = self.replaying.unwrap_or(ready).clamp(prepared, ready);
        let began = self.began.clamp(ready, self.end);
        let done = self.done.clamp(began, self.end);

        let items_pickling = self.items_pickling.min(prepared);
        let behind_the_end = self.done.since(self.end);
        let mut left = done.since(began);
        let mut take = |wanted: Nanos| {
            let taken = wanted.min(left);
            left = left.since(taken);
            taken
        };
        let compute = take(self.compute);
        let unpickling = take(self.unpickling);
        let pickling = take(self.pickling.since(behind_the_end));
        let add = |one: Nanos, other: Nanos| Nanos(one.0 + other.0);
        Phases {
            start_up: Some(replaying.since(prepared)),
            replay: Some(add(prepared.since(items_pickling), ready.since(replaying))),
            gate: Some(began.since(ready)),
            unpickling: Some(unpickling),
            queue_wait: Some(left),
            compute: Some(compute),
            pickling: Some(add(items_pickling, pickling)),
            idle: Some(self.end.since(done)),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::WorkerPhase;

    use super::*;

    fn moments() -> Moments {
        Moments {
            prepared: Nanos(10),
            items_pickling: Nanos(2),
            replaying: Some(Nanos(25)),
            ready: Nanos(30),
            began: Nanos(37),
            done: Nanos(90),
            end: Nanos(100),
            unpickling: Nanos(3),
            compute: Nanos(40),
            pickling: Nanos(4),
        }
    }

    fn durations(phases: Phases) -> Vec<u64> {
        WorkerPhase::ALL.iter().map(|phase| phases.of(*phase).unwrap().0).collect()
    }

    #[test]
    fn phases_follow_from_moments() {
        // start-up, replay, gate, unpickling, queue wait, compute, pickling, idle
        let cases = [
            ("one of all", moments(), [15, 13, 7, 3, 6, 40, 6, 10]),
            ("no replay of its own", Moments { replaying: None, ..moments() }, [20, 8, 7, 3, 6, 40, 6, 10]),
            (
                "pickling behind the end",
                Moments { done: Nanos(103), compute: Nanos(55), ..moments() },
                [15, 13, 7, 3, 4, 55, 3, 0],
            ),
            (
                "no task",
                Moments { done: Nanos(0), compute: Nanos(0), unpickling: Nanos(0), pickling: Nanos(0), ..moments() },
                [15, 13, 7, 0, 0, 0, 2, 63],
            ),
        ];
        for (name, moments, expected) in cases {
            assert_eq!(durations(moments.phases()), expected, "{name}");
        }
    }

    #[test]
    fn phases_add_up_whatever_the_moments_are() {
        let mut state = 1_u64;
        let mut any = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            Nanos((state >> 33) % 100)
        };
        for _ in 0..2_000 {
            let moments = Moments {
                prepared: any(),
                items_pickling: any(),
                replaying: Some(any()).filter(|time| time.0 % 2 == 0),
                ready: any(),
                began: any(),
                done: any(),
                end: any(),
                unpickling: any(),
                compute: any(),
                pickling: any(),
            };
            assert_eq!(moments.phases().total(), Some(moments.end), "{moments:?}");
        }
    }
}

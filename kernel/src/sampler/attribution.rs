//! What a thread did between two looks at it: a pure function.
//!
//! CPU time is exact, since the thread's own clock says it, and so is the time for which it waited for a CPU where the
//! system counts that. What is left is given to what the thread was seen to wait for.

use shared::{Nanos, State};

/// What a thread waits for while it sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The GIL.
    Gil,
    /// Something else.
    Other,
}

/// What a thread was caught at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// It has a CPU.
    Running,
    /// It would run if it had one.
    Queued,
    /// It sleeps.
    Asleep(Wait),
}

/// One look at a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Nanos,
    /// Its CPU time so far.
    pub cpu: Nanos,
    /// How long it has waited for CPUs so far, as it was counted when it got one; none if the system doesn't count.
    pub delay: Option<Nanos>,
    /// Whether it had the GIL.
    pub holds: bool,
    /// What it did.
    pub doing: Doing,
}

/// What the GIL means to a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contest {
    /// There is none.
    NoGil,
    /// Another thread has the GIL of this interpreter, or has had it since the last look.
    Wanted(u32),
    /// No other thread has had it.
    Free(u32),
}

/// How long a thread was in which states from one look to the next: parts that add up to the time between them.
pub fn attribute(before: &Look, now: &Look, contest: Contest) -> [(State, Nanos); 3] {
    let wall = now.at.since(before.at);
    let ran = now.cpu.since(before.cpu).min(wall);
    let rest = wall.since(ran);
    let waited_for_cpu = waited_for_cpu(before, now, rest);
    let wait = match (now.doing, before.doing, contest) {
        (_, _, Contest::NoGil) => Wait::Other,
        (Doing::Asleep(wait), ..) => wait,
        (_, Doing::Asleep(wait), _) => wait,
        // It slept in between, unseen.
        (_, _, Contest::Wanted(_)) => Wait::Gil,
        (_, _, Contest::Free(_)) => Wait::Other,
    };
    let wait = match wait {
        Wait::Gil => State::WaitingForGil,
        Wait::Other => State::Blocked,
    };
    [(ran_as(before, now, contest), ran), (State::WaitingForCpu, waited_for_cpu), (wait, rest.since(waited_for_cpu))]
}

/// How long of the time in which it didn't run it waited for a CPU.
fn waited_for_cpu(before: &Look, now: &Look, rest: Nanos) -> Nanos {
    let counted = now.delay.zip(before.delay).map(|(now, before)| now.since(before).min(rest));
    match (now.doing, before.doing) {
        // What it waits for now is not counted before it gets one. Somewhen since the last look it was woken.
        (Doing::Queued, Doing::Asleep(_)) => Nanos(rest.0 / 2).max(counted.unwrap_or_default()),
        (Doing::Queued, Doing::Running | Doing::Queued) => rest,
        // Where nobody counts, what is awake both times was awake all the time.
        (Doing::Running, Doing::Running | Doing::Queued) => counted.unwrap_or(rest),
        (Doing::Running | Doing::Asleep(_), _) => counted.unwrap_or_default(),
    }
}

/// Whether what it ran was with the GIL.
fn ran_as(before: &Look, now: &Look, contest: Contest) -> State {
    let (Contest::Wanted(interpreter) | Contest::Free(interpreter)) = contest else { return State::WithoutGil };
    let sleeps = |look: &Look| matches!(look.doing, Doing::Asleep(_));
    let with = match (before.holds, now.holds) {
        (true, true) | (false, true) => true,
        // It gave the GIL back, to run on or to wait.
        (true, false) => sleeps(now),
        // What runs for less than a sample between two waits is mostly Python.
        (false, false) => sleeps(before) && sleeps(now),
    };
    if with { State::WithGil(interpreter) } else { State::WithoutGil }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Look =
        Look { at: Nanos(1_000), cpu: Nanos(100), delay: Some(Nanos(50)), holds: false, doing: Doing::Running };

    /// A look after 100 ns, in which it ran and got late for so long.
    fn later(ran: u64, delayed: u64, holds: bool, doing: Doing) -> Look {
        Look { at: Nanos(1_100), cpu: Nanos(100 + ran), delay: Some(Nanos(50 + delayed)), holds, doing }
    }

    fn told(before: Look, now: Look, contest: Contest) -> Vec<(State, u64)> {
        let parts = attribute(&before, &now, contest);
        assert_eq!(parts.iter().map(|(_, time)| time.0).sum::<u64>(), now.at.since(before.at).0);
        parts.into_iter().filter(|(_, time)| time.0 > 0).map(|(state, time)| (state, time.0)).collect()
    }

    #[test]
    fn running_is_with_the_gil_or_without_it() {
        let holder = Look { holds: true, ..START };
        let sleeper = Look { doing: Doing::Asleep(Wait::Gil), ..START };
        let asleep = Doing::Asleep(Wait::Other);
        for (before, now, contest, state) in [
            (holder, later(100, 0, true, Doing::Running), Contest::Free(3), State::WithGil(3)),
            (START, later(100, 0, true, Doing::Running), Contest::Free(3), State::WithGil(3)),
            (START, later(100, 0, false, Doing::Running), Contest::Free(3), State::WithoutGil),
            (START, later(100, 0, false, Doing::Running), Contest::Wanted(3), State::WithoutGil),
            (holder, later(100, 0, false, Doing::Running), Contest::Free(3), State::WithoutGil),
            (holder, later(100, 0, false, asleep), Contest::Free(3), State::WithGil(3)),
            (sleeper, later(100, 0, false, asleep), Contest::Free(3), State::WithGil(3)),
            (START, later(100, 0, false, Doing::Running), Contest::NoGil, State::WithoutGil),
        ] {
            assert_eq!(told(before, now, contest), [(state, 100)], "{before:?} {now:?}");
        }
    }

    #[test]
    fn sleep_is_what_it_was_caught_at() {
        let waiter = Look { doing: Doing::Asleep(Wait::Gil), ..START };
        let gil = later(0, 0, false, Doing::Asleep(Wait::Gil));
        assert_eq!(told(waiter, gil, Contest::Wanted(0)), [(State::WaitingForGil, 100)]);
        let other = later(0, 0, false, Doing::Asleep(Wait::Other));
        assert_eq!(told(START, other, Contest::Wanted(0)), [(State::Blocked, 100)]);
        assert_eq!(told(START, gil, Contest::NoGil), [(State::Blocked, 100)]);
    }

    #[test]
    fn a_wait_that_is_over_is_what_it_was() {
        let waiter = Look { doing: Doing::Asleep(Wait::Gil), ..START };
        let parts = told(waiter, later(40, 10, true, Doing::Running), Contest::Free(0));
        assert_eq!(parts, [(State::WithGil(0), 40), (State::WaitingForCpu, 10), (State::WaitingForGil, 50)]);
    }

    #[test]
    fn a_wait_that_nobody_saw_is_for_the_gil_if_another_had_it() {
        let now = later(40, 0, false, Doing::Running);
        assert_eq!(told(START, now, Contest::Wanted(0))[1], (State::WaitingForGil, 60));
        assert_eq!(told(START, now, Contest::Free(0))[1], (State::Blocked, 60));
    }

    #[test]
    fn who_could_run_and_does_not_waits_for_a_cpu() {
        let queued = later(30, 0, true, Doing::Queued);
        assert_eq!(told(START, queued, Contest::Free(0))[1], (State::WaitingForCpu, 70));
        let woken = Look { doing: Doing::Asleep(Wait::Other), ..START };
        let queued = later(0, 0, false, Doing::Queued);
        assert_eq!(told(woken, queued, Contest::Free(0)), [(State::WaitingForCpu, 50), (State::Blocked, 50)]);
        // Counted later, when it was told already: never more than there is.
        let counted = later(90, 5_000, true, Doing::Running);
        assert_eq!(told(START, counted, Contest::Free(0)), [(State::WithGil(0), 90), (State::WaitingForCpu, 10)]);
    }

    #[test]
    fn without_the_count_what_is_awake_waits_for_a_cpu() {
        let uncounted = |look: Look| Look { delay: None, ..look };
        let now = uncounted(later(40, 0, true, Doing::Running));
        assert_eq!(told(uncounted(START), now, Contest::Free(0))[1], (State::WaitingForCpu, 60));
    }

    #[test]
    fn no_more_is_told_than_there_was() {
        // The clocks are read one after the other.
        assert_eq!(told(START, later(120, 30, true, Doing::Running), Contest::Free(0)), [(State::WithGil(0), 100)]);
    }
}

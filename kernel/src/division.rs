//! The compute phase by states: exact times, divided in the proportion of what the sampler saw.

use shared::{Nanos, State, StateTotals};

use crate::sampler::Seen;

const ON_CPU: [State; 2] = [State::WithGil(0), State::WithoutGil];
/// A wait that nobody saw is given to the first: the shortest are those for a CPU.
const OFF_CPU: [State; 3] = [State::WaitingForCpu, State::WaitingForGil, State::Blocked];

/// What a thread did in `compute`, of which it was on a CPU for `cpu`: parts that add up to `compute`. None if nothing
/// was seen.
pub fn divide(compute: Nanos, cpu: Nanos, seen: Seen) -> Option<StateTotals> {
    (seen.all.total().0 > 0).then_some(())?;
    let cpu = cpu.min(compute);
    let mut parts = StateTotals::default();
    share_out(&mut parts, cpu, &ON_CPU, seen);
    share_out(&mut parts, compute.since(cpu), &OFF_CPU, seen);
    Some(parts)
}

/// Divides a time among states in the proportion in which they were seen during `work`; if none of them was, as tasks
/// can be shorter than the time between two looks, in that of all the time.
fn share_out(parts: &mut StateTotals, time: Nanos, states: &[State], seen: Seen) {
    let sum = |totals: StateTotals| states.iter().map(|state| u128::from(totals.of(*state).0)).sum::<u128>();
    let totals = if sum(seen.computing) > 0 { seen.computing } else { seen.all };
    let all = sum(totals).max(1);
    let share = |state: &State| Nanos((u128::from(time.0) * u128::from(totals.of(*state).0) / all) as u64);
    let mut left = time;
    for state in states {
        let share = share(state);
        parts.add(*state, share);
        left = left.since(share);
    }
    // What rounding leaves.
    parts.add(states[0], left);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the GIL, without it, waiting for the GIL, waiting for a CPU, blocked.
    fn totals([with_gil, without_gil, waiting_for_gil, waiting_for_cpu, blocked]: [u64; 5]) -> StateTotals {
        StateTotals {
            with_gil: Nanos(with_gil),
            without_gil: Nanos(without_gil),
            waiting_for_gil: Nanos(waiting_for_gil),
            waiting_for_cpu: Nanos(waiting_for_cpu),
            blocked: Nanos(blocked),
        }
    }

    #[test]
    fn exact_times_are_divided_as_was_seen() {
        for (what, compute, cpu, all, computing, parts) in [
            ("half a wait", 1_000, 500, [0; 5], [40, 10, 50, 0, 0], [400, 100, 500, 0, 0]),
            ("other waits", 1_000, 100, [9; 5], [7, 0, 1, 2, 3], [100, 0, 150, 300, 450]),
            ("all the time, if work was never seen", 100, 50, [1, 1, 0, 0, 3], [0; 5], [25, 25, 0, 0, 50]),
            ("waits from all the time", 100, 50, [1, 1, 0, 0, 3], [0, 1, 0, 0, 0], [0, 50, 0, 0, 50]),
            ("a wait that nobody saw", 100, 98, [9, 0, 0, 0, 0], [9, 0, 0, 0, 0], [98, 0, 0, 2, 0]),
            ("more CPU time than time", 100, 103, [9, 0, 5, 0, 0], [9, 0, 5, 0, 0], [100, 0, 0, 0, 0]),
            ("rounding", 100, 100, [1, 2, 0, 0, 0], [1, 2, 0, 0, 0], [34, 66, 0, 0, 0]),
        ] {
            let mut all = totals(all);
            all.add(State::Blocked, Nanos(u64::from(all.total().0 == 0)));
            let seen = Seen { all, computing: totals(computing) };
            let divided = divide(Nanos(compute), Nanos(cpu), seen);
            assert_eq!(divided, Some(totals(parts)), "{what}");
            assert_eq!(divided.map(StateTotals::total), Some(Nanos(compute)), "{what}");
        }
    }

    #[test]
    fn what_was_not_sampled_is_not_divided() {
        assert_eq!(divide(Nanos(10), Nanos(5), Seen::default()), None);
    }

    #[test]
    fn long_times_are_divided_too() {
        let day = 86_400_000_000_000;
        let seen = Seen { all: totals([day; 5]), computing: totals([day; 5]) };
        assert_eq!(divide(Nanos(5 * day), Nanos(2 * day), seen), Some(totals([day; 5])));
    }
}

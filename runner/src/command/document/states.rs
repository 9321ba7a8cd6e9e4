//! What workers' threads were doing, made into its JSON form.

use shared::{Basis, State};

use crate::command::result::states::{Interval, Sampling, States};

/// How a lap was sampled.
pub fn sampling(sampling: &shared::Sampling) -> Sampling {
    Sampling {
        gil: match sampling.basis {
            Basis::Read => "read".into(),
            Basis::Inferred => "inferred".into(),
        },
        samplers: sampling.samplers,
        samples: sampling.samples,
        // A tenth is more than the clock gives, and every reader of JSON reads it back as it was.
        rate_hz: sampling.rate().map(|rate| (rate * 10.0).round() / 10.0),
        cost_ns: sampling.cost.0,
        time_ns: sampling.time.0,
        shortened: sampling.shortened,
    }
}

/// A worker's totals.
pub fn states(totals: &shared::StateTotals) -> States {
    States {
        with_gil_ns: totals.with_gil.0,
        without_gil_ns: totals.without_gil.0,
        waiting_for_gil_ns: totals.waiting_for_gil.0,
        waiting_for_cpu_ns: totals.waiting_for_cpu.0,
        blocked_ns: totals.blocked.0,
    }
}

/// One of a worker's intervals.
pub fn interval(interval: &shared::Interval) -> Interval {
    let (state, interpreter) = match interval.state {
        State::WithGil(interpreter) => ("with-gil", Some(interpreter)),
        State::WithoutGil => ("without-gil", None),
        State::WaitingForGil => ("waiting-for-gil", None),
        State::WaitingForCpu => ("waiting-for-cpu", None),
        State::Blocked => ("blocked", None),
    };
    Interval { start_ns: interval.start.0, end_ns: interval.end.0, state: state.into(), interpreter }
}

//! The exit codes of `virgil run`, which scripts rely on.

use shared::{Agreement, Difference, Ending, LapPhase, Phase, Run, RunEnding, Verdict, difference};

use crate::stop::Wish;

/// How the command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything completed.
    Completed,
    /// The code raised an exception, the check said no, or laps returned different results.
    Raised,
    /// The command line, or the file that it names, can't be used.
    Usage,
    /// A kernel died, none could be started, or the result couldn't be written.
    Failed,
    /// A lap reached its time limit or another limit.
    Limit,
    /// Nobody reads what is printed any more.
    Unread,
    /// It was asked to end.
    Stopped(Wish),
}

/// Why the command can't do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// How it ends.
    pub exit: Exit,
    /// Why, and what to do.
    pub sentence: String,
}

impl Refusal {
    /// The command line, or the file that it names, can't be used.
    pub fn usage(sentence: impl Into<String>) -> Refusal {
        Refusal { exit: Exit::Usage, sentence: sentence.into() }
    }

    /// It has nothing to do with what was asked.
    pub fn failed(sentence: impl Into<String>) -> Refusal {
        Refusal { exit: Exit::Failed, sentence: sentence.into() }
    }
}

impl Exit {
    /// What the shell sees. 124 is what `timeout` has for it; from 128 on it is 128 and the signal's number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Completed => 0,
            Exit::Raised => 1,
            Exit::Usage => 2,
            Exit::Failed => 3,
            Exit::Limit => 124,
            Exit::Unread => 141,
            Exit::Stopped(Wish::Interrupt) => 130,
            Exit::Stopped(Wish::Terminate) => 143,
            Exit::Stopped(Wish::HangUp) => 129,
        }
    }

    /// Of a run that is over, and of the wish that stopped it, if one did.
    pub fn of(run: &Run, agreement: Agreement, wish: Option<Wish>) -> Exit {
        let stopped = wish.map_or(Exit::Unread, Exit::Stopped);
        let Phase::Ended(ending) = &run.phase else { return stopped };
        match ending {
            RunEnding::Completed if run.laps.iter().any(|lap| failed(lap.verdict.as_ref())) => Exit::Raised,
            RunEnding::Completed if disagreement(run, agreement).is_some() => Exit::Raised,
            RunEnding::Completed => Exit::Completed,
            RunEnding::AsLap(lap) => match run.laps.get(*lap as usize).map(|lap| &lap.phase) {
                Some(LapPhase::Ended(ending)) => Exit::of_lap(ending, stopped),
                _ => Exit::Failed,
            },
            RunEnding::Withdrawn => stopped,
            RunEnding::Impossible { .. } => Exit::Failed,
        }
    }

    fn of_lap(ending: &Ending, stopped: Exit) -> Exit {
        match ending {
            Ending::Completed { .. } => Exit::Completed,
            Ending::Raised(_) => Exit::Raised,
            Ending::Stopped(_) => stopped,
            Ending::TimedOut { .. } | Ending::LimitExceeded(_) => Exit::Limit,
            Ending::Died(_) => Exit::Failed,
        }
    }
}

/// Whether a check said no, or could not say anything.
pub fn failed(verdict: Option<&Verdict>) -> bool {
    matches!(verdict, Some(Verdict::Failed(_) | Verdict::Broken(_)))
}

/// The first difference between the laps' results, if there may be none.
pub fn disagreement(run: &Run, agreement: Agreement) -> Option<Difference> {
    match agreement {
        Agreement::Same => difference(run),
        Agreement::MayDiffer => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        Cause, CellId, Death, Exceeded, LapEvent, Limit, Mode, Nanos, Results, RunEvent, RunId, RunTicket, StopStage,
        plan, samples,
    };

    use super::*;

    fn ended(ending: Ending) -> RunEvent {
        RunEvent::LapEnded { lap: 0, ending }
    }

    fn checked(verdict: Verdict) -> RunEvent {
        RunEvent::Lap { lap: 0, event: LapEvent::Checked(verdict) }
    }

    #[test]
    fn every_way_to_end_has_its_code() {
        let completed = || ended(Ending::Completed { wall: Nanos(1), results: Results::default() });
        let cause = Cause::Signal(11);
        let death = Death { cause, worker: None, task: None, peak_memory: None, last_line: None };
        let timed_out = || ended(Ending::TimedOut { limit: Nanos(1), peak_memory: None, last_line: None });
        let stopped = || ended(Ending::Stopped(StopStage::Asked));
        let (all, first) = (RunEnding::Completed, || RunEnding::AsLap(0));
        for (events, ending, wish, code) in [
            (vec![completed()], all.clone(), None, 0),
            (vec![completed()], all.clone(), Some(Wish::Interrupt), 0),
            (vec![checked(Verdict::Passed), completed()], all.clone(), None, 0),
            (vec![checked(Verdict::Failed("no".into())), completed()], all.clone(), None, 1),
            (vec![checked(Verdict::Broken("no".into())), completed()], all, None, 1),
            (vec![ended(Ending::Raised(samples::raised("ValueError", "")))], first(), None, 1),
            (vec![ended(Ending::Died(death))], first(), None, 3),
            (vec![], RunEnding::Impossible { sentence: String::new() }, None, 3),
            (vec![timed_out()], first(), None, 124),
            (vec![ended(Ending::LimitExceeded(Exceeded::of(Limit::Items { limit: 1 })))], first(), None, 124),
            (vec![stopped()], first(), Some(Wish::HangUp), 129),
            (vec![stopped()], first(), Some(Wish::Interrupt), 130),
            (vec![], RunEnding::Withdrawn, Some(Wish::Interrupt), 130),
            (vec![stopped()], first(), None, 141),
            (vec![stopped()], first(), Some(Wish::Terminate), 143),
        ] {
            let plan = plan(&[Mode::Sequential], &[], 1).unwrap();
            let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
            run.apply(&RunEvent::LapStarted { lap: 0, mode: Mode::Sequential, build: String::new() });
            events.iter().for_each(|event| run.apply(event));
            run.apply(&RunEvent::Ended(ending));
            assert_eq!(Exit::of(&run, Agreement::Same, wish).code(), code, "{events:?}");
        }
    }

    #[test]
    fn results_that_differ_are_an_error_unless_they_may() {
        for (counts, agreement, code) in
            [([3, 3], Agreement::Same, 0), ([3, 4], Agreement::Same, 1), ([3, 4], Agreement::MayDiffer, 0)]
        {
            let plan = plan(&[Mode::Sequential, Mode::Threads], &[2], 1).unwrap();
            let mut run = Run::new(RunTicket { id: RunId(1), cell: CellId("x".into()), fingerprint: 0, plan });
            for (lap, count) in (0..).zip(counts) {
                run.apply(&RunEvent::LapStarted { lap, mode: Mode::Sequential, build: String::new() });
                let results = Results { count, ..Results::default() };
                run.apply(&RunEvent::LapEnded { lap, ending: Ending::Completed { wall: Nanos(1), results } });
            }
            run.apply(&RunEvent::Ended(RunEnding::Completed));
            assert_eq!(Exit::of(&run, agreement, None).code(), code, "{counts:?}");
        }
    }
}

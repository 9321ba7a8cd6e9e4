//! A run as it was at a moment: its events, applied again on the clock by which they came.

use crate::{Moment, Nanos, Run, RunEvent, RunTicket, WholeRun};

/// A run that can be looked at as it was at any moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    ticket: RunTicket,
    moments: Vec<Moment>,
    /// When it began: the time before, in which it waited for other runs, is left out.
    began: Nanos,
    /// As it was at the moment that was asked for last.
    run: Run,
    /// How many moments that is.
    applied: usize,
}

impl Replay {
    /// Of this run, at its beginning.
    pub fn new(whole: WholeRun) -> Replay {
        let (ticket, moments) = (whole.kept.ticket, whole.moments);
        let first = moments.iter().find(|moment| !matches!(moment.event, RunEvent::Queued { .. }));
        let began = first.map_or(Nanos(0), |first| first.at);
        Replay { run: Run::new(ticket.clone()), ticket, moments, began, applied: 0 }
    }

    /// How long it took from its beginning to its end.
    pub fn length(&self) -> Nanos {
        self.moments.last().map_or(Nanos(0), |last| last.at.since(self.began))
    }

    /// The run as it was so long after its beginning.
    pub fn at(&mut self, time: Nanos) -> &Run {
        let until = Nanos(self.began.0.saturating_add(time.0));
        if self.applied > 0 && self.moments[self.applied - 1].at > until {
            self.run = Run::new(self.ticket.clone());
            self.applied = 0;
        }
        while let Some(moment) = self.moments.get(self.applied).filter(|moment| moment.at <= until) {
            self.run.apply(&moment.event);
            self.applied += 1;
        }
        &self.run
    }

    /// When each lap began, for those who want to go there; of those that did.
    pub fn laps(&self) -> Vec<(u32, Nanos)> {
        let started = |moment: &Moment| match moment.event {
            RunEvent::LapStarted { lap, .. } => Some((lap, moment.at.since(self.began))),
            _ => None,
        };
        self.moments.iter().filter_map(started).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        CellId, Ending, KeptRun, LapEvent, LapPhase, Machine, Mode, Origin, Outcome, Phase, Results, RunEnding, RunId,
        RunRequest, Stream, plan,
    };

    fn whole() -> WholeRun {
        let modes = vec![Mode::Sequential, Mode::Threads];
        let request = RunRequest {
            cell: CellId("cell".into()),
            source: "1".into(),
            workers: vec![2],
            repeats: 1,
            warm_up: 0,
            build: None,
            modes,
        };
        let plan = plan(&request.modes, &request.workers, 1).unwrap();
        let ticket = RunTicket { id: RunId(1), cell: request.cell.clone(), fingerprint: 0, plan };
        let line =
            |text: &str| LapEvent::Output { worker: None, task: None, stream: Stream::Stdout, text: text.into() };
        let in_lap = |lap, event| RunEvent::Lap { lap, event };
        let started = |lap, mode| RunEvent::LapStarted { lap, mode, build: "b".into() };
        let ending = || Ending::Completed { wall: Nanos(5), results: Results::default() };
        let moments = [
            (1, RunEvent::Queued { ahead: 1 }),
            (100, started(0, Mode::Sequential)),
            (110, in_lap(0, line("one\n"))),
            (110, in_lap(0, line("two\n"))),
            (120, RunEvent::LapEnded { lap: 0, ending: ending() }),
            (130, started(1, Mode::Threads)),
            (140, in_lap(1, line("three\n"))),
            (150, RunEvent::LapEnded { lap: 1, ending: ending() }),
            (150, RunEvent::Ended(RunEnding::Completed)),
        ];
        let moments: Vec<Moment> = moments.into_iter().map(|(at, event)| Moment { at: Nanos(at), event }).collect();
        let run = Run::new(ticket.clone());
        let (name, machine, outcome) = (String::new(), Machine::default(), Outcome::of(&run));
        let kept = KeptRun { ticket, number: 1, name, origin: Origin::Here, machine, outcome };
        WholeRun { kept, request, moments, left_out: 0 }
    }

    #[test]
    fn it_is_at_every_moment_as_it_was_whatever_was_looked_at_before() {
        let mut replay = Replay::new(whole());
        assert_eq!((replay.length(), replay.laps()), (Nanos(50), vec![(0, Nanos(0)), (1, Nanos(30))]));
        let lines = |run: &Run| run.laps.iter().map(|lap| lap.output.count()).sum::<u64>();
        for (time, printed, phases) in [
            (0, 0, [true, false]),
            (10, 2, [true, false]),
            (9, 0, [true, false]),
            (50, 3, [false, false]),
            (25, 2, [false, false]),
            (45, 3, [false, true]),
            (u64::MAX, 3, [false, false]),
        ] {
            let run = replay.at(Nanos(time));
            let starting: Vec<bool> = run.laps.iter().map(|lap| lap.phase == LapPhase::Starting).collect();
            assert_eq!((lines(run), starting), (printed, phases.to_vec()), "{time}");
            let mut fresh = Run::new(run.ticket.clone());
            let moments = whole().moments.into_iter().filter(|moment| moment.at.since(Nanos(100)) <= Nanos(time));
            moments.for_each(|moment| fresh.apply(&moment.event));
            assert_eq!(*run, fresh, "{time}");
        }
        assert_eq!(*replay.at(Nanos(50)), whole().run());
        assert_eq!(replay.at(Nanos(50)).phase, Phase::Ended(RunEnding::Completed));
    }

    #[test]
    fn a_run_of_which_nothing_is_known_has_no_length() {
        let mut replay = Replay::new(WholeRun { moments: Vec::new(), ..whole() });
        assert_eq!(replay.length(), Nanos(0));
        assert_eq!(*replay.at(Nanos(9)), Run::new(whole().kept.ticket));
    }
}

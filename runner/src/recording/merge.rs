//! The events of a run that is over, with as few of them as come to the same: pieces that came one after the other are
//! one, and what only told how far something was is gone.

use std::collections::BTreeMap;
use std::mem;

use shared::{Answers, ConnectionChange, Interval, LapEvent, Moment, Nanos, RunEvent, Span};

/// Arrivals are kept in milliseconds: they are only there to be in order.
const ARRIVAL: u64 = 1_000_000;

/// What one lap has said so far in pieces.
#[derive(Default)]
struct Pieces {
    spans: BTreeMap<u32, Vec<Span>>,
    states: BTreeMap<u32, Vec<Interval>>,
    connections: Vec<ConnectionChange>,
    /// How many answers of a worker had which status.
    answers: BTreeMap<u32, BTreeMap<u16, u32>>,
    /// How far it was last.
    now: Option<Nanos>,
}

/// The same run in fewer events.
pub fn merged(moments: Vec<Moment>) -> Vec<Moment> {
    let mut laps: BTreeMap<u32, Pieces> = BTreeMap::new();
    let mut kept: Vec<Moment> = Vec::new();
    for Moment { at, event } in moments {
        let at = Nanos(at.0 / ARRIVAL * ARRIVAL);
        match event {
            RunEvent::Queued { .. } => {}
            RunEvent::Lap { lap, event } => {
                if let Some(event) = laps.entry(lap).or_default().take(event) {
                    kept.push(Moment { at, event: RunEvent::Lap { lap, event } });
                }
            }
            event => {
                if let RunEvent::LapEnded { lap, .. } = event {
                    let pieces = mem::take(laps.entry(lap).or_default()).events();
                    kept.extend(pieces.map(|event| Moment { at, event: RunEvent::Lap { lap, event } }));
                }
                kept.push(Moment { at, event });
            }
        }
    }
    kept
}

impl Pieces {
    /// Keeps what comes in pieces, and gives the rest back.
    fn take(&mut self, event: LapEvent) -> Option<LapEvent> {
        match event {
            LapEvent::Spans { worker, spans } => self.spans.entry(worker).or_default().extend(spans),
            LapEvent::States { worker, intervals } => self.states.entry(worker).or_default().extend(intervals),
            LapEvent::Connections { changes } => self.connections.extend(changes),
            LapEvent::Answered { worker, answers } => {
                let all = self.answers.entry(worker).or_default();
                answers.into_iter().for_each(|Answers { status, count }| *all.entry(status).or_default() += count);
            }
            LapEvent::Progress { at, .. } => self.now = self.now.max(Some(at)),
            other => return Some(other),
        }
        None
    }

    fn events(self) -> impl Iterator<Item = LapEvent> {
        let now = self.now.map(|at| LapEvent::Progress { at, running: Vec::new() });
        let spans = self.spans.into_iter().map(|(worker, spans)| LapEvent::Spans { worker, spans });
        let states = self.states.into_iter().map(|(worker, intervals)| LapEvent::States { worker, intervals });
        let answers = self.answers.into_iter().map(|(worker, answers)| LapEvent::Answered {
            worker,
            answers: answers.into_iter().map(|(status, count)| Answers { status, count }).collect(),
        });
        let connections = Some(self.connections).filter(|changes| !changes.is_empty());
        let connections = connections.map(|changes| LapEvent::Connections { changes });
        spans.chain(states).chain(connections).chain(answers).chain(now)
    }
}

#[cfg(test)]
mod tests {
    use shared::{ConnectionStep, Ending, Results};

    use super::*;

    #[test]
    fn what_a_service_says_in_pieces_is_said_once() {
        let change = |port| ConnectionChange { worker: 0, port, at: Nanos(1), step: ConnectionStep::Opened };
        let answered = |worker, status, count| LapEvent::Answered { worker, answers: vec![Answers { status, count }] };
        let opened = |port| LapEvent::Connections { changes: vec![change(port)] };
        let ending = Ending::Completed { wall: Nanos(1), results: Results::default() };
        let ended = RunEvent::LapEnded { lap: 0, ending };
        let said =
            [opened(1), answered(0, 200, 3), answered(1, 200, 1), opened(2), answered(0, 200, 4), answered(0, 404, 1)];
        let events = said.map(|event| RunEvent::Lap { lap: 0, event }).into_iter().chain([ended.clone()]);
        let moments = events.map(|event| Moment { at: Nanos(0), event }).collect();
        let kept: Vec<RunEvent> = merged(moments).into_iter().map(|moment| moment.event).collect();
        let answers = vec![Answers { status: 200, count: 7 }, Answers { status: 404, count: 1 }];
        let expected = [
            LapEvent::Connections { changes: vec![change(1), change(2)] },
            LapEvent::Answered { worker: 0, answers },
            answered(1, 200, 1),
        ];
        let expected: Vec<RunEvent> =
            expected.into_iter().map(|event| RunEvent::Lap { lap: 0, event }).chain([ended]).collect();
        assert_eq!(kept, expected);
    }
}

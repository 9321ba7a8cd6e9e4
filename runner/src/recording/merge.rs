//! The events of a run that is over, with as few of them as come to the same: pieces that came one after the other are
//! one, and what only told how far something was is gone.

use std::collections::BTreeMap;
use std::mem;

use shared::{Interval, LapEvent, Moment, Nanos, RunEvent, Span};

/// Arrivals are kept in milliseconds: they are only there to be in order.
const ARRIVAL: u64 = 1_000_000;

/// What one lap has said so far in pieces.
#[derive(Default)]
struct Pieces {
    spans: BTreeMap<u32, Vec<Span>>,
    states: BTreeMap<u32, Vec<Interval>>,
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
            LapEvent::Progress { at, .. } => self.now = self.now.max(Some(at)),
            other => return Some(other),
        }
        None
    }

    fn events(self) -> impl Iterator<Item = LapEvent> {
        let now = self.now.map(|at| LapEvent::Progress { at, running: Vec::new() });
        let spans = self.spans.into_iter().map(|(worker, spans)| LapEvent::Spans { worker, spans });
        let states = self.states.into_iter().map(|(worker, intervals)| LapEvent::States { worker, intervals });
        spans.chain(states).chain(now)
    }
}

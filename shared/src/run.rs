//! The life of a run: a pure function from events to a state. The runner decides by it, the page shows it.

mod lap;
mod service;

use serde::{Deserialize, Serialize};

use crate::{Ending, RunEnding, RunEvent, RunTicket, SourceKind};

pub use lap::{Lap, LapPhase, WorkerTrack};
pub use service::{LoadTrack, ServiceTrack, Serving};

/// How far a stop has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StopStage {
    /// The code was interrupted, and has 300 ms to end.
    Asked,
    /// It didn't end: everything that it started is being killed.
    Killing,
}

/// Where a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Other runs are measured first.
    Queued {
        /// How many.
        ahead: u32,
    },
    /// Its laps are being executed.
    Running,
    /// Stop was asked for.
    Stopping(StopStage),
    /// It is over.
    Ended(RunEnding),
}

/// One run, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What was accepted.
    pub ticket: RunTicket,
    /// Where it is.
    pub phase: Phase,
    /// Its laps, in order.
    pub laps: Vec<Lap>,
    /// The number of its next event.
    pub next_event: u64,
}

/// What the runner does next for the run whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Nothing: a lap is under way, or the run is over.
    Wait,
    /// Start this lap.
    StartLap(u32),
    /// End the run so.
    End(RunEnding),
}

impl Run {
    /// A run that was accepted and of which nothing else is known.
    pub fn new(ticket: RunTicket) -> Run {
        let laps = ticket.plan.iter().copied().map(Lap::new).collect();
        Run { ticket, phase: Phase::Queued { ahead: 0 }, laps, next_event: 0 }
    }

    /// Whether its laps' times say something about their modes: not those of a script, which runs once, nor of a service or
    /// a program with a window, which go on for as long as somebody wants.
    pub fn is_timed(&self) -> bool {
        !self
            .laps
            .iter()
            .any(|lap| matches!(lap.kind, Some(SourceKind::Script | SourceKind::Service | SourceKind::Desktop)))
    }

    /// Takes the next event. Total: what doesn't fit the state changes nothing but the count.
    pub fn apply(&mut self, event: &RunEvent) {
        self.next_event += 1;
        if matches!(self.phase, Phase::Ended(_)) {
            return;
        }
        match event {
            RunEvent::Queued { ahead } => {
                if matches!(self.phase, Phase::Queued { .. }) {
                    self.phase = Phase::Queued { ahead: *ahead };
                }
            }
            RunEvent::LapStarted { lap, build, .. } => {
                let Some(lap) = self.laps.get_mut(*lap as usize) else { return };
                if lap.phase == LapPhase::Waiting {
                    lap.phase = LapPhase::Starting;
                    lap.build.clone_from(build);
                    if matches!(self.phase, Phase::Queued { .. }) {
                        self.phase = Phase::Running;
                    }
                }
            }
            RunEvent::Lap { lap, event } => {
                let Some(lap) = self.laps.get_mut(*lap as usize) else { return };
                if lap.is_active() {
                    lap.apply(event);
                }
            }
            RunEvent::Stopping(stage) => self.phase = Phase::Stopping(*stage),
            RunEvent::LapEnded { lap, ending } => {
                let Some(lap) = self.laps.get_mut(*lap as usize) else { return };
                if lap.is_active() {
                    lap.phase = LapPhase::Ended(ending.clone());
                    lap.workers.iter_mut().for_each(|worker| worker.running = None);
                }
            }
            RunEvent::Ended(ending) => {
                for lap in &mut self.laps {
                    if lap.phase == LapPhase::Waiting {
                        lap.phase = LapPhase::Skipped;
                    }
                }
                self.phase = Phase::Ended(ending.clone());
            }
        }
    }

    /// What to do next, now that it is this run's turn.
    pub fn step(&self) -> Step {
        if matches!(self.phase, Phase::Ended(_)) || self.active_lap().is_some() {
            return Step::Wait;
        }
        let ended = |lap: &Lap| match &lap.phase {
            LapPhase::Ended(ending) => Some(ending.clone()),
            _ => None,
        };
        let completed = self.laps.iter().any(|lap| lap.wall().is_some());
        let failed = self.laps.iter().position(|lap| ended(lap).is_some() && lap.wall().is_none());
        let stopping = matches!(self.phase, Phase::Stopping(_));
        // Code that raised before anything completed raises in every mode; after that it is this mode's own limit.
        let hopeless = self.laps.iter().filter_map(ended).any(|ending| match ending {
            Ending::Completed { .. } => false,
            Ending::Raised(_) => !completed,
            Ending::Stopped(_) | Ending::TimedOut { .. } | Ending::LimitExceeded(_) | Ending::Died(_) => true,
        });
        let script = self.laps.iter().any(|lap| lap.kind == Some(SourceKind::Script) && lap.wall().is_some());
        let next = self.laps.iter().position(|lap| lap.phase == LapPhase::Waiting).filter(|_| !script);
        match (next, failed) {
            (Some(next), _) if !stopping && !hopeless => Step::StartLap(next as u32),
            (_, Some(failed)) => Step::End(RunEnding::AsLap(failed as u32)),
            (Some(_), None) => Step::End(RunEnding::Withdrawn),
            // A stop that came when everything was done stopped nothing.
            (None, None) => Step::End(RunEnding::Completed),
        }
    }

    /// The lap that a kernel has now.
    pub fn active_lap(&self) -> Option<u32> {
        self.laps.iter().position(Lap::is_active).map(|lap| lap as u32)
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended(_))
    }

    /// What the run's ending says to the person who pressed Run, once it is over.
    pub fn sentence(&self) -> Option<String> {
        let Phase::Ended(ending) = &self.phase else { return None };
        Some(match ending {
            RunEnding::Completed => match self.laps.iter().filter(|lap| lap.wall().is_some()).count() {
                1 => "Completed.".into(),
                laps => format!("Completed: {laps} laps."),
            },
            RunEnding::AsLap(lap) => match self.laps.get(*lap as usize).map(|lap| &lap.phase) {
                Some(LapPhase::Ended(ending)) => ending.sentence(),
                _ => "Ended.".into(),
            },
            RunEnding::Withdrawn if self.laps.iter().any(|lap| lap.wall().is_some()) => {
                "Stopped between two laps.".into()
            }
            RunEnding::Withdrawn => "Stopped before it began.".into(),
            RunEnding::Impossible { sentence } => sentence.clone(),
        })
    }
}

#[cfg(test)]
mod tests;

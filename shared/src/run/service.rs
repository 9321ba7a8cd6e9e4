//! What a service's lap has come to.

use super::Lap;
use crate::{
    Answers, ConnectionChange, ConnectionStep, Death, LapEvent, LoadPlan, LoadProgress, LoadReport, Nanos, per_second,
};

/// Whether a lap can be asked for something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Serving {
    /// It is no service, or not ready yet.
    #[default]
    NotYet,
    /// It answers.
    At {
        /// On which port of 127.0.0.1.
        port: u16,
        /// Since when.
        since: Nanos,
    },
    /// It was drained, and answers no more.
    Drained {
        /// When.
        at: Nanos,
        /// How many requests were left without an answer.
        unanswered: u32,
    },
}

/// What is known of one worker of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceTrack {
    /// The connections that it holds now, by the client's port.
    pub held: Vec<u16>,
    /// How many it was given in all.
    pub connections: u64,
    /// How many requests it has answered, by status.
    pub answers: Vec<(u16, u64)>,
    /// How its process died, if it did: the others have gone on.
    pub death: Option<Death>,
}

/// The load on a service, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadTrack {
    /// What is put on it.
    pub plan: LoadPlan,
    /// What its clients have seen, moment by moment.
    pub progress: Vec<LoadProgress>,
    /// What they have seen in all, once it is over.
    pub report: Option<LoadReport>,
}

impl ServiceTrack {
    /// How many requests it has answered.
    pub fn answered(&self) -> u64 {
        self.answers.iter().map(|(_, count)| count).sum()
    }

    fn count(&mut self, Answers { status, count }: Answers) {
        match self.answers.iter_mut().find(|(known, _)| *known == status) {
            Some((_, all)) => *all += u64::from(count),
            None => self.answers.push((status, count.into())),
        }
    }

    fn change(&mut self, change: ConnectionChange) {
        match change.step {
            ConnectionStep::Opened => {
                self.connections += 1;
                self.held.push(change.port);
            }
            ConnectionStep::Closed => {
                self.held.retain(|port| *port != change.port);
            }
        }
    }
}

impl LoadTrack {
    /// How much of it is done, from 0 to 1.
    pub fn share(&self) -> f64 {
        let elapsed = self.progress.last().map_or(0.0, |last| last.elapsed.seconds());
        (elapsed / (self.plan.warm_up.seconds() + self.plan.duration.seconds())).min(1.0)
    }

    /// What it shows now, in few words.
    pub fn now(&self) -> String {
        match self.progress.last() {
            Some(last) if last.is_warm_up => format!("warm-up, {} answers/s", per_second(last.throughput())),
            Some(last) => format!("{} answers/s, {} waiting", per_second(last.throughput()), last.in_flight),
            None => "the load begins".into(),
        }
    }
}

impl Lap {
    /// Takes what only services report.
    pub(super) fn apply_service(&mut self, event: &LapEvent) {
        match event {
            LapEvent::Serving { port, at } => {
                self.now = self.now.max(*at);
                self.serving = Serving::At { port: *port, since: *at };
            }
            LapEvent::Connections { changes } => {
                for change in changes {
                    self.now = self.now.max(change.at);
                    if let Some(worker) = self.workers.get_mut(change.worker as usize) {
                        worker.service.change(*change);
                    }
                }
            }
            LapEvent::Answered { worker, answers } => {
                if let Some(worker) = self.workers.get_mut(*worker as usize) {
                    for answers in answers {
                        worker.service.count(*answers);
                    }
                }
            }
            LapEvent::WorkerDied(death) => {
                let number = death.worker.unwrap_or(u32::MAX) as usize;
                if let Some(worker) = self.workers.get_mut(number) {
                    worker.running = None;
                    worker.service.held.clear();
                    worker.service.death = Some((**death).clone());
                }
            }
            LapEvent::Drained { at, unanswered } => {
                self.now = self.now.max(*at);
                self.serving = Serving::Drained { at: *at, unanswered: *unanswered };
            }
            LapEvent::Loading(plan) => {
                self.load = Some(LoadTrack { plan: (**plan).clone(), progress: Vec::new(), report: None });
            }
            LapEvent::LoadProgress(progress) => {
                if let Some(load) = &mut self.load {
                    load.progress.push((**progress).clone());
                }
            }
            LapEvent::Loaded(report) => {
                if let Some(load) = &mut self.load {
                    load.report = Some((**report).clone());
                }
            }
            // Everything else is not for services alone.
            _ => {}
        }
    }
}

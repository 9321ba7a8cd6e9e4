//! What a service's lap has come to.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::Lap;
use crate::{ConnectionChange, ConnectionStep, Death, LapEvent, LoadPlan, LoadProgress, LoadReport, Nanos};

/// Whether a lap can be asked for something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Serving {
    /// It is no service, or not ready yet.
    #[default]
    NotYet,
    /// It answers.
    At {
        /// Where.
        address: SocketAddr,
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
    pub held: BTreeSet<u16>,
    /// How many it was given in all.
    pub connections: u64,
    /// How many requests it has answered, by status.
    pub answers: BTreeMap<u16, u64>,
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
        self.answers.values().sum()
    }

    fn change(&mut self, change: ConnectionChange) {
        match change.step {
            ConnectionStep::Opened => {
                self.connections += 1;
                self.held.insert(change.port);
            }
            ConnectionStep::Closed => {
                self.held.remove(&change.port);
            }
        }
    }
}

impl Lap {
    /// Takes what only services report.
    pub(super) fn apply_service(&mut self, event: &LapEvent) {
        match event {
            LapEvent::Serving { address, at } => {
                self.now = self.now.max(*at);
                self.serving = Serving::At { address: *address, since: *at };
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
                        *worker.service.answers.entry(answers.status).or_default() += u64::from(answers.count);
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

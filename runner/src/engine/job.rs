//! A run on its way: what was ordered, what it has come to, and where its events are kept.

use std::sync::Arc;

use shared::{Phase, Run, RunEnding, RunEvent, RunId, Step, StopStage};

use super::Order;
use super::log::Log;

/// A run that isn't over.
pub struct Job {
    /// What is executed.
    pub order: Order,
    /// What it has come to.
    pub run: Run,
    log: Arc<Log>,
}

impl Job {
    /// One that was accepted, with its empty log.
    pub fn new(order: Order, log: Arc<Log>) -> Job {
        Job { order, run: Run::new(log.ticket().clone()), log }
    }

    /// Its run's name.
    pub fn id(&self) -> RunId {
        self.run.ticket.id
    }

    /// These events happened: the one place where anything happens to a run.
    pub fn emit(&mut self, events: Vec<RunEvent>) {
        events.iter().for_each(|event| self.run.apply(event));
        self.log.append(events);
    }

    /// It waits behind so many others.
    pub fn queue_behind(&mut self, ahead: u32) {
        if matches!(self.run.phase, Phase::Queued { ahead: before } if before != ahead) {
            self.emit(vec![RunEvent::Queued { ahead }]);
        }
    }

    /// Stop was pressed. Returns whether it was the first time.
    pub fn ask_to_stop(&mut self) -> bool {
        let first = !matches!(self.run.phase, Phase::Stopping(_) | Phase::Ended(_));
        if first {
            self.emit(vec![RunEvent::Stopping(StopStage::Asked)]);
        }
        first
    }

    /// Ends it as the life of a run says, between two laps. Returns the lap to start if it goes on.
    pub fn next_lap(&mut self) -> Option<u32> {
        match self.run.step() {
            Step::StartLap(lap) => Some(lap),
            Step::End(ending) => {
                self.emit(vec![RunEvent::Ended(ending)]);
                None
            }
            Step::Wait => None,
        }
    }

    /// Ends it before it is executed.
    pub fn withdraw(mut self) {
        self.ask_to_stop();
        self.next_lap();
    }

    /// Ends it since it can't be executed.
    pub fn give_up(&mut self, sentence: &str) {
        self.emit(vec![RunEvent::Ended(RunEnding::Impossible { sentence: sentence.to_owned() })]);
    }
}

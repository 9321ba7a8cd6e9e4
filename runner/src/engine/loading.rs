//! The load on a service: begun when the service can be asked, and ended when it can't be any more.

use std::net::Ipv4Addr;

use load::Load;
use shared::{LoadPlan, LoadProgress, LoadReport};

use super::input::{Input, Inputs, KernelId, Task};

/// What the desk is told of it.
pub enum Told {
    /// What clients have seen in the last moment.
    Progress(Box<LoadProgress>),
    /// It is over: with its report, if it could be done.
    Over(Option<Box<LoadReport>>),
}

/// A load under way; dropped, it ends.
pub struct Loading {
    _task: Task,
}

impl Loading {
    /// Begins to put this load on the service of a kernel.
    pub fn begin(port: u16, plan: &LoadPlan, kernel: KernelId, inputs: &Inputs) -> Loading {
        let (told, inputs) = (inputs.clone(), inputs.clone());
        let progress = move |progress| told.tell(Input::Load { kernel, told: Told::Progress(Box::new(progress)) });
        let load = Load::start((Ipv4Addr::LOCALHOST, port).into(), plan, progress);
        let wait = async move {
            let report = match load {
                Ok(mut load) => load.report().await,
                Err(why) => {
                    tracing::warn!("No load could be put on a service: {why:?}");
                    None
                }
            };
            inputs.tell(Input::Load { kernel, told: Told::Over(report.map(Box::new)) });
        };
        Loading { _task: Task::spawn(wait) }
    }
}

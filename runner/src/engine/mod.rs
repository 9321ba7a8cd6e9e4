//! Executes runs: one at a time, each lap in a kernel process of its own.
//!
//! All decisions are taken by one task ([`desk`]) that reads one kind of input. What a run has come to is a pure
//! function in `shared`; what happens in it is kept in a log ([`log`]) that everybody reads at their own speed.

mod batch;
mod desk;
mod input;
mod job;
mod lap;
mod load;
mod loading;
mod log;
mod lookout;
mod printed;
mod process;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use shared::{CellId, InterpreterBuild, LapPlan, LimitChoice, Limits, LoadWish, RunId, RunRequest, RunTicket, Touch};
use tokio::sync::{broadcast, oneshot, watch};

use crate::kernels::Kernel;
use desk::Desk;
use input::{Input, Inputs};
use job::Job;
use log::Runs;

pub use log::{Log, Part, Rest};

/// A run that is to be executed.
#[derive(Debug, Clone)]
pub struct Order {
    /// What was asked for.
    pub request: RunRequest,
    /// Its laps.
    pub plan: Vec<LapPlan>,
    /// The cell's file in the workspace.
    pub file: PathBuf,
    /// Whether a source without `work` is refused instead of run as a script.
    pub needs_work: bool,
    /// Whether somebody would see pictures of its windows.
    pub pictures: bool,
    /// The source of the exercise's check.
    pub check: Option<String>,
    /// What its laps may use, if less than others.
    pub limits: LimitChoice,
    /// What load to put on it if it is a service; what is not said here, its source may say.
    pub load: LoadWish,
}

/// How long [`Engine::shut_down`] waits for what can't be ended.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// Takes runs and executes them. Clones speak to the same one.
#[derive(Clone)]
pub struct Engine {
    inputs: Inputs,
    runs: Arc<Runs>,
    builds: Arc<[InterpreterBuild]>,
    measuring: watch::Receiver<bool>,
}

impl Engine {
    /// Starts one, inside a tokio runtime. Each lap is executed by that of `kernels`, the preferred one first,
    /// which [`shared::choose`] says; in `folder`. No lap may use more than `limits`.
    pub fn start(kernels: Vec<Kernel>, limits: Limits, folder: PathBuf) -> Engine {
        let (inputs, incoming) = Inputs::channel();
        let runs = Arc::new(Runs::new());
        let builds = kernels.iter().map(|kernel| kernel.build.clone()).collect();
        let (measured, measuring) = watch::channel(false);
        let desk = Desk::new(kernels, limits, folder, inputs.clone(), measured);
        tokio::spawn(desk.work(incoming));
        Engine { inputs, runs, builds, measuring }
    }

    /// Whether there is a kernel for each of a request's modes. Without any kernel its run will say so.
    ///
    /// # Errors
    /// The sentence to show if there is none for one of them.
    pub fn can(&self, request: &RunRequest) -> Result<(), String> {
        if self.builds.is_empty() {
            return Ok(());
        }
        request
            .modes
            .iter()
            .try_for_each(|mode| shared::choose(&self.builds, request.build.as_deref(), *mode).map(|_| ()))
    }

    /// Accepts a run. It waits for those that were accepted before.
    pub async fn submit(&self, order: Order) -> RunTicket {
        let log = self.runs.accept(&order);
        let ticket = log.ticket().clone();
        if let Err(Input::Submit(mut job)) = self.inputs.send(Input::Submit(Box::new(Job::new(order, log)))) {
            job.give_up("Virgil is ending. Start it again, and press Run again.");
        }
        ticket
    }

    /// Stops a run, whether it waits or is executed. Of any other it does nothing.
    pub fn stop(&self, run: RunId) {
        // An engine that has ended has stopped every run.
        let _ = self.inputs.send(Input::Stop(run));
    }

    /// Presses in the picture of a window of this run, if it is executed.
    pub fn touch(&self, run: RunId, touch: Touch) {
        // An engine that has ended has no windows.
        let _ = self.inputs.send(Input::Touch(run, touch));
    }

    /// The runs that are remembered, the oldest first.
    pub fn tickets(&self) -> Vec<RunTicket> {
        self.runs.logs().iter().map(|log| log.ticket().clone()).collect()
    }

    /// Their logs, in the same order.
    pub fn logs(&self) -> Vec<Arc<Log>> {
        self.runs.logs()
    }

    /// How many runs are not over.
    pub fn unfinished(&self) -> usize {
        self.runs.logs().iter().filter(|log| !log.is_over()).count()
    }

    /// Whether a run of this cell is not over.
    pub fn executes(&self, cell: &CellId) -> bool {
        self.runs.logs().iter().any(|log| !log.is_over() && log.ticket().cell == *cell)
    }

    /// Gives new runs only names that are greater than this, even if the clock was set back.
    pub fn name_after(&self, run: RunId) {
        self.runs.name_after(run);
    }

    /// The interpreter builds that have a kernel.
    pub fn builds(&self) -> &[InterpreterBuild] {
        &self.builds
    }

    /// What happened in a run, if it is remembered.
    pub fn log(&self, run: RunId) -> Option<Arc<Log>> {
        self.runs.logs().into_iter().find(|log| log.ticket().id == run)
    }

    /// Tells of every run that is accepted from now on.
    pub fn accepted(&self) -> broadcast::Receiver<RunTicket> {
        self.runs.accepted()
    }

    /// Changes whenever any log has grown.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.runs.changes()
    }

    /// Whether a run has its turn: whatever else takes processor time should wait then.
    pub fn measuring(&self) -> watch::Receiver<bool> {
        self.measuring.clone()
    }

    /// The kernels of this build show their code this python from now on: that of its environment.
    pub fn use_python(&self, build: &str, python: PathBuf) {
        // An engine that has ended starts no more kernels.
        let _ = self.inputs.send(Input::Python { build: build.to_owned(), python });
    }

    /// Ends every run and every process. When it returns, nothing is left.
    pub async fn shut_down(&self) {
        let (done, is_done) = oneshot::channel();
        if self.inputs.send(Input::ShutDown(done)).is_ok() {
            // Either it is done, or a process can't be ended, which the log says.
            let _ = tokio::time::timeout(LAST_PATIENCE, is_done).await;
        }
    }
}

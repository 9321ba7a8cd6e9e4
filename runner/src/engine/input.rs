//! All that the desk can be told.

use std::path::PathBuf;
use std::time::Duration;

use shared::{KernelEvent, Limit, RunId, Touch};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::job::Job;
use super::loading::Told;
use crate::system::Exit;

/// Names a kernel process among all that this engine has started.
pub type KernelId = u64;

/// One thing that happened.
pub enum Input {
    /// A run was accepted.
    Submit(Box<Job>),
    /// Stop was pressed.
    Stop(RunId),
    /// Somebody has pressed in the picture of a window of this run.
    Touch(RunId, Touch),
    /// A kernel said this.
    Heard {
        /// Which.
        kernel: KernelId,
        /// In order.
        events: Vec<KernelEvent>,
        /// Back-pressure: the kernel is read on when these events have been dealt with, and this is dropped.
        permit: OwnedSemaphorePermit,
    },
    /// A kernel or a child of it wrote this below Python.
    Printed {
        /// Which.
        kernel: KernelId,
        /// Text, as far as it is any.
        text: String,
        /// Back-pressure, as with what is heard.
        permit: OwnedSemaphorePermit,
    },
    /// All that was written below Python has been told.
    PrintedAll {
        /// By which kernel.
        kernel: KernelId,
    },
    /// A kernel will say nothing more.
    Silent {
        /// Which.
        kernel: KernelId,
        /// Why.
        silence: Silence,
    },
    /// A kernel process has ended.
    Exited {
        /// Which.
        kernel: KernelId,
        /// How.
        exit: Exit,
    },
    /// A limit was reached.
    Alarm {
        /// By which kernel.
        kernel: KernelId,
        /// Which limit.
        alarm: Alarm,
    },
    /// All that a lap started was ended.
    Swept {
        /// The lap's kernel.
        kernel: KernelId,
        /// How many processes could not be ended.
        left: usize,
    },
    /// The load on a service says this.
    Load {
        /// The service's kernel.
        kernel: KernelId,
        /// What.
        told: Told,
    },
    /// The environment of this build has come to be: its kernels show this python from now on.
    Python {
        /// The build's id.
        build: String,
        /// The environment's.
        python: PathBuf,
    },
    /// The engine is to end: every run, every process, itself.
    ShutDown(oneshot::Sender<()>),
}

/// Why a kernel will say nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Its end of the socket is closed.
    Closed,
    /// What came is not the protocol.
    Garbled,
}

/// What a kernel or its lap took too long for, or has too many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// To start.
    StartUp,
    /// To execute the lap.
    Wall,
    /// This.
    Excess(Limit),
    /// To end after it was interrupted.
    SoftStop,
    /// To end after it closed its socket.
    Mute,
    /// To be reaped after all its processes were ended.
    Overdue,
}

/// Where inputs are sent. Never blocks: kernels are held back by permits.
#[derive(Clone)]
pub struct Inputs(mpsc::UnboundedSender<Input>);

impl Inputs {
    /// The sender, and the receiver for the desk.
    pub fn channel() -> (Inputs, mpsc::UnboundedReceiver<Input>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Inputs(sender), receiver)
    }

    /// Sends one, or gives it back if the engine has ended.
    pub fn send(&self, input: Input) -> Result<(), Input> {
        self.0.send(input).map_err(|error| error.0)
    }

    /// Sends one from a task or thread that serves the engine, and has no more to do once that has ended.
    pub fn tell(&self, input: Input) {
        let _ = self.send(input);
    }

    /// Sounds an alarm after this time, unless the value that is returned has been dropped.
    pub fn alarm_after(&self, time: Duration, kernel: KernelId, alarm: Alarm) -> Task {
        let inputs = self.clone();
        Task::spawn(async move {
            tokio::time::sleep(time).await;
            inputs.tell(Input::Alarm { kernel, alarm });
        })
    }
}

/// A task that ends when this is dropped.
pub struct Task(JoinHandle<()>);

impl Task {
    /// Starts one.
    pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Task {
        Task(tokio::spawn(future))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

//! The one place where the engine decides: whose turn it is, when a kernel is started, what an input means.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use shared::{Cause, InterpreterBuild, KernelEvent, Limits, PROTOCOL, RunId};
use tokio::sync::{mpsc, oneshot, watch};

use super::input::{Alarm, Input, Inputs, KernelId, Silence, Task};
use super::job::Job;
use super::lap::Lap;
use super::process::KernelProcess;
use crate::kernels::Kernel;
use crate::system::{self, Exit};

/// How long a kernel may take to start.
const START_UP: Duration = Duration::from_secs(20);
/// How often a kernel that doesn't start is tried before its run is given up.
const ATTEMPTS: usize = 2;

/// All of the engine's state.
pub struct Desk {
    kernels: Vec<Kernel>,
    builds: Vec<InterpreterBuild>,
    limits: Limits,
    folder: PathBuf,
    inputs: Inputs,
    /// Whether it is anybody's turn, for those who must not disturb.
    measured: watch::Sender<bool>,
    /// Runs whose turn has not come.
    queue: VecDeque<Job>,
    turn: Turn,
    spare: Spare,
    /// Why the kernels that were started last were of no use; empty as soon as one is.
    failures: Vec<String>,
    /// How many kernels were started.
    started: KernelId,
    /// How many of them have not ended.
    alive: usize,
    /// Who waits for the engine to end.
    closing: Option<oneshot::Sender<()>>,
}

/// Whose turn it is.
enum Turn {
    /// Nobody's.
    Free,
    /// This run's: its next lap waits for a kernel.
    Next(Job),
    /// This run's: a kernel has a lap.
    Lap(Job, Box<Lap>),
}

/// The kernel that stands ready for the next lap. There is none while a lap is measured.
enum Spare {
    /// None was started.
    None,
    /// It starts.
    Starting(KernelProcess, #[expect(dead_code, reason = "held so that it sounds")] Task),
    /// It can take a lap at once.
    Ready(KernelProcess),
}

impl Desk {
    /// A free one.
    pub fn new(
        kernels: Vec<Kernel>,
        limits: Limits,
        folder: PathBuf,
        inputs: Inputs,
        measured: watch::Sender<bool>,
    ) -> Desk {
        if let Err(error) = system::adopt_orphans() {
            tracing::warn!("Processes that a lap leaves behind can't be found ({error}).");
        }
        Desk {
            builds: kernels.iter().map(|kernel| kernel.build.clone()).collect(),
            kernels,
            limits,
            folder,
            inputs,
            measured,
            queue: VecDeque::new(),
            turn: Turn::Free,
            spare: Spare::None,
            failures: Vec::new(),
            started: 0,
            alive: 0,
            closing: None,
        }
    }

    /// Works until it is shut down and nothing is left.
    pub async fn work(mut self, mut incoming: mpsc::UnboundedReceiver<Input>) {
        self.proceed();
        while let Some(input) = incoming.recv().await {
            self.take(input);
            self.proceed();
            if self.closing.is_some() && self.alive == 0 && matches!(self.turn, Turn::Free) {
                break;
            }
        }
        incoming.close();
        while let Some(input) = incoming.recv().await {
            if let Input::Submit(job) = input {
                job.withdraw();
            }
        }
        if let Some(done) = self.closing {
            // Whoever asked may have lost patience.
            let _ = done.send(());
        }
    }

    /// Takes note of one input.
    fn take(&mut self, input: Input) {
        match input {
            Input::Submit(job) if self.closing.is_some() => job.withdraw(),
            Input::Submit(job) => {
                self.queue.push_back(*job);
                self.tell_places();
            }
            Input::Stop(run) => self.stop(run),
            Input::Touch(run, touch) => {
                if let Turn::Lap(job, lap) = &self.turn
                    && job.id() == run
                {
                    lap.touch(touch);
                }
            }
            Input::Heard { kernel, events, permit } => {
                self.hear(kernel, events);
                drop(permit);
            }
            Input::Printed { kernel, text, permit } => {
                if let Some((job, lap)) = self.lap_of(kernel) {
                    lap.print(job, text);
                }
                drop(permit);
            }
            Input::PrintedAll { kernel } => {
                if let Some((_, lap)) = self.lap_of(kernel) {
                    lap.printed_all();
                }
            }
            Input::Silent { kernel, silence } => {
                self.fell_silent(kernel, silence);
            }
            Input::Exited { kernel, exit } => self.exited(kernel, exit),
            Input::Alarm { kernel, alarm: Alarm::StartUp } => {
                if let Spare::Starting(spare, _) = &self.spare
                    && spare.id == kernel
                {
                    let title = spare.kernel.build.title();
                    let seconds = START_UP.as_secs();
                    self.fail(format!(
                        "The kernel of {title} was not ready after {seconds} s. Close other programs and run again."
                    ));
                }
            }
            Input::Alarm { kernel, alarm } => {
                if let Some((job, lap)) = self.lap_of(kernel) {
                    lap.sound(job, alarm);
                }
            }
            Input::Swept { kernel, left } => {
                if let Some((_, lap)) = self.lap_of(kernel) {
                    lap.swept(left);
                }
            }
            Input::Load { kernel, told } => {
                if let Some((job, lap)) = self.lap_of(kernel) {
                    lap.load(job, told);
                }
            }
            Input::Python { build, python } => {
                self.kernels.iter_mut().filter(|kernel| kernel.build.id == build).for_each(|kernel| {
                    kernel.python.clone_from(&python);
                });
            }
            Input::ShutDown(done) => self.close(done),
        }
    }

    /// Does all that can be done now.
    fn proceed(&mut self) {
        loop {
            match std::mem::replace(&mut self.turn, Turn::Free) {
                Turn::Free => {
                    let job = self.queue.pop_front();
                    self.measured.send_if_modified(|before| std::mem::replace(before, job.is_some()) != job.is_some());
                    let Some(job) = job else {
                        // One that failed is tried again when it is needed.
                        if self.failures.is_empty()
                            && let Some(kernel) = self.kernels.first().cloned()
                        {
                            self.keep_spare_of(&kernel);
                            self.start_spare(&kernel);
                        }
                        return;
                    };
                    self.turn = Turn::Next(job);
                    self.tell_places();
                }
                Turn::Next(mut job) => {
                    let Some(number) = job.next_lap() else { continue };
                    let kernel = match self.kernel_for(&job, number) {
                        Ok(kernel) => kernel,
                        Err(sentence) => {
                            job.give_up(&sentence);
                            continue;
                        }
                    };
                    match std::mem::replace(&mut self.spare, Spare::None) {
                        // It is of another build: what is dropped is ended.
                        Spare::Ready(spare) | Spare::Starting(spare, _) if spare.kernel != kernel => {
                            self.turn = Turn::Next(job);
                        }
                        Spare::Ready(kernel) => {
                            self.failures.clear();
                            let lap = Box::new(Lap::start(kernel, &mut job, number, self.limits, &self.inputs));
                            self.turn = Turn::Lap(job, lap);
                            return;
                        }
                        Spare::None if self.failures.len() >= ATTEMPTS => {
                            job.give_up(&self.failures.pop().unwrap_or_default());
                            // The next run tries once more.
                            self.failures.truncate(1);
                        }
                        spare => {
                            self.spare = spare;
                            self.start_spare(&kernel);
                            let waits = !matches!(self.spare, Spare::None);
                            self.turn = Turn::Next(job);
                            if waits {
                                return;
                            }
                        }
                    }
                }
                Turn::Lap(mut job, lap) => {
                    if !lap.is_over() {
                        self.turn = Turn::Lap(job, lap);
                        return;
                    }
                    lap.conclude(&mut job);
                    self.turn = Turn::Next(job);
                }
            }
        }
    }

    /// The kernel for this lap of a run.
    fn kernel_for(&self, job: &Job, number: u32) -> Result<Kernel, String> {
        let mode = job.order.plan[number as usize].mode;
        let build = shared::choose(&self.builds, job.order.request.build.as_deref(), mode)?;
        let place = self.builds.iter().position(|other| other == build).unwrap_or_default();
        Ok(self.kernels[place].clone())
    }

    /// The run and its lap that this kernel has.
    fn lap_of(&mut self, kernel: KernelId) -> Option<(&mut Job, &mut Lap)> {
        match &mut self.turn {
            Turn::Lap(job, lap) if lap.kernel() == kernel => Some((job, lap)),
            Turn::Lap(..) | Turn::Next(_) | Turn::Free => None,
        }
    }

    fn hear(&mut self, kernel: KernelId, events: Vec<KernelEvent>) {
        if let Some((job, lap)) = self.lap_of(kernel) {
            return lap.hear(job, events);
        }
        match std::mem::replace(&mut self.spare, Spare::None) {
            Spare::Starting(spare, _) if spare.id == kernel => match events.first() {
                Some(KernelEvent::Ready { protocol }) if protocol == PROTOCOL => self.spare = Spare::Ready(spare),
                Some(KernelEvent::Ready { .. }) => {
                    let title = spare.kernel.build.title();
                    self.fail(format!(
                        "The kernel of {title} is of another version of Virgil. Build it again with `cargo xtask kernels`."
                    ));
                }
                // It has ended, or it will be too late.
                _ => self.spare = Spare::Starting(spare, self.inputs.alarm_after(START_UP, kernel, Alarm::StartUp)),
            },
            other => self.spare = other,
        }
    }

    fn fell_silent(&mut self, kernel: KernelId, silence: Silence) {
        if let Some((_, lap)) = self.lap_of(kernel) {
            return lap.fall_silent(silence);
        }
        match (&self.spare, silence) {
            // It has just ended, and how is heard at any moment.
            (Spare::Starting(..), Silence::Closed) | (Spare::None, _) => {}
            (Spare::Starting(spare, _) | Spare::Ready(spare), _) if spare.id == kernel => {
                self.fail(spare.explain(Cause::Unheard));
            }
            (Spare::Starting(..) | Spare::Ready(_), _) => {}
        }
    }

    fn exited(&mut self, kernel: KernelId, exit: Exit) {
        self.alive -= 1;
        if let Some((_, lap)) = self.lap_of(kernel) {
            return lap.exited(exit);
        }
        if let Spare::Starting(spare, _) | Spare::Ready(spare) = &self.spare
            && spare.id == kernel
        {
            self.fail(spare.explain(exit.cause));
        }
    }

    /// The spare is of no use.
    fn fail(&mut self, sentence: String) {
        tracing::warn!("{sentence}");
        self.failures.push(sentence);
        self.spare = Spare::None;
    }

    /// Ends the spare if it is another kernel's, or shows its code another python.
    fn keep_spare_of(&mut self, kernel: &Kernel) {
        if let Spare::Starting(spare, _) | Spare::Ready(spare) = &self.spare
            && spare.kernel != *kernel
        {
            self.spare = Spare::None;
        }
    }

    /// Starts this kernel for the next lap, unless there is one.
    fn start_spare(&mut self, kernel: &Kernel) {
        if self.closing.is_some() || !matches!(self.spare, Spare::None) {
            return;
        }
        self.started += 1;
        let id = self.started;
        match KernelProcess::start(id, kernel, &self.folder, &self.inputs) {
            Ok(process) => {
                self.alive += 1;
                self.spare = Spare::Starting(process, self.inputs.alarm_after(START_UP, id, Alarm::StartUp));
            }
            Err(sentence) => self.fail(sentence),
        }
    }

    fn stop(&mut self, run: RunId) {
        match &mut self.turn {
            Turn::Lap(job, lap) if job.id() == run => lap.stop(job),
            Turn::Next(job) if job.id() == run => {
                job.ask_to_stop();
            }
            Turn::Lap(..) | Turn::Next(_) | Turn::Free => {
                if let Some(place) = self.queue.iter().position(|job| job.id() == run) {
                    self.queue.remove(place).into_iter().for_each(Job::withdraw);
                    self.tell_places();
                }
            }
        }
    }

    /// Tells every run that waits how many are before it.
    fn tell_places(&mut self) {
        let before = u32::from(!matches!(self.turn, Turn::Free));
        for (job, ahead) in self.queue.iter_mut().zip(before..) {
            job.queue_behind(ahead);
        }
    }

    /// Ends all that there is. The last kernel that ends ends the engine.
    fn close(&mut self, done: oneshot::Sender<()>) {
        self.closing = Some(done);
        self.queue.drain(..).for_each(Job::withdraw);
        self.spare = Spare::None;
        match &mut self.turn {
            Turn::Lap(job, lap) => {
                // Its lap may be over but for the sweep: no other may follow.
                job.ask_to_stop();
                lap.kill(job);
            }
            Turn::Next(job) => {
                job.ask_to_stop();
            }
            Turn::Free => {}
        }
    }
}

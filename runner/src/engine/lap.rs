//! A lap that a kernel has: from the command to the moment at which nothing of it is left.

use std::time::{Duration, Instant};

use shared::{
    Cause, Death, Ending, Exceeded, Feed, KernelCommand, KernelEvent, LapEvent, LapPlan, LapRequest, Limit, Limits,
    LoadWish, Nanos, Raised, RunEvent, StopStage, Stream, Touch,
};

use super::batch::gather;
use super::input::{Alarm, Input, Inputs, KernelId, Silence, Task};
use super::job::Job;
use super::load::Watch;
use super::loading::{Loading, Told};
use super::lookout::Lookout;
use super::process::KernelProcess;
use crate::system::{self, Exit};

/// How long a lap's code has to end when Stop is pressed.
const SOFT_STOP: Duration = Duration::from_millis(300);
/// How long a kernel that closed its socket has to end. On a busy machine the system takes its time to end a process, and
/// how it ended says more than that nothing is heard of it.
const MUTE: Duration = Duration::from_secs(1);
/// How long the system has to end processes that were killed.
const SWEEP: Duration = Duration::from_secs(3);
/// How long it may take to hear that a kernel has ended after it was killed.
const OVERDUE: Duration = Duration::from_secs(1);

/// A lap under way.
pub struct Lap {
    kernel: KernelProcess,
    number: u32,
    limits: Limits,
    lookout: Lookout,
    inputs: Inputs,
    /// How many bytes of text.
    printed: u64,
    /// Everything that was written below Python was told.
    printed_all: bool,
    /// The kernel's end of the socket is closed.
    silent: bool,
    exit: Option<Exit>,
    fate: Fate,
    watch: Watch,
    /// What the source says of the load to put on it, if it is a service.
    wish: Box<LoadWish>,
    /// The load on a service, until it is over.
    loading: Option<Loading>,
    /// When Stop was pressed.
    stop_pressed: Option<Instant>,
    /// They sound as long as they stand here.
    alarms: Vec<Task>,
}

/// What is to become of it.
enum Fate {
    /// It goes on.
    Going,
    /// Stop was pressed, and its code was interrupted.
    Interrupted,
    /// It is over: what it started is being ended.
    Condemned {
        /// Why.
        reason: Reason,
        /// Whether nothing is left.
        swept: bool,
    },
}

/// Why it is over.
enum Reason {
    /// Its kernel said so.
    Said(Ending),
    /// It didn't react to Stop.
    Stopped,
    /// Its kernel ended without a word after Stop.
    StoppedByItself,
    /// It took too long.
    TimedOut,
    /// It has too much of something.
    Exceeded(Limit),
    /// Its kernel ended without a word.
    Gone,
    /// Its kernel can't be heard any more.
    Unheard,
}

impl Lap {
    /// Gives this lap of a run to a kernel.
    pub fn start(kernel: KernelProcess, job: &mut Job, number: u32, limits: Limits, inputs: &Inputs) -> Lap {
        let limits = limits.tightened(job.order.limits);
        let LapPlan { mode, workers, .. } = job.order.plan[number as usize];
        let watch = Watch::begin(kernel.pid);
        kernel.tell(KernelCommand::Lap(LapRequest {
            source: job.order.request.source.clone(),
            file: job.order.file.to_string_lossy().into_owned(),
            mode,
            workers,
            feed: Feed::AtOnce,
            port: 0,
            needs_work: job.order.needs_work,
            // Where modes are compared, nothing shall take time from them.
            pictures: job.order.pictures && job.order.plan.len() == 1,
            check: job.order.check.clone(),
            limits,
        }));
        job.emit(vec![RunEvent::LapStarted { lap: number, mode, build: kernel.kernel.build.id.clone() }]);
        let alarms = vec![inputs.alarm_after(Duration::from_nanos(limits.wall.0), kernel.id, Alarm::Wall)];
        Lap {
            lookout: Lookout::start(kernel.id, kernel.pid, limits, inputs),
            kernel,
            number,
            limits,
            inputs: inputs.clone(),
            printed: 0,
            printed_all: false,
            silent: false,
            exit: None,
            fate: Fate::Going,
            watch,
            wish: Box::default(),
            loading: None,
            stop_pressed: None,
            alarms,
        }
    }

    /// Its kernel's name.
    pub fn kernel(&self) -> KernelId {
        self.kernel.id
    }

    /// Its kernel said this.
    pub fn hear(&mut self, job: &mut Job, events: Vec<KernelEvent>) {
        let mut happened = Vec::with_capacity(events.len());
        let mut said = None;
        for event in events {
            match event {
                KernelEvent::Lap(event) if self.listens(&event) && said.is_none() => happened.push(event),
                // It is a part of the load's plan, and of no further interest: it may be megabytes.
                KernelEvent::LoadWished(wish) => self.wish = wish,
                KernelEvent::Ended(ending) if said.is_none() => said = Some(ending),
                KernelEvent::Lap(_) | KernelEvent::Ended(_) | KernelEvent::Ready { .. } => {}
            }
        }
        let port = happened.iter().find_map(|event| match event {
            LapEvent::Serving { port, .. } => Some(*port),
            _ => None,
        });
        job.emit(gather(self.number, happened));
        if let Some(port) = port.filter(|_| matches!(self.fate, Fate::Going)) {
            let plan = job.order.load.clone().over(*std::mem::take(&mut self.wish)).plan();
            self.loading = Some(Loading::begin(port, &plan, self.kernel.id, &self.inputs));
            let told = LapEvent::Loading(Box::new(plan.without_bodies()));
            job.emit(vec![RunEvent::Lap { lap: self.number, event: told }]);
        }
        match said {
            Some(ending) => self.condemn(Reason::Said(ending)),
            None => self.limit_output(),
        }
    }

    /// The load on it says this.
    pub fn load(&mut self, job: &mut Job, told: Told) {
        // What was on its way when the load was ended is of no interest.
        if self.loading.is_none() {
            return;
        }
        let event = match told {
            Told::Progress(progress) => Some(LapEvent::LoadProgress(progress)),
            Told::Over(report) => {
                self.loading = None;
                self.kernel.tell(KernelCommand::Drain);
                report.map(LapEvent::Loaded)
            }
        };
        job.emit(event.into_iter().map(|event| RunEvent::Lap { lap: self.number, event }).collect());
    }

    /// Its kernel, or a child of it, wrote this below Python. It may have done so before it said its last word.
    pub fn print(&mut self, job: &mut Job, text: String) {
        if self.printed <= self.limits.output {
            self.printed += text.len() as u64;
            let event = LapEvent::Output { worker: None, task: None, stream: Stream::Native, text };
            job.emit(gather(self.number, vec![event]));
            self.limit_output();
        }
    }

    /// Nothing more that was written below Python will be told.
    pub fn printed_all(&mut self) {
        self.printed_all = true;
    }

    fn limit_output(&mut self) {
        if self.printed > self.limits.output {
            self.condemn(Reason::Exceeded(Limit::Output { limit: self.limits.output }));
        }
    }

    /// Whether this event is of any interest: after the kernel's last word nothing is, and text is up to the limit.
    fn listens(&mut self, event: &LapEvent) -> bool {
        if matches!(self.fate, Fate::Condemned { reason: Reason::Said(_) | Reason::Unheard, .. }) {
            return false;
        }
        let LapEvent::Output { text, .. } = event else { return true };
        let within = self.printed <= self.limits.output;
        self.printed += text.len() as u64;
        within
    }

    /// Its kernel will say nothing more.
    pub fn fall_silent(&mut self, silence: Silence) {
        self.silent = true;
        match silence {
            Silence::Garbled => self.condemn(Reason::Unheard),
            // As a rule it has just ended, and how is heard at any moment.
            Silence::Closed if self.exit.is_none() => self.set_alarm(MUTE, Alarm::Mute),
            Silence::Closed => {}
        }
    }

    /// Its kernel has ended.
    pub fn exited(&mut self, exit: Exit) {
        self.exit = Some(exit);
        let asked = matches!(self.fate, Fate::Interrupted);
        self.condemn(if asked { Reason::StoppedByItself } else { Reason::Gone });
    }

    /// Stop was pressed.
    pub fn stop(&mut self, job: &mut Job) {
        self.stop_pressed.get_or_insert_with(Instant::now);
        if job.ask_to_stop() && matches!(self.fate, Fate::Going) {
            self.fate = Fate::Interrupted;
            self.loading = None;
            self.kernel.tell(KernelCommand::Cancel);
            self.alarms.clear();
            self.lookout.end();
            self.set_alarm(SOFT_STOP, Alarm::SoftStop);
        }
    }

    /// Somebody has pressed in the picture of a window of it.
    pub fn touch(&self, touch: Touch) {
        self.kernel.tell(KernelCommand::Touch(touch));
    }

    /// Everything of it is ended at once, since the engine ends or Stop was not obeyed.
    pub fn kill(&mut self, job: &mut Job) {
        if !matches!(self.fate, Fate::Condemned { .. }) {
            job.emit(vec![RunEvent::Stopping(StopStage::Killing)]);
            self.condemn(Reason::Stopped);
        }
    }

    /// A limit was reached.
    pub fn sound(&mut self, job: &mut Job, alarm: Alarm) {
        match alarm {
            Alarm::Wall => self.condemn(Reason::TimedOut),
            Alarm::Excess(limit) => self.condemn(Reason::Exceeded(limit)),
            Alarm::SoftStop => self.kill(job),
            Alarm::Mute => self.condemn(Reason::Unheard),
            Alarm::Overdue => {
                tracing::warn!("It was not heard how a kernel ended.");
                self.be_done();
            }
            Alarm::StartUp => {}
        }
    }

    /// All its processes were ended, but so many.
    pub fn swept(&mut self, left: usize) {
        if let Fate::Condemned { swept, .. } = &mut self.fate {
            *swept = true;
        }
        self.kernel.finish_printed();
        if left > 0 {
            tracing::warn!("{left} processes of a lap can't be ended.");
            self.be_done();
        }
        self.set_alarm(OVERDUE, Alarm::Overdue);
    }

    /// Whether nothing of it is left and nothing more will be heard of it.
    pub fn is_over(&self) -> bool {
        matches!(self.fate, Fate::Condemned { swept: true, .. })
            && self.silent
            && self.printed_all
            && self.exit.is_some()
    }

    /// Says how it ended.
    pub fn conclude(self, job: &mut Job) {
        let lap = self.number;
        let load = self.watch.end().map(|load| RunEvent::Lap { lap, event: LapEvent::OtherLoad(load) });
        let ending = self.ending(job);
        let stopped = match (&ending, self.stop_pressed) {
            (Ending::Stopped(_), Some(pressed)) => {
                let after = Nanos(u64::try_from(pressed.elapsed().as_nanos()).unwrap_or(u64::MAX));
                Some(RunEvent::Lap { lap, event: LapEvent::Stopped { after } })
            }
            _ => None,
        };
        job.emit(load.into_iter().chain(stopped).chain([RunEvent::LapEnded { lap, ending }]).collect());
    }

    fn ending(&self, job: &Job) -> Ending {
        let Fate::Condemned { reason, .. } = &self.fate else { return self.death(job, Cause::Unheard) };
        match reason {
            Reason::Said(Ending::Raised(raised)) => Ending::Raised(self.advise(raised)),
            Reason::Said(Ending::LimitExceeded(exceeded)) => self.exceeded(job, exceeded.limit),
            Reason::Said(ending) => ending.clone(),
            Reason::Stopped => Ending::Stopped(StopStage::Killing),
            Reason::StoppedByItself => Ending::Stopped(StopStage::Asked),
            Reason::TimedOut => Ending::TimedOut {
                limit: self.limits.wall,
                peak_memory: self.peak_memory(),
                last_line: self.last_line(job),
            },
            Reason::Exceeded(limit) => self.exceeded(job, *limit),
            Reason::Gone => self.death(job, self.exit.map_or(Cause::Unheard, |exit| exit.cause)),
            Reason::Unheard => self.death(job, Cause::Unheard),
        }
    }

    fn exceeded(&self, job: &Job, limit: Limit) -> Ending {
        let (peak_memory, last_line) = (self.peak_memory(), self.last_line(job));
        Ending::LimitExceeded(Exceeded { limit, peak_memory, last_line })
    }

    /// With what the limits have to do with it, if anything.
    fn advise(&self, raised: &Raised) -> Raised {
        let advice = self.limits.advice(raised, self.peak_memory()).or_else(|| raised.advice.clone());
        Raised { advice, ..raised.clone() }
    }

    /// The most memory that it was seen to hold: all its processes together every now and then, or its kernel alone.
    fn peak_memory(&self) -> Option<u64> {
        self.lookout.peak_memory().max(self.exit.and_then(|exit| exit.peak_memory))
    }

    fn last_line(&self, job: &Job) -> Option<String> {
        job.run.laps[self.number as usize].output.last().map(|line| line.text.clone())
    }

    fn death(&self, job: &Job, cause: Cause) -> Ending {
        let peak_memory = self.peak_memory();
        // Native code that gets no more memory aborts, and the system kills: that is what it died of.
        if matches!(cause, Cause::Signal(6 | 9)) && peak_memory.is_some_and(|peak| peak >= self.limits.memory / 10 * 9)
        {
            return self.exceeded(job, Limit::Memory { limit: self.limits.memory });
        }
        let lap = &job.run.laps[self.number as usize];
        let running = lap.workers.iter().filter_map(|worker| worker.running);
        Ending::Died(Death {
            cause,
            worker: None,
            task: running.max_by_key(|running| running.start).map(|running| running.task),
            peak_memory,
            last_line: self.last_line(job),
        })
    }

    /// It is over for this reason: what it started is ended. The first reason counts; only the kernel's own word,
    /// which may still be on its way when the kernel has ended, replaces that it ended without one.
    fn condemn(&mut self, reason: Reason) {
        match &mut self.fate {
            Fate::Going | Fate::Interrupted => {
                self.fate = Fate::Condemned { reason, swept: false };
                self.loading = None;
                self.alarms.clear();
                self.lookout.end();
                let (id, pid, inputs) = (self.kernel.id, self.kernel.pid, self.inputs.clone());
                tokio::task::spawn_blocking(move || {
                    inputs.tell(Input::Swept { kernel: id, left: system::sweep(pid, SWEEP) });
                });
            }
            Fate::Condemned { reason: before @ (Reason::Gone | Reason::StoppedByItself), .. } => {
                if let Reason::Said(_) = reason {
                    *before = reason;
                }
            }
            Fate::Condemned { .. } => {}
        }
    }

    /// Waits for nothing more, though something of it may be left.
    fn be_done(&mut self) {
        self.silent = true;
        self.printed_all = true;
        self.exit.get_or_insert(Exit { cause: Cause::Unheard, peak_memory: None });
    }

    fn set_alarm(&mut self, time: Duration, alarm: Alarm) {
        self.alarms.push(self.inputs.alarm_after(time, self.kernel.id, alarm));
    }
}

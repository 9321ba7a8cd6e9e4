//! One lap of a run, as far as it has come.

use crate::{
    Account, Ending, Interval, LapEvent, LapPlan, LoadReport, MAX_WORKERS, Nanos, OtherLoad, Output, Results, Running,
    Sampling, SourceKind, Span, StateTotals, Verdict, WindowTrack,
};

use super::{LoadTrack, ServiceTrack, Serving};

/// Where a lap is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LapPhase {
    /// Its turn has not come.
    Waiting,
    /// A kernel has it; workers start.
    Starting,
    /// Tasks are executed since this moment.
    Measured {
        /// When the first task was handed out.
        began: Nanos,
    },
    /// It is over.
    Ended(Ending),
    /// It was not executed, since the run ended before its turn or the source is a script.
    Skipped,
}

/// What is known of one worker; of a script, of one of its threads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkerTrack {
    /// The name of a thread that a script has started; none of a worker, and of a script's main thread.
    pub name: Option<String>,
    /// When it could take tasks; of a script's thread, when it was seen first.
    pub ready: Option<Nanos>,
    /// When a script's thread had ended.
    pub ended: Option<Nanos>,
    /// The tasks that it executed, in order.
    pub spans: Vec<Span>,
    /// The task that it executes now.
    pub running: Option<Running>,
    /// What its thread was doing, where that is sampled.
    pub states: Vec<Interval>,
    /// How long it was in each state; none where that isn't sampled, or not yet.
    pub totals: Option<StateTotals>,
    /// Where its time went, once the lap has completed.
    pub account: Option<Account>,
    /// Of a service, its connections and what it has answered.
    pub service: ServiceTrack,
}

/// One lap of a run, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lap {
    /// What was asked for.
    pub plan: LapPlan,
    /// Where it is.
    pub phase: LapPhase,
    /// The id of the interpreter build that executes it; empty while it waits.
    pub build: String,
    /// What the source turned out to be.
    pub kind: Option<SourceKind>,
    /// How many tasks there are; 0 until measurement begins.
    pub tasks: u32,
    /// When the first task was handed out.
    pub began: Option<Nanos>,
    /// The latest moment that was heard of.
    pub now: Nanos,
    /// By worker.
    pub workers: Vec<WorkerTrack>,
    /// Whether it can be asked, if it is a service.
    pub serving: Serving,
    /// The load that is put on it, if any is.
    pub load: Option<LoadTrack>,
    /// Of a program with a window: how late its event loop was.
    pub window: WindowTrack,
    /// What a task costs more since a wrapper in Python notes its times, if one does.
    pub wrapper: Option<Nanos>,
    /// What was printed.
    pub output: Output,
    /// What the check said.
    pub verdict: Option<Verdict>,
    /// How its workers' states were sampled; none where they aren't, or not yet.
    pub sampling: Option<Sampling>,
    /// What else the machine did, if the system says.
    pub other_load: Option<OtherLoad>,
    /// How long after Stop was pressed it was over, if it was stopped.
    pub stopped_after: Option<Nanos>,
}

impl Lap {
    pub(super) fn new(plan: LapPlan) -> Lap {
        Lap {
            plan,
            phase: LapPhase::Waiting,
            build: String::new(),
            kind: None,
            tasks: 0,
            began: None,
            now: Nanos(0),
            workers: vec![WorkerTrack::default(); plan.workers as usize],
            serving: Serving::NotYet,
            load: None,
            window: WindowTrack::default(),
            wrapper: None,
            output: Output::default(),
            verdict: None,
            sampling: None,
            other_load: None,
            stopped_after: None,
        }
    }

    /// How many tasks were executed.
    pub fn done(&self) -> usize {
        self.workers.iter().map(|worker| worker.spans.len()).sum()
    }

    /// The wall time of a completed lap, start-up not included.
    pub fn wall(&self) -> Option<Nanos> {
        match self.phase {
            LapPhase::Ended(Ending::Completed { wall, .. }) => Some(wall),
            _ => None,
        }
    }

    /// How long each worker, or each thread of a script, was in each state; nothing unless that is known of all.
    pub fn totals(&self) -> Vec<StateTotals> {
        let totals: Option<Vec<_>> = self.workers.iter().map(|worker| worker.totals).collect();
        totals.unwrap_or_default()
    }

    /// The compute phase of each worker by states; nothing unless that is known of all.
    pub fn compute_in(&self) -> Vec<StateTotals> {
        let of = |worker: &WorkerTrack| worker.account.as_ref()?.compute_in;
        // The threads of a script execute no tasks.
        let workers = self.workers.iter().filter(|worker| worker.name.is_none());
        workers.map(of).collect::<Option<_>>().unwrap_or_default()
    }

    /// Whether it counts in no figure. A script runs once, so its only lap counts whatever was planned.
    pub fn is_warm_up(&self) -> bool {
        self.plan.round.is_warm_up() && self.kind != Some(SourceKind::Script)
    }

    /// The wall time of a completed lap that counts: none of a warm-up, and none of a service, which is served for as
    /// long as it is asked.
    pub fn measured(&self) -> Option<Nanos> {
        self.wall().filter(|_| !self.is_warm_up() && !self.is_served() && !self.is_desktop())
    }

    /// The deaths of a service's workers that the others have survived, in words.
    pub fn losses(&self) -> impl Iterator<Item = String> {
        self.workers.iter().filter_map(|worker| Some(worker.service.death.as_ref()?.of_a_server()))
    }

    /// Whether it is a program with a window: its workers are those of its pool, and the window's thread has a lane after
    /// them, but in the mode sequential, where it is the one worker.
    pub fn is_desktop(&self) -> bool {
        self.kind == Some(SourceKind::Desktop)
    }

    /// Whether its tasks are the requests to a service.
    pub fn is_served(&self) -> bool {
        self.kind == Some(SourceKind::Service)
    }

    /// How much of a lap under way is done, from 0 to 1: of its tasks, or of the load on its service.
    pub fn share(&self) -> f64 {
        match &self.load {
            Some(load) => load.share(),
            None => self.done() as f64 / f64::from(self.tasks.max(1)),
        }
    }

    /// What clients of a service have seen, once the load on it is over.
    pub fn load_report(&self) -> Option<&LoadReport> {
        self.load.as_ref()?.report.as_ref()
    }

    /// What a completed lap returned.
    pub fn results(&self) -> Option<&Results> {
        match &self.phase {
            LapPhase::Ended(Ending::Completed { results, .. }) => Some(results),
            _ => None,
        }
    }

    pub(super) fn is_active(&self) -> bool {
        matches!(self.phase, LapPhase::Starting | LapPhase::Measured { .. })
    }

    pub(super) fn apply(&mut self, event: &LapEvent) {
        match event {
            LapEvent::Source(kind) => self.kind = Some(*kind),
            LapEvent::WorkerReady { worker, at } => {
                self.now = self.now.max(*at);
                if let Some(worker) = self.workers.get_mut(*worker as usize) {
                    worker.ready = Some(*at);
                }
            }
            LapEvent::Thread { worker, name, at } if *worker < MAX_WORKERS => {
                let least = *worker as usize + 1;
                self.workers.resize(self.workers.len().max(least), WorkerTrack::default());
                let track = &mut self.workers[*worker as usize];
                track.name = Some(name.clone());
                track.ready.get_or_insert(*at);
            }
            LapEvent::Thread { .. } => {}
            LapEvent::ThreadEnded { worker, at } => {
                if let Some(worker) = self.workers.get_mut(*worker as usize) {
                    worker.ended = Some(*at);
                }
            }
            LapEvent::Began { tasks, at } => {
                self.now = self.now.max(*at);
                self.tasks = *tasks;
                self.began = Some(*at);
                self.phase = LapPhase::Measured { began: *at };
            }
            LapEvent::Output { worker, task, stream, text } => self.output.push(*worker, *task, *stream, text),
            LapEvent::Spans { worker, spans } => {
                if let Some(worker) = self.workers.get_mut(*worker as usize) {
                    worker.spans.extend_from_slice(spans);
                    let last = spans.iter().map(|span| span.end).max().unwrap_or_default();
                    self.now = self.now.max(last);
                    if worker.running.is_some_and(|running| running.start < last) {
                        worker.running = None;
                    }
                }
            }
            LapEvent::Progress { at, running } => {
                self.now = self.now.max(*at);
                for (number, worker) in self.workers.iter_mut().enumerate() {
                    worker.running = running.iter().copied().find(|running| running.worker as usize == number);
                }
            }
            LapEvent::Frames { beats } => self.window.frames.extend(beats),
            LapEvent::Inputs { beats } => self.window.inputs.extend(beats),
            LapEvent::Pictured(picture) => self.window.pictures.add(picture),
            LapEvent::Wrapped { per_task } => self.wrapper = Some(*per_task),
            LapEvent::States { worker, intervals } => {
                if let Some(worker) = self.workers.get_mut(*worker as usize) {
                    for interval in intervals {
                        match worker.states.last_mut() {
                            // A long state comes in pieces.
                            Some(last) if last.state == interval.state && last.end == interval.start => {
                                last.end = interval.end;
                            }
                            _ => worker.states.push(*interval),
                        }
                    }
                }
            }
            LapEvent::Sampled { sampling, totals } => {
                self.sampling = Some(self.sampling.map_or(*sampling, |before| before.plus(*sampling)));
                for (worker, totals) in totals {
                    if let Some(worker) = self.workers.get_mut(*worker as usize) {
                        worker.totals = Some(*totals);
                    }
                }
            }
            LapEvent::Accounted(account) => {
                if let Some(worker) = self.workers.get_mut(account.worker as usize) {
                    worker.account = Some((**account).clone());
                }
            }
            LapEvent::Serving { .. }
            | LapEvent::Connections { .. }
            | LapEvent::Answered { .. }
            | LapEvent::WorkerDied(_)
            | LapEvent::Loading(_)
            | LapEvent::LoadProgress(_)
            | LapEvent::Loaded(_)
            | LapEvent::Drained { .. } => self.apply_service(event),
            LapEvent::Checked(verdict) => self.verdict = Some(verdict.clone()),
            LapEvent::OtherLoad(load) => self.other_load = Some(*load),
            LapEvent::Stopped { after } => self.stopped_after = Some(*after),
        }
    }
}

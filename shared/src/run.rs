//! The life of a run: a pure function from events to a state. The runner decides by it, the page shows it.

use serde::{Deserialize, Serialize};

use crate::{
    Account, Ending, Interval, LapEvent, LapPlan, MAX_WORKERS, Nanos, OtherLoad, Output, Results, RunEnding, RunEvent,
    RunTicket, Running, Sampling, SourceKind, Span, StateTotals, Verdict,
};

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
    fn new(plan: LapPlan) -> Lap {
        Lap {
            plan,
            phase: LapPhase::Waiting,
            build: String::new(),
            kind: None,
            tasks: 0,
            began: None,
            now: Nanos(0),
            workers: vec![WorkerTrack::default(); plan.workers as usize],
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

    /// The wall time of a completed lap that counts: none of a warm-up.
    pub fn measured(&self) -> Option<Nanos> {
        self.wall().filter(|_| !self.is_warm_up())
    }

    /// What a completed lap returned.
    pub fn results(&self) -> Option<&Results> {
        match &self.phase {
            LapPhase::Ended(Ending::Completed { results, .. }) => Some(results),
            _ => None,
        }
    }

    fn is_active(&self) -> bool {
        matches!(self.phase, LapPhase::Starting | LapPhase::Measured { .. })
    }

    fn apply(&mut self, event: &LapEvent) {
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
            LapEvent::Checked(verdict) => self.verdict = Some(verdict.clone()),
            LapEvent::OtherLoad(load) => self.other_load = Some(*load),
            LapEvent::Stopped { after } => self.stopped_after = Some(*after),
        }
    }
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
